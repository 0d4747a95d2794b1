"""A person's activities as they were rewarded, and their points; what is lost when they are erased."""

from typing import Any

from sqlalchemy import case, func

from points.earning.models import Award
from points.earning.queries import programmes_with
from points.earning.states import AWARD_STATE_LABELS
from points.ledger.models import LedgerAccount, Standing
from points.ledger.queries import statement
from points.ledger.services import give_up
from points.ledger.states import JOURNAL_KIND_LABELS, AccountKind, Unit
from points.programmes.models import Enrolment, Programme
from volunteer.core.db import db
from volunteer.core.hooks import ErasureHindrance, OwnRecords
from volunteer.core.i18n import _l, show


def own_data(person_id: int) -> list[OwnRecords]:
    """Enrolments, the award of every activity, and each line of the passbook."""
    return [
        OwnRecords("programmes", _l("参加しているポイント制度"), _enrolments(person_id)),
        OwnRecords("awards", _l("活動についたポイント"), _awards(person_id)),
        OwnRecords("passbook", _l("ポイント通帳"), _passbook(person_id)),
    ]


def _enrolments(person_id: int) -> list[list[tuple[Any, Any]]]:
    statement_ = (
        db.select(Enrolment, Programme.name)
        .join(Programme, Programme.id == Enrolment.programme_id)
        .where(Enrolment.person_id == person_id)
        .order_by(Enrolment.id)
    )
    return [
        [
            (_l("制度"), name),
            (_l("いつから"), show("date_plain", one.starts_on)),
            (_l("いつまで"), show("date_plain", one.ends_on)),
        ]
        for one, name in db.session.execute(statement_)
    ]


def _awards(person_id: int) -> list[list[tuple[Any, Any]]]:
    rows = db.session.execute(
        db.select(Award).where(Award.holder_id == person_id).order_by(Award.activity_on, Award.id)
    ).scalars()
    return [
        [
            (_l("活動の日"), show("date_plain", one.activity_on)),
            (_l("活動"), one.facts.get("title", "")),
            (_l("場所"), one.facts.get("place", "")),
            (_l("ポイント"), show("points", one.points)),
            (_l("いまの状態"), AWARD_STATE_LABELS[one.state]),
        ]
        for one in rows
    ]


def _passbook(person_id: int) -> list[list[tuple[Any, Any]]]:
    return [
        [
            (_l("制度"), programme.name),
            (_l("日にち"), show("date_plain", line.effective_on)),
            (_l("内容"), JOURNAL_KIND_LABELS[line.kind]),
            (_l("ポイント"), show("points", line.points)),
            (_l("残り"), show("points", line.balance)),
        ]
        for programme in programmes_with(person_id, ())
        for line in statement(person_id, programme.id)
    ]


def hindrances(person_id: int) -> list[ErasureHindrance]:
    """Points that are still being confirmed stop the erasure; the others are lost by it."""
    found = []
    for name, unsettled, pending, in_lots in _held(person_id):
        if pending or unsettled:
            words = _l(
                "「%(programme)s」に、まだ確定していない活動があります。確定してから消してください。",
                programme=name,
            )
            found.append(ErasureHindrance(words, is_final=True))
        elif in_lots:
            words = _l(
                "「%(programme)s」の%(points)sポイントがなくなります。使うときは、先に換金してください。",
                programme=name,
                points=in_lots,
            )
            found.append(ErasureHindrance(words, is_final=False))
    return found


def _held(person_id: int) -> list[Any]:
    """Of each programme in which the person has points: name, not settled yet, pending, in lots."""
    pending, lot = (
        func.sum(case((LedgerAccount.kind == kind, LedgerAccount.balance), else_=0))
        for kind in (AccountKind.PENDING, AccountKind.LOT)
    )
    statement_ = (
        db.select(Programme.name, Standing.unsettled, pending, lot)
        .join(Standing, Standing.programme_id == Programme.id)
        .join(
            LedgerAccount,
            (LedgerAccount.holder_id == Standing.holder_id)
            & (LedgerAccount.programme_id == Standing.programme_id)
            & (LedgerAccount.unit == Standing.unit),
        )
        .where(
            Standing.holder_id == person_id,
            Standing.unit == Unit.POINTS,
            LedgerAccount.balance != 0,
        )
        .group_by(Programme.id, Programme.name, Programme.position, Standing.unsettled)
        .order_by(Programme.position, Programme.id)
    )
    return list(db.session.execute(statement_))


def erase_person(person_id: int) -> None:
    """What can be used no more leaves the accounts; awards and journals stay under the pseudonym."""
    for programme in programmes_with(person_id, ()):
        give_up(person_id, programme.id, key=f"erase:{person_id}:{programme.id}")
