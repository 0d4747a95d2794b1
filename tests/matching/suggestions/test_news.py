"""「新しい募集のお知らせ」: one message a day at most, and one button stops them."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from flask import Flask

from matching.assignments import services as assignments
from matching.help_requests.models import Shift
from matching.profiles import services as profiles
from matching.suggestions.jobs import tell_news
from matching.suggestions.models import SavedSearch
from matching.suggestions.rules import Fresh, Reader
from matching.suggestions.services import end_searches, save_search
from matching.suggestions.stopping import person_of, stop_token
from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.factories.matching import make_help_request, make_shift
from tests.factories.profiles import make_search
from tests.mail import Outbox
from volunteer.core.clock import from_tokyo
from volunteer.core.db import db, run_turn, write_turn

TUESDAY = date(2026, 12, 1)
FORM = {"category": "meals", "area": "", "weekdays": ["1", "3"], "part": "morning"}


@pytest.fixture(autouse=True)
def _no_token(app: Flask) -> None:
    app.config.update(WTF_CSRF_ENABLED=False)


def published(cast: Cast, clock: Any, place: str = "新しい場所") -> None:
    """An hour later there is something new."""
    clock.advance(timedelta(hours=1))
    with write_turn():
        request = make_help_request(
            cast.minato.party_id, cast.category, cast.area, cast.cook, public_place=place
        )
        make_shift(request, from_tokyo(TUESDAY, time(10)))


def live() -> list[SavedSearch]:
    """The searches that run."""
    db.session.rollback()
    return list(db.session.execute(db.select(SavedSearch).filter_by(ended_at=None)).scalars())


@pytest.mark.both_databases
def test_new_requests_are_told_once_and_in_one_message(
    app: Flask, cast: Cast, client: Client, clock: Any, outbox: Outbox
) -> None:
    sign_in_as(client, cast.hanako)
    for _turn in range(2):
        assert client.post("/me/news", data=FORM).status_code == 303
    assert len(live()) == 1
    assert tell_news() == "told=0"
    published(cast, clock)
    published(cast, clock, "もう1つの場所")
    assert tell_news() == "told=1"
    letter = outbox.last("hanako@example.jp")
    assert letter.subject == "新しい募集があります（2件）"
    assert "もう1つの場所" in letter.text
    assert f"/news/stop/{stop_token(cast.hanako.party_id)}" in letter.text
    published(cast, clock, "夜の場所")
    assert tell_news() == "told=0"
    clock.advance(timedelta(days=1))
    assert tell_news() == "told=1"
    assert "夜の場所" in outbox.last().text
    assert "もう1つの場所" not in outbox.last().text


def test_nobody_is_told_of_what_they_are_in_already_or_do_not_want(
    app: Flask, cast: Cast, clock: Any, outbox: Outbox
) -> None:
    with write_turn():
        make_search(cast.hanako)
    published(cast, clock)
    shift = db.session.scalars(db.select(Shift).order_by(Shift.id.desc())).first()
    assert shift is not None
    run_turn(assignments.apply, cast.hanako.party_id, shift.id, None)
    told = len(outbox.letters())
    assert tell_news() == "told=0"
    assert len(outbox.letters()) == told


def test_news_heeds_age_and_wishes_unless_the_kind_was_asked_for() -> None:
    reader = Reader(frozenset(), frozenset({"snow"}), 17)
    fresh = Fresh("snow", 1, 0, 600, age_min=None)
    assert (reader.wants(fresh, None), reader.wants(fresh, "snow")) == (False, True)
    adults = Fresh("meals", 1, 0, 600, age_min=18)
    assert not reader.wants(adults, "meals")
    assert Reader(frozenset(), frozenset(), None).wants(adults, None)


def test_who_rests_or_has_no_address_is_not_written_to(
    app: Flask, cast: Cast, clock: Any, outbox: Outbox
) -> None:
    with write_turn():
        make_search(cast.ichiro)
        make_search(cast.hanako)
        profiles.pause(cast.hanako.party_id, date(2026, 12, 24))
    published(cast, clock)
    assert tell_news() == "told=0"
    assert outbox.letters() == []


def test_one_button_of_the_mail_stops_them_without_signing_in(
    app: Flask, cast: Cast, client: Client
) -> None:
    with write_turn():
        make_search(cast.hanako)
        make_search(cast.student)
    address = f"/news/stop/{stop_token(cast.hanako.party_id)}"
    assert "佐藤" not in client.get(address).text
    assert len(live()) == 2
    assert "止めました" in client.post(address, follow_redirects=True).text
    assert [one.person_id for one in live()] == [cast.student.party_id]
    assert "止めました" in client.post(address, follow_redirects=True).text


@pytest.mark.parametrize("token", ["", "6", "6.x", "x.y", "６.a", "6.", ".a"])
def test_an_altered_link_stops_nothing(app: Flask, cast: Cast, token: str) -> None:
    assert person_of(token) is None
    signature = stop_token(cast.hanako.party_id).partition(".")[2]
    assert person_of(f"{cast.student.party_id}.{signature}") is None


def test_nobody_ends_the_search_of_somebody_else(app: Flask, cast: Cast, client: Client) -> None:
    with write_turn():
        foreign = make_search(cast.student).id
    sign_in_as(client, cast.hanako)
    assert client.post(f"/me/news/{foreign}/end").status_code == 404
    assert len(live()) == 1


def test_there_are_a_few_searches_at_most(app: Flask, cast: Cast, client: Client) -> None:
    sign_in_as(client, cast.hanako)
    for day in range(5):
        assert client.post("/me/news", data={**FORM, "weekdays": [str(day)]}).status_code == 303
    answer = client.post("/me/news", data={**FORM, "weekdays": ["6"]})
    assert answer.status_code == 422
    assert "お知らせは5つまで" in answer.text
    with write_turn():
        end_searches(cast.hanako.party_id)
        save_search(cast.hanako.party_id, {"category_code": "snow"})
    assert "雪かき" in client.get("/me/news").text
    assert client.post(f"/me/news/{live()[0].id}/end").location.endswith("done=ended")


def test_what_is_not_on_the_list_is_refused(app: Flask, cast: Cast, client: Client) -> None:
    sign_in_as(client, cast.hanako)
    for name, value in (("category", "nothing"), ("area", "987654"), ("weekdays", ["9"])):
        assert client.post("/me/news", data={**FORM, name: value}).status_code == 422
    assert live() == []
