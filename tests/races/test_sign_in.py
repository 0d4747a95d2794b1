"""Codes that count once, typed twice at the same moment; counters that many fill at once."""

from datetime import timedelta

import pytest
from flask import Flask

from tests.cast import CARD_OF_ICHIRO, PASSWORD, TOTP_SECRET, Cast
from tests.client import Client
from tests.factories.matching import make_participation
from tests.mail import Outbox
from tests.races.scene import browser, posting, race, slow, statuses
from tests.volunteer.users.codes import code_in_mail, wrong
from volunteer.core import clock
from volunteer.core.attempts import count_attempt
from volunteer.core.db import db, write_turn
from volunteer.core.errors import TooManyAttempts
from volunteer.core.totp import code_at
from volunteer.people.states import PersonState
from volunteer.users.models import SignInCode, StaffRole, UserSession

__all__ = ["slow"]
pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("slow")]

COORDINATOR = "coordinator@center.example.jp"


def _sessions() -> int:
    return len(db.session.scalars(db.select(UserSession.id).filter_by(ended_at=None)).all())


def test_one_authenticator_code_signs_in_once(app: Flask, cast: Cast) -> None:
    both = [app.test_client() for _number in range(2)]
    for one in both:
        assert isinstance(one, Client)
        one.submit("/desk/sign-in", {"email": COORDINATOR, "password": PASSWORD})
    code = code_at(TOTP_SECRET, clock.now())
    answers = race(app, 0, *(posting(one, "/desk/sign-in/code", code=code) for one in both))
    assert sorted(statuses(answers)) == [303, 422]
    assert _sessions() == 1


def test_one_code_of_a_mail_signs_in_once(
    app: Flask, cast: Cast, client: Client, outbox: Outbox
) -> None:
    client.submit("/sign-in", {"email": "hanako@example.jp"})
    code = code_in_mail(outbox, "hanako@example.jp")
    answers = race(app, 0, *[posting(client, "/sign-in/code", code=code)] * 3)
    assert max(statuses(answers)) < 500
    assert _sessions() == 1


def test_many_wrong_codes_at_once_are_all_counted(
    app: Flask, cast: Cast, client: Client, outbox: Outbox
) -> None:
    client.submit("/sign-in", {"email": "hanako@example.jp"})
    code = code_in_mail(outbox, "hanako@example.jp")
    race(app, 0, *[posting(client, "/sign-in/code", code=wrong(code))] * 6)
    assert db.session.scalars(db.select(SignInCode.tries)).one() == 5
    assert client.post("/sign-in/code", data={"code": code}).status_code in (422, 429)
    assert _sessions() == 0


def test_a_counter_lets_no_more_through_than_its_limit(app: Flask) -> None:
    def count() -> bool:
        try:
            count_attempt("test", "somebody", 4, timedelta(minutes=10))
        except TooManyAttempts:
            return False
        return True

    assert sum(race(app, 0, *[count] * 9)) == 4


def test_a_member_removed_meanwhile_receives_nobody(app: Flask, cast: Cast) -> None:
    """The page was open; the right has ended; the next button does nothing."""
    with write_turn():
        make_participation(cast.hanako, cast.shift_today)
    helper = browser(app, cast.helper)
    address = f"/o/shifts/{cast.shift_today.id}/arrivals"
    assert helper.get(address).status_code == 200
    removed = browser(app, cast.cook).post(f"/o/members/{cast.helper.id}/removal")
    assert removed.status_code == 303
    assert helper.post(f"{address}/{cast.hanako.party_id}").status_code in (401, 403)
    assert helper.post(address, data={"code": CARD_OF_ICHIRO}).status_code in (401, 403)


def test_an_organization_at_rest_and_a_stopped_person_do_nothing_more(
    app: Flask, cast: Cast
) -> None:
    hanako, cook = browser(app, cast.hanako), browser(app, cast.cook)
    desk = browser(app, cast.coordinator)
    for address in (
        f"/desk/people/{cast.hanako.party_id}/suspension",
        f"/desk/organizations/{cast.minato.party_id}/suspension",
    ):
        assert desk.post(address, data={"reason": "休みます"}).status_code == 303
    assert hanako.post(f"/shifts/{cast.shift.id}/application").status_code in (403, 422)
    data = {"category_code": "meals", "title": "手伝い", "description": "夕食づくり"}
    assert cook.post("/o/requests/new", data=data).status_code in (403, 422)
    assert cast.person("佐藤 花子").state is PersonState.SUSPENDED


def test_a_role_taken_back_stops_the_page_that_was_open(app: Flask, cast: Cast) -> None:
    desk = browser(app, cast.coordinator)
    assert desk.get("/desk/households/new").status_code == 200
    grant = next(iter(_grants(cast.coordinator.id)))
    administrator = browser(app, cast.administrator)
    address = f"/desk/staff/{cast.coordinator.id}/roles/{grant}/revocation"
    assert administrator.post(address).status_code == 303
    answer = desk.post(f"/desk/people/{cast.applicant.party_id}/refusal", data={"reason": "理由"})
    assert answer.status_code == 401
    assert cast.applicant.state is PersonState.APPLIED


def _grants(user_id: int) -> list[int]:
    return list(db.session.scalars(db.select(StaffRole.id).filter_by(user_id=user_id)))
