"""Messages about a cash-out to the person whose points they are."""

from typing import Any

from points.bank_accounts.notices import write_to
from points.redemption.methods.registry import METHODS
from points.redemption.models import CashOut


def tell(cash_out: CashOut, what: str, **params: Any) -> None:
    """Queue the message `what` (a template of mail/points/redemption) once per cash-out."""
    method = METHODS.get(cash_out.method)
    write_to(
        cash_out.person,
        f"points/redemption/{what}",
        f"cash_out:{cash_out.id}:{what}",
        {
            "number": cash_out.number,
            "points": cash_out.points,
            "is_earnings": cash_out.is_earnings,
            "amount_yen": cash_out.amount_yen,
            "paid_by": method.paid_by.value if method else "",
            "target": cash_out.target,
            **params,
        },
    )
