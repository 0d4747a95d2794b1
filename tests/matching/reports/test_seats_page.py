"""How many seats were filled and how soon: the sums of the database, the page and the file."""

import csv
import io
from datetime import timedelta

import pytest

from matching.help_requests.states import ShiftState
from matching.reports import queries
from matching.reports.rules import Group
from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.factories.matching import make_category, make_help_request, make_shift
from tests.factories.reports import past_shift, take_seat
from tests.factories.volunteer import make_area
from volunteer.core import clock
from volunteer.core.db import write_turn


def _town(cast: Cast) -> int:
    """Meals in 花園: full after three days and a bit. Snow up the hill: one seat of two, and one shift of long ago."""
    now = clock.now()
    with write_turn():
        snow, hill = make_category("shovel", "雪はね", position=50), make_area(name="山の手")
        full = past_shift(
            cast, cast.category, cast.area, days_ago=5, seats=2, published=now - timedelta(days=20)
        )
        take_seat(cast.hanako, full, now - timedelta(days=19))
        take_seat(cast.student, full, now - timedelta(days=16, hours=5))
        short = past_shift(
            cast, snow, hill, days_ago=9, seats=2, published=now - timedelta(days=30)
        )
        take_seat(cast.hanako, short, now - timedelta(days=29))
        old = past_shift(cast, snow, hill, days_ago=60, seats=1, published=now - timedelta(days=70))
        take_seat(cast.student, old, now - timedelta(days=70, minutes=-30))
        gone = make_help_request(cast.minato.party_id, snow, hill, cast.cook)
        make_shift(gone, now - timedelta(days=3), state=ShiftState.CANCELLED)
        return hill.id


@pytest.mark.both_databases
def test_the_database_adds_up_what_took_place(cast: Cast) -> None:
    hill = _town(cast)
    found = sorted(queries.fillings(91), key=lambda one: (one.category, one.taken, one.seats))
    assert found == [
        Group("meals", cast.area.id, 3, shifts=1, seats=2, taken=2),
        Group("shovel", hill, 0, shifts=1, seats=1, taken=1),
        Group("shovel", hill, None, shifts=1, seats=2, taken=1),
    ]
    assert sum(one.shifts for one in queries.fillings(28)) == 2


def test_the_page_says_it_by_kind_and_by_district(cast: Cast, client: Client) -> None:
    _town(cast)
    desk = sign_in_as(client, cast.coordinator)
    page = desk.get("/desk/match/reports").text
    for words in ("5席のうち4席", "80％", "3席のうち2席", "66％", "山の手", "3件のうち2件", "3日"):
        assert words in page, words
    assert "その日のうち" in page
    month = desk.get("/desk/match/reports?days=28").text
    assert "4席のうち3席" in month
    assert desk.get("/desk/match/reports?days=1000000").text.count("5席のうち4席") == 1


def test_the_file_has_sums_of_kind_and_district_together(cast: Cast, client: Client) -> None:
    _town(cast)
    answer = sign_in_as(client, cast.auditor).get("/desk/match/reports/file?days=91")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert rows[1:] == [
        [cast.category.name, cast.area.name, "1", "1", "2", "2", "100", "3"],
        ["雪はね", "山の手", "2", "1", "3", "2", "66", "0"],
    ]


def test_a_town_without_a_past_is_told_so(cast: Cast, client: Client) -> None:
    desk = sign_in_as(client, cast.coordinator)
    assert "この期間に始まった活動はありません" in desk.get("/desk/match/reports").text
