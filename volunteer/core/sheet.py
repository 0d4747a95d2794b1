"""Where the numbers of a chart lie on its sheet: months side by side, the highest number at the top. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

LEFT, RIGHT, BOTTOM = 24, 696, 218
"""In units of the drawing, which is 720 wide; the templates draw axes and labels by the same numbers."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of `columns` columns on which numbers from 0 to `highest` find room between BOTTOM and `top`."""

    columns: int
    highest: int
    top: int

    def x(self, column: int) -> float:
        """The middle of a column, the first being 0."""
        return round(LEFT + (RIGHT - LEFT) / max(1, self.columns) * (column + 0.5), 1)

    def y(self, value: int) -> float:
        """How high a number lies; y grows downwards."""
        return round(BOTTOM - (BOTTOM - self.top) * value / self.highest, 1)


def corners(spots: Iterable[tuple[float, float]]) -> str:
    """Places as a polyline or polygon wants them."""
    return " ".join(f"{x},{y}" for x, y in spots)
