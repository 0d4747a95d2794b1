"""Reads of cases: what somebody attended, what taking it back would do, what was decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from matching.assignments.models import Participation
from matching.checkin.evidence import SOURCE_KIND
from matching.checkin.models import Attendance
from matching.checkin.states import AttendanceState
from matching.checkin.striking import CAN_BE_STRUCK
from matching.false_records.models import FalseRecordCase
from matching.false_records.rules import Following, following, missing_from, owed_after
from matching.false_records.states import CaseState
from points.earning.facts import ActivityFacts
from points.earning.models import Award
from points.earning.states import LIVE, AwardState
from points.ledger.models import LedgerAccount, Posting
from points.ledger.queries import balances
from points.ledger.reversal import where_it_landed
from points.ledger.states import AccountKind
from points.programmes.people_terms import FalseRecords
from points.programmes.queries import rules_of
from points.redemption.models import CashOut
from points.redemption.states import OPEN_STATES, CashOutState
from volunteer.core.db import db
from volunteer.people.models import Person, PersonDecision

CHOICES = 60
"""So many of the newest attendances can be chosen."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """An attendance with its newest award."""

    attendance_id: int
    activity_on: date
    title: str
    place: str
    minutes: int
    households: int
    points: int
    state: AttendanceState
    award: Award
    terms: FalseRecords

    @property
    def is_struck_by_rule(self) -> bool:
        """Whether the rules take the award back; where no programme gave anything there is nothing to keep."""
        return self.terms.void_award


_newest = (
    select(Award.source_id, func.max(Award.revision).label("revision"))
    .where(Award.source_kind == SOURCE_KIND)
    .group_by(Award.source_id)
    .subquery()
)


def attendances_of(person_id: int, ids: Sequence[int] | None = None) -> list[Chosen]:
    """A person's ended attendances with their awards, the newest first; of these `ids` only where given."""
    statement = (
        select(Attendance, Award)
        .join(Participation, Participation.id == Attendance.participation_id)
        .join(_newest, _newest.c.source_id == Attendance.id)
        .join(
            Award,
            (Award.source_kind == SOURCE_KIND)
            & (Award.source_id == Attendance.id)
            & (Award.revision == _newest.c.revision),
        )
        .where(Participation.person_id == person_id)
        .order_by(Attendance.checked_in_at.desc(), Attendance.id.desc())
    )
    if ids is None:
        statement = statement.where(Attendance.state.in_(CAN_BE_STRUCK)).limit(CHOICES)
    else:
        statement = statement.where(Attendance.id.in_(ids))
    return [_chosen(*row) for row in db.session.execute(statement)]


def _chosen(attendance: Attendance, award: Award) -> Chosen:
    facts = ActivityFacts.from_json(award.facts)
    version_id = award.rule_version_id
    return Chosen(
        attendance_id=attendance.id,
        activity_on=award.activity_on,
        title=facts.title or facts.category_code,
        place=facts.place,
        minutes=attendance.minutes_counted,
        households=attendance.households,
        points=award.points if award.state in LIVE else 0,
        state=attendance.state,
        award=award,
        terms=FalseRecords(suspend_days=0) if version_id is None else rules_of(version_id).false_records,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Consequences:
    """What a decision would do now."""

    items: list[Chosen]
    following: Following
    points: int
    """Taken back from what is credited; those that wait for confirmation are simply refused."""
    pending: int
    voided: list[CashOut]
    """Open cash-outs that would be voided, because the points they hold are those of the awards."""
    owed: int
    waived: int
    waiting: list[CashOut]
    """Open cash-outs that wait until it is decided."""
    in_payment: list[CashOut]
    """Those that are in a payment already and go on."""


def consequences(person_id: int, items: list[Chosen]) -> Consequences:
    """What deciding these attendances false would do, read and not locked."""
    follows = following(one.terms for one in items)
    struck = [one for one in items if one.is_struck_by_rule and one.award.state in LIVE]
    pending = sum(one.points for one in struck if one.award.state is AwardState.PENDING)
    credited = [one for one in struck if one.award.state is not AwardState.PENDING]
    points = sum(one.points for one in credited)
    journals = [one.award.journal_id for one in credited if one.award.journal_id is not None]
    open_ones = _open_cash_outs(person_id)
    voided = _voided(journals, open_ones)
    programme_ids = {one.award.programme_id for one in credited if one.award.programme_id}
    in_lots = sum(balances(person_id, one).in_lots for one in programme_ids)
    owed = owed_after(points, in_lots, sum(one.points for one in voided))
    kept = [one for one in open_ones if one not in voided]
    return Consequences(
        items=items,
        following=follows,
        points=points,
        pending=pending,
        voided=voided,
        owed=owed if follows.claws_back else 0,
        waived=0 if follows.claws_back else owed,
        waiting=[one for one in kept if one.state is not CashOutState.BATCHED],
        in_payment=[one for one in kept if one.state is CashOutState.BATCHED],
    )


def _open_cash_outs(person_id: int) -> list[CashOut]:
    statement = (
        select(CashOut)
        .where(CashOut.person_id == person_id, CashOut.state.in_(OPEN_STATES))
        .order_by(CashOut.id)
    )
    return list(db.session.execute(statement).scalars())


def _voided(journal_ids: list[int], open_ones: list[CashOut]) -> list[CashOut]:
    """Of the cash-outs in no payment, those that hold what the lots of origin lack, the newest first."""
    needed: dict[int, int] = {}
    for journal_id in journal_ids:
        for landed in where_it_landed(journal_id):
            if landed.kind is AccountKind.LOT:
                needed[landed.account_id] = needed.get(landed.account_id, 0) + landed.amount
    by_key = {f"cash_out:{one.key}": one for one in open_ones}
    found: list[CashOut] = []
    for lot_id, points in sorted(needed.items()):
        lot = db.session.get_one(LedgerAccount, lot_id)
        missing = missing_from(points, lot.balance)
        for hold_key, amount in _holds_of(lot_id):
            cash_out = by_key.get(hold_key)
            if missing <= 0 or cash_out is None or cash_out.state is CashOutState.BATCHED:
                continue
            missing -= amount
            if cash_out not in found:
                found.append(cash_out)
    return found


def _holds_of(lot_id: int) -> list[tuple[str, int]]:
    rows = db.session.execute(
        select(LedgerAccount.hold_key, Posting.amount)
        .join(Posting, Posting.to_account_id == LedgerAccount.id)
        .where(
            Posting.from_account_id == lot_id,
            LedgerAccount.kind == AccountKind.HOLD,
            LedgerAccount.balance > 0,
        )
        .order_by(LedgerAccount.id.desc())
    )
    return [(hold_key, amount) for hold_key, amount in rows if hold_key]


def cases_of(person_id: int) -> list[FalseRecordCase]:
    """The cases of a person, the newest first."""
    statement = (
        select(FalseRecordCase).filter_by(person_id=person_id).order_by(FalseRecordCase.id.desc())
    )
    return list(db.session.execute(statement).scalars())


def case_or_none(case_id: int) -> FalseRecordCase | None:
    """A case with its person, as it is now."""
    statement = (
        select(FalseRecordCase)
        .where(FalseRecordCase.id == case_id)
        .options(joinedload(FalseRecordCase.person), joinedload(FalseRecordCase.items))
        .execution_options(populate_existing=True)
    )
    return db.session.execute(statement).unique().scalar_one_or_none()


def waiting_cases() -> list[FalseRecordCase]:
    """Cases that wait for a second person, the oldest first."""
    statement = (
        select(FalseRecordCase)
        .where(FalseRecordCase.state == CaseState.PROPOSED)
        .options(joinedload(FalseRecordCase.person))
        .order_by(FalseRecordCase.id)
    )
    return list(db.session.execute(statement).scalars())


def has_open_case(person_id: int) -> bool:
    """Whether something about this person waits for a decision."""
    statement = select(FalseRecordCase.id).where(
        FalseRecordCase.person_id == person_id, FalseRecordCase.state == CaseState.PROPOSED
    )
    return db.session.execute(statement).first() is not None


def entered_by(user_id: int, attendance_ids: Sequence[int]) -> bool:
    """Whether this user typed in one of these attendances by hand."""
    statement = select(Award.id).where(
        Award.source_kind == SOURCE_KIND,
        Award.source_id.in_(attendance_ids),
        Award.entered_by_user_id == user_id,
    )
    return db.session.execute(statement).first() is not None


def suspensions_to_end(today: date) -> list[tuple[int, int, int]]:
    """(case, person, who decided) of suspensions whose last day is over and which nobody has replaced since."""
    newest = (
        select(func.max(PersonDecision.id))
        .where(PersonDecision.person_id == FalseRecordCase.person_id)
        .scalar_subquery()
    )
    statement = (
        select(FalseRecordCase.id, FalseRecordCase.person_id, FalseRecordCase.decided_by_user_id)
        .where(FalseRecordCase.suspended_until <= today, FalseRecordCase.suspension_id == newest)
        .order_by(FalseRecordCase.id)
    )
    return [(case, person, user) for case, person, user in db.session.execute(statement) if user]


def person_or_none(person_id: int) -> Person | None:
    """The person."""
    return db.session.get(Person, person_id)
