"""What of charges waits for the payer (要対応): what to look at, money that has not come in."""

from typing import Any

from sqlalchemy import func, or_, select

from points.billing.desk_queries import is_open, needs_person
from points.billing.models import Charge, Payment
from points.billing.unpaid import newest_decision
from volunteer.core.hooks import WaitingTotal
from volunteer.core.i18n import _
from volunteer.core.permissions import Role


def to_do() -> Any:
    """Charges that a person has to look at, or of which money is missing or has to go back."""
    decided = newest_decision()
    return (
        select(func.count(Charge.id), func.min(Charge.made_at))
        .select_from(Charge)
        .join(Payment, Payment.charge_id == Charge.id)
        .outerjoin(decided, decided.c.charge_id == Charge.id)
        .where(or_(needs_person(decided), is_open(decided)))
    )


TOTALS = (
    WaitingTotal(
        kind="charge",
        counted=to_do,
        label=lambda count: _("見る料金・まだ入っていない料金 %(count)s件", count=count),
        endpoint="billing_desk.charge_list",
        icon="yen",
        roles=frozenset({Role.PAYER.value}),
    ),
)
