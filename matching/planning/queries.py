"""Reads of runs, their pairs, marks and decisions."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func
from sqlalchemy.orm import aliased, contains_eager, joinedload

from matching.assignments.models import Participation, ParticipationEvent
from matching.assignments.states import ParticipationState
from matching.help_requests.models import HelpRequest, Shift
from matching.help_requests.states import PUBLIC_SHIFT_STATES, HelpRequestState, ShiftState
from matching.planning.models import PlanDecision, PlanMark, PlanPair, PlanRun
from matching.planning.states import CHANGES, LIVE, MarkKind, PairKind, PairState, RunState
from volunteer.core import clock
from volunteer.core.db import db
from volunteer.core.errors import NotFound
from volunteer.core.i18n import _l
from volunteer.people.models import Person

RUNS_SHOWN = 20
PAIRS_ON_PAGE = 50
OPEN_SHOWN = 20
GONE = (ParticipationState.WITHDRAWN, ParticipationState.DECLINED)
LEFT_WITHIN = timedelta(days=7)
"""Somebody who gives up a place of the next days leaves a gap that will not close by itself."""


def live_runs() -> list[PlanRun]:
    """What waits or runs now: one at most, and none that ended."""
    return list(_runs(PlanRun.state.in_(LIVE)))


def live_run() -> PlanRun | None:
    """The one that waits or runs now."""
    return next(iter(live_runs()), None)


def waiting_runs(before: datetime) -> list[int]:
    """Runs which were asked for before, and which no process has taken."""
    found = _runs((PlanRun.state == RunState.WAITING) & (PlanRun.asked_at <= before))
    return [one.id for one in found]


def _runs(condition: Any) -> Iterable[PlanRun]:
    statement = db.select(PlanRun).where(condition).order_by(PlanRun.id)
    statement = statement.execution_options(populate_existing=True)
    found: Iterable[PlanRun] = db.session.execute(statement).scalars()
    return found


def run(run_id: int) -> PlanRun:
    """One run. Raises `NotFound`."""
    found = next(iter(_runs(PlanRun.id == run_id)), None)
    if found is None:
        raise NotFound(_l("その案は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    return found


def newest_runs(limit: int = RUNS_SHOWN) -> list[PlanRun]:
    """The newest runs, whatever became of them."""
    statement = db.select(PlanRun).order_by(PlanRun.id.desc()).limit(limit)
    return list(db.session.execute(statement).scalars())


def runs_with_files(ids: Iterable[int], before: datetime) -> set[int]:
    """Of these runs, those whose files are still needed: they go on, or wait for a decision that is not late."""
    needed = PlanRun.state.in_(LIVE) | (
        (PlanRun.state == RunState.READY) & (PlanRun.finished_at > before)
    )
    statement = db.select(PlanRun.id).where(PlanRun.id.in_(list(ids)), needed)
    return set(db.session.execute(statement).scalars())


def count_left(run_id: int, *kinds: PairKind) -> int:
    """How many changes of a run, or of these kinds alone, nobody has decided on."""
    counts = pair_counts(run_id)
    return sum(counts[PairState.PROPOSED, kind] for kind in kinds or CHANGES)


def pair_counts(run_id: int) -> Counter[tuple[PairState, PairKind]]:
    """How many changes of a run stand in each state, by their kind."""
    statement = (
        db.select(PlanPair.state, PlanPair.kind, func.count())
        .where(PlanPair.run_id == run_id, PlanPair.kind.in_(CHANGES))
        .group_by(PlanPair.state, PlanPair.kind)
    )
    return Counter({(row[0], row[1]): row[2] for row in db.session.execute(statement)})


def _pairs() -> Any:
    shift = contains_eager(PlanPair.shift)
    request = shift.contains_eager(Shift.help_request)
    return (
        db.select(PlanPair)
        .join(PlanPair.shift)
        .join(Shift.help_request)
        .options(
            joinedload(PlanPair.person),
            request.joinedload(HelpRequest.category),
            request.joinedload(HelpRequest.area),
        )
        .execution_options(populate_existing=True)
    )


def pairs(run_id: int, number: int, states: Iterable[PairState] = ()) -> list[PlanPair]:
    """One page of what a run changes, by the time of the shift."""
    statement = (
        _pairs()
        .where(PlanPair.run_id == run_id, PlanPair.kind.in_(CHANGES))
        .order_by(Shift.starts_at, Shift.id, PlanPair.id)
        .limit(PAIRS_ON_PAGE)
        .offset((number - 1) * PAIRS_ON_PAGE)
    )
    if wanted := list(states):
        statement = statement.where(PlanPair.state.in_(wanted))
    return list(db.session.execute(statement).scalars())


def plannable(first: datetime, until: datetime) -> list[int]:
    """Shifts that take place in this time as far as we know, full or not."""
    statement = (
        db.select(Shift.id)
        .join(Shift.help_request)
        .where(
            HelpRequest.state == HelpRequestState.PUBLISHED,
            Shift.state.in_(PUBLIC_SHIFT_STATES),
            Shift.starts_at >= first,
            Shift.starts_at < until,
        )
        .order_by(Shift.id)
    )
    return list(db.session.execute(statement).scalars())


@dataclass(frozen=True)
class Named:
    """What figures mean by their numbers; who or what is no more is not in it."""

    people: dict[int, Person]
    shifts: dict[int, Shift]


def named(person_ids: Iterable[int], shift_ids: Iterable[int]) -> Named:
    """These people, and these shifts with their requests."""
    people = db.select(Person).where(Person.party_id.in_(list(person_ids)))
    shifts = (
        db.select(Shift)
        .join(Shift.help_request)
        .where(Shift.id.in_(list(shift_ids)))
        .options(
            contains_eager(Shift.help_request).joinedload(HelpRequest.category),
            contains_eager(Shift.help_request).joinedload(HelpRequest.area),
        )
    )
    return Named(
        {one.party_id: one for one in db.session.execute(people).scalars()},
        {one.id: one for one in db.session.execute(shifts).scalars()},
    )


def pair(pair_id: int) -> PlanPair:
    """One pair with person and shift. Raises `NotFound`."""
    statement = _pairs().where(PlanPair.id == pair_id)
    found: PlanPair | None = db.session.execute(statement).scalar_one_or_none()
    if found is None:
        raise NotFound(_l("その案は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    return found


def chosen_pairs(limit: int = 200) -> list[int]:
    """Pairs that staff have accepted and nobody has asked yet, the oldest first."""
    statement = (
        db.select(PlanPair.id)
        .where(PlanPair.state == PairState.CHOSEN)
        .order_by(PlanPair.run_id, PlanPair.id)
        .limit(limit)
    )
    return list(db.session.execute(statement).scalars())


def marks_at(shift_id: int) -> dict[int, PlanMark]:
    """The marks of a shift, by person."""
    statement = (
        db.select(PlanMark)
        .where(PlanMark.shift_id == shift_id)
        .options(joinedload(PlanMark.person))
        .order_by(PlanMark.at, PlanMark.person_id)
    )
    return {one.person_id: one for one in db.session.execute(statement).scalars()}


def marked(shift_ids: Iterable[int]) -> dict[MarkKind, set[tuple[int, int]]]:
    """(person, shift) of every mark at these shifts, by kind."""
    statement = db.select(PlanMark.kind, PlanMark.person_id, PlanMark.shift_id).where(
        PlanMark.shift_id.in_(list(shift_ids))
    )
    found: dict[MarkKind, set[tuple[int, int]]] = {kind: set() for kind in MarkKind}
    for kind, person_id, shift_id in db.session.execute(statement):
        found[kind].add((person_id, shift_id))
    return found


def decisions_at(shift_id: int, limit: int = 30) -> list[PlanDecision]:
    """What was decided about the people of a shift, newest first."""
    statement = (
        db.select(PlanDecision)
        .where(PlanDecision.shift_id == shift_id)
        .order_by(PlanDecision.id.desc())
        .limit(limit)
    )
    return list(db.session.execute(statement).scalars())


@dataclass(frozen=True)
class Need:
    """An open shift of the board and what is asked already."""

    shift: Shift
    offered: int

    @property
    def missing(self) -> int:
        """Seats for which nobody has been asked."""
        return max(0, self.shift.free_seats - self.offered)

    @property
    def is_open(self) -> bool:
        """Whether people can still be asked."""
        shift = self.shift
        is_public = shift.help_request.state is HelpRequestState.PUBLISHED
        return is_public and shift.state is ShiftState.OPEN and shift.starts_at > clock.now()


def _offered(shift_id: Any) -> Any:
    open_offer = aliased(Participation)
    return (
        db.select(func.count(open_offer.id))
        .where(open_offer.shift_id == shift_id, open_offer.state == ParticipationState.OFFERED)
        .scalar_subquery()
    )


def needs(only_left: bool = False, part: int = 1) -> list[Need]:
    """The nearest open shifts that still want people, by day, and on one day the most pressing first.

    One part of a long list, and one more where another part follows. `only_left`: those somebody has just given up.
    """
    statement = _needs().where(*_open(clock.now())).order_by(Shift.starts_at, Shift.id)
    statement = statement.limit(OPEN_SHOWN + 1).offset((part - 1) * OPEN_SHOWN)
    if only_left:
        statement = statement.where(Shift.id.in_(_left(clock.now())))
    found = [Need(row[0], row[1]) for row in db.session.execute(statement)]
    return [*sorted(found[:OPEN_SHOWN], key=_by_day_and_priority), *found[OPEN_SHOWN:]]


def _by_day_and_priority(one: "Need") -> tuple[date, int, datetime, int]:
    shift = one.shift
    day = clock.activity_date(shift.starts_at)
    return day, shift.help_request.priority, shift.starts_at, shift.id


def need(shift_id: int) -> Need | None:
    """The need of one shift, open or not."""
    row = db.session.execute(_needs().where(Shift.id == shift_id)).first()
    return Need(row[0], row[1]) if row else None


def _needs() -> Any:
    request = contains_eager(Shift.help_request)
    return (
        db.select(Shift, _offered(Shift.id))
        .join(Shift.help_request)
        .options(
            request.joinedload(HelpRequest.category),
            request.joinedload(HelpRequest.requester),
            request.joinedload(HelpRequest.area),
        )
    )


def _open(now: datetime) -> list[Any]:
    return [
        HelpRequest.state == HelpRequestState.PUBLISHED,
        Shift.state == ShiftState.OPEN,
        Shift.starts_at > now,
    ]


def _left(now: datetime) -> Any:
    """Shifts of the next days with a seat for which nobody has been asked since somebody gave theirs up."""
    return (
        db.select(Participation.shift_id)
        .join(Shift, Shift.id == Participation.shift_id)
        .where(
            Shift.starts_at > now,
            Shift.starts_at < now + LEFT_WITHIN,
            Shift.state == ShiftState.OPEN,
            Participation.state.in_(GONE),
            Shift.seats - Shift.seats_taken > _offered(Shift.id),
        )
    )


def left_counted() -> Any:
    """The statement for how many shifts of the next days lost somebody, and since when the oldest waits."""
    now = clock.now()
    return (
        db.select(
            func.count(func.distinct(Participation.shift_id)), func.min(Participation.changed_at)
        )
        .join(Shift, Shift.id == Participation.shift_id)
        .join(HelpRequest, HelpRequest.id == Shift.help_request_id)
        .where(
            *_open(now),
            Shift.starts_at < now + LEFT_WITHIN,
            Participation.state.in_(GONE),
            Shift.seats - Shift.seats_taken > _offered(Shift.id),
        )
    )


@dataclass(frozen=True)
class Engaged:
    """Somebody who has to do with a shift: where it stands, since when, and what they said to it."""

    person: Person
    state: ParticipationState
    at: datetime
    answer_by: datetime | None
    reason: str

    @property
    def is_gone(self) -> bool:
        """Whether they gave the place up or said no."""
        return self.state in GONE


def people_of(shift_id: int) -> list[Engaged]:
    """Everybody who has to do with a shift, by what they said; whoever left, with the reason they gave."""
    event = aliased(ParticipationEvent)
    last = (
        db.select(func.max(event.id))
        .where(event.participation_id == Participation.id)
        .correlate(Participation)
        .scalar_subquery()
    )
    statement = (
        db.select(Person, Participation, ParticipationEvent.reason)
        .join(Participation, Participation.person_id == Person.party_id)
        .outerjoin(ParticipationEvent, ParticipationEvent.id == last)
        .where(Participation.shift_id == shift_id)
        .order_by(Participation.changed_at.desc(), Participation.id)
    )
    return [
        Engaged(row[0], row[1].state, row[1].changed_at, row[1].answer_by, row[2] or "")
        for row in db.session.execute(statement)
    ]
