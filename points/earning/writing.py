"""Writing one revision of an award: decide under locked caps, count, credit, keep facts and reason. Core statements."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.orm.attributes import manager_of_class

from points.earning.deciding import Choice, decide, settles_at, uses
from points.earning.facts import ActivityFacts
from points.earning.models import Award
from points.earning.reasons import reason_facts
from points.earning.rules import AwardDecision, AwardReason, nothing_to_earn
from points.earning.states import AwardState
from points.ledger.caps import lock_caps, use_caps
from points.ledger.postings import Act
from points.ledger.services import post_credit
from points.ledger.states import JournalKind
from points.programmes.calendar import expires_on
from points.programmes.queries import Applying
from volunteer.core import clock
from volunteer.core.db import run_core

_award: Any = Award.__table__
_INSERT = insert(_award).returning(_award.c.id)
_new_instance: Any = manager_of_class(Award).new_instance
"""As the ORM makes what it reads; the usual way watches every value that is set."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision about to be written, and who typed it in by hand."""

    facts: ActivityFacts
    number: int = 1
    entered_by_user_id: int | None = None
    entered_by_person_id: int | None = None
    is_settled: bool = False
    """A correction of a settled award is settled at once."""
    actor_user_id: int | None = None

    @property
    def key(self) -> str:
        """The natural key of its journal."""
        return f"award:{self.facts.source_kind}:{self.facts.source_id}:{self.number}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a revision comes to: the state it begins in, when it settles, its journal."""

    state: AwardState = AwardState.SETTLED
    settles_at: datetime | None = None
    journal_id: int | None = None


def decide_locked(revision: Revision, choice: Choice) -> AwardDecision:
    """What the activity earns, with its cap rows locked until the turn ends."""
    return decide(revision.facts, choice, lock_caps(choice.pots, choice.periods))


def outcome_of(revision: Revision, choice: Choice, decision: AwardDecision) -> Outcome:
    """State and date before anything is written. Awards of 0 points are settled at once."""
    if decision.points == 0 or revision.is_settled:
        return Outcome()
    due = settles_at(revision.facts, choice.applying.version)
    return Outcome(AwardState.PENDING if decision.is_pending else AwardState.CREDITED, due)


def write_outside(revision: Revision, reason: AwardReason) -> Award:
    """An activity that belongs to no programme of the person is recorded with 0 points."""
    return _insert(revision, None, nothing_to_earn(reason), Outcome())


def write_decided(revision: Revision, choice: Choice, decision: AwardDecision) -> Award:
    """Count what was decided against the caps, credit it, write the row."""
    outcome = outcome_of(revision, choice, decision)
    if decision.points:
        count(choice, decision)
        journal_id = _credit(revision, choice, decision, outcome.state)
        outcome = replace(outcome, journal_id=journal_id)
    return _insert(revision, choice, decision, outcome)


def write_carried(
    revision: Revision, choice: Choice, decision: AwardDecision, outcome: Outcome
) -> Award:
    """As `write_decided`, where the journal of the revision before stands for the same points."""
    count(choice, decision)
    return _insert(revision, choice, decision, outcome)


def count(choice: Choice, decision: AwardDecision) -> None:
    """Count a decision against the caps. Raises Refused(code="over_cap")."""
    counted = uses(choice, decision.counts_against_day, decision.counts_against_year)
    use_caps(choice.pots, counted)


def _credit(revision: Revision, choice: Choice, decision: AwardDecision, state: AwardState) -> int:
    facts, rules = revision.facts, choice.applying
    act = Act(
        JournalKind.CREDIT,
        revision.key,
        choice.pots,
        decision.points,
        facts.activity_on,
        source=f"{facts.source_kind}:{facts.source_id}",
        reason=decision.reason.value,
        rule_version_id=rules.rule_version_id,
        actor_user_id=revision.actor_user_id or revision.entered_by_user_id,
    )
    journal_id, _in_lot = post_credit(
        act,
        expires_on(facts.activity_on, rules.version, rules.person.enrolled_on),
        to_pending=state is AwardState.PENDING,
        unsettled=state is AwardState.CREDITED,
    )
    return journal_id


def _reason_facts(
    decision: AwardDecision, facts: ActivityFacts, rules: Applying | None
) -> dict[str, Any]:
    if rules is None:
        return {}
    return reason_facts(decision.reason, facts, rules.version, rules.class_code, decision.lacks)


def _insert(
    revision: Revision,
    choice: Choice | None,
    decision: AwardDecision,
    outcome: Outcome,
) -> Award:
    facts, moment = revision.facts, clock.now()
    rules = choice.applying if choice else None
    is_listed = rules is not None and rules.version.lists(facts.category_code)
    values: dict[str, Any] = {
        "source_kind": facts.source_kind,
        "source_id": facts.source_id,
        "revision": revision.number,
        "holder_id": facts.person_id,
        "programme_id": rules.programme_id if rules and is_listed else None,
        "rule_version_id": rules.rule_version_id if rules and is_listed else None,
        "category_code": facts.category_code,
        "host_party_id": facts.host_party_id,
        "activity_on": facts.activity_on,
        "grade": facts.grade.value,
        "facts": facts.as_json(),
        "points": decision.points,
        "reason": decision.reason.value,
        "reason_facts": _reason_facts(decision, facts, rules),
        "day_cap_left": decision.day_left_before,
        "year_cap_left": decision.year_left_before,
        "day_cap_counted": decision.counts_against_day,
        "expires_on": (
            expires_on(facts.activity_on, rules.version, rules.person.enrolled_on)
            if rules and decision.points
            else None
        ),
        "state": outcome.state,
        "journal_id": outcome.journal_id,
        "settles_at": outcome.settles_at,
        "entered_by_user_id": revision.entered_by_user_id,
        "entered_by_person_id": revision.entered_by_person_id,
        "created_at": moment,
        "decided_at": moment if outcome.state is AwardState.SETTLED else None,
    }
    return _as_read({"id": run_core(_INSERT, **values).scalar_one(), **values})


def _as_read(values: dict[str, Any]) -> Award:
    """The row as it stands in the database, without being read again: no change of it is watched."""
    award: Award = _new_instance()
    award.__dict__.update(values)
    make_transient_to_detached(award)
    return award
