"""Lines of bank files keep amount and day; whose account it was goes when the person is erased."""

from sqlalchemy import update

from points.payouts.models import PayoutLine
from points.redemption.models import CashOut
from volunteer.core.db import db, guarded_update

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
