"""Names and heads of one group at the same moment: never more persons than heads, nobody in two groups."""

from collections.abc import Callable

import pytest
from flask import Flask

from matching.checkin.models import Attendance
from matching.groups.duties import verify
from matching.groups.models import GroupName, GroupVisit
from matching.groups.naming import Naming, add_name
from matching.groups.services import By, NewVisit, correct_heads, record_visit
from tests.cast import Cast
from tests.matching.groups.scenes import DAYS, host, open_doors, school
from tests.races.scene import BOTH_WAYS, all_is_well, race, slow
from volunteer.core import audit
from volunteer.core.db import db, run_turn
from volunteer.core.errors import DomainError

__all__ = ["slow"]
pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("slow")]


def _act(work: Callable[[], object]) -> Callable[[], str]:
    """In a turn that is held open for a moment; how it ended."""

    def inside() -> None:
        work()
        audit.record("test")

    def run() -> str:
        try:
            run_turn(inside)
        except DomainError as error:
            return error.code
        return "done"

    return run


def _naming(visit_id: int, person_id: int, by: By) -> Callable[[], str]:
    return _act(lambda: add_name(Naming(visit_id, person_id, f"race:{visit_id}:{person_id}", by)))


def _counts() -> tuple[int, int, int]:
    """(heads, names counted, attendances)."""
    visit = db.session.scalars(db.select(GroupVisit).order_by(GroupVisit.id)).first()
    assert visit is not None
    attendances = len(db.session.scalars(db.select(Attendance.id)).all())
    return visit.heads, visit.names_count, attendances


def _is_well() -> None:
    all_is_well()
    assert verify() == []


@BOTH_WAYS
def test_two_names_for_the_last_head(app: Flask, cast: Cast, first: int) -> None:
    open_doors(cast)
    visit_id, by = school(cast, 1), host(cast)
    people = (cast.hanako.party_id, cast.ichiro.party_id)
    ends = race(app, first, *(_naming(visit_id, one, by) for one in people))
    assert sorted(ends) == ["all_named", "done"]
    assert ends[first] == "done"
    assert _counts() == (1, 1, 1)
    _is_well()


@BOTH_WAYS
def test_a_name_comes_while_the_heads_are_lowered(app: Flask, cast: Cast, first: int) -> None:
    open_doors(cast)
    visit_id, by = school(cast, 2), host(cast)
    run_turn(add_name, Naming(visit_id, cast.ichiro.party_id, "the-first-name-of-it", by))
    lower = _act(
        lambda: correct_heads(visit_id, 1, by, reason="数えなおし", key="lower-heads-race")
    )
    ends = race(app, first, _naming(visit_id, cast.hanako.party_id, by), lower)
    assert ends == (["done", "below_names"] if first == 0 else ["all_named", "done"])
    assert _counts() == ((2, 2, 2) if first == 0 else (1, 1, 1))
    _is_well()


@BOTH_WAYS
def test_one_person_is_named_in_two_groups(app: Flask, cast: Cast, first: int) -> None:
    open_doors(cast)
    by, person_id = host(cast), cast.hanako.party_id
    visits = [school(cast), school(cast, name="はなぞの商店会", key="the-other-group-race")]
    ends = race(app, first, *(_naming(one, person_id, by) for one in visits))
    assert sorted(ends) == ["done", "other_group"]
    assert len(db.session.scalars(db.select(GroupName.id)).all()) == 1
    assert len(db.session.scalars(db.select(Attendance.id)).all()) == 1
    _is_well()


@BOTH_WAYS
def test_two_members_record_the_same_school(app: Flask, cast: Cast, first: int) -> None:
    shift_id, by = cast.shift_today.id, host(cast)

    def recording(key: str) -> Callable[[], str]:
        new = NewVisit(key, shift_id, "みなと高校", 32, "先生 太郎", "")
        return _act(lambda: record_visit(new, by, DAYS))

    ends = race(app, first, recording("first-form-of-race"), recording("second-form-of-race"))
    assert sorted(ends) == ["done", "same_group"]
    assert len(db.session.scalars(db.select(GroupVisit.id)).all()) == 1
