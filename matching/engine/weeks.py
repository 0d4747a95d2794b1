"""The best week of everybody at given prices of shifts, and the bound that proves.

Prices of hours and of people (`rows.py`) let somebody do halves of three shifts of which each clashes with the others.
Here only seats have prices; what one person does in one week is then found exactly, with all caps and clashes and the
cost of the hours, but for the way between two shifts. No plan exceeds what the best weeks and the seats bring together.

A week is planned by dynamic programming over its *slots* (shifts with one begin and end, of which only the best for a
person can matter) in the order of their ends: what the first n bring with so many shifts and minutes at most. Minutes
are counted in grains, rounded down, so that there are never too many of them: the bound may be higher then, not wrong.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from matching.engine.arrays import Array, np, spread_out
from matching.engine.caps import Caps
from matching.engine.problem import Table, burden_of
from matching.engine.rows import FINE

GRAINS = 48
"""The most that anybody's minutes a week are told apart in."""
CELLS = 6_000_000
"""So many numbers are kept at once."""
SIZES = (1, 2, 3, 4, 6, 8, 12, 24, 48)
"""People whose caps lie between the same two of these are reckoned together."""
NEVER = -(2**60)


@dataclass(frozen=True, slots=True)
class Batch:
    """People and weeks that are reckoned together, those with the most slots first.

    A row holds what the first n slots of one of them bring; rows of one n stand together (`begin`), in that order.
    """

    shifts: Array
    """Caps of each: shifts, and grains of minutes."""
    grains: Array
    burden: Array
    """What so many grains of minutes cost each (1/960 points)."""
    begin: Array
    slot: Array
    """Of each row but the first ones: the slot that is added,"""
    length: Array
    """its grains,"""
    before: Array
    """and the row of those slots that are over in time for it."""
    last: Array
    """The row of each with all slots."""

    @property
    def layout(self) -> tuple[int, int, int]:
        """Numbers of a row: shifts at most, grains at most after so many that are forbidden."""
        forbidden = int(self.length.max(initial=0))
        return int(self.shifts.max()) + 1, forbidden + int(self.grains.max()) + 1, forbidden


@dataclass(frozen=True, slots=True)
class Weeks:
    """The pairs by person, week and slot."""

    pairs: Array
    gain: Array
    """Of `pairs`, in 1/960 points."""
    shift: Array
    begin: Array
    """Where those of each slot begin in `pairs`, and one more for the end."""
    batches: tuple[Batch, ...]
    cells: Array

    def best(self, price: Array) -> tuple[int, Array]:
        """What the best weeks bring at these prices of shifts (1/960 points), and their pairs."""
        left = self.gain - price[self.shift]
        worth = np.maximum.reduceat(left, self.begin[:-1])
        total, slots = 0, []
        for batch in self.batches:
            rows = _filled(batch, worth, self.cells)
            brings, shifts, grains = _ends(batch, rows)
            total += int(brings.sum())
            slots.append(_taken(batch, rows, shifts, grains))
        taken = np.concatenate(slots)
        first = self.begin[taken]
        rows, which = spread_out(first, self.begin[taken + 1] - first)
        is_best = np.nonzero(left[rows] == worth[taken[which]])[0]
        _, one = np.unique(which[is_best], return_index=True)
        return total, self.pairs[rows[is_best[one]]]


def weeks_of(table: Table, caps: Caps) -> Weeks:
    """The weeks of a table that has pairs."""
    work, weeks = table.work, len(table.work.weeks)
    kinds, kind = np.unique(np.column_stack([work.end, work.start]), axis=0, return_inverse=True)
    unit = table.volunteer.astype(np.int64) * weeks + work.week[table.shift]
    key = unit * len(kinds) + kind.reshape(-1)[table.shift]
    pairs = np.argsort(key, kind="stable")
    begin = np.nonzero(np.diff(key[pairs], prepend=-1))[0]
    unit, kind = np.divmod(key[pairs[begin]], len(kinds))
    slots = _Slots(unit, kinds[kind, 1], kinds[kind, 0])
    batches = tuple(_batches(table, caps, slots))
    size = max(len(batch.slot) * batch.layout[0] * batch.layout[1] for batch in batches)
    return Weeks(
        pairs.astype(np.int32),
        table.gain[pairs] * FINE,
        table.shift[pairs],
        np.append(begin, len(pairs)),
        batches,
        np.empty(size, dtype=np.int64),
    )


@dataclass(frozen=True, slots=True)
class _Slots:
    """Slots of people's weeks, in the order of person and week (`unit`), then end."""

    unit: Array
    start: Array
    end: Array


def _batches(table: Table, caps: Caps, slots: _Slots) -> Iterator[Batch]:
    units, first, many = np.unique(slots.unit, return_index=True, return_counts=True)
    shifts, minutes = caps.count.reshape(-1)[units], caps.minutes.reshape(-1)[units]
    grain = int(np.gcd.reduce(table.work.minutes))
    size = np.searchsorted(SIZES, np.minimum(minutes // grain, GRAINS))
    kind = np.searchsorted(SIZES, shifts) * (len(SIZES) + 1) + size
    order = np.lexsort((-many, kind))
    for here in np.split(order, np.nonzero(np.diff(kind[order]))[0] + 1):
        most = int(minutes[here].max())
        step = grain * -(-most // (grain * GRAINS))
        row = (int(shifts[here].max()) + 1) * (2 * (most // step) + 1)
        full = np.cumsum(many[here] + 1) * row // CELLS
        for part in np.split(here, np.nonzero(np.diff(full))[0] + 1):
            caps_here = shifts[part], minutes[part]
            yield _batch(table, slots, (units[part], first[part], many[part]), caps_here, step)


def _batch(
    table: Table,
    slots: _Slots,
    here: tuple[Array, Array, Array],
    caps: tuple[Array, Array],
    step: int,
) -> Batch:
    """`here`: number, first slot and count of slots of each; `step`: minutes of a grain."""
    units, first, many = here
    live = np.searchsorted(-many, -np.arange(int(many[0]) + 1), side="right")
    begin = np.concatenate([[0], np.cumsum(live)])
    who = np.arange(int(begin[-1])) - np.repeat(begin[:-1], live)
    number = np.repeat(np.arange(len(live)), live)
    slot = first[who] + np.maximum(0, number - 1)
    grains = caps[1] // step
    burden = np.column_stack(
        [
            burden_of(table, units // len(table.work.weeks), np.full(len(units), count * step))
            for count in range(int(grains.max()) + 1)
        ]
    )
    length = (slots.end - slots.start)[slot] // step
    return Batch(
        caps[0],
        grains,
        (burden - burden[:, :1]) * (FINE // 60),
        begin,
        slot,
        # what is longer than anybody may work here is forbidden to all of them
        np.minimum(length, int(grains.max()) + 1),
        begin[_over_before(table, slots, first, slot)] + who,
        begin[many] + np.arange(len(many)),
    )


def _over_before(table: Table, slots: _Slots, first: Array, slot: Array) -> Array:
    """How many slots of the same week are over in time before each of these, the way aside."""
    low = int(slots.start.min())
    span = int(slots.end.max()) - low + 1
    slack = table.problem.policy.slack_minutes
    begin = np.searchsorted(slots.unit, slots.unit[slot])
    key = slots.unit * span + slots.end - low
    latest = np.maximum(0, slots.start[slot] - slack - low)
    return np.maximum(0, np.searchsorted(key, slots.unit[slot] * span + latest, "right") - begin)


def _filled(batch: Batch, worth: Array, cells: Array) -> Array:
    """Row by row what the slots so far bring, by shifts and minutes at most."""
    high, wide, forbidden = batch.layout
    count = len(batch.slot)
    rows = cells[: count * high * wide].reshape(count, high, wide)
    rows[:, :, :forbidden] = NEVER
    rows[:, 0, forbidden:] = 0
    rows[: batch.begin[1], :, forbidden:] = 0
    flat = rows.reshape(-1)
    width = wide - forbidden
    place = (np.arange(high - 1)[:, None] * wide + forbidden + np.arange(width)).reshape(-1)
    base, brings = batch.before * (high * wide) - batch.length, worth[batch.slot]
    for number in range(1, len(batch.begin) - 1):
        begin, end = int(batch.begin[number]), int(batch.begin[number + 1])
        old = int(batch.begin[number - 1])
        more = flat[base[begin:end, None] + place] + brings[begin:end, None]
        np.maximum(
            more.reshape(end - begin, high - 1, width),
            rows[old : old + end - begin, 1:, forbidden:],
            out=rows[begin:end, 1:, forbidden:],
        )
    return rows


def _ends(batch: Batch, rows: Array) -> tuple[Array, Array, Array]:
    """What the best week of each brings, and how many shifts and grains it may have."""
    forbidden = batch.layout[2]
    each = np.arange(len(batch.last))
    value = rows[batch.last, batch.shifts, forbidden:] - batch.burden
    value[np.arange(value.shape[1]) > batch.grains[:, None]] = NEVER
    grains = value.argmax(axis=1)
    return value[each, grains], batch.shifts.copy(), grains


def _taken(batch: Batch, rows: Array, shifts: Array, grains: Array) -> Array:
    """The slots of these weeks, the last first: the one with which the rows first bring as much."""
    forbidden = batch.layout[2]
    number = np.searchsorted(batch.begin, batch.last, side="right") - 1
    who = batch.last - batch.begin[number]
    found = [np.zeros(0, dtype=np.int64)]
    while len(who):
        place = shifts, forbidden + grains
        value = rows[(batch.begin[number] + who, *place)]
        low = np.zeros_like(number)
        while (low < number).any():
            middle = (low + number) // 2
            is_there = rows[(batch.begin[middle] + who, *place)] >= value
            number, low = np.where(is_there, middle, number), np.where(is_there, low, middle + 1)
        row = (batch.begin[number] + who)[number > 0]
        who, shifts, grains = who[number > 0], shifts[number > 0] - 1, grains[number > 0]
        grains = grains - batch.length[row]
        found.append(batch.slot[row])
        number = np.searchsorted(batch.begin, batch.before[row], side="right") - 1
    return np.concatenate(found)
