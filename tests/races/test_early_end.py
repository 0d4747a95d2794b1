"""Somebody checks in at the moment at which the host ends the activity early: nobody stays open for hours."""

from collections.abc import Callable

import pytest
from flask import Flask

from matching.checkin import closing
from matching.checkin.models import Attendance
from matching.checkin.services import Scan, check_in
from matching.checkin.states import AttendanceState, Source
from tests.cast import Cast
from tests.factories.matching import make_participation
from tests.races.scene import BOTH_WAYS, race, slow
from volunteer.core import audit, clock
from volunteer.core.db import db, run_turn, write_turn
from volunteer.core.errors import DomainError

__all__ = ["slow"]
pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("slow")]


@BOTH_WAYS
def test_nobody_stays_open_after_an_early_end(app: Flask, cast: Cast, first: int) -> None:
    shift = cast.shift_today
    shift_id, starts_at = shift.id, shift.starts_at
    people, cook_id = (cast.hanako.party_id, cast.student.party_id), cast.cook.id
    with write_turn():
        for person in (cast.hanako, cast.student):
            make_participation(person, shift)
    clock.set(starts_at)
    run_turn(check_in, Scan(shift_id, people[0], Source.NAME_LIST, "a" * 32, cook_id))

    def arrive() -> str:
        def act() -> None:
            check_in(Scan(shift_id, people[1], Source.NAME_LIST, "b" * 32, cook_id))
            audit.record("test")

        return _done(act)

    def end() -> str:
        def act() -> None:
            closing.end_early(closing.EarlyEnd(shift_id, "雨", False, cook_id))
            audit.record("test")

        return _done(act)

    race(app, first, arrive, end)
    states = db.session.scalars(db.select(Attendance.state)).all()
    assert AttendanceState.OPEN not in states


def _done(act: Callable[[], None]) -> str:
    try:
        run_turn(act)
    except DomainError as error:
        return error.code
    return "done"
