"""Lines of bank files keep amount and day; whose account it was goes when the person is erased."""

from sqlalchemy import update

from points.payouts.models import PayoutLine
from points.payouts.repaying import repayments_of
from points.redemption.models import CashOut
from volunteer.core.db import db, guarded_update
from volunteer.core.hooks import OwnRecords
from volunteer.core.i18n import _l, show

WORDS = (
    "bank_code", "branch_code", "account_type", "number_sealed", "number_tail", "holder_kana",
    "return_reason",
)  # fmt: skip


def erase_person(person_id: int) -> None:
    """A bank file with this person's line cannot be written again; the bank keeps its own record of it."""
    own = db.select(CashOut.id).where(CashOut.person_id == person_id)
    guarded_update(
        update(PayoutLine)
        .where(PayoutLine.cash_out_id.in_(own))
        .values(**dict.fromkeys(WORDS, ""))
        .execution_options(synchronize_session=False)
    )


def own_data(person_id: int) -> list[OwnRecords]:
    """Money a person brought back for points they owed."""
    rows = [
        [
            (_l("領収書"), one.number),
            (_l("受けとった日"), show("datetime_long", one.received_at)),
            (_l("ポイント"), show("points", one.points)),
            (_l("金額"), show("yen", one.amount_yen)),
        ]
        for one in repayments_of(person_id)
    ]
    return [OwnRecords("repayments", _l("返されたお金"), list(rows))]
