"""Every page on which something that stands is written anew: nobody writes over what they have not seen.

The pages are found by their fields, which are filled when they are opened; a new one needs no line here.
"""

import re
from collections.abc import Iterator

import pytest
from flask import Flask

from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.walk.addresses import address_of, contents, rules_of
from tests.walk.nonsense import Reader
from tests.walk.world import A, B, World

ACTORS = ("hanako", "cook", "outsider", "coordinator", "payer", "administrator")
CASES = [("sqlite", actor) for actor in ACTORS] + [
    ("postgres", actor) for actor in ("cook", "coordinator")
]
"""Everybody on SQLite; what stands is compared by the program, so that two are enough on the other."""

ADDS = {
    "credentials_desk.insurance",
    "billing_desk.money",
    "categories_desk.new",
    "checkin_desk.entry",
    "devices_desk.new",
    "devices_desk.scan",
    "households_desk.new",
    "paid_work.report",
    "paid_work.signature",
    "programmes_desk.end",
    "programmes_desk.enrolments",
    "repayment_desk.take",
}
"""Pages whose fields are filled with a suggestion: what is sent is added, and replaces nothing."""

FILLED = re.compile(
    r'<input(?=[^>]* value="[^"]+")(?![^>]*type="(?:hidden|radio|checkbox|submit)")[^>]*>'
    r"|<textarea[^>]*>\s*[^<\s]"
)
FORM = re.compile(r'<form[^>]*method="post"[^>]*>.*?</form>', re.DOTALL)
ANSWERS = {
    "registration_number": "",
    "yen_per_hour": "",
    "qualification_kind": "",
    "birth_on-year": "1950",
}
"""What can stand in fields that take nothing general."""
OTHER = "0" * 32
PROBLEMS = re.compile(r'<div class="errors".*?</div>', re.DOTALL)
TOLD = "あなたの入力は、まだ入っていません"


def _opened(app: Flask, world: World, client: Client) -> Iterator[tuple[str, str, str]]:
    """(endpoint, address, form) of every form with POST that is offered."""
    for rule in rules_of(app):
        if "GET" not in (rule.methods or ()):
            continue
        for which in (A, B) if rule.arguments else (A,):
            address = address_of(app, world, rule, which)
            answer = client.get(address)
            if answer.status_code == 200 and answer.mimetype == "text/html":
                for found in FORM.findall(answer.text):
                    yield rule.endpoint, address, found


@pytest.mark.parametrize(("database_kind", "actor"), CASES)
def test_nobody_writes_over_what_they_have_not_seen(
    app: Flask, cast: Cast, world: World, actor: str
) -> None:
    world.keep("session_id", 0, 0)
    app.config.update(WTF_CSRF_ENABLED=False)
    client = app.test_client()
    assert isinstance(client, Client)
    sign_in_as(client, getattr(cast, actor))
    blind, wrong = set(), []
    forms = list(_opened(app, world, client))
    before = contents()
    for endpoint, address, form in forms:
        if 'name="shown"' not in form:
            if FILLED.search(form):
                blind.add(endpoint)
            continue
        (where, fields), *_more = Reader(address, form).forms.items()
        fields.update({name: value for name, value in ANSWERS.items() if name in fields})
        answer = client.post(where, data={**fields, "shown": OTHER})
        if answer.status_code != 422 or TOLD not in answer.text:
            wrong.append(f"{where}: {answer.status_code} {PROBLEMS.findall(answer.text)}")
    assert not wrong, "\n".join(wrong)
    changed = [name for name, hashed in contents().items() if before[name] != hashed]
    assert not changed
    assert not blind - ADDS
