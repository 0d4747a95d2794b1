"""Points whose last day has passed: extended, carried over or expired, by the rules of that day (V1–V3).

Held points are not in any lot and so are not touched; what becomes of them when they come back is the programme's
`expiry.void_while_held`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from points.earning.queries import RuledProgramme
from points.ledger.carried import carried_before
from points.ledger.lapses import (
    CARRY_OVER,
    EXTENSION,
    carried_from,
    live_on,
    lots_ending_together,
)
from points.ledger.postings import Pot, Pots, lock_standing, lots_with_points
from points.ledger.queries import balances
from points.ledger.services import expire_lot
from points.programmes.calendar import carried_expires_on
from points.programmes.carrying import Lapsing, carried_points, exception_for
from points.programmes.queries import anchor_of, rules_at
from points.programmes.rule_version import RuleVersion
from points.programmes.terms import CarryOverKind, DatedException
from volunteer.core.errors import NotFound
from volunteer.core.i18n import _l


@dataclass(frozen=True, slots=True)
class Lapsed:
    """What became of points that reached their last day."""

    expired: int = 0
    lived_on: int = 0


def lapse(holder_id: int, programme_id: int, expired_on: date, *, on: date) -> Lapsed:
    """The lots that ended on `expired_on` are empty: extended by an exception, carried over, or expired.

    The same again finds nothing left. Nothing happens before `on` has passed the last day.
    """
    if expired_on >= on:
        return Lapsed()
    pots = Pots(holder_id, programme_id)
    total = lock_standing(pots).in_lots
    lots = lots_ending_together(pots, expired_on)
    rules = rules_at(programme_id, expired_on)
    exception = open_exception(programme_id, expired_on, on)
    if exception is not None:
        return Lapsed(lived_on=_extend(pots, lots, exception, on))
    amounts = what_carries(pots, lots, rules, total) if rules else [0 for _lot in lots]
    for lot, points in zip(lots, amounts, strict=True):
        if points and rules:
            until = carried_expires_on(expired_on, rules, anchor_of(holder_id, programme_id, rules))
            live_on(pots, lot, points, until, on=on, reason=CARRY_OVER)
        if points < lot.balance:
            expire_lot(lot.id, on=on)
    left = sum(lot.balance for lot in lots)
    return Lapsed(expired=left - sum(amounts), lived_on=sum(amounts))


def what_carries(pots: Pots, lots: list[Pot], rules: RuleVersion, total: int) -> list[int]:
    """How many points of each of these lots, which end together, are carried over."""
    if rules.carry_over.kind is CarryOverKind.NONE or not lots:
        return [0 for _lot in lots]
    before = carried_before(lot.id for lot in lots)
    lapsing = [Lapsing(lot.balance, lot.id in before) for lot in lots]
    gone = carried_from(pots, lots[0].lapsed_on)
    return carried_points(lapsing, rules, total=total, carried_before=gone)


def open_exception(programme_id: int, expires_on: date, on: date) -> DatedException | None:
    """The dated exception for everybody that speaks of this last day, by the rules of that day or of `on`."""
    for day in (expires_on, on):
        rules = rules_at(programme_id, day)
        found = exception_for(expires_on, rules) if rules else None
        if found is not None and not found.chosen:
            return found
    return None


def extend(
    holder_id: int, programme_id: int, expires_on: date, exception: DatedException, *, on: date
) -> int:
    """The points of this last day are valid up to the exception's; how many."""
    pots = Pots(holder_id, programme_id)
    lock_standing(pots)
    return _extend(pots, lots_ending_together(pots, expires_on), exception, on)


def _extend(pots: Pots, lots: list[Pot], exception: DatedException, on: date) -> int:
    for lot in lots:
        live_on(pots, lot, lot.balance, exception.extended_to, on=on, reason=EXTENSION)
    return sum(lot.balance for lot in lots)


def choose_extension(holder_id: int, programme_id: int, code: str, *, on: date) -> int:
    """A person takes up a dated exception that is theirs to choose; how many points live on by it.

    Points whose last day has passed are gone. Raises NotFound when the programme has no such exception.
    """
    rules = rules_at(programme_id, on)
    found = next((one for one in rules.exceptions if one.code == code), None) if rules else None
    if found is None or not found.chosen:
        raise NotFound(_l("この延長は、もう選べません。"))
    pots = Pots(holder_id, programme_id)
    lock_standing(pots)
    return sum(
        _extend(pots, lots_ending_together(pots, day), found, on)
        for day in chosen_days(pots, found, on)
    )


@dataclass(frozen=True, slots=True)
class Offer:
    """An extension a person can take up now, how many points would live on by it, and when the first of them end."""

    programme_id: int
    exception: DatedException
    points: int
    ends_on: date

    @property
    def code(self) -> str:
        """What a form calls it."""
        return f"{self.programme_id}:{self.exception.code}"


def offers_of(holder_id: int, programmes: Iterable[RuledProgramme], on: date) -> list[Offer]:
    """The extensions a person can choose today; reads only."""
    found = []
    for ruled in programmes:
        programme_id, rules = ruled.programme.id, ruled.rules_on(on)
        for one in rules.exceptions if rules else ():
            if one.chosen and one.last_day >= on:
                lots = balances(holder_id, programme_id).lots
                ending = [
                    lot for lot in lots if lot.expires_on >= on and one.covers(lot.expires_on)
                ]
                if ending:
                    ends_on = min(lot.expires_on for lot in ending)
                    points = sum(lot.balance for lot in ending)
                    found.append(Offer(programme_id, one, points, ends_on))
    return found


def chosen_days(pots: Pots, exception: DatedException, on: date) -> list[date]:
    """The last days of the holder's points of which an exception speaks and which have not passed."""
    days = {lot.lapsed_on for lot in lots_with_points(pots)}
    return sorted(day for day in days if day >= on and exception.covers(day))
