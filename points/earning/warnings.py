"""Whose points end soon and has not been told: one warning for each last day and threshold."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from points.earning.lapsing import open_exception, what_carries
from points.earning.notices import expiry_key
from points.ledger.postings import Pot, Pots
from points.ledger.queries import balances, lots_ending_by
from points.ledger.states import AccountKind
from points.programmes.queries import rules_at
from points.programmes.terms import CarryOverKind
from volunteer.core.db import db
from volunteer.core.models import Notice

KEYS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Ending:
    """Points that end on a day, and which warning is due."""

    holder_id: int
    programme_id: int
    expires_on: date
    points: int
    threshold: int

    @property
    def key(self) -> str:
        """The key of its notice."""
        return expiry_key(self.holder_id, self.programme_id, self.expires_on, self.threshold)


def ending_soon(today: date, thresholds: Sequence[int]) -> list[Ending]:
    """What ends within the longest threshold, with the shortest one that covers it, and was not told yet."""
    rows = lots_ending_by(today, today + timedelta(days=max(thresholds)))
    found = [
        Ending(holder, programme, day, points, _threshold((day - today).days, thresholds))
        for holder, programme, day, points in rows
    ]
    told = _told([one.key for one in found])
    return list(_really_ending((one for one in found if one.key not in told), today))


def _told(keys: list[str]) -> set[str]:
    told: set[str] = set()
    for start in range(0, len(keys), KEYS_AT_ONCE):
        some = Notice.key.in_(keys[start : start + KEYS_AT_ONCE])
        told.update(db.session.execute(select(Notice.key).where(some)).scalars())
    return told


def _threshold(days_left: int, thresholds: Sequence[int]) -> int:
    return min(days for days in thresholds if days >= days_left)


def _really_ending(found: Iterable[Ending], today: date) -> Iterator[Ending]:
    """Without what will live on by an exception or be carried over."""
    for one in found:
        rules = rules_at(one.programme_id, one.expires_on)
        if open_exception(one.programme_id, one.expires_on, today) is not None:
            continue
        points = one.points
        if rules is not None and rules.carry_over.kind is not CarryOverKind.NONE:
            points -= _carried(one)
        if points > 0:
            yield Ending(one.holder_id, one.programme_id, one.expires_on, points, one.threshold)


def _carried(one: Ending) -> int:
    """What would be carried over if the last day were over; nothing is locked."""
    rules = rules_at(one.programme_id, one.expires_on)
    held = balances(one.holder_id, one.programme_id)
    lots = [
        Pot(lot.account_id, AccountKind.LOT, lot.expires_on, lot.balance, lot.month)
        for lot in held.lots
        if lot.expires_on == one.expires_on
    ]
    pots = Pots(one.holder_id, one.programme_id)
    return sum(what_carries(pots, lots, rules, held.in_lots)) if rules else 0
