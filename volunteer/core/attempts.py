"""Counters of attempts that survive rollbacks, restarts and several workers (decision 9)."""

from datetime import UTC, datetime, timedelta
from math import ceil

from sqlalchemy import delete, update

from volunteer.core import clock
from volunteer.core.crypto import blind_index
from volunteer.core.db import db, guarded_update, insert_once, run_turn
from volunteer.core.errors import TooManyAttempts
from volunteer.core.i18n import _l
from volunteer.core.models import Attempt


def count_attempt(scope: str, key: str, limit: int, window: timedelta) -> int:
    """Count one try of `key` in the window that ends now, committed at once, and return how many are left.

    Call it *before* the secret is compared. Raises `TooManyAttempts` when `limit` tries were used up. The window
    slides: the tries of the one before count for the part of it that is not over yet, so that nobody gets twice the
    limit around a full hour. What was refused does not make the wait longer.
    """
    left = run_turn(_count, scope, blind_index(f"{scope}:{key}"), limit, window)
    if left < 0:
        raise TooManyAttempts(
            _l(
                "何度もためされたため、安全のために止めています。しばらく待ってから、もう一度ためしてください。"
            ),
            scope=scope,
        )
    return left


def forget_attempts(scope: str, key: str) -> None:
    """Start counting `key` anew, inside the caller's write turn (after a success)."""
    hashed = blind_index(f"{scope}:{key}")
    db.session.execute(delete(Attempt).where(Attempt.scope == scope, Attempt.key_hash == hashed))


def delete_old_attempts() -> int:
    """Counters of windows older than two days go; how many went."""
    old = clock.now() - timedelta(days=2)
    return guarded_update(delete(Attempt).where(Attempt.window_start < old))


def _window_start(moment: datetime, window: timedelta) -> datetime:
    seconds = int(window.total_seconds())
    return datetime.fromtimestamp(int(moment.timestamp()) // seconds * seconds, UTC)


def _count(scope: str, hashed: str, limit: int, window: timedelta) -> int:
    moment = clock.now()
    start = _window_start(moment, window)
    values = {"scope": scope, "key_hash": hashed, "window_start": start}
    insert_once(Attempt, {**values, "count": 0})
    statement = (
        update(Attempt).filter_by(**values).values(count=Attempt.count + 1).returning(Attempt.count)
    )
    count: int = db.session.execute(statement).scalar_one()
    before = db.select(Attempt.count).filter_by(**{**values, "window_start": start - window})
    earlier = min(db.session.execute(before).scalar() or 0, limit)
    return limit - count - ceil(earlier * (1 - (moment - start) / window))
