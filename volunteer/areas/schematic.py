"""A schematic map of any town: one six-sided tile for each district. Pure.

Districts with coordinates stand about where they lie to each other, north above; without coordinates they fill a tidy
grid in the order of the list. No shapes from outside: it shows neighbours, not borders.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, cos, radians, sqrt

Spot = tuple[float | None, float | None]
"""Latitude and longitude in degrees, where known."""
Cell = tuple[int, int]
Point = tuple[float, float]

WIDTH, HEIGHT = 100.0, 112.0
"""A tile from side to side and from tip to tip."""
STEP = HEIGHT * 0.75
COLUMNS_MAX = 8
NAMED_COLUMNS_MAX = 7
"""With more columns a name no longer fits into a tile on a phone; the number of the list stands there instead."""
NAME_MAX = 4
ROUNDS = 6
SHADES = 3


@dataclass(frozen=True, slots=True)
class Schematic:
    """Tiles in the order of the districts: the middle of each, and the size of the whole drawing."""

    width: float
    height: float
    middles: tuple[Point, ...]
    is_located: bool
    """Whether neighbours on the map are neighbours in the town."""
    has_names: bool

    def corners(self, middle: Point) -> str:
        """The six corners around `middle`, as SVG writes points."""
        x, y = middle
        half, tip = WIDTH / 2 - 2, HEIGHT / 2 - 2
        right = ((0, -tip), (half, -tip / 2), (half, tip / 2))
        around = (*right, *((-dx, -dy) for dx, dy in right))
        return " ".join(f"{x + dx:g},{y + dy:g}" for dx, dy in around)


@lru_cache(maxsize=8)
def schematic(spots: tuple[Spot, ...]) -> Schematic:
    """The map of districts that lie at `spots`; the same for the same list."""
    points = _flat(spots)
    columns = _columns(len(spots), points)
    cells = _placed(points, columns) if points else _in_order(len(spots), columns)
    cells = _moved_to_corner(cells)
    middles = tuple(_middle(cell) for cell in cells)
    used = max((column for column, _row in cells), default=0) + 1
    return Schematic(
        width=max((x for x, _y in middles), default=0) + WIDTH / 2,
        height=max((y for _x, y in middles), default=0) + HEIGHT / 2,
        middles=middles,
        is_located=bool(points),
        has_names=used <= NAMED_COLUMNS_MAX,
    )


def _flat(spots: Sequence[Spot]) -> list[Point]:
    """East and south in the same measure; nothing unless every district is located, at different places."""
    known = [(lat, long) for lat, long in spots if lat is not None and long is not None]
    if len(known) < len(spots) or len(set(known)) < 2:
        return []
    shrink = cos(radians(known[0][0]))
    return [(long * shrink, -lat) for lat, long in known]


def _columns(count: int, points: Sequence[Point]) -> int:
    """So many columns that the grid has about the shape of the town, but stays readable."""
    shape = 1.2
    if points:
        wide, tall = (_span([point[axis] for point in points]) for axis in (0, 1))
        shape = min(max(wide / tall if tall else 2.0, 0.6), 1.6)
    return max(1, min(COLUMNS_MAX, ceil(sqrt(count * shape))))


def _span(values: Sequence[float]) -> float:
    return max(values) - min(values)


def _in_order(count: int, columns: int) -> list[Cell]:
    return [(n % columns, n // columns) for n in range(count)]


def _placed(points: Sequence[Point], columns: int) -> list[Cell]:
    """The nearest free cell for each point, the closest pairs first; then districts change places while it helps."""
    rows = ceil(len(points) / columns) + 1
    wanted = list(
        zip(
            _spread([x for x, _y in points], (columns - 0.5) * WIDTH),
            _spread([y for _x, y in points], (rows - 1) * STEP),
            strict=True,
        )
    )
    free = [(column, row) for row in range(rows) for column in range(columns)]
    pairs = sorted(
        (_distance(point, cell), n, cell) for n, point in enumerate(wanted) for cell in free
    )
    chosen: dict[int, Cell] = {}
    for _length, n, cell in pairs:
        if n not in chosen and cell not in chosen.values():
            chosen[n] = cell
    return _improved(wanted, [chosen[n] for n in range(len(points))])


def _spread(values: Sequence[float], length: float) -> list[float]:
    """Positions from 0 to `length`: half by distance, half by rank, so that a far district leaves no empty rows."""
    low, whole = min(values), _span(values) or 1.0
    ranks = {value: n for n, value in enumerate(sorted(set(values)))}
    last = max(len(ranks) - 1, 1)
    return [length * ((value - low) / whole + ranks[value] / last) / 2 for value in values]


def _distance(point: Point, cell: Cell) -> float:
    x, y = _middle(cell)
    return (x - WIDTH / 2 - point[0]) ** 2 + (y - HEIGHT / 2 - point[1]) ** 2


def _improved(wanted: Sequence[Point], cells: list[Cell]) -> list[Cell]:
    count = len(cells)
    for _round in range(ROUNDS):
        changed = False
        for a in range(count):
            for b in range(a + 1, count):
                now = _distance(wanted[a], cells[a]) + _distance(wanted[b], cells[b])
                then = _distance(wanted[a], cells[b]) + _distance(wanted[b], cells[a])
                if then < now - 1e-9:
                    cells[a], cells[b] = cells[b], cells[a]
                    changed = True
        if not changed:
            break
    return cells


def _moved_to_corner(cells: Sequence[Cell]) -> list[Cell]:
    """Without empty columns or rows before the first; rows move in twos, because every other one is shifted."""
    left = min((column for column, _row in cells), default=0)
    top = min((row for _column, row in cells), default=0) // 2 * 2
    return [(column - left, row - top) for column, row in cells]


def _middle(cell: Cell) -> Point:
    column, row = cell
    return (column + 0.5 + row % 2 / 2) * WIDTH, row * STEP + HEIGHT / 2


def shade_bounds(counts: Iterable[int]) -> list[tuple[int, int | None]]:
    """(least, most) of the shades above nothing, palest first; the darkest is open above. Empty without any count."""
    most = max(counts, default=0)
    if most <= 0:
        return []
    steps = sorted({max(1, ceil(most * n / SHADES)) for n in range(1, SHADES + 1)})
    lows = [1, *(step + 1 for step in steps[:-1])]
    return [(low, high) for low, high in zip(lows, [*steps[:-1], None], strict=True)]


def shade_of(count: int, bounds: Sequence[tuple[int, int | None]]) -> int:
    """Which shade a count has: 0 for nothing, then as in `shade_bounds`."""
    return sum(count >= low for low, _high in bounds)


def short_name(name: str) -> str:
    """What fits into a tile: the first of several names, or its first signs."""
    first = name.replace("･", "・").split("・")[0]
    return first if len(first) <= NAME_MAX else first[: NAME_MAX - 1] + "…"


@dataclass(frozen=True, slots=True)
class Tile:
    """One district on the map: what stands in its tile, how dark it is, where it lies."""

    words: str
    count: int
    shade: int
    x: float
    y: float
    corners: str


@dataclass(frozen=True, slots=True)
class DistrictMap:
    """The tiles in the order of the districts, the size of the drawing, and what its shades mean."""

    drawing: Schematic
    tiles: tuple[Tile, ...]
    bounds: tuple[tuple[int, int | None], ...]


def district_map(names: Sequence[str], spots: Sequence[Spot], counts: Sequence[int]) -> DistrictMap:
    """The map of a town with a count for each district, all three in the same order."""
    drawing, bounds = schematic(tuple(spots)), shade_bounds(counts)
    tiles = [
        Tile(
            words=short_name(name) if drawing.has_names else str(n),
            count=count,
            shade=shade_of(count, bounds),
            x=middle[0],
            y=middle[1],
            corners=drawing.corners(middle),
        )
        for n, (name, count, middle) in enumerate(
            zip(names, counts, drawing.middles, strict=True), 1
        )
    ]
    return DistrictMap(drawing, tuple(tiles), tuple(bounds))
