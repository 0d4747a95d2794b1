"""Messages about a payment to the person who was paid, or whose money came back."""

from typing import Any

from points.bank_accounts.notices import write_to
from points.payouts.models import PayoutLine, Repayment
from points.redemption.methods.registry import METHODS
from points.redemption.models import CashOut
from volunteer.people.models import Person


def tell(cash_out: CashOut, line: PayoutLine, what: str, **params: Any) -> None:
    """Queue the message `what` (a template of mail/points/payouts) once per line."""
    write_to(
        cash_out.person,
        f"points/payouts/{what}",
        f"payout_line:{line.id}:{what}",
        {
            "number": cash_out.number,
            "points": cash_out.points,
            "is_earnings": cash_out.is_earnings,
            "amount_yen": line.amount_yen,
            "tail": line.number_tail,
            "paid_by": METHODS[cash_out.method].paid_by.value,
            **params,
        },
    )


def tell_repaid(person: Person, repayment: Repayment) -> None:
    """Thank for money that was brought back, with the number of the receipt."""
    write_to(
        person,
        "points/payouts/repaid",
        f"repayment:{repayment.id}",
        {
            "number": repayment.number,
            "points": repayment.points,
            "amount_yen": repayment.amount_yen,
        },
    )
