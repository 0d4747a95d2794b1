"""Two clerks load rule versions for the same time at once: one of them is told."""

import time

import pytest
from flask import Flask

from points.programmes.queries import versions_of
from points.programmes.services import load_rule_version
from tests.cast import Cast
from tests.factories.points import OTARU
from tests.races.scene import BOTH_WAYS, HELD_OPEN, Act, all_is_well, race
from volunteer.core.db import db, run_turn
from volunteer.core.errors import Refused

pytestmark = pytest.mark.both_databases


def loading(text: str) -> Act:
    """Loading a file, held open a moment before it is stored; "" or why not."""

    def load() -> int:
        programme_id = load_rule_version(text).version.programme_id
        time.sleep(HELD_OPEN)
        return programme_id

    def act() -> str:
        try:
            return str(run_turn(load))
        except Refused as error:
            return error.code

    return act


def closed(first_day: str, code: str = "otaru-example") -> str:
    days = f"valid_from = {first_day}\nvalid_to = 2019-04-01"
    text = OTARU.replace("valid_from = 2021-04-01", days).replace('"otaru-example"', f'"{code}"')
    assert days in text
    assert f'"{code}"' in text
    return text


@BOTH_WAYS
@pytest.mark.parametrize("code", ["otaru-example", "new-here"])
def test_versions_loaded_at_once_never_overlap(
    app: Flask, cast: Cast, first: int, code: str
) -> None:
    answers = race(app, first, *(loading(closed(f"2018-0{n}-01", code)) for n in (1, 2)))
    assert "versions_overlap" in answers
    (programme_id,) = (int(one) for one in answers if one != "versions_overlap")
    assert len([one for one in versions_of(programme_id) if one.valid_to is not None]) == 1
    db.session.rollback()
    all_is_well()
