"""Changing the address: one's own with a code to the new one, and at the desk with a reason."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import DBAPIError

from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.mail import Outbox
from tests.volunteer.users.codes import code_in_mail, wrong
from volunteer.core import audit
from volunteer.core.db import db, run_turn
from volunteer.core.errors import DomainError
from volunteer.core.models import AuditEntry
from volunteer.people.email_change import correct_email_of
from volunteer.people.models import Person
from volunteer.users.models import EmailChange, User, UserSession

OLD, NEW = "hanako@example.jp", "hanako.new@example.jp"
ASK, TYPE = "/me/email", "/me/email/code"


def change(client: Client, outbox: Outbox, email: str = NEW) -> Any:
    """Ask for the code and type it."""
    assert client.submit(ASK, {"email": email}, action=ASK).location == TYPE
    return client.submit(TYPE, {"code": code_in_mail(outbox, email)}, action=TYPE)


@pytest.mark.both_databases
def test_the_address_changes_the_old_one_is_told_and_other_browsers_are_signed_out(
    app: Flask, client: Client, cast: Cast, outbox: Outbox
) -> None:
    elsewhere = sign_in_as(app.test_client(), cast.hanako)  # type: ignore[arg-type]
    sign_in_as(client, cast.hanako)
    assert change(client, outbox).location == "/me/email?done=changed"
    told = outbox.last(OLD)
    assert told.template == "volunteer/users/email_changed"
    assert "すぐにセンターにお電話ください" in told.text
    assert NEW not in told.text
    person = db.session.get_one(Person, cast.hanako.party_id)
    assert person.email in (NEW, None)
    assert client.get("/me").status_code == 200
    assert NEW in client.get(ASK).text
    assert elsewhere.get("/me").status_code == 303
    client.submit("/sign-in", {"email": OLD})
    assert outbox.last(OLD).template == "volunteer/users/not_known"


@pytest.mark.both_databases
def test_an_address_of_somebody_else_is_never_revealed(
    client: Client, cast: Cast, outbox: Outbox
) -> None:
    sign_in_as(client, cast.hanako)
    free = client.submit(ASK, {"email": NEW}, action=ASK, follow_redirects=True)
    taken = client.submit(ASK, {"email": "STUDENT@example.jp"}, action=ASK, follow_redirects=True)
    assert taken.status_code == free.status_code == 200
    assert "STUDENT@example.jp にメールを送りました" in taken.text
    letter = outbox.last("student@example.jp")
    assert letter.template == "volunteer/users/address_is_taken"
    assert client.submit(TYPE, {"code": "123456"}, action=TYPE).status_code == 422
    assert cast.hanako.party_id
    assert db.session.execute(db.select(User.email).filter_by(email=OLD)).scalar() == OLD


def test_five_wrong_codes_end_it(client: Client, cast: Cast, outbox: Outbox) -> None:
    sign_in_as(client, cast.hanako)
    client.submit(ASK, {"email": NEW}, action=ASK)
    code = code_in_mail(outbox, NEW)
    for _ in range(5):
        assert client.submit(TYPE, {"code": wrong(code)}, action=TYPE).status_code == 422
    answer = client.submit(TYPE, {"code": code}, action=TYPE)
    assert answer.status_code == 422
    assert "使えなくなりました" in answer.text


def test_a_code_is_good_for_ten_minutes(
    client: Client, cast: Cast, outbox: Outbox, clock: Any
) -> None:
    sign_in_as(client, cast.hanako)
    client.submit(ASK, {"email": NEW}, action=ASK)
    page = client.get(TYPE)
    clock.advance(timedelta(minutes=9, seconds=59))
    code = code_in_mail(outbox, NEW)
    assert client.resubmit(page, {"code": code}, action=TYPE).status_code == 303


def test_the_code_is_of_no_use_to_another_user_of_the_browser(
    client: Client, cast: Cast, outbox: Outbox
) -> None:
    sign_in_as(client, cast.hanako)
    client.submit(ASK, {"email": NEW}, action=ASK)
    with client.session_transaction() as kept:
        device = kept["device"]
    sign_in_as(client, cast.student)
    with client.session_transaction() as kept:
        kept["device"] = device
    assert client.get(TYPE).location == ASK


def test_it_needs_a_fresh_proof_and_a_sign_in(client: Client, cast: Cast, clock: Any) -> None:
    assert client.get(ASK).location.startswith("/sign-in")
    sign_in_as(client, cast.hanako)
    clock.advance(timedelta(minutes=11))
    assert client.get(ASK).location.startswith("/confirm-identity")


def test_a_member_of_an_organization_changes_theirs(
    client: Client, cast: Cast, outbox: Outbox
) -> None:
    sign_in_as(client, cast.cook)
    assert change(client, outbox, "cook.new@minato.example.jp").status_code == 303
    assert "cook.new@minato.example.jp" in client.get(ASK).text


def test_the_same_address_is_refused_in_words(client: Client, cast: Cast) -> None:
    sign_in_as(client, cast.hanako)
    answer = client.submit(ASK, {"email": OLD}, action=ASK)
    assert answer.status_code == 422
    assert "いまのアドレスと同じ" in answer.text


@pytest.mark.both_databases
def test_the_desk_puts_the_old_address_back_with_a_reason(
    app: Flask, client: Client, cast: Cast, outbox: Outbox
) -> None:
    person_id = cast.hanako.party_id
    sign_in_as(client, cast.hanako)
    change(client, outbox)
    desk = sign_in_as(app.test_client(), cast.coordinator)  # type: ignore[arg-type]
    page = f"/desk/people/{person_id}/email"
    assert OLD in desk.get(page).text
    assert desk.submit(page, {"email": OLD}).status_code == 422
    answer = desk.submit(page, {"email": OLD, "reason": "本人から電話。生年月日で確かめた"})
    assert answer.location == f"/desk/people/{person_id}/record?done=email"
    assert outbox.last(NEW).template == "volunteer/users/email_changed"
    assert outbox.last(OLD).template == "volunteer/users/email_corrected"
    assert client.get("/me").status_code == 303
    assert db.session.execute(db.select(db.func.count(EmailChange.id))).scalar() == 2
    acts = db.session.execute(db.select(AuditEntry.act).order_by(AuditEntry.id)).scalars().all()
    assert "emails_desk.correct" in acts


def test_the_desk_gives_a_first_address_to_somebody_without_one(
    client: Client, cast: Cast, outbox: Outbox
) -> None:
    person_id = cast.ichiro.party_id
    sign_in_as(client, cast.coordinator)
    page = f"/desk/people/{person_id}/email"
    typed = {"email": "ichiro@example.jp", "reason": "窓口で本人から"}
    assert client.submit(page, typed).status_code == 303
    assert db.session.get_one(Person, person_id).email == "ichiro@example.jp"
    client.submit("/sign-in", {"email": "ichiro@example.jp"})
    assert outbox.last("ichiro@example.jp").template == "volunteer/users/sign_in_code"


def test_the_desk_cannot_take_somebody_elses_address_nor_change_staff(
    client: Client, cast: Cast
) -> None:
    sign_in_as(client, cast.coordinator)
    page = f"/desk/people/{cast.hanako.party_id}/email"
    answer = client.submit(page, {"email": "student@example.jp", "reason": "電話"})
    assert answer.status_code == 422
    assert "ほかの登録で使われています" in answer.text
    assert client.get("/desk/people/999999/email").status_code == 404


def test_sessions_of_a_changed_user_say_why_they_ended(
    app: Flask, client: Client, cast: Cast, outbox: Outbox
) -> None:
    sign_in_as(app.test_client(), cast.hanako)  # type: ignore[arg-type]
    sign_in_as(client, cast.hanako)
    change(client, outbox)
    why = db.session.execute(
        db.select(UserSession.ended_because).where(UserSession.ended_at.is_not(None))
    )
    assert why.scalars().all() == ["email_changed"]


@pytest.mark.both_databases
def test_two_who_change_to_one_address_at_once_do_not_both_get_it(app: Flask, cast: Cast) -> None:
    start, ended, by = threading.Barrier(2), [], cast.coordinator.id

    def change_one(person_id: int, email: str) -> None:
        with app.app_context():
            start.wait(30)
            try:
                run_turn(correct_email_of, person_id, email, by, "まちがい")
                ended.append("done")
            except DomainError as error:
                ended.append(error.code)
            finally:
                db.session.remove()

    people = (cast.hanako.party_id, "One@example.jp"), (cast.student.party_id, "one@example.jp")
    threads = [threading.Thread(target=change_one, args=one) for one in people]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    assert sorted(ended) == ["done", "taken"]


def test_a_turn_that_the_server_asks_to_repeat_leaves_one_signed_in(
    client: Client, cast: Cast, outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in_as(client, cast.hanako)
    assert client.submit(ASK, {"email": NEW}, action=ASK).location == TYPE
    record, calls = audit.record, []

    def deadlock_once(*args: Any, **kwargs: Any) -> None:
        calls.append(args)
        if len(calls) == 1:
            refusal = type("Deadlock", (Exception,), {"sqlstate": "40P01"})()
            raise DBAPIError("COMMIT", {}, refusal)
        record(*args, **kwargs)

    monkeypatch.setattr(audit, "record", deadlock_once)
    done = client.submit(TYPE, {"code": code_in_mail(outbox, NEW)}, action=TYPE)
    assert done.location == "/me/email?done=changed"
    assert client.get("/me").status_code == 200
