"""Where a cash-out stands, and the steps that need different people."""

from enum import StrEnum
from typing import Any

from volunteer.core.i18n import _l


class CashOutState(StrEnum):
    """requested → approved → batched → paid; or withdrawn, rejected, returned."""

    REQUESTED = "requested"
    APPROVED = "approved"
    BATCHED = "batched"
    PAID = "paid"
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"
    RETURNED = "returned"


CASH_OUT_STATE_LABELS = {
    CashOutState.REQUESTED: _l("確認中"),
    CashOutState.APPROVED: _l("承認ずみ"),
    CashOutState.BATCHED: _l("支払の手続き中"),
    CashOutState.PAID: _l("支払ずみ"),
    CashOutState.WITHDRAWN: _l("取り下げ"),
    CashOutState.REJECTED: _l("おことわり"),
    CashOutState.RETURNED: _l("銀行から戻り"),
}

DONATION_STATE_LABELS = {
    CashOutState.PAID: _l("寄付しました"),
    CashOutState.RETURNED: _l("寄付先から戻り"),
}


def label_of(state: CashOutState, *, is_donation: bool) -> Any:
    """Where a cash-out stands, in the words for its kind."""
    words = DONATION_STATE_LABELS if is_donation else {}
    return words.get(state, CASH_OUT_STATE_LABELS[state])


OPEN_STATES = (CashOutState.REQUESTED, CashOutState.APPROVED, CashOutState.BATCHED)
CLOSED_STATES = (
    CashOutState.PAID,
    CashOutState.WITHDRAWN,
    CashOutState.REJECTED,
    CashOutState.RETURNED,
)

ALLOWED_MOVES = {
    CashOutState.REQUESTED: {
        CashOutState.APPROVED,
        CashOutState.REJECTED,
        CashOutState.WITHDRAWN,
    },
    CashOutState.APPROVED: {CashOutState.BATCHED, CashOutState.WITHDRAWN, CashOutState.REJECTED},
    CashOutState.BATCHED: {CashOutState.PAID, CashOutState.RETURNED, CashOutState.APPROVED},
    CashOutState.PAID: {CashOutState.RETURNED},
    CashOutState.WITHDRAWN: set(),
    CashOutState.REJECTED: set(),
    CashOutState.RETURNED: set(),
}


class Step(StrEnum):
    """Acts on a cash-out that must come from different people."""

    REQUESTED = "requested"
    DECIDED = "decided"
    BATCHED = "batched"
