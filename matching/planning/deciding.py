"""What staff decide about pairs: accept, ask, drop, pin, release. Nothing here commits.

Accepting sends nothing yet: it marks pairs, and each is then asked in a short turn of its own (`sending`). The lock
order is run, pair, person, shift.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, update

from matching.asking.services import ask_alone
from matching.assignments import services as assignments
from matching.assignments.queries import participation_at
from matching.assignments.seats import lock_person, lock_shift
from matching.assignments.services import GIVEN_UP
from matching.assignments.states import HOLDS_SEAT, ParticipationState
from matching.planning import queries
from matching.planning.models import PlanDecision, PlanMark, PlanPair, PlanRun
from matching.planning.services import START_JOB
from matching.planning.states import Decision, MarkKind, PairKind, PairState, RunState
from volunteer.core import clock
from volunteer.core.db import db, guarded_update, insert_once
from volunteer.core.errors import AlreadyDecided, Refused
from volunteer.core.i18n import _l
from volunteer.core.jobs import ask_for


@dataclass(frozen=True)
class About:
    """A pair, what it costs and why, at the moment of the decision; `run_id` None = decided at the board."""

    person_id: int
    shift_id: int
    cost: int | None = None
    reasons: tuple[Any, ...] = ()
    run_id: int | None = None


MOVED_WORDS = "センターからお願いして、急ぎの活動に移っていただきました"
"""Written into the history of the place that is left, in the language of the record."""
GONE_ALREADY = _l(
    "この方は、いまの予定をもう取り消しています。もう一度 電話で聞いて、よければ 活動のページから お願いしてください。"
)
Stops = Callable[[int, int], str]
"""(person, shift) → the code of what stands against it by now, "" = nothing."""


def choose(run_id: int, pair_ids: Iterable[int] | None, by_user_id: int) -> int:
    """These pairs (None: all that are left) are accepted and will be asked; how many are new.

    Those that somebody has accepted or dropped already stay as they are. Raises `AlreadyDecided` for a proposal that
    is not used, `Refused` (nothing_chosen).
    """
    found = _lock(run_id)
    if found.state is RunState.DECIDED:
        return 0
    if found.state is not RunState.READY:
        raise AlreadyDecided(_l("この案は使えません。新しい案を作ってください。"))
    statement = update(PlanPair).where(
        PlanPair.run_id == run_id,
        PlanPair.kind == PairKind.NEW,
        PlanPair.state == PairState.PROPOSED,
    )
    if pair_ids is not None:
        wanted = list(pair_ids)
        if not wanted:
            raise Refused(_l("お願いする人を、1人はえらんでください。"), code="nothing_chosen")
        statement = statement.where(PlanPair.id.in_(wanted))
    values = {"decided_by_user_id": by_user_id, "decided_at": clock.now()}
    count = guarded_update(statement.values(state=PairState.CHOSEN, **values))
    _close_if_decided(run_id)
    ask_for(START_JOB)
    return count


def _lock(run_id: int) -> PlanRun:
    statement = db.select(PlanRun.id).where(PlanRun.id == run_id).with_for_update(key_share=True)
    db.session.execute(statement)
    return queries.run(run_id)


def _close_if_decided(run_id: int) -> None:
    if queries.count_left(run_id):
        return
    statement = update(PlanRun).where(PlanRun.id == run_id, PlanRun.state == RunState.READY)
    guarded_update(statement.values(state=RunState.DECIDED))


def drop_pair(pair_id: int, reason: str, by_user_id: int) -> PlanPair:
    """This pair is not asked, and no later plan proposes it. Dropping twice changes nothing.

    Raises `AlreadyDecided` when the person is asked already.
    """
    found = queries.pair(pair_id)
    _lock(found.run_id)
    found = queries.pair(pair_id)
    if found.state is PairState.DROPPED:
        return found
    _move(pair_id, PairState.PROPOSED, PairState.DROPPED, by_user_id)
    about = About(found.person_id, found.shift_id, found.cost, tuple(found.reasons), found.run_id)
    drop(about, reason, by_user_id)
    _close_if_decided(found.run_id)
    return queries.pair(pair_id)


def _move(pair_id: int, from_: PairState, to: PairState, by_user_id: int) -> None:
    statement = update(PlanPair).where(PlanPair.id == pair_id, PlanPair.state == from_)
    values = {"state": to, "decided_by_user_id": by_user_id, "decided_at": clock.now()}
    if guarded_update(statement.values(**values)) != 1:
        raise AlreadyDecided(_l("ほかの職員が先に決めました。画面を開きなおしてください。"))


def move_pair(pair_id: int, by_user_id: int, stops: Stops) -> PlanPair:
    """Somebody said yes on the telephone: they leave the one activity for the other, both or neither.

    Twice changes nothing. Raises `AlreadyDecided`, or `Refused` and `NotFound` with what stands against it by now.
    """
    found = queries.pair(pair_id)
    _lock(found.run_id)
    found = queries.pair(pair_id)
    if found.state is PairState.ASKED:
        return found
    person_id, from_id, to_id = found.person_id, found.from_shift_id or 0, found.shift_id
    about = About(person_id, to_id, found.cost, tuple(found.reasons), found.run_id)
    _move(pair_id, PairState.PROPOSED, PairState.ASKED, by_user_id)
    lock_person(person_id)
    for shift_id in sorted((from_id, to_id)):
        lock_shift(shift_id)
    place = participation_at(person_id, from_id)
    if place is None or place.state not in HOLDS_SEAT:
        raise Refused(GONE_ALREADY, code="gone_already")
    assignments.withdraw(place.id, by_user_id, MOVED_WORDS)
    _offer(about, by_user_id, stops, is_told=False)
    offered = participation_at(person_id, to_id)
    if offered is not None and offered.state is ParticipationState.OFFERED:
        assignments.accept_offer(offered.id, by_user_id, instead_of=place.shift)
    _note(about, Decision.MOVED, by_user_id)
    _close_if_decided(found.run_id)
    return queries.pair(pair_id)


def ask_pair(pair_id: int, stops: Stops) -> bool:
    """The person of an accepted pair gets the offer; False when it was asked already, or is not to be.

    Raises `Refused` or `NotFound` with what stands against it by now; the caller then calls `refuse_pair`.
    """
    statement = update(PlanPair).where(PlanPair.id == pair_id, PlanPair.state == PairState.CHOSEN)
    if guarded_update(statement.values(state=PairState.ASKED)) != 1:
        return False
    found = queries.pair(pair_id)
    by = found.decided_by_user_id or 0
    about = About(found.person_id, found.shift_id, found.cost, tuple(found.reasons), found.run_id)
    _ask(about, by, stops)
    return True


def refuse_pair(pair_id: int, code: str) -> None:
    """What was accepted could not be asked any more; the others are."""
    statement = update(PlanPair).where(PlanPair.id == pair_id, PlanPair.state == PairState.CHOSEN)
    values = {"state": PairState.REFUSED, "refusal": code[:40]}
    if guarded_update(statement.values(**values)) != 1:
        return
    found = queries.pair(pair_id)
    about = About(found.person_id, found.shift_id, found.cost, tuple(found.reasons), found.run_id)
    _note(about, Decision.REFUSED, found.decided_by_user_id or 0, refusal=code[:40])


def ask_now(about: About, by_user_id: int, stops: Stops) -> About:
    """Somebody of the board's list is asked. Asking twice sends one message. Raises `Refused`, `NotFound`."""
    _ask(about, by_user_id, stops)
    return about


def _ask(about: About, by_user_id: int, stops: Stops) -> None:
    lock_person(about.person_id)
    if _offer(about, by_user_id, stops):
        _note(about, Decision.ASKED, by_user_id)


def _offer(about: About, by_user_id: int, stops: Stops, *, is_told: bool = True) -> bool:
    """Whether they are asked now, and were not before."""
    before = participation_at(about.person_id, about.shift_id)
    if before is not None and before.state in GIVEN_UP:
        raise Refused(_l("本人が、この活動を見送るか取り消しています。"), code="said_no")
    mark = db.session.get(PlanMark, (about.person_id, about.shift_id), populate_existing=True)
    if mark is not None and mark.kind is MarkKind.DROPPED:
        raise Refused(_l("ほかの職員が、この人を候補から外しました。"), code="dropped_pair")
    if before is None and (code := stops(about.person_id, about.shift_id)):
        raise Refused(_l("この人は、いまは条件に合いません。"), code=code)
    if is_told and before is None:
        facts = list(about.reasons)
        ask_alone(about.person_id, about.shift_id, by_user_id, cost=about.cost or 0, facts=facts)
    else:
        assignments.offer(about.person_id, about.shift_id, by_user_id, is_told=is_told)
    return before is None


def drop(about: About, reason: str, by_user_id: int) -> About:
    """This person is no candidate for this shift any more; with the reason. Twice changes nothing."""
    _mark(about, MarkKind.DROPPED, Decision.DROPPED, by_user_id, reason)
    return about


def pin(about: About, by_user_id: int) -> About:
    """Every later plan keeps this person in this shift; nobody is told. Twice changes nothing."""
    _mark(about, MarkKind.PINNED, Decision.PINNED, by_user_id)
    return about


def _mark(
    about: About, kind: MarkKind, decision: Decision, by_user_id: int, reason: str = ""
) -> None:
    values = {"kind": kind, "by_user_id": by_user_id, "at": clock.now()}
    key = {"person_id": about.person_id, "shift_id": about.shift_id}
    if insert_once(PlanMark, {**key, **values}) is None:
        changed = update(PlanMark).filter_by(**key).where(PlanMark.kind != kind).values(**values)
        if guarded_update(changed) != 1:
            return
    _note(about, decision, by_user_id, reason=reason)


def release(about: About, by_user_id: int) -> About:
    """Pinned or dropped no more: later plans are free again. Twice changes nothing."""
    taken = delete(PlanMark).filter_by(person_id=about.person_id, shift_id=about.shift_id)
    if guarded_update(taken) == 1:
        _note(about, Decision.RELEASED, by_user_id)
    return about


def _note(
    about: About, decision: Decision, by_user_id: int, *, refusal: str = "", reason: str = ""
) -> None:
    db.session.add(
        PlanDecision(
            run_id=about.run_id,
            person_id=about.person_id,
            shift_id=about.shift_id,
            decision=decision,
            cost=about.cost,
            reasons=list(about.reasons),
            refusal=refusal,
            reason=reason,
            by_user_id=by_user_id,
            at=clock.now(),
        )
    )
    db.session.flush()
