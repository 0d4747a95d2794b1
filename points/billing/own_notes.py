"""Why staff decided a person's charges anew: a part of what is stored about them, emptied when they are erased."""

from sqlalchemy import Select, or_, select, update

from points.billing.models import Charge, ChargeDecision, DecisionNote
from volunteer.core.db import db
from volunteer.core.hooks import OwnRecords
from volunteer.core.i18n import _l, show


def own_data(person_id: int) -> list[OwnRecords]:
    """The notes about what the person pays or earns."""
    statement = (
        select(ChargeDecision.charge_id, ChargeDecision.at, DecisionNote.words)
        .join(DecisionNote, DecisionNote.charge_decision_id == ChargeDecision.id)
        .where(ChargeDecision.charge_id.in_(_charges_of(person_id)), DecisionNote.words != "")
        .order_by(ChargeDecision.id)
    )
    rows = [
        [
            (_l("番号"), str(charge_id)),
            (_l("日にち"), show("datetime", at)),
            (_l("わけ"), words),
        ]
        for charge_id, at, words in db.session.execute(statement)
    ]
    return [OwnRecords("charge_notes", _l("料金を決めなおしたわけ"), list(rows))]


def _charges_of(person_id: int) -> Select[int]:
    is_theirs = or_(Charge.payer_id == person_id, Charge.payee_id == person_id)
    return select(Charge.id).where(is_theirs)


def erase_person(person_id: int) -> None:
    """The words go, the sums stay."""
    theirs = select(ChargeDecision.id).where(ChargeDecision.charge_id.in_(_charges_of(person_id)))
    db.session.execute(
        update(DecisionNote).where(DecisionNote.charge_decision_id.in_(theirs)).values(words="")
    )
