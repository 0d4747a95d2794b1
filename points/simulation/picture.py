"""The drawing of what two programmes cost: two lines on one sheet, made of numbers alone. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import Any

from volunteer.core.sheet import Sheet, corners

TOP = 26
LABELS_MOST = 6


@dataclass(frozen=True, slots=True)
class Line:
    """One month of both programmes: what is exchanged in it, and since the beginning."""

    month: date
    yen: tuple[int, int]
    sums: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Picture:
    """Two lines of yen added up, the months under them, the highest sum."""

    spots: tuple[tuple[tuple[float, float], ...], ...]
    labels: tuple[tuple[float, date], ...]
    highest: int

    @property
    def lines(self) -> list[str]:
        """For polylines."""
        return [corners(one) for one in self.spots]


def lines_of(months: dict[str, list[dict[str, Any]]]) -> list[Line]:
    """The months of a stored result, side by side."""
    first, second = months.values()
    sums = [list(accumulate(row["exchanged_yen"] for row in one)) for one in (first, second)]
    return [
        Line(
            month=date.fromisoformat(f"{a['month']}-01"),
            yen=(a["exchanged_yen"], b["exchanged_yen"]),
            sums=(sums[0][n], sums[1][n]),
        )
        for n, (a, b) in enumerate(zip(first, second, strict=True))
    ]


def draw(lines: Sequence[Line]) -> Picture:
    """The picture of the sums of a simulation."""
    highest = max([1, *(one for line in lines for one in line.sums)])
    sheet = Sheet(len(lines), highest, TOP)
    every = -(-len(lines) // LABELS_MOST) or 1
    return Picture(
        spots=tuple(
            tuple((sheet.x(n), sheet.y(line.sums[side])) for n, line in enumerate(lines))
            for side in (0, 1)
        ),
        labels=tuple((sheet.x(n), lines[n].month) for n in range(0, len(lines), every)),
        highest=highest,
    )
