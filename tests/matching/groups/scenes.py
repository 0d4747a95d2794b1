"""What the tests of groups share: a school comes to today's activity, and names are added to it."""

from typing import Any

from matching.groups.models import GroupEvent, GroupName, GroupVisit
from matching.groups.services import By, NewVisit, record_visit
from matching.groups.states import Side
from matching.help_requests.models import HelpRequest, Shift
from tests.cast import Cast
from tests.matching.checkin.scenes import browser, rows
from volunteer.core.db import db, run_turn, write_turn
from volunteer.people.models import Person

SCHOOL = {
    "name": "みなと高校",
    "heads": "32",
    "leader_name": "先生 太郎",
    "leader_telephone": "0134-00-0000",
}
DAYS = 14


def open_doors(cast: Cast, seats: int = 3) -> None:
    """Today's activity takes people who come without an application."""
    with write_turn():
        db.session.get_one(HelpRequest, cast.help_request.id).walk_in_allowed = True
        db.session.get_one(Shift, cast.shift_today.id).seats = seats


def door(cast: Cast) -> str:
    """Where the host records a group."""
    return f"/o/shifts/{cast.shift_today.id}/groups/new"


def school(cast: Cast, heads: int = 32, **values: Any) -> int:
    """The host has recorded the school; nobody is named."""
    new = NewVisit(
        "a-school-of-the-tests", cast.shift_today.id, "みなと高校", heads, "先生 太郎", ""
    )
    return run_turn(record_visit, NewVisit(**{**vars(new), **values}), host(cast), DAYS)


def host(cast: Cast) -> By:
    """The member of みなと食堂 who stands at the door."""
    return By(Side.HOST, cast.cook.id)


def add(app: Any, cast: Cast, visit_id: int, *lines: str, **ticks: Any) -> Any:
    """The host writes lines on the page of the group."""
    data = {"rows": "\n".join(lines), **ticks}
    address = f"/o/groups/{visit_id}"
    return browser(app, cast.cook).submit(address, data, action=address, follow_redirects=True)


def line_of(person: Person) -> str:
    """Number and name, as a list has them."""
    return f"{person.number} {person.name}"


def visits() -> list[GroupVisit]:
    """All visits."""
    return rows(GroupVisit)


def names() -> list[GroupName]:
    """All names, also those taken out."""
    return rows(GroupName)


def group_events() -> list[GroupEvent]:
    """All that happened to groups."""
    return rows(GroupEvent)
