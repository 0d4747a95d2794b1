"""Whose telephone stood on a list of the desk or of a host is in the view log."""

from datetime import timedelta

import pytest
from flask import Flask

from tests.cast import Cast
from tests.factories.matching import make_participation
from tests.matching.checkin.scenes import browser
from volunteer.core import clock
from volunteer.core.db import db, write_turn
from volunteer.core.models import ViewEntry

pytestmark = pytest.mark.both_databases
TELEPHONE = "tel:09000000000"


def _seen() -> list[tuple[int | None, int]]:
    rows = db.session.execute(db.select(ViewEntry).filter_by(what="telephone")).scalars()
    return [(row.user_id, row.party_id) for row in rows]


@pytest.mark.parametrize("page", ["", "/arrivals"])
@pytest.mark.parametrize("who", ["coordinator", "cook"])
def test_telephones_on_a_list_are_logged(app: Flask, cast: Cast, who: str, page: str) -> None:
    people = (cast.hanako, cast.student)
    for person in people:
        with write_turn():
            make_participation(person, cast.shift_today)
    viewer = getattr(cast, who)
    door = "/desk" if who == "coordinator" else "/o"
    answer = browser(app, viewer).get(f"{door}/shifts/{cast.shift_today.id}{page}")
    assert answer.text.count(TELEPHONE) == 2
    assert sorted(_seen()) == sorted((viewer.id, one.party_id) for one in people)


def test_what_is_not_shown_is_not_logged(app: Flask, cast: Cast) -> None:
    with write_turn():
        make_participation(cast.hanako, cast.shift_today)
    clock.set(clock.now() - timedelta(days=1))
    answer = browser(app, cast.cook).get(f"/o/shifts/{cast.shift_today.id}")
    assert TELEPHONE not in answer.text
    assert _seen() == []
