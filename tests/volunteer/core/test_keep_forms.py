"""A form that comes too late tells so, and what was typed stands in it again after the detour."""

from datetime import timedelta
from typing import Any

from flask import Flask
from wtforms.fields.core import UnboundField

from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.mail import Outbox
from tests.volunteer.users.codes import code_in_mail
from volunteer.core.db import db
from volunteer.core.forms import BaseForm
from volunteer.core.kept_forms import KEY, is_secret
from volunteer.core.models import FormUse

PAGE = "/me/email"
TYPED = {"email": "hanako.new@example.jp"}


def prove(client: Client, outbox: Outbox, to: str = "hanako@example.jp") -> None:
    """Prove identity by a code."""
    asked = client.submit("/confirm-identity", action="/confirm-identity")
    answer = client.submit(asked.location, {"code": code_in_mail(outbox, to)})
    assert answer.status_code == 303


def late(client: Client, clock: Any) -> Any:
    """Open the page, wait too long, send it."""
    page = client.get(PAGE)
    clock.advance(timedelta(minutes=11))
    answer = client.resubmit(page, TYPED, action=PAGE)
    assert answer.status_code == 401
    return answer


def test_after_proving_identity_the_form_is_filled_again_under_its_key(
    client: Client, cast: Cast, outbox: Outbox, clock: Any
) -> None:
    sign_in_as(client, cast.hanako)
    answer = late(client, clock)
    assert "15分のあいだ取っておく" in answer.text
    assert f"next={PAGE}" in answer.text
    prove(client, outbox)
    again = client.get(PAGE)
    assert TYPED["email"] in again.text
    sent = client.resubmit(again, action=PAGE)
    assert sent.location == "/me/email/code"
    assert client.resubmit(again, action=PAGE).location == sent.location
    uses = db.session.execute(db.select(FormUse.key).filter_by(endpoint="emails.change"))
    assert len(uses.all()) == 1
    assert TYPED["email"] not in client.get(PAGE).text, "it is kept for one look only"


def test_after_signing_in_again_it_is_there_too(
    client: Client, cast: Cast, outbox: Outbox, clock: Any
) -> None:
    sign_in_as(client, cast.hanako)
    page = client.get("/me/details")
    clock.advance(timedelta(days=61))
    answer = client.resubmit(page, {"address": "稲穂7丁目"}, action="/me/details")
    assert answer.status_code == 401
    asked = client.submit("/sign-in", {"email": "hanako@example.jp"}, action="/sign-in")
    code = code_in_mail(outbox, "hanako@example.jp")
    assert client.submit(asked.location, {"code": code}).status_code == 303
    assert "稲穂7丁目" in client.get("/me/details").text


def test_another_person_on_the_same_browser_sees_nothing(
    client: Client, cast: Cast, clock: Any
) -> None:
    sign_in_as(client, cast.hanako)
    late(client, clock)
    with client.session_transaction() as session:
        kept = session[KEY]
    assert "hanako" not in kept
    sign_in_as(client, cast.student)
    with client.session_transaction() as session:
        session[KEY] = kept
    assert TYPED["email"] not in client.get(PAGE).text
    with client.session_transaction() as session:
        assert KEY not in session


def test_it_is_kept_for_a_quarter_of_an_hour(
    client: Client, cast: Cast, outbox: Outbox, clock: Any
) -> None:
    sign_in_as(client, cast.hanako)
    late(client, clock)
    clock.advance(timedelta(minutes=16))
    prove(client, outbox)
    assert TYPED["email"] not in client.get(PAGE).text


def test_secrets_are_never_kept(app: Flask, client: Client, cast: Cast, clock: Any) -> None:
    sign_in_as(client, cast.hanako)
    page = client.get(PAGE)
    clock.advance(timedelta(minutes=11))
    typed = {"email": "", "password": "a", "account_number": "1234567", "code": "1"}
    assert client.resubmit(page, typed, action=PAGE).status_code == 401
    with client.session_transaction() as session:
        assert KEY not in session


def test_a_long_text_is_not_kept_and_the_page_says_so(
    client: Client, cast: Cast, clock: Any
) -> None:
    sign_in_as(client, cast.hanako)
    page = client.get(PAGE)
    clock.advance(timedelta(minutes=11))
    long = "".join(chr(0x4E00 + (number * 7919) % 20000) for number in range(2000))
    answer = client.resubmit(page, {"email": long}, action=PAGE)
    assert "保存していません" in answer.text
    with client.session_transaction() as session:
        assert KEY not in session


KEPT_OF_MONEY = {
    "acting",
    "bank",
    "branch",
    "email",
    "form_key",
    "name",
    "reason",
    "role",
    "savings",
    "seen",
    "shown",
}
"""Of the forms with secrets in them: no secrets themselves."""


def _forms() -> list[type[BaseForm]]:
    found, left = [], [BaseForm]
    while left:
        left += (more := left.pop().__subclasses__())
        found += more
    return found


def _names(form: type[BaseForm]) -> set[str]:
    return {name for name in dir(form) if isinstance(getattr(form, name), UnboundField)}


def test_no_field_of_any_form_with_secrets_is_kept_unless_it_is_named_here(app: Flask) -> None:
    secret_places = ("points.bank_accounts.", "volunteer.users.")
    forms = [one for one in _forms() if one.__module__.startswith(secret_places)]
    kept = {name for one in forms for name in _names(one) if not is_secret(name)}
    assert len(forms) > 5
    assert kept == KEPT_OF_MONEY


def test_what_is_withheld_of_all_forms_is_a_secret_and_nothing_else(app: Flask) -> None:
    """A field that comes back empty without being secret would be sent empty, and what stood there be lost."""
    withheld = {name for one in _forms() for name in _names(one) if is_secret(name)}
    assert withheld == {
        *("account_type", "code", "holder", "number", "symbol"),
        *("password", "pin", "pin_again"),
    }


def test_the_postcode_comes_back_with_the_address(
    client: Client, cast: Cast, outbox: Outbox, clock: Any
) -> None:
    sign_in_as(client, cast.hanako)
    page = client.get("/me/details")
    clock.advance(timedelta(days=61))
    typed = {"address": "稲穂7丁目", "postcode": "047-7777"}
    assert client.resubmit(page, typed, action="/me/details").status_code == 401
    asked = client.submit("/sign-in", {"email": "hanako@example.jp"}, action="/sign-in")
    client.submit(asked.location, {"code": code_in_mail(outbox, "hanako@example.jp")})
    assert "047-7777" in client.get("/me/details").text
