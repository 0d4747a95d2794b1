"""The budget is set: a row is added, the newest counts."""

from datetime import date

from sqlalchemy import select

from points.reports.models import BudgetLine
from volunteer.core import clock
from volunteer.core.db import db, insert_once
from volunteer.core.errors import AlreadySent
from volunteer.core.i18n import _l


def set_budget(
    *,
    key: str,
    programme_id: int,
    year_starts_on: date,
    amount_yen: int,
    reason: str,
    by_user_id: int,
) -> int:
    """The budget of a programme year from now on; the id of its row. Raises AlreadySent for another content."""
    values = {
        "programme_id": programme_id,
        "year_starts_on": year_starts_on,
        "amount_yen": amount_yen,
        "reason": reason,
        "entered_by_user_id": by_user_id,
    }
    made = insert_once(BudgetLine, {**values, "key": key, "entered_at": clock.now()})
    if made is not None:
        return made
    first = db.session.execute(select(BudgetLine).filter_by(key=key)).scalar_one()
    if any(getattr(first, name) != value for name, value in values.items()):
        raise AlreadySent(_l("同じ番号の予算がもうあります。画面を開きなおしてください。"), key=key)
    return first.id
