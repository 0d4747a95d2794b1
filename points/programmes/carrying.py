"""What becomes of points whose last day has passed: a dated exception, a carry-over, or the end (V2, V3). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from points.programmes.rule_version import RuleVersion
from points.programmes.terms import CarryOverKind, DatedException


@dataclass(frozen=True, slots=True)
class Lapsing:
    """A lot whose last day has passed. `was_carried`: its points lived on once before."""

    points: int
    was_carried: bool = False


def least_exchangeable(version: RuleVersion) -> int:
    """The fewest points anybody can exchange by any method."""
    methods = version.exchange.methods
    return min(-(-one.minimum_points // one.unit_points) * one.unit_points for one in methods)


def carried_points(
    lots: Sequence[Lapsing], version: RuleVersion, *, total: int, carried_before: int = 0
) -> list[int]:
    """How many points of each lot live on. All `lots` are of one holder and end on one day, the oldest first.

    `total` is everything the holder has in lots, `carried_before` what was carried from this last day already.
    Of lots that end together the youngest are carried first where there is a limit.
    """
    kind = version.carry_over.kind
    if kind is CarryOverKind.ALL:
        return [lot.points for lot in lots]
    if kind is CarryOverKind.ONCE:
        return [0 if lot.was_carried else lot.points for lot in lots]
    if kind is CarryOverKind.BELOW_MINIMUM:
        is_below = total < least_exchangeable(version)
        return [lot.points if is_below else 0 for lot in lots]
    if kind is CarryOverKind.UP_TO:
        return _youngest_first(lots, (version.carry_over.points or 0) - carried_before)
    return [0 for _lot in lots]


def _youngest_first(lots: Sequence[Lapsing], left: int) -> list[int]:
    found = []
    for lot in reversed(lots):
        part = min(lot.points, max(left, 0))
        left -= part
        found.append(part)
    return found[::-1]


def exception_for(expires_on: date, version: RuleVersion) -> DatedException | None:
    """The dated exception that speaks of points with this last day, if there is one."""
    return next((one for one in version.exceptions if one.covers(expires_on)), None)
