"""The one list of what waits for the staff (要対応): collected from every package, sorted, filtered by role. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from points.ledger.models import NEVER
from points.ledger.queries import Lot
from volunteer.core.hooks import WaitingItem
from volunteer.core.i18n import _, _l

KINDS = {
    "application": _l("申し込み"),
    "organization": _l("団体の登録"),
    "help_request": _l("依頼の確認"),
    "unfilled": _l("人数不足"),
    "offer": _l("お願い"),
    "seat_left": _l("空いた席"),
    "plan": _l("割り当て案"),
    "paid_agreement": _l("有償の返事"),
    "paid_card": _l("カードのやりなおし"),
    "paid_told": _l("電話で伝える"),
    "paid_work": _l("有償の時間"),
    "claim": _l("受付の確認"),
    "scan_refusal": _l("受付できない"),
    "dispute": _l("時間の申し出"),
    "device_scan": _l("端末の記録"),
    "cash_out": _l("換金"),
    "payout": _l("支払"),
    "ledger": _l("帳簿"),
    "notice": _l("届かない"),
}
"""The word on the tag of each kind of waiting thing; what is not named here says 確認."""


@dataclass(frozen=True)
class Line:
    """A waiting item as the list shows it."""

    item: WaitingItem
    due: str
    is_late: bool

    @property
    def tag(self) -> Any:
        """The word on its tag."""
        return KINDS.get(self.item.kind, _l("確認"))

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
    """(kind, word, how many) of every kind in the list, in the order of its first line."""
    counts: dict[str, tuple[Any, int]] = {}
    for line in lines:
        word, count = counts.get(line.item.kind, (line.tag, 0))
        counts[line.item.kind] = (word, count + 1)
    return [(kind, str(word), count) for kind, (word, count) in counts.items()]


def _is_late(item: WaitingItem, now: datetime) -> bool:
    return item.due_at is not None and item.due_at < now


def due_words(due_at: datetime | None, now: datetime) -> str:
    """How much time is left, in words."""
    if due_at is None:
        return ""
    left = due_at - now
    if left < timedelta(0):
        return str(_("%(span)sすぎました", span=_span(-left)))
    return str(_("あと%(span)s", span=_span(left)))


def _span(length: timedelta) -> str:
    if length >= timedelta(days=1):
        return str(_("%(n)s日", n=length.days))
    if length >= timedelta(hours=1):
        return str(_("%(n)s時間", n=int(length.total_seconds() // 3600)))
    return str(_("%(n)s分", n=max(1, int(length.total_seconds() // 60))))


def next_expiry(lots: Iterable[Lot]) -> tuple[date, int] | None:
    """(last valid day, points) of the earliest expiry among lots; None if none ends."""
    ending = [lot for lot in lots if lot.balance and lot.expires_on != NEVER]
    if not ending:
        return None
    first = min(lot.expires_on for lot in ending)
    return first, sum(lot.balance for lot in ending if lot.expires_on == first)
