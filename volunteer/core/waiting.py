"""What waits for staff of some roles, collected from every feature; all that is only counted is read at once."""

from collections.abc import Iterable
from datetime import datetime

from flask import url_for
from sqlalchemy import literal, select, union_all

from volunteer.core.db import db
from volunteer.core.hooks import WaitingItem, WaitingTotal, hooks


def waiting_for(roles: Iterable[str]) -> list[WaitingItem]:
    """Every waiting thing of these roles; sources for other roles are not even asked."""
    own = frozenset(roles)
    asked = [one for one in hooks.waiting_items if own & one.roles]
    items = [item for one in asked for item in one.collect()]
    return items + _totals([total for one in asked for total in one.totals])


def _totals(totals: list[WaitingTotal]) -> list[WaitingItem]:
    """One line for each total that is not empty; one statement for all of them."""
    if not totals:
        return []
    counts = [one.counted().subquery() for one in totals]
    parts = [select(literal(number), *one.c) for number, one in enumerate(counts)]
    rows = db.session.execute(union_all(*parts)).all()
    return [_line(totals[number], count, since) for number, count, since in sorted(rows) if count]


def _line(total: WaitingTotal, count: int, since: datetime) -> WaitingItem:
    return WaitingItem(
        kind=total.kind,
        label=total.label(count),
        subject=total.kind,
        url=url_for(total.endpoint),
        due_at=since,
        roles=total.roles,
        icon=total.icon,
    )
