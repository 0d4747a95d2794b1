"""A list of thirty lines asks the database as often as a list of three."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask

from matching.assignments.states import ParticipationState
from matching.checkin.models import Attendance
from matching.checkin.states import AttendanceState, Grade, Source
from matching.help_requests.models import Shift
from matching.help_requests.states import HelpRequestState
from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.factories.matching import make_help_request, make_participation, make_shift
from tests.factories.volunteer import added, insure, make_household, make_organization, make_person
from tests.statements import STATEMENTS_MAX, statements_of
from volunteer.core import clock
from volunteer.core.db import write_turn
from volunteer.core.models import Notice, NoticeState
from volunteer.people.models import Person
from volunteer.people.states import PersonState

LISTS = (
    ("hanako", "/board"),
    ("hanako", "/me/plan"),
    ("hanako", "/home"),
    ("hanako", "/points"),
    ("cook", "/o"),
    ("cook", "/o/requests"),
    ("cook", "/o/shifts/{shift}"),
    ("cook", "/o/shifts/{shift}/arrivals"),
    ("coordinator", "/desk"),
    ("coordinator", "/desk/requests"),
    ("coordinator", "/desk/requests?state=submitted"),
    ("coordinator", "/desk/people"),
    ("coordinator", "/desk/organizations"),
    ("coordinator", "/desk/households"),
    ("coordinator", "/desk/today"),
    ("coordinator", "/desk/shifts/{shift}"),
    ("coordinator", "/desk/shifts/{shift}/arrivals"),
    ("coordinator", "/desk/shifts/{shift}/offer"),
    ("coordinator", "/desk/outbox"),
    ("coordinator", "/desk/categories"),
)


@pytest.fixture
def numbers() -> Iterator[int]:
    """Numbers that are used once."""
    return iter(range(1000))


def _more(cast: Cast, today_: Shift, numbers: Iterator[int], count: int) -> None:
    """`count` lines more on every list."""
    today, later = clock.today(), clock.now() + timedelta(days=9)
    with write_turn():
        for number in (next(numbers) for _line in range(count)):
            person = make_person(f"人 {number}")
            make_person(f"申 {number}", state=PersonState.APPLIED)
            insure(person, today, today + timedelta(days=99))
            make_organization(f"団体{number}")
            make_household(cast.area, cast.coordinator)
            seat = make_participation(person, today_)
            if number % 2:
                added(_attendance(seat.id))
            _requests(cast, person, number, later)
            added(_notice(number))


def _requests(cast: Cast, person: Person, number: int, later: datetime) -> None:
    owner = (cast.minato.party_id, cast.category, cast.area, cast.cook)
    make_help_request(*owner, state=HelpRequestState.SUBMITTED)
    shift = make_shift(make_help_request(*owner), later + timedelta(hours=3 * number))
    make_participation(cast.hanako, shift)
    make_participation(person, shift, state=ParticipationState.APPLIED)
    make_participation(make_person(f"お願い {number}"), shift, state=ParticipationState.OFFERED)


def _attendance(seat_id: int) -> Attendance:
    return Attendance(
        participation_id=seat_id,
        state=AttendanceState.OPEN,
        grade=Grade.CLAIMED,
        source=Source.SHIFT_CODE,
        checked_in_at=clock.now(),
        minutes_counted=60,
        households=1,
        auto_closed=False,
        due_at=clock.now() + timedelta(hours=9),
        flags=[],
    )


def _notice(number: int) -> Notice:
    return Notice(
        key=f"list:{number}",
        template="volunteer/people/resumed",
        to_address="nobody@example.jp",
        params={"name": "だれか"},
        state=NoticeState.FAILED,
        next_try_at=clock.now(),
        queued_at=clock.now(),
    )


def test_lists_ask_as_often_for_thirty_lines_as_for_three(
    app: Flask, cast: Cast, numbers: Iterator[int]
) -> None:
    browsers = {}
    for who, _page in LISTS:
        client = app.test_client()
        assert isinstance(client, Client)
        browsers[who] = sign_in_as(client, getattr(cast, who))

    with write_turn():
        shift = make_shift(cast.help_request, clock.now() + timedelta(minutes=30), seats=40)
    pages = [(who, page.format(shift=shift.id)) for who, page in LISTS]
    _more(cast, shift, numbers, 3)
    few = {page: statements_of(browsers[who], page) for who, page in pages}
    _more(cast, shift, numbers, 27)
    many = {page: statements_of(browsers[who], page) for who, page in pages}
    grown = {page: (few[page], many[page]) for page in few if many[page] > few[page]}
    assert not grown
    assert not {page: count for page, count in many.items() if count > STATEMENTS_MAX}
