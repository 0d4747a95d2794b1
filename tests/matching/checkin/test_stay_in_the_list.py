"""Who has been received at the venue can no longer take the seat back, whoever presses."""

import pytest
from flask import Flask

from matching.assignments.services import withdraw
from matching.assignments.states import ParticipationState
from tests.cast import Cast
from tests.matching.checkin.scenes import accept, arrive, browser
from volunteer.core.db import db, run_turn
from volunteer.core.errors import Refused


@pytest.mark.both_databases
def test_who_has_arrived_before_the_start_does_not_withdraw(app: Flask, cast: Cast) -> None:
    place = accept(cast.hanako, cast.shift_today).id
    arrive(browser(app, cast.hanako), cast.shift_today)
    with pytest.raises(Refused) as refused:
        run_turn(withdraw, place, None)
    assert refused.value.code == "arrived"
    db.session.rollback()
    states = db.session.execute(db.text("SELECT state FROM participation")).scalars().all()
    assert states == [ParticipationState.ACCEPTED.value]
