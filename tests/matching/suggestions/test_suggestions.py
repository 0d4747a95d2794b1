"""What suits me: the page, its reasons, and what is folded away with its reason."""

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import literal

from matching.assignments.states import ParticipationState as State
from matching.help_requests.models import Shift
from matching.profiles import services as profiles
from matching.profiles.rules import Said
from matching.profiles.states import TravelMode, WishKind
from matching.suggestions import queries
from matching.suggestions.ranking import suggest
from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.factories.matching import make_help_request, make_participation, make_shift
from tests.factories.profiles import make_day_off, make_pair
from volunteer.areas.models import Area
from volunteer.core.clock import from_tokyo
from volunteer.core.db import db, write_turn
from volunteer.core.sql_minutes import minute_of_week
from volunteer.people.models import Person

SUNDAY = date(2026, 11, 22)


def made(cast: Cast, day: date, hour: int, place: str, **values: object) -> Shift:
    """An open shift at a place of its own."""
    request = make_help_request(
        cast.minato.party_id, cast.category, cast.area, cast.cook, public_place=place, **values
    )
    return make_shift(request, from_tokyo(day, time(hour)))


def suiting(person: Person) -> list[int]:
    """The shifts in their order."""
    db.session.rollback()
    found = suggest(person.party_id)
    assert found is not None
    return [one.id for one in found.suiting]


def page_of(client: Client) -> str:
    """The page without its markup."""
    answer = client.get("/me/suggestions")
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


@pytest.mark.both_databases
def test_what_fits_stands_first_with_its_reasons(app: Flask, cast: Cast, client: Client) -> None:
    with write_turn():
        made(cast, SUNDAY + timedelta(days=2), 10, "火曜の台所")
        made(cast, SUNDAY + timedelta(days=3), 10, "水曜の台所")
        done = make_shift(cast.help_request, from_tokyo(date(2026, 10, 3), time(10)))
        make_participation(cast.hanako, done)
        cast.area.latitude, cast.area.longitude = 43.19, 141.0
        profiles.set_windows(cast.hanako.party_id, [(1, 540, 720)])
        profiles.set_travel(cast.hanako.party_id, cast.area.id, TravelMode.WALK, 30)
    sign_in_as(client, cast.hanako)
    page = page_of(client)
    suits, _others, against = page.partition("ここに出していない活動")
    assert "火曜の台所" in suits
    assert "同じ地区、火曜の午前が空いている、配食・食事づくり1回" in suits
    assert "水曜の台所" not in suits
    assert "空いている時間に合わない活動（3件）" in against
    assert "水曜の台所" in against


@pytest.mark.both_databases
def test_the_database_reads_the_week_as_we_do(app: Flask) -> None:
    for moment, minute in (
        (from_tokyo(date(2026, 11, 16)), 0),
        (from_tokyo(SUNDAY, time(23, 59)), 7 * 1440 - 1),
        (from_tokyo(date(2026, 11, 21), time(9, 30)), 5 * 1440 + 570),
        (datetime(2026, 2, 28, 15, 0, tzinfo=UTC), 6 * 1440),
    ):
        column = literal(moment, Shift.starts_at.type)
        assert db.session.execute(db.select(minute_of_week(column))).scalar() == minute


@pytest.mark.both_databases
def test_the_rough_order_of_the_database_brings_what_fits(app: Flask, cast: Cast) -> None:
    queries_candidates = queries.CANDIDATES
    with write_turn():
        for day in range(1, 15):
            made(cast, SUNDAY + timedelta(days=day), 18 if day % 7 else 10, f"その{day}")
    said = Said(windows=((6, 540, 720),), wishes=(("meals", WishKind.WANTED),))
    found = queries.candidates(said, {cast.area.id: 5}, [cast.shift_today.id])
    assert len(found) <= queries_candidates
    assert [one.starts_at for one in found[:2]] == [
        from_tokyo(SUNDAY + timedelta(days=7), time(10)),
        from_tokyo(SUNDAY + timedelta(days=14), time(10)),
    ]
    assert cast.shift_today.id not in [one.shift_id for one in found]


@pytest.mark.parametrize("state", [State.ACCEPTED, State.WITHDRAWN])
def test_what_i_have_to_do_with_already_is_not_suggested(
    app: Flask, cast: Cast, state: State
) -> None:
    before = suiting(cast.hanako)
    with write_turn():
        make_participation(cast.hanako, cast.shift, state=state)
    assert cast.shift.id in before
    assert cast.shift.id not in suiting(cast.hanako)


def test_requests_that_have_people_step_back(app: Flask, cast: Cast) -> None:
    with write_turn():
        one, other = (made(cast, SUNDAY + timedelta(days=8), 10, place) for place in "甲乙")
        make_participation(cast.ichiro, one)
    order = suiting(cast.hanako)
    assert order.index(other.id) < order.index(one.id)


def test_days_off_a_rest_and_limits_are_heeded(app: Flask, cast: Cast) -> None:
    with write_turn():
        make_day_off(cast.hanako, date(2026, 11, 28))
    assert suiting(cast.hanako) == [cast.shift_today.id]
    with write_turn():
        profiles.pause(cast.hanako.party_id, date(2026, 12, 24))
    assert suiting(cast.hanako) == []
    with write_turn():
        profiles.end_pause(cast.hanako.party_id)
        profiles.set_limits(cast.hanako.party_id, 1, None)
        make_participation(cast.hanako, cast.shift_today)
        later = made(cast, SUNDAY, 10, "同じ週")
    found = suggest(cast.hanako.party_id)
    assert found is not None
    assert later.id in [one.id for one in found.against]


def test_a_pair_kept_apart_reads_like_any_wish(app: Flask, cast: Cast, client: Client) -> None:
    with write_turn():
        make_pair(cast.hanako, cast.minato.party_id, cast.coordinator)
    sign_in_as(client, cast.hanako)
    page = page_of(client)
    assert "行く人を センターが決める活動（2件）" in page
    assert "争い" not in page


def test_who_has_said_nothing_is_asked_kindly(app: Flask, cast: Cast, client: Client) -> None:
    sign_in_as(client, cast.student)
    page = page_of(client)
    assert "空いている曜日や、したい活動を教えてください" in page
    assert "その日の保険がありません（2件）" in page


def test_an_applicant_looks_and_does_not_apply(app: Flask, cast: Cast, client: Client) -> None:
    sign_in_as(client, cast.applicant)
    assert "申し込む（" not in page_of(client)


def test_a_town_without_points_on_the_map_judges_no_way(app: Flask, cast: Cast) -> None:
    with write_turn():
        db.session.execute(db.update(Area).values(latitude=None, longitude=None))
        profiles.set_travel(cast.hanako.party_id, cast.area.id, TravelMode.WALK, 1)
    assert suiting(cast.hanako)
