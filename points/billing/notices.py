"""What staff are told of payments that need them: a hold that ends, something that no further call mends.

And students and staff, every week, of pay for work that has waited long.
"""

from sqlalchemy import select

from points.bank_accounts.notices import write_to
from points.billing.models import Charge, PaperSetting, Payment
from points.billing.paper_settings import OnPaper
from points.billing.shares import Share
from points.billing.sources import told
from points.billing.unpaid import Unpaid
from volunteer.core import clock
from volunteer.core.db import db
from volunteer.core.outbox import queue
from volunteer.core.permissions import Role
from volunteer.people.models import Person
from volunteer.users.models import StaffRole, User
from volunteer.users.queries import users_for

KINDS = (
    "hold_ends", "trouble", "comparison", "pay_due", "pay_due_staff", "account_changed",
    "decided_anew", "decided_anew_payer",
)  # fmt: skip


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


def tell_account_changed(made: PaperSetting, before: OnPaper) -> int:
    """Queue a mail that papers name another account or number now: whoever handles money must know it was wanted."""
    parts = ("bank_code", "branch_code", "account_type", "account_number", "holder_kana")
    is_account = any(getattr(made, name) != getattr(before, name) for name in parts)
    is_number = made.registration_number != before.registration_number
    if not (is_account or is_number):
        return 0
    params = {
        "is_account": is_account,
        "tail": made.account_number[-3:],
        "bank": made.bank_name or made.bank_code,
        "is_number": is_number,
        "registration_number": made.registration_number,
    }
    return _tell("account_changed", f"billing-account_changed:{made.id}", params)


def tell_decided_anew(charge: Charge, before: Share, now: Share, reason: str, number: int) -> None:
    """Tell the student and the payer what is due now and what was before; `number` is that of the decision.

    A household has no mailbox: its message is kept for the desk.
    """
    words = told(charge.source)
    facts = {"title": str(words.title), "done_on": charge.earned_on.isoformat(), "reason": reason}
    key = f"charge-decided:{number}"
    person = db.session.get(Person, charge.payee_id)
    if person is not None:
        pay = {"before_yen": before.payee_yen, "amount_yen": now.payee_yen}
        write_to(
            person, "points/billing/decided_anew", f"{key}:{person.party_id}", {**facts, **pay}
        )
    due = {"before_yen": before.total_yen, "amount_yen": now.total_yen, "path": words.payer_url}
    members: list[User | None] = [*users_for(charge.payer_id)]
    for user in members or [None]:
        queue(
            "points/billing/decided_anew_payer",
            f"{key}:payer:{user.id if user else 0}",
            user.email if user else None,
            {**facts, **due},
            language=user.language if user else None,
            to_user_id=user.id if user else None,
            to_party_id=charge.payer_id,
        )


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
