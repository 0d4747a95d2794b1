"""The rows of the linear program, and the bound that any prices of them prove.

    x[pair] in [0, 1]         gain
    first[shift], more[shift] heads that count fully, and those above; at most need_min and need_more
    band[person, k]           minutes in a band of the fairness cost

    seats     Σ x − first − more = 0                       each shift
    minutes   Σ length x ≤ minutes left                    each person and week where it can bind
    count     Σ x ≤ shifts left                            each person and week where it can bind
    fairness  Σ length x − Σ band ≤ minutes that are free  each person where it can bind
    levels    −Σ first ≤ −heads                            each priority that is settled
    groups    Σ x ≤ 1                                      pairs that exclude each other

The columns first, more and band are numbered first, then the pairs in the order in which they come in. Prices prove a
bound for *all* pairs, also for those that never came in: that is exact in whole numbers (`bound_of`).
"""

from dataclasses import dataclass, replace

from matching.engine.arrays import Array, np
from matching.engine.caps import ENDLESS, Caps
from matching.engine.facts import Work
from matching.engine.problem import Table, burden_of, covered, value_of

FINE = 960
"""Prices are rounded to 1/960 point: then a cost per hour is a whole number a minute, and sums are exact."""

CHUNK = 1_000_000
"""So many pairs are priced at once."""


@dataclass(frozen=True, slots=True)
class Goal:
    """What is maximised: the objective, or the heads of one priority. Zero where a pair or shift does not count."""

    gain: Array
    head_value: Array
    extra_value: Array
    rates: Array
    allowed: Array
    """Which pairs may be used, as booleans."""
    levels: tuple[tuple[int, int], ...] = ()
    """(priority, heads that are covered at least)."""
    level: int | None = None
    """Whose heads are counted; None: the objective."""
    unit: int = 1
    """What a bound is divided by; not 1: gains only break ties and do not count in the bound."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The rows that do not depend on which pairs are in."""

    table: Table
    caps: Caps
    goal: Goal
    minutes_row: Array
    """Of each pair; −1 where there is none."""
    count_row: Array
    fair_row: Array
    limit: Array
    cost: Array
    """Of the columns first, more and band."""
    upper: Array
    entries: tuple[Array, Array, Array]
    """Rows, columns and factors of these columns."""
    fair: Array
    """Volunteers with a fairness row."""
    bands: Array
    """(row of fairness counted from 0, band) of each column band."""
    slot: Array
    """Of each shift (`slots_of`)."""
    help: Array = None
    """Heads given to each shift besides, a tiny part of one; None = none. Only for prices, never for plans."""

    @property
    def shifts(self) -> int:
        """How many equations."""
        return len(self.table.work.ids)

    @property
    def first_level(self) -> int:
        """Number of the first row of levels."""
        return len(self.limit) - len(self.goal.levels)

    @property
    def own_columns(self) -> int:
        """How many columns are no pairs."""
        return len(self.cost)


def value_goal(table: Table, caps: Caps, levels: tuple[tuple[int, int], ...] = ()) -> Goal:
    """The objective itself."""
    return Goal(
        table.gain,
        table.head_value,
        table.extra_value,
        caps.rates,
        np.ones(table.pairs, dtype=bool),
        levels,
    )


STEP = 8
"""Where priorities are weighed steeply, a head outweighs so many of the next, or of the seats above the minimum."""


def steep_goal(table: Table, caps: Caps) -> Goal:
    """The objective with priorities so steep that plans come out as if they were settled one after another, mostly."""
    one = max(1, int(table.extra_value.max(initial=0)), int(table.head_value.max(initial=0)) // 64)
    steps = np.array([one * STEP ** (4 - level) for level in range(4)], dtype=np.int64)
    goal = value_goal(table, caps)
    return replace(goal, head_value=table.head_value + steps[table.work.priority])


HEAD = 1_000_000
"""A head where heads are counted. Costs of pairs break ties beside it, which makes the simplex ten times as quick."""


def cover_goal(table: Table, caps: Caps, level: int, levels: tuple[tuple[int, int], ...]) -> Goal:
    """Heads of one priority; only shifts of this or a higher priority matter."""
    priority = table.work.priority
    return Goal(
        np.minimum(table.gain, 0),
        (priority == level) * HEAD,
        np.zeros(len(priority), dtype=np.int64),
        caps.rates * 0,
        ((priority <= level) & (table.need_min > 0))[table.shift],
        levels,
        level,
        HEAD,
    )


def frame_of(table: Table, caps: Caps, goal: Goal) -> Frame:
    """The rows of a goal."""
    weeks = max(1, len(table.work.weeks))
    key = table.volunteer.astype(np.int64) * weeks + table.work.week[table.shift]
    length = table.minutes
    size = len(table.people.ids) * weeks
    used = goal.allowed
    total = np.bincount(key[used], length[used], size)
    number = np.bincount(key[used], minlength=size)
    longest = np.zeros(size, dtype=np.int64)
    np.maximum.at(longest, key[used], length[used])
    minutes, count = caps.minutes.reshape(-1), caps.count.reshape(-1)
    shifts = len(table.work.ids)
    limits = [np.zeros(shifts)]
    minutes_row = _numbered((total > minutes) & (count * longest > minutes), minutes, limits)
    count_row = _numbered(number > count, count, limits)
    whole = np.bincount(table.volunteer[used], length[used], len(table.people.ids))
    is_costly = (whole > caps.free) & ((caps.widths * goal.rates).sum(axis=1) > 0)
    fair_row = _numbered(is_costly, caps.free, limits)
    fair = np.nonzero(is_costly)[0]
    place, band = np.nonzero(caps.widths[fair] > 0)
    base = sum(len(part) for part in limits)
    fixed = np.minimum(table.pinned_heads, table.work.seats_min)
    for level, heads in goal.levels:
        limits.append(np.array([int(fixed[table.work.priority == level].sum()) - heads]))
    return Frame(
        table,
        caps,
        goal,
        minutes_row[key].astype(np.int32),
        count_row[key].astype(np.int32),
        fair_row[table.volunteer].astype(np.int32),
        np.concatenate(limits).astype(np.int64),
        np.concatenate([goal.head_value, goal.extra_value, -goal.rates[band] / 60]),
        np.concatenate([table.need_min, table.need_more, caps.widths[fair[place], band]]),
        _own_entries(table, goal, fair_row[fair[place]], base),
        fair,
        np.column_stack([place, band]),
        slots_of(table.work),
    )


def _numbered(binds: Array, limit: Array, limits: list[Array]) -> Array:
    """Row numbers of those that bind, −1 for the others; their limits are added."""
    before = sum(len(part) for part in limits)
    limits.append(limit[binds])
    return np.where(binds, np.cumsum(binds) - 1 + before, -1)


def _own_entries(
    table: Table, goal: Goal, band_rows: Array, base: int
) -> tuple[Array, Array, Array]:
    shifts = len(table.work.ids)
    each = np.arange(shifts)
    rows, columns = (
        [each, each, band_rows],
        [each, each + shifts, 2 * shifts + np.arange(len(band_rows))],
    )
    for place, (level, _) in enumerate(goal.levels):
        here = np.nonzero(table.work.priority == level)[0]
        rows.append(np.full(len(here), base + place))
        columns.append(here)
    row = np.concatenate(rows)
    return row, np.concatenate(columns), -np.ones(len(row))


def pair_entries(frame: Frame, pairs: Array) -> tuple[Array, Array, Array]:
    """Rows, columns (counted from 0) and factors of these pairs in the rows of the frame, column by column."""
    table = frame.table
    rows = np.column_stack(
        [
            table.shift[pairs],
            frame.minutes_row[pairs],
            frame.count_row[pairs],
            frame.fair_row[pairs],
        ]
    )
    length = table.minutes[pairs]
    one = np.ones(len(pairs), dtype=np.int64)
    factors = np.column_stack([one, length, one, length])
    columns = np.broadcast_to(np.arange(len(pairs))[:, None], rows.shape)
    keep = rows >= 0
    return rows[keep], columns[keep], factors[keep]


def fine(frame: Frame, price: Array) -> Array:
    """Prices in whole numbers of 1/960 point; those of ≤ rows are never negative."""
    whole = np.rint(np.nan_to_num(price) * FINE).astype(np.int64)
    whole[frame.shifts :] = np.maximum(0, whole[frame.shifts :])
    return whole


def reduced(frame: Frame, price: Array, groups: list[Array]) -> Array:
    """What each pair would still bring at these prices (1/960 points)."""
    table, padded = frame.table, np.append(price, 0)
    result = np.empty(table.pairs, dtype=np.int64)
    for begin in range(0, table.pairs, CHUNK):
        here = slice(begin, begin + CHUNK)
        length = table.work.minutes[table.shift[here]]
        left = frame.goal.gain[here] * FINE - price[table.shift[here]]
        left -= length * (padded[frame.minutes_row[here]] + padded[frame.fair_row[here]])
        result[here] = left - padded[frame.count_row[here]]
    if groups:
        sizes = np.array([len(group) for group in groups])
        np.subtract.at(result, np.concatenate(groups), np.repeat(price[len(frame.limit) :], sizes))
    result[~frame.goal.allowed] = -FINE * ENDLESS
    return result


def counted(frame: Frame, left: Array) -> Array:
    """The same without gains that only break ties."""
    return left if frame.goal.level is None else left - frame.goal.gain * FINE


def bound_of(frame: Frame, price: Array, groups: list[Array], left: Array) -> int:
    """What no plan can exceed, from any whole prices; `left` is `counted`. Without the pinned pairs' own worth.

    Lagrange: the rows are bought at their prices, and every column that still brings something is taken.
    """
    rows = len(frame.limit)
    total = int((price[:rows] * frame.limit).sum() + price[rows:].sum())
    total += int(left[best_by_week(frame, left)].sum())
    table, goal, shifts = frame.table, frame.goal, frame.shifts
    first = goal.head_value * FINE + price[:shifts]
    for place, (level, _) in enumerate(goal.levels):
        first = first + (table.work.priority == level) * price[frame.first_level + place]
    more = goal.extra_value * FINE + price[:shifts]
    total += int((table.need_min * np.maximum(0, first)).sum())
    total += int((table.need_more * np.maximum(0, more)).sum())
    if len(frame.bands):
        place, band = frame.bands.T
        paid = price[frame.first_level - len(frame.fair) + place] - goal.rates[band] * (FINE // 60)
        total += int((frame.upper[2 * shifts :] * np.maximum(0, paid)).sum())
    return total // (FINE * goal.unit)


def best_by_week(frame: Frame, left: Array) -> Array:
    """Of the pairs that still bring something, the best of each person and week, as many as their cap allows.

    Of shifts that all go on at one moment (`slots_of`) a person takes one at most.
    """
    table = frame.table
    rows = np.nonzero(left > 0)[0]
    if not len(rows):
        return rows
    slots, weeks = frame.slot, len(table.work.weeks)
    slot = slots[table.shift[rows]]
    who = table.volunteer[rows].astype(np.int64)
    rows = rows[_first_of(who * (int(slots.max()) + 1) + slot, left[rows], 1)]
    key = table.volunteer[rows].astype(np.int64) * weeks + table.work.week[table.shift[rows]]
    return rows[_first_of(key, left[rows], frame.caps.count.reshape(-1)[key])]


def _first_of(key: Array, left: Array, many: Array | int) -> Array:
    """Places of the best of each key, at most so many (by row)."""
    order = np.lexsort((-left, key))
    key = key[order]
    begin = np.concatenate([[True], key[1:] != key[:-1]])
    start = np.maximum.accumulate(np.where(begin, np.arange(len(key)), 0))
    most = many if isinstance(many, int) else many[order]
    return order[np.arange(len(key)) - start < most]


def slots_of(work: Work) -> Array:
    """A number for each shift; shifts of one number begin in one week and all go on at one moment.

    As few numbers as there can be: the moment before the first end, for all that go on then, and so on.
    """
    result = np.zeros(len(work.ids), dtype=np.int64)
    slot, moment, week = -1, 0, -1
    for shift in np.lexsort((work.start, work.end, work.week)).tolist():
        if work.week[shift] != week or work.start[shift] >= moment:
            slot, moment, week = slot + 1, int(work.end[shift]), int(work.week[shift])
        result[shift] = slot
    return result


def rounding_rows(frame: Frame) -> tuple[Array, list[Array], Array]:
    """People whose fairness cost may be no whole number, their rows of `bands`, and sixtieths they bear already."""
    table, caps, goal = frame.table, frame.caps, frame.goal
    rest = burden_of(table, frame.fair, np.zeros(len(frame.fair), dtype=np.int64)) % 60
    step = int(np.gcd.reduce(table.work.minutes)) if len(table.work.minutes) else 60
    is_even = (caps.free[frame.fair] % step == 0) & (rest == 0)
    is_even &= (caps.widths[frame.fair] % step == 0).all(axis=1)
    if not ((step * goal.rates) % 60 == 0).all():
        is_even &= False
    rows = [np.nonzero(frame.bands[:, 0] == place)[0] for place in np.nonzero(~is_even)[0].tolist()]
    return frame.fair[~is_even], rows, rest[~is_even]


def standing(frame: Frame) -> int:
    """What is added to a bound: the pinned pairs' own worth, or the heads of the level which they cover."""
    table, none = frame.table, np.zeros(0, dtype=np.int64)
    if frame.goal.level is not None:
        return covered(table, none)[frame.goal.level]
    rest = burden_of(table, frame.fair, np.zeros(len(frame.fair), dtype=np.int64)) % 60
    return value_of(table, none) + int((rest > 0).sum())
