"""Reads for the paper of shifts: which shifts of a day, and who stands on their lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, joinedload

from matching.assignments.models import Participation
from matching.assignments.states import ParticipationState
from matching.checkin.short_codes import short_codes
from matching.help_requests.models import HelpRequest, Shift
from matching.help_requests.states import ShiftState
from volunteer.core import clock
from volunteer.core.db import db
from volunteer.people.models import Person

LISTS_AT_ONCE = 10
"""Name lists of a day in one print; more come on the next page."""

ROWS_ON_A_SHEET = 20
BLANK_ROWS = 3
"""Empty rows for those who come without a place, where the shift allows it."""


@dataclass(frozen=True)
class ListRow:
    """One person on a printed name list."""

    code: str
    person_id: int
    name: str
    kana: str
    number: str


@dataclass(frozen=True)
class NameList:
    """The name list of a shift, cut into sheets of paper; there is always at least one."""

    shift: Shift
    rows: list[ListRow]
    sheets: list[list[ListRow]]
    blank: int


@dataclass(frozen=True)
class ShiftsOfDay:
    """Some of the shifts of a day that are not cancelled, and how many there are in all."""

    shifts: list[Shift]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many prints the day takes."""
        return max(1, -(-self.total // LISTS_AT_ONCE))


def shifts_of_day(day: date, host_party_id: int | None = None, page: int = 1) -> ShiftsOfDay:
    """The shifts that begin on a day, the earliest first; `host_party_id`: only those of this host."""
    start, end = clock.day_bounds(day)
    conditions = [
        Shift.starts_at >= start,
        Shift.starts_at < end,
        Shift.state.not_in((ShiftState.PLANNED, ShiftState.CANCELLED)),
    ]
    if host_party_id is not None:
        conditions.append(HelpRequest.host_party_id == host_party_id)
    chosen: Select[Shift] = select(Shift).join(Shift.help_request).where(*conditions)
    counting = select(func.count()).select_from(chosen.subquery())
    total = int(db.session.execute(counting).scalar_one())
    page = min(max(1, page), max(1, -(-total // LISTS_AT_ONCE)))
    request = contains_eager(Shift.help_request)
    statement = (
        chosen.options(request.joinedload(HelpRequest.host), request.joinedload(HelpRequest.area))
        .options(request.joinedload(HelpRequest.category))
        .order_by(Shift.starts_at, Shift.id)
        .limit(LISTS_AT_ONCE)
        .offset((page - 1) * LISTS_AT_ONCE)
    )
    return ShiftsOfDay(list(db.session.execute(statement).scalars()), total, page)


def name_lists(shifts: Sequence[Shift]) -> list[NameList]:
    """Who has a place in these shifts, by kana, each with the short code of their row."""
    statement = (
        select(Participation)
        .where(Participation.shift_id.in_([shift.id for shift in shifts]))
        .options(joinedload(Participation.person))
        .join(Person, Person.party_id == Participation.person_id)
        .order_by(Person.kana, Participation.id)
    )
    found: dict[int, list[Participation]] = {}
    for one in db.session.execute(statement).scalars():
        found.setdefault(one.shift_id, []).append(one)
    return [_name_list(shift, found.get(shift.id, [])) for shift in shifts]


def _name_list(shift: Shift, everybody: list[Participation]) -> NameList:
    codes = short_codes(shift.id, [one.id for one in everybody])
    rows = [
        ListRow(
            codes[one.id],
            one.person_id,
            one.person.name,
            one.person.kana,
            one.person.number or "",
        )
        for one in everybody
        if one.state is ParticipationState.ACCEPTED
    ]
    sheets = [
        rows[start : start + ROWS_ON_A_SHEET] for start in range(0, len(rows), ROWS_ON_A_SHEET)
    ]
    blank = BLANK_ROWS if shift.help_request.walk_in_allowed or not rows else 0
    if not sheets or len(sheets[-1]) + blank > ROWS_ON_A_SHEET:
        sheets.append([])
    return NameList(shift, rows, sheets, blank)
