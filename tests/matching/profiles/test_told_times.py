"""A profile says whether its person told when they are free, however the times are written."""

import pytest
from sqlalchemy import delete, insert

from matching.profiles.models import AvailabilityWindow, Profile
from matching.profiles.services import set_limits, set_windows
from tests.cast import Cast
from volunteer.core.db import db, guarded_update, run_turn, write_turn

TUESDAY, FRIDAY = (1, 540, 720), (4, 540, 720)


def has_told(person_id: int) -> bool | None:
    """What the profile says; None without one."""
    db.session.rollback()
    told = db.select(Profile.has_windows).where(Profile.person_id == person_id)
    return db.session.execute(told).scalar()


def take_away(person_id: int, weekday: int) -> None:
    window = AvailabilityWindow
    of_day = (window.person_id == person_id) & (window.weekday == weekday)
    with write_turn():
        guarded_update(delete(window).where(of_day))


@pytest.mark.both_databases
def test_a_profile_says_whether_times_were_told(cast: Cast) -> None:
    hanako, ichiro = cast.hanako.party_id, cast.ichiro.party_id
    run_turn(set_limits, hanako, 2, None)
    assert (has_told(hanako), has_told(ichiro)) == (False, None)
    run_turn(set_windows, hanako, [TUESDAY, FRIDAY])
    assert has_told(hanako)
    take_away(hanako, 1)
    assert has_told(hanako)
    take_away(hanako, 4)
    assert has_told(hanako) is False
    row = {"person_id": ichiro, "weekday": 0, "from_minute": 0, "until_minute": 60}
    with write_turn():
        db.session.execute(insert(AvailabilityWindow), row)
    assert has_told(ichiro)
    run_turn(set_windows, ichiro, [FRIDAY])
    assert has_told(ichiro)
    run_turn(set_windows, ichiro, [])
    assert has_told(ichiro) is False
