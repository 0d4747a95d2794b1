"""The one list of what waits for the staff (要対応): collected from every package, sorted, filtered by role. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from volunteer.core.hooks import WaitingItem
from volunteer.core.i18n import _

SOON = timedelta(hours=24)


@dataclass(frozen=True)
class Line:
    """A waiting item as the list shows it."""

    item: WaitingItem
    due: str
    is_late: bool

    @property
    def look(self) -> str:
        """Which look its tag has: late things are red, soon things brown."""
        return "bad" if self.is_late else "kind"


def sorted_lines(
    items: Iterable[WaitingItem], roles: Iterable[Any], now: datetime, kind: str = ""
) -> list[Line]:
    """What `roles` may see, most urgent first; things without a due time come last."""
    own = {str(getattr(role, "value", role)) for role in roles}
    seen = [
        item
        for item in items
        if (not item.roles or own & {str(getattr(role, "value", role)) for role in item.roles})
        and (not kind or item.kind == kind)
    ]
    far = datetime.max.replace(tzinfo=now.tzinfo)
    seen.sort(key=lambda item: (item.due_at or far, item.kind, item.subject))
    return [Line(item, due_words(item.due_at, now), _is_late(item, now)) for item in seen]


def kinds_of(lines: Iterable[Line]) -> list[tuple[str, str, int]]:
    """(kind, label, how many) of every kind in the list, in the order of its first line."""
    counts: dict[str, tuple[Any, int]] = {}
    for line in lines:
        label, count = counts.get(line.item.kind, (line.item.label, 0))
        counts[line.item.kind] = (label, count + 1)
    return [(kind, str(label), count) for kind, (label, count) in counts.items()]


def _is_late(item: WaitingItem, now: datetime) -> bool:
    return item.due_at is not None and item.due_at < now


def due_words(due_at: datetime | None, now: datetime) -> str:
    """How much time is left, in words."""
    if due_at is None:
        return ""
    left = due_at - now
    if left < timedelta(0):
        return _("%(span)sすぎました", span=_span(-left))
    return _("あと%(span)s", span=_span(left))


def _span(length: timedelta) -> str:
    if length >= timedelta(days=1):
        return _("%(n)s日", n=length.days)
    if length >= timedelta(hours=1):
        return _("%(n)s時間", n=int(length.total_seconds() // 3600))
    return _("%(n)s分", n=max(1, int(length.total_seconds() // 60)))


def next_expiry(lots: Sequence[tuple[date, date, int]]) -> tuple[date, int] | None:
    """(last valid day, points) of the earliest expiry among lots (month, expires_on, balance); None if none ends."""
    days = [
        expires_on for _month, expires_on, balance in lots if balance and expires_on.year < 9999
    ]
    if not days:
        return None
    first = min(days)
    return first, sum(balance for _month, expires_on, balance in lots if expires_on == first)
