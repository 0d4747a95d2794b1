"""Whether the center brought somebody to an activity, for programmes that give points only then (awara_arigatone)."""

from datetime import date, timedelta
from typing import Any

import pytest

from matching.assignments.models import Participation
from matching.checkin.rules import is_introduced, window_of
from matching.checkin.states import Source
from matching.help_requests.models import HelpRequest
from points.earning.models import Award
from points.programmes.files import preset_text
from tests.cast import NOW, Cast
from tests.factories.points import enrol, make_programme
from tests.matching.checkin.scenes import accept, arrive, browser, rows
from volunteer.core.db import db, write_turn

WINDOW = window_of(NOW, NOW + timedelta(hours=2))


def only_introduced(cast: Cast) -> None:
    """花子 and 一郎 take part in the real scheme of Awara alone, and the activity takes whoever comes."""
    with write_turn():
        programme = make_programme("awara_arigatone", source=preset_text("awara_arigatone"))
        programme.position = -1
        for person in (cast.hanako, cast.ichiro):
            enrol(person, programme, date(2026, 4, 1))
        db.session.get_one(HelpRequest, cast.help_request.id).walk_in_allowed = True


@pytest.mark.both_databases
def test_a_walk_in_whom_the_host_found_gets_no_points_where_only_introduced_ones_do(
    app: Any, cast: Cast
) -> None:
    only_introduced(cast)
    arrive(browser(app, cast.hanako), cast.shift_today)
    (award,) = rows(Award)
    assert (award.points, award.reason) == (0, "not_introduced")
    assert award.facts["is_introduced"] is False


@pytest.mark.both_databases
def test_whoever_was_enrolled_before_gets_them(app: Any, cast: Cast) -> None:
    only_introduced(cast)
    accept(cast.hanako, cast.shift_today)
    arrive(browser(app, cast.hanako), cast.shift_today)
    (award,) = rows(Award)
    assert (award.points, award.facts["is_introduced"]) == (1, True)


def test_elsewhere_a_walk_in_gets_points_as_ever(app: Any, cast: Cast) -> None:
    with write_turn():
        db.session.get_one(HelpRequest, cast.help_request.id).walk_in_allowed = True
    arrive(browser(app, cast.hanako), cast.shift_today)
    assert rows(Participation)[0].walk_in
    (award,) = rows(Award)
    assert award.reason != "not_introduced"
    assert award.facts["is_introduced"] is False


@pytest.mark.parametrize(
    ("enrolled_minutes_before", "is_walk_in", "source", "expected"),
    [
        (None, None, Source.VENUE_CODE, False),
        (0, True, Source.VENUE_CODE, False),
        (30, True, Source.HOST_CODE, False),
        (24 * 60, True, Source.VENUE_CODE, True),
        (0, False, Source.VENUE_CODE, True),
        (-600, True, Source.STAFF_ENTRY, True),
        (-600, True, Source.NAME_LIST, False),
    ],
)
def test_being_known_before_the_doors_open_is_being_introduced(
    enrolled_minutes_before: int | None, is_walk_in: bool | None, source: Source, expected: bool
) -> None:
    minutes = enrolled_minutes_before
    enrolled_at = None if minutes is None else NOW - timedelta(minutes=minutes)
    assert is_introduced(enrolled_at, is_walk_in, source, WINDOW) is expected
