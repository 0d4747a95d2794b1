"""Words of billing: how a charge is paid, why its total was decided, what came of a call, which way desk money went."""

from enum import StrEnum

CHARGE_YEN_MAX = 500_000
"""The most of one charge: above the dearest task that the pricing rules allow (12 hours with travel and fee)."""


class PayMethod(StrEnum):
    """How the orderer pays."""

    CARD = "card"
    CASH = "cash"
    BANK_TRANSFER = "bank_transfer"


DESK_METHODS = (PayMethod.CASH, PayMethod.BANK_TRANSFER)
"""Recorded by staff: nothing outside has to be asked."""


class DecisionReason(StrEnum):
    """Why a total is finally due."""

    DONE = "done"
    """The work was done; both confirmed the time, or nobody said otherwise."""
    CALLED_OFF = "called_off"
    NO_SHOW = "no_show"
    COMPLAINT = "complaint"
    """Staff decided a dispute about the work."""
    CORRECTED = "corrected"
    """Somebody had made a mistake."""
    OTHER_WAY = "other_way"
    """It is paid in another way, by another charge."""


ANEW_REASONS = (DecisionReason.COMPLAINT, DecisionReason.CORRECTED)
"""Why staff decide a charge anew: somebody asked for it, or somebody had made a mistake."""


class Collects(StrEnum):
    """As what the center takes the money; terms, receipt and invoice say so."""

    AGENT = "agent"
    """For the student, who is paid by the orderer (収納代行)."""
    SELLER = "seller"
    """For itself: it sells the help and pays the student."""


class PaperKind(StrEnum):
    """A paper that is printed and handed over."""

    RECEIPT = "receipt"
    """Of one payment at the desk, in or back, under its number."""
    CARD_RECEIPT = "card_receipt"
    INVOICE = "invoice"
    REMINDER = "reminder"
    """A kind letter about money that has not come in; it has no number of its own."""


NUMBERED = (PaperKind.CARD_RECEIPT, PaperKind.INVOICE)
"""Papers with a row of numbers of their own, without a gap in each fiscal year."""


class CallOutcome(StrEnum):
    """What came of a call to a gateway; no outcome means that it is asked again with the same key."""

    ANSWERED = "answered"
    REFUSED = "refused"


class Direction(StrEnum):
    """Which way money went at the desk."""

    IN = "in"
    BACK = "back"


class Cause(StrEnum):
    """Where a change of a payment was seen."""

    GATEWAY = "gateway"
    DESK = "desk"
    DECISION = "decision"
