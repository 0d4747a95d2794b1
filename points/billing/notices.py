"""What staff are told of payments that need them: a hold that ends, something that no further call mends.

And students and staff, every week, of pay for work that has waited long.
"""

from sqlalchemy import select

from points.bank_accounts.notices import write_to
from points.billing.models import Payment
from points.billing.unpaid import Unpaid
from volunteer.core import clock
from volunteer.core.db import db
from volunteer.core.outbox import queue
from volunteer.core.permissions import Role
from volunteer.people.models import Person
from volunteer.users.models import StaffRole, User

KINDS = ("hold_ends", "trouble", "comparison", "pay_due", "pay_due_staff")


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


def tell_student_pay_is_due(person_id: int, yen: int, found: list[Unpaid]) -> None:
    """Ask a student, once a week, to ask for pay that waits; `found` is their work, the oldest first."""
    person = db.session.get(Person, person_id)
    if person is None:
        return
    params = {
        "amount_yen": yen,
        "done_on": found[0].charge.earned_on.isoformat(),
        "last_day": found[0].last_day.isoformat(),
    }
    write_to(person, "points/billing/pay_due", f"pay-due:{_week()}:{person_id}", params)


def tell_staff_pay_is_due(found: list[Unpaid]) -> int:
    """Tell the payers, once a week, how much pay for work waits and since when."""
    params = {
        "count": len(found),
        "late": sum(one.is_late for one in found),
        "amount_yen": sum(one.yen for one in found),
        "done_on": found[0].charge.earned_on.isoformat(),
    }
    return _tell("pay_due_staff", f"pay-due:{_week()}", params)


def _week() -> str:
    year, week, _day = clock.today().isocalendar()
    return f"{year}-{week}"


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
