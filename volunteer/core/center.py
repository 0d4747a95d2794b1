"""The one center of this database, and its running numbers."""

from flask import g, has_app_context
from sqlalchemy import update

from volunteer.core.db import db, insert_once
from volunteer.core.errors import NotReady
from volunteer.core.i18n import _l
from volunteer.core.models import Center, Counter


def center_or_none() -> Center | None:
    """The center, or None in an empty database. Remembered for the request, detached from the session."""
    if has_app_context() and "center" in g:
        found: Center | None = g.center
        return found
    row = db.session.get(Center, 1)
    if row is not None:
        db.session.expunge(row)
        g.center = row
    return row


def the_center() -> Center:
    """The center. Raises `NotReady` when none has been founded yet."""
    row = center_or_none()
    if row is None:
        raise NotReady(_l("センターの設定がまだありません。管理者に連絡してください。"))
    return row


def next_number(series: str, prefix: str, width: int = 4) -> str:
    """The next number of a series, such as `K-0042`, inside the caller's write turn; the row is the lock."""
    insert_once(Counter, {"name": series, "last": 0})
    statement = (
        update(Counter)
        .where(Counter.name == series)
        .values(last=Counter.last + 1)
        .returning(Counter.last)
    )
    last: int = db.session.execute(statement).scalar_one()
    return f"{prefix}{last:0{width}d}"
