"""What staff are told of payments that need them: a hold that ends, something that no further call mends."""

from sqlalchemy import select

from points.billing.models import Payment
from volunteer.core import clock
from volunteer.core.db import db
from volunteer.core.outbox import queue
from volunteer.core.permissions import Role
from volunteer.users.models import StaffRole, User

KINDS = ("hold_ends", "trouble", "comparison")


def tell_staff(row: Payment, kind: str) -> int:
    """Queue a mail about a payment to everybody who pays out money now; how many were new."""
    params = {
        "charge_number": row.charge_id,
        "amount_yen": row.amount_yen,
        "capture_before": row.capture_before.isoformat() if row.capture_before else "",
        "troubles": [one.partition(":")[0] for one in row.troubles.split()],
    }
    return _tell(kind, f"billing-{kind}:{row.id}:{row.looks}:{row.troubles}", params)


def tell_differences(lines: list[str], count: int) -> int:
    """Queue a mail that the nightly comparison found differences, once a day."""
    params = {"lines": lines, "count": count}
    return _tell("comparison", f"billing-comparison:{clock.today()}", params)


def _tell(kind: str, key: str, params: dict[str, object]) -> int:
    told = 0
    for user in _payers():
        queued = queue(
            f"points/billing/{kind}",
            f"{key}:{user.id}"[:120],
            user.email,
            params,
            language=user.language,
            to_user_id=user.id,
        )
        told += queued is not None
    return told


def _payers() -> list[User]:
    chosen = (
        select(User)
        .join(StaffRole, StaffRole.user_id == User.id)
        .where(
            User.disabled_at.is_(None),
            StaffRole.role == Role.PAYER,
            StaffRole.revoked_at.is_(None),
            StaffRole.effective_at <= clock.now(),
        )
        .order_by(User.id)
    )
    return list(db.session.execute(chosen).scalars())
