"""The code on a poster: it stays the same, so it leads to whatever goes on at that place now.

A poster carries the code of a shift. The *place* of a shift is who asks and where exactly: the door of a household,
a café. Whichever of its shifts is open when the code is read is the one that is meant; with several, the one of
whoever reads it, then the one the code was made for. So the poster of one day and the poster that hangs all winter
are the same thing, nothing is stored for it, and an old poster never sends anybody to the wrong place.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import aliased

from matching.assignments.models import Participation
from matching.assignments.states import ParticipationState
from matching.checkin import answers
from matching.checkin.rules import Outcome, Window, window_of
from matching.help_requests.models import HelpRequest, Shift
from matching.help_requests.states import ShiftState
from volunteer.core import clock
from volunteer.core.db import db

LOOKS_BACK = timedelta(days=2)
SHIFTS_MAX = 200


@dataclass(frozen=True)
class PlaceShift:
    """A shift at the place of a poster."""

    id: int
    window: Window
    is_cancelled: bool = False
    has_ended: bool = False

    def is_open(self, at: datetime, *, for_going: bool = False) -> bool:
        """Whether one can check in (or, who is expected there, still out) at `at`."""
        last = self.window.check_out_until if for_going else self.window.ends_at
        is_live = not self.is_cancelled and (for_going or not self.has_ended)
        return is_live and self.window.opens_at <= at < last


@dataclass(frozen=True)
class PosterAnswer:
    """What a poster leads to now: the open shift, or why there is none and which shift to tell about."""

    shift_id: int
    problem: str = ""
    at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether one can check in now."""
        return not self.problem


def choose(
    shifts: Sequence[PlaceShift], own_id: int, mine: Collection[int], at: datetime
) -> PosterAnswer:
    """Which of the shifts of a place is meant at `at`. Pure; `own_id` is the shift whose code was read, `mine` those
    where the reader is expected."""
    open_now = [one for one in shifts if one.is_open(at, for_going=one.id in mine)]
    if open_now:
        open_now.sort(key=lambda one: (one.id not in mine, one.id != own_id, one.window.starts_at))
        return PosterAnswer(open_now[0].id)
    return _shut(shifts, own_id, at)


def _shut(shifts: Sequence[PlaceShift], own_id: int, at: datetime) -> PosterAnswer:
    today = clock.activity_date(at)
    of_today = [one for one in shifts if clock.activity_date(one.window.starts_at) == today]
    coming = [one for one in shifts if not one.is_cancelled and one.window.opens_at > at]
    following = min(coming, key=lambda one: one.window.starts_at, default=None)
    if following is not None and following in of_today:
        return PosterAnswer(following.id, Outcome.TOO_EARLY, following.window.opens_at)
    held = [one for one in of_today if not one.is_cancelled]
    if held:
        last = max(held, key=lambda one: one.window.ends_at)
        return PosterAnswer(last.id, Outcome.OVER, last.window.ends_at)
    if of_today:
        return PosterAnswer(of_today[0].id, Outcome.CANCELLED)
    if following is not None:
        return PosterAnswer(following.id, answers.OTHER_DAY)
    return PosterAnswer(own_id, answers.NO_MORE)


def meant_by(code: str, person_id: int | None, at: datetime) -> PosterAnswer | None:
    """What the code of a poster (typed or read) means for this person now; None when no shift has it."""
    own_id, shifts = _at_the_place_of(code, at)
    if own_id is None:
        return None
    return choose(shifts, own_id, _expected_at(person_id, [one.id for one in shifts]), at)


def is_at_the_place(shift_id: int, code: str) -> bool:
    """Whether this shift is one of the place of a poster."""
    own, request, own_request = aliased(Shift), HelpRequest, aliased(HelpRequest)
    statement = (
        select(Shift.id)
        .join(request, request.id == Shift.help_request_id)
        .join(own_request, _same_place(request, own_request))
        .join(own, own.help_request_id == own_request.id)
        .where(Shift.id == shift_id, own.code == code, Shift.state != ShiftState.PLANNED)
    )
    return db.session.execute(statement.limit(1)).first() is not None


def _same_place(one: type[HelpRequest], other: type[HelpRequest]) -> ColumnElement[bool]:
    same = and_(
        one.requester_party_id == other.requester_party_id,
        one.exact_place == other.exact_place,
        one.exact_place != "",
    )
    return or_(one.id == other.id, same)


def _at_the_place_of(code: str, at: datetime) -> tuple[int | None, list[PlaceShift]]:
    own, own_request = aliased(Shift), aliased(HelpRequest)
    statement = (
        select(own.id, Shift.id, Shift.starts_at, Shift.ends_at, Shift.state)
        .select_from(own)
        .join(own_request, own_request.id == own.help_request_id)
        .join(HelpRequest, _same_place(HelpRequest, own_request))
        .join(Shift, Shift.help_request_id == HelpRequest.id)
        .where(
            own.code == code,
            Shift.state != ShiftState.PLANNED,
            (Shift.ends_at > at - LOOKS_BACK) | (Shift.id == own.id),
        )
        .order_by(Shift.starts_at, Shift.id)
        .limit(SHIFTS_MAX)
    )
    rows = db.session.execute(statement).all()
    shifts = [
        PlaceShift(
            row[1],
            window_of(row[2], row[3]),
            row[4] is ShiftState.CANCELLED,
            row[4] is ShiftState.ENDED,
        )
        for row in rows
    ]
    return (rows[0][0] if rows else None), shifts


def _expected_at(person_id: int | None, shift_ids: Sequence[int]) -> set[int]:
    if person_id is None:
        return set()
    statement = select(Participation.shift_id).where(
        Participation.person_id == person_id,
        Participation.shift_id.in_(shift_ids),
        Participation.state == ParticipationState.ACCEPTED,
    )
    return set(db.session.execute(statement).scalars())
