"""The drawing of an outlook: points of lines on a sheet, made of numbers alone. Pure."""

from dataclasses import dataclass
from datetime import date

from volunteer.core.sheet import Sheet, corners

TOP = 20


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the sheet and the number it stands for."""

    x: float
    y: float
    day: date
    value: int


@dataclass(frozen=True, slots=True)
class Picture:
    """Lines of money added up over a year: what was, what will be (low, middle, high), what is set aside."""

    months: tuple[Spot, ...]
    """One for each month, on the axis."""
    came: tuple[Spot, ...]
    middle: tuple[Spot, ...]
    band: str
    """Corners of the range, for a polygon."""
    budget_y: float | None

    @property
    def came_line(self) -> str:
        """For a polyline."""
        return _line(self.came)

    @property
    def middle_line(self) -> str:
        """For a polyline."""
        return _line(self.middle)


Sums = list[tuple[date, int]]


def draw(came: Sums, ahead: list[tuple[date, int, int, int]], budget: int | None) -> Picture:
    """The picture of sums in yen; months stand side by side, the running one may be in both lists."""
    days = sorted({day for day, _sum in came} | {one[0] for one in ahead})
    highest = max([1, budget or 0, *(value for _day, value in came), *(one[3] for one in ahead)])
    sheet = Sheet(len(days), highest, TOP)

    def spot(day: date, value: int) -> Spot:
        return Spot(sheet.x(days.index(day)), sheet.y(value), day, value)

    begin = [spot(*came[-1])] if came and ahead and came[-1][0] < ahead[0][0] else []
    lows = begin + [spot(day, low) for day, low, _middle, _high in ahead]
    highs = begin + [spot(day, high) for day, _low, _middle, high in ahead]
    return Picture(
        months=tuple(spot(day, 0) for day in days),
        came=tuple(spot(*one) for one in came),
        middle=tuple(begin + [spot(day, middle) for day, _low, middle, _high in ahead]),
        band=_line((*highs, *reversed(lows))) if ahead else "",
        budget_y=None if budget is None else sheet.y(budget),
    )


def _line(spots: tuple[Spot, ...]) -> str:
    return corners((one.x, one.y) for one in spots)
