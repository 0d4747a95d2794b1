"""The newest seal by mail to the auditors: a copy that nobody can change who can change the database."""

from sqlalchemy import select

from points.ledger.models import LedgerSeal
from volunteer.core import clock
from volunteer.core.db import db
from volunteer.core.outbox import queue
from volunteer.core.permissions import Role
from volunteer.users.models import StaffRole, User

GROUP = 8
"""Letters of a seal that are written together, so that it can be compared by eye."""


def in_groups(letters: str) -> list[str]:
    """The letters of a seal in groups."""
    return [letters[start : start + GROUP] for start in range(0, len(letters), GROUP)]


def tell_auditors(seal_id: int) -> int:
    """Queue a mail with this seal to everybody who is auditor now, once a seal and day; how many were new."""
    seal = db.session.get_one(LedgerSeal, seal_id)
    params = {
        "seal_number": seal.id,
        "posting_number": seal.to_posting_id,
        "sealed_at": seal.sealed_at.isoformat(),
        "groups": in_groups(seal.seal),
    }
    told = 0
    for user in _auditors():
        key = f"ledger-seal:{seal.id}:{user.id}:{clock.today()}"
        told += (
            queue(
                "points/ledger/seal",
                key,
                user.email,
                params,
                language=user.language,
                to_user_id=user.id,
            )
            is not None
        )
    return told


def _auditors() -> list[User]:
    chosen = (
        select(User)
        .join(StaffRole, StaffRole.user_id == User.id)
        .where(
            User.disabled_at.is_(None),
            StaffRole.role == Role.AUDITOR,
            StaffRole.revoked_at.is_(None),
            StaffRole.effective_at <= clock.now(),
        )
        .order_by(User.id)
    )
    return list(db.session.execute(chosen).scalars())
