"""Signing in by a code sent by e-mail."""

from datetime import timedelta
from typing import Any

import pytest

from tests.applications import make_app
from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.factories.volunteer import make_user
from tests.mail import Outbox
from tests.volunteer.users.codes import code_in_mail, wrong
from volunteer.core.db import db, write_turn
from volunteer.core.models import AuditEntry, Outcome
from volunteer.users.models import User, UserSession
from volunteer.users.services import let_act
from volunteer.users.states import ActingAs

HANAKO = "hanako@example.jp"


def ask(client: Client, email: str = HANAKO, page: str = "/sign-in") -> Any:
    """Ask for a code and open the page that takes it."""
    answer = client.submit(page, {"email": email})
    assert answer.status_code == 303, answer.text
    return answer


@pytest.mark.both_databases
def test_a_volunteer_signs_in_with_the_code_from_the_mail(
    client: Client, cast: Cast, outbox: Outbox
) -> None:
    ask(client)
    answer = client.submit("/sign-in/code", {"code": code_in_mail(outbox, HANAKO)})
    assert answer.status_code == 303
    assert "佐藤 花子" in client.get("/me").text


def test_the_page_asked_for_opens_after_signing_in(
    client: Client, cast: Cast, outbox: Outbox
) -> None:
    shown = client.get("/me/details")
    assert shown.status_code == 303
    asked = ask(client, page=shown.location)
    answer = client.submit(asked.location, {"code": code_in_mail(outbox, HANAKO)})
    assert answer.location == "/me/details"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_nobody_is_sent_to_another_site_after_signing_in(
    client: Client, cast: Cast, outbox: Outbox, target: str
) -> None:
    client.get("/sign-in")
    client.submit("/sign-in", {"email": HANAKO})
    page = client.get("/sign-in/code", query_string={"next": target})
    answer = client.resubmit(page, {"code": code_in_mail(outbox, HANAKO)})
    assert answer.location == "/"


def test_full_width_digits_and_spaces_are_understood(
    client: Client, cast: Cast, outbox: Outbox
) -> None:
    ask(client)
    code = code_in_mail(outbox, HANAKO)
    typed = (
        code[:3].translate(str.maketrans("0123456789", "０１２３４５６７８９")) + "　" + code[3:]
    )
    assert client.submit("/sign-in/code", {"code": typed}).status_code == 303


@pytest.mark.both_databases
def test_after_six_wrong_codes_the_right_one_fails_also_after_a_restart(
    client: Client, cast: Cast, outbox: Outbox, app: Any
) -> None:
    ask(client)
    code = code_in_mail(outbox, HANAKO)
    for _round in range(6):
        assert client.submit("/sign-in/code", {"code": wrong(code)}).status_code == 422
    answer = client.submit("/sign-in/code", {"code": code})
    assert answer.status_code == 422
    assert "使えなくなりました" in answer.text
    assert 'class="button second" href="/sign-in"' in answer.text, "what to do stands in sight"
    restarted = make_app(app.config["OTAGAI"].database_url)
    again = restarted.test_client()
    assert isinstance(again, Client)
    with client.session_transaction() as before, again.session_transaction() as after:
        after.update(before)
    assert again.submit("/sign-in/code", {"code": code}).status_code == 422
    with restarted.app_context():
        db.session.remove()
        db.engine.dispose()


def test_the_fifth_try_may_still_be_the_right_one(
    client: Client, cast: Cast, outbox: Outbox
) -> None:
    ask(client)
    code = code_in_mail(outbox, HANAKO)
    for _round in range(4):
        client.submit("/sign-in/code", {"code": wrong(code)})
    assert client.submit("/sign-in/code", {"code": code}).status_code == 303


def test_a_wrong_code_leaves_a_refused_act(client: Client, cast: Cast, outbox: Outbox) -> None:
    ask(client)
    client.submit("/sign-in/code", {"code": wrong(code_in_mail(outbox, HANAKO))})
    entry = (
        db.session.execute(db.select(AuditEntry).order_by(AuditEntry.id.desc())).scalars().first()
    )
    assert entry is not None
    assert (entry.outcome, entry.code) == (Outcome.REFUSED, "wrong_code")


def test_a_code_is_good_for_ten_minutes(
    client: Client, cast: Cast, outbox: Outbox, clock: Any
) -> None:
    ask(client)
    clock.advance(timedelta(minutes=10))
    answer = client.submit("/sign-in/code", {"code": code_in_mail(outbox, HANAKO)})
    assert "10分がすぎた" in answer.text


def test_a_code_works_once(client: Client, cast: Cast, outbox: Outbox) -> None:
    ask(client)
    page = client.get("/sign-in/code")
    code = code_in_mail(outbox, HANAKO)
    assert client.resubmit(page, {"code": code}).status_code == 303
    client.submit("/me/sessions", action="/sign-out")
    ask(client)
    answer = client.submit("/sign-in/code", {"code": code})
    assert answer.status_code == 422


def test_a_code_is_bound_to_the_browser_that_asked(
    client: Client, cast: Cast, outbox: Outbox, app: Any
) -> None:
    ask(client)
    code = code_in_mail(outbox, HANAKO)
    other = app.test_client()
    ask(other, "student@example.jp")
    assert other.submit("/sign-in/code", {"code": code}).status_code == 422


def test_an_unknown_address_gets_the_same_answer_and_a_mail_that_explains(
    client: Client, cast: Cast, outbox: Outbox, app: Any
) -> None:
    known, unknown = ask(client), ask(app.test_client(), "nobody@example.jp")
    assert known.location == unknown.location
    assert "まだ登録されていません" in outbox.last("nobody@example.jp").subject


def test_the_sixth_mail_within_an_hour_is_refused_kindly(client: Client, cast: Cast) -> None:
    for _round in range(5):
        ask(client)
    answer = client.submit("/sign-in", {"email": HANAKO})
    assert answer.status_code == 422
    assert "しばらく待って" in answer.text
    assert HANAKO in answer.text


def test_the_letters_of_an_address_may_be_large_or_small(
    client: Client, cast: Cast, outbox: Outbox
) -> None:
    ask(client, "HANAKO@Example.jp")
    answer = client.submit("/sign-in/code", {"code": code_in_mail(outbox, HANAKO)})
    assert answer.status_code == 303


def test_two_people_with_one_mailbox_choose_who_they_are(
    client: Client, cast: Cast, outbox: Outbox
) -> None:
    with write_turn():
        user_id = cast.user(HANAKO).id
        let_act(user_id, cast.ichiro.party_id, ActingAs.SELF)
    ask(client)
    answer = client.submit("/sign-in/code", {"code": code_in_mail(outbox, HANAKO)})
    assert answer.location == "/who"
    page = client.get("/who").text
    assert "佐藤 花子" in page
    assert "鈴木 一郎" in page
    acting = str(let_act_id(user_id, cast.ichiro.party_id))
    assert client.submit("/who", {"acting": acting}).status_code == 303
    assert "鈴木 一郎さん" in client.get("/me").text


def let_act_id(user_id: int, party_id: int) -> int:
    """The acting of a user for a party."""
    return next(
        acting.id
        for acting in db.session.get_one(User, user_id).actings
        if acting.party_id == party_id
    )


def test_nobody_acts_for_a_stranger(client: Client, cast: Cast) -> None:
    sign_in_as(client, cast.hanako)
    foreign = cast.user("student@example.jp").actings[0].id
    page = client.get("/who")
    answer = client.resubmit(page, {"acting": str(foreign)})
    assert answer.status_code == 422


def test_signing_out_ends_the_session_on_the_server(client: Client, cast: Cast) -> None:
    sign_in_as(client, cast.hanako)
    with client.session_transaction() as kept:
        stolen = dict(kept)
    client.submit("/me/sessions", action="/sign-out")
    with client.session_transaction() as back:
        back.update(stolen)
    assert client.get("/me").status_code == 303


def test_one_ends_another_device_and_only_ones_own(client: Client, cast: Cast, app: Any) -> None:
    lost = sign_in_as(app.test_client(), cast.hanako)
    sign_in_as(client, cast.hanako)
    rows = db.session.execute(db.select(UserSession).order_by(UserSession.id)).scalars().all()
    answer = client.submit("/me/sessions", action=f"/me/sessions/{rows[0].id}/end")
    assert answer.status_code == 303
    assert lost.get("/me").status_code == 303


def test_nobody_ends_a_strangers_session(client: Client, cast: Cast, app: Any) -> None:
    sign_in_as(client, cast.hanako)
    row = db.session.execute(db.select(UserSession.id)).scalar_one()
    other = sign_in_as(app.test_client(), cast.student)
    token = other.get("/me/sessions").text.split('name="csrf_token" value="')[1].split('"')[0]
    answer = other.post(f"/me/sessions/{row}/end", data={"csrf_token": token})
    assert answer.status_code == 404
    assert client.get("/me").status_code == 200


def test_the_language_chosen_stays_with_the_user(client: Client, cast: Cast) -> None:
    sign_in_as(client, cast.hanako)
    client.submit("/me", {"language": "en"}, action="/language")
    assert db.session.get_one(User, cast.user(HANAKO).id).language == "en"


def test_somebody_who_acts_for_nobody_is_told_what_to_do(
    client: Client, cast: Cast, outbox: Outbox
) -> None:
    with write_turn():
        make_user("alone@example.jp")
    ask(client, "alone@example.jp")
    answer = client.submit("/sign-in/code", {"code": code_in_mail(outbox, "alone@example.jp")})
    assert answer.location == "/who"
    assert "ボランティア登録をするか" in client.get("/who").text
