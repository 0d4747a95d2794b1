"""Nonsense in every form, as everybody it is for, on both databases: a page comes back, never a fault, and nothing
that was kept runs, hides or breaks a line where it is shown again.

A part of all combinations, the same in every run; `--long` sends far more.
"""

import random
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import delete

from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.walk.addresses import address_of, rules_of
from tests.walk.nonsense import MARK, Reader, bodies
from tests.walk.world import A, World
from volunteer.core import outbox
from volunteer.core.db import Base, db, write_turn
from volunteer.core.models import Attempt, Notice

ACTORS = (
    "nobody", "applicant", "hanako", "cook", "coordinator", "approver", "payer", "auditor",
    "administrator",
)  # fmt: skip
EACH, EACH_LONG = 1, 12
HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)


def _browser(app: Flask, cast: Cast, actor: str) -> Client:
    made = app.test_client()
    assert isinstance(made, Client)
    return made if actor == "nobody" else sign_in_as(made, getattr(cast, actor))


def _addresses(app: Flask, world: World) -> list[str]:
    """Of all that can be opened."""
    rules = [rule for rule in rules_of(app) if "GET" in (rule.methods or ())]
    return [address_of(app, world, rule, A) for rule in rules]


def _pages(client: Client, addresses: list[str]) -> Iterator[tuple[str, str]]:
    """(address, HTML) of the pages among these that this browser may open."""
    for address in addresses:
        for entry in ("", "?entry=yucho") if "bank-account" in address else ("",):
            answer = client.get(address + entry)
            assert answer.status_code < 500, address
            if answer.status_code == 200 and answer.mimetype == "text/html":
                yield address, answer.text


def _forms(client: Client, addresses: list[str]) -> dict[str, dict[str, Any]]:
    """All forms this browser is offered on these pages: address → fields."""
    found: dict[str, dict[str, Any]] = {}
    for address, html in _pages(client, addresses):
        for where, fields in Reader(address, html).forms.items():
            found.setdefault(where, {}).update(fields)
    return found


def _send(client: Client, address: str, data: dict[str, Any]) -> int:
    """One POST, byte by byte as a hostile program would write it; the status."""
    parts = [
        f"{quote(name)}={quote(one if isinstance(one, bytes) else str(one))}"
        for name, value in data.items()
        for one in (value if isinstance(value, list) else [value])
    ]
    kind = "application/x-www-form-urlencoded"
    return client.post(address, data="&".join(parts), content_type=kind).status_code


@pytest.mark.both_databases
@pytest.mark.parametrize("actor", ACTORS)
def test_no_form_breaks_on_nonsense(
    app: Flask,
    cast: Cast,
    world: World,
    actor: str,
    database_kind: str,
    pytestconfig: pytest.Config,
) -> None:
    world.keep("session_id", 1, 1)
    app.config.update(WTF_CSRF_ENABLED=False, TESTING=False)  # what breaks is counted, not raised
    client = _browser(app, cast, actor)
    each = EACH_LONG if pytestconfig.getoption("--long") else EACH
    broke, dice = [], random.Random(actor)  # noqa: S311 - the same in every run
    addresses = _addresses(app, world)
    if each == EACH and database_kind == "sqlite":
        # a quarter: PostgreSQL refuses all that SQLite refuses, and more
        addresses = dice.sample(addresses, -(-len(addresses) // 4))
    for address, fields in sorted(_forms(client, addresses).items()):
        for what, data in bodies(fields, dice, each):
            status = _send(client, address, data)
            if status >= 500:
                broke.append(f"{address}: {what}: {status}")
            if address in {"/sign-out", "/sign-in", "/who"} or status == 401:
                client = _browser(app, cast, actor)
        with write_turn():
            db.session.execute(delete(Attempt))
    assert not broke, "\n".join(broke)
    if actor in {"hanako", "cook", "coordinator"}:
        assert not [where for where, html in _pages(client, addresses) if f"<{MARK}" in html]
    assert not list(_hidden_letters())
    assert not [
        notice.id for notice in db.session.scalars(db.select(Notice)) if not _is_plain(notice)
    ]


def _hidden_letters() -> Iterator[str]:
    """Columns with text in them that nobody can see or that turns what is around it."""
    db.session.rollback()
    for table in Base.metadata.sorted_tables:
        for row in db.session.execute(db.select(table)).mappings():
            for name, value in row.items():
                if isinstance(value, str) and HIDDEN.search(value):
                    yield f"{table.name}.{name}: {value!r}"


def _is_plain(notice: Notice) -> bool:
    subject, _body = outbox.render(notice)
    return "\n" not in subject and "\r" not in subject


KINDS = (
    "application/json",
    "text/plain",
    "multipart/form-data; boundary=",
    "multipart/form-data; boundary=x",
    "",
)
BODY = b'--x\r\nContent-Disposition: form-data; name="na\x00me"\r\n\r\n\xff{"name": ["x"]}'


def test_a_body_of_another_kind_is_an_empty_form(app: Flask, cast: Cast, world: World) -> None:
    world.keep("session_id", 1, 1)
    app.config.update(WTF_CSRF_ENABLED=False, TESTING=False)
    broke, dice = [], random.Random(1)  # noqa: S311 - the same in every run
    for actor in ("nobody", "hanako", "cook", "coordinator"):
        client = _browser(app, cast, actor)
        for rule in rules_of(app):
            if "POST" in (rule.methods or ()):
                address, kind = address_of(app, world, rule, A), dice.choice(KINDS)
                if client.post(address, data=BODY, content_type=kind).status_code >= 500:
                    broke.append(f"{actor}: {kind} to {address}")
    assert not broke, "\n".join(broke)


@pytest.mark.parametrize("size", [600_000, 3_000_000])
def test_a_body_beyond_measure_is_refused_kindly(
    app: Flask, client: Client, cast: Cast, size: int
) -> None:
    app.config.update(WTF_CSRF_ENABLED=False, TESTING=False)
    sign_in_as(client, cast.coordinator)
    answer = client.post("/desk/households/new", data={"name": "a" * size})
    assert answer.status_code in {413, 422}
    assert "<h1" in answer.text


QUERIES = ("%ff%fe", "%ed%a0%80", "%00", "%e2%80%ae", "1" + "0" * 30, "-1", "%c2%b2", "0", "")
NAMES = (
    "q page state area kind day nocar entry programme year points method tab sent a again more back stage done before"
    " next"
)


@pytest.mark.both_databases
def test_nonsense_behind_the_question_mark_is_answered_by_a_page(
    app: Flask, cast: Cast, world: World
) -> None:
    world.keep("session_id", 1, 1)
    app.config.update(TESTING=False)
    broke, dice = [], random.Random(2)  # noqa: S311 - the same in every run
    for actor in ("nobody", "hanako", "cook", "coordinator", "payer", "auditor"):
        client = _browser(app, cast, actor)
        for rule in rules_of(app):
            if "GET" in (rule.methods or ()):
                query = "&".join(f"{name}={dice.choice(QUERIES)}" for name in NAMES.split())
                address = address_of(app, world, rule, A)
                if client.get(f"{address}?{query}").status_code >= 500:
                    broke.append(f"{actor}: {address}?{query}")
    assert not broke, "\n".join(broke)
