"""A problem as arrays: the pairs that may be, what each is worth, and the rows that bind them.

Everything is in the order of ids, ties are broken by `scrambled` ids: the answer cannot depend on the order of rows.
Pinned pairs are taken as done: they fill seats, time and caps, and are no pairs any more.
"""

from dataclasses import dataclass, field

from matching.engine.arrays import Array, ceil_div, np, scrambled, starts_of
from matching.engine.facts import People, Work, people_of, taken_of, work_of
from matching.engine.filtering import Found, pairs_of
from matching.engine.model import WEEK, Assignment, Policy, Problem
from matching.engine.score import pair_cost


@dataclass(frozen=True, slots=True)
class Table:
    """What the solver works on. Volunteers and shifts are numbers in the order of their ids."""

    problem: Problem
    people: People
    work: Work
    volunteer: Array
    """Of each pair; pairs are in the order of shift, then volunteer."""
    shift: Array
    way: Array
    """Minutes one way."""
    gain: Array
    """Minus the pair's cost, plus the keep bonus where it is published."""
    is_published: Array
    of_shift: Array
    """Where the pairs of each shift begin."""
    by_volunteer: Array
    """The pairs in the order of volunteer, then start of the shift."""
    of_volunteer: Array
    """Where those of each volunteer begin."""
    minutes_left: Array
    """By volunteer and week, after bookings and pinned pairs."""
    shifts_left: Array
    pinned: tuple[tuple[int, int], ...]
    pinned_heads: Array
    pinned_minutes: Array
    """In this plan, by volunteer."""
    pinned_gain: int
    head_value: Array
    extra_value: Array
    need_min: Array
    """Heads that still count fully, after the pinned ones."""
    need_more: Array
    """Heads above `seats_min` that still find a seat."""
    apart: dict[int, tuple[int, ...]] = field(default_factory=dict)
    """Volunteer → volunteers who are never with them in one shift."""
    tie: Array = None
    """Chance by volunteer, from the seed."""
    tie_of_shifts: Array = None

    @property
    def pairs(self) -> int:
        """How many pairs may be."""
        return len(self.volunteer)

    @property
    def minutes(self) -> Array:
        """Length of each pair's shift."""
        return self.work.minutes[self.shift]


def build(problem: Problem) -> Table:
    """The arrays of a problem; ValueError when it cannot be read as one."""
    check(problem)
    people, work = people_of(problem), work_of(problem)
    pinned = _pinned(problem, people, work)
    minutes_left, shifts_left = _left(people, work, pinned)
    taken = taken_of(people, work, pinned)
    apart = _apart(problem, people)
    found = _without(
        pairs_of(problem, people, work, taken, minutes_left, shifts_left),
        pinned,
        apart,
        len(people.ids),
    )
    return _table(problem, people, work, found, pinned, minutes_left, shifts_left, apart)


def check(problem: Problem) -> None:
    """Refuse what the rows below cannot say; the readers of files say the same to people."""
    policy = problem.policy
    for name, rows in (("volunteer", problem.volunteers), ("shift", problem.shifts)):
        if len({row.id for row in rows}) < len(rows):
            raise ValueError(f"two {name}s have one id")
    for shift in problem.shifts:
        if shift.end <= shift.start or shift.seats_min < 0 or shift.seats_max < 0:
            raise ValueError(f"shift {shift.id} ends before it starts or has negative seats")
        if not 0 <= shift.priority < len(policy.head_values):
            raise ValueError(f"shift {shift.id} has no known priority")
    costs = [cost for _, cost in policy.fairness_bands]
    ends = [until for until, _ in policy.fairness_bands]
    if costs != sorted(costs) or ends != sorted(ends) or min([0, *costs]) < 0:
        raise ValueError("fairness_bands do not rise")
    if not 0 <= policy.extra_head_percent <= 100 or min(policy.head_values) < 0:
        raise ValueError("a head is worth between nothing and its value")


def _table(
    problem: Problem,
    people: People,
    work: Work,
    found: Found,
    pinned: tuple[tuple[int, int], ...],
    minutes_left: Array,
    shifts_left: Array,
    apart: dict[int, tuple[int, ...]],
) -> Table:
    policy = problem.policy
    is_published = _is_published(problem, people, work, found)
    gain = is_published * policy.keep_bonus - _costs(policy, people, work, found)
    order = np.lexsort((work.start[found.shift], found.volunteer)).astype(np.int32)
    heads = np.bincount(np.array([s for _, s in pinned], dtype=np.int64), minlength=len(work.ids))
    busy = np.array([v for v, _ in pinned], dtype=np.int64)
    lengths = np.array([work.minutes[s] for _, s in pinned], dtype=np.float64)
    values = np.array(policy.head_values, dtype=np.int64)[work.priority]
    below = np.minimum(work.seats_min, work.seats_max)
    return Table(
        problem,
        people,
        work,
        found.volunteer,
        found.shift,
        found.way,
        gain,
        is_published,
        starts_of(found.shift, len(work.ids)),
        order,
        starts_of(found.volunteer[order], len(people.ids)),
        minutes_left,
        shifts_left,
        pinned,
        heads,
        np.bincount(busy, lengths, len(people.ids)).astype(np.int64),
        _pinned_gain(problem, people, work, pinned),
        values,
        values * policy.extra_head_percent // 100,
        np.maximum(0, below - heads),
        np.maximum(0, work.seats_max - np.maximum(heads, below)),
        apart,
        scrambled(people.ids, problem.seed),
        scrambled(work.ids, problem.seed),
    )


def _pinned(problem: Problem, people: People, work: Work) -> tuple[tuple[int, int], ...]:
    number_of = {int(who): number for number, who in enumerate(people.ids)}
    of_shift = {int(shift): number for number, shift in enumerate(work.ids)}
    rows = {(row.volunteer, row.shift) for row in problem.published if row.is_pinned}
    unknown = [row for row in rows if row[0] not in number_of or row[1] not in of_shift]
    if unknown:
        raise ValueError(f"pinned pair {min(unknown)} names nobody or no shift of the problem")
    return tuple(sorted((number_of[who], of_shift[shift]) for who, shift in rows))


def _left(people: People, work: Work, pinned: tuple[tuple[int, int], ...]) -> tuple[Array, Array]:
    weeks = {int(week): number for number, week in enumerate(work.weeks)}
    shape = (1, len(weeks))
    minutes = np.tile(people.minutes_cap[:, None], shape)
    shifts = np.tile(people.shifts_cap[:, None], shape)
    taken = [
        (number, one.start, one.end) for number, who in enumerate(people.rows) for one in who.booked
    ]
    taken += [(v, work.rows[s].start, work.rows[s].end) for v, s in pinned]
    for number, start, end in taken:
        week = weeks.get(start // WEEK)
        if week is not None:
            minutes[number, week] -= end - start
            shifts[number, week] -= 1
    # pinned rows and bookings may overfill a week; then nothing is left, not less than nothing
    return np.maximum(0, minutes), np.maximum(0, shifts)


def _apart(problem: Problem, people: People) -> dict[int, tuple[int, ...]]:
    number_of = {int(who): number for number, who in enumerate(people.ids)}
    result: dict[int, set[int]] = {}
    for one, other in problem.apart:
        if one in number_of and other in number_of and one != other:
            result.setdefault(number_of[one], set()).add(number_of[other])
            result.setdefault(number_of[other], set()).add(number_of[one])
    return {who: tuple(sorted(others)) for who, others in sorted(result.items())}


def _without(
    found: Found, pinned: tuple[tuple[int, int], ...], apart: dict[int, tuple[int, ...]], count: int
) -> Found:
    """Without the pinned pairs, and without those who are never with a pinned person in one shift."""
    gone = {(who, shift) for who, shift in pinned}
    gone |= {(other, shift) for who, shift in pinned for other in apart.get(who, ())}
    keys = np.array(sorted(shift * count + who for who, shift in gone), dtype=np.int64)
    keep = ~np.isin(found.shift.astype(np.int64) * count + found.volunteer, keys)
    return Found(found.volunteer[keep], found.shift[keep], found.way[keep])


def _is_published(problem: Problem, people: People, work: Work, found: Found) -> Array:
    number_of = {int(who): number for number, who in enumerate(people.ids)}
    of_shift = {int(shift): number for number, shift in enumerate(work.ids)}
    keys = [
        of_shift[row.shift] * len(number_of) + number_of[row.volunteer]
        for row in problem.published
        if row.volunteer in number_of and row.shift in of_shift
    ]
    here = found.shift.astype(np.int64) * len(number_of) + found.volunteer
    return np.isin(here, np.array(sorted(keys), dtype=np.int64))


def _costs(policy: Policy, people: People, work: Work, found: Found) -> Array:
    """`score.pair_cost` of each pair."""
    cost = found.way.astype(np.int64) * policy.travel_minute_cost
    cost += people.is_any_time[found.volunteer] * policy.unknown_availability_cost
    names = sorted({shift.category for shift in work.rows})
    category = np.array([names.index(shift.category) for shift in work.rows], dtype=np.int64)
    flat = np.zeros((len(names), len(people.ids)), dtype=np.int64)
    for number, name in enumerate(names):
        for row, who in enumerate(people.rows):
            flat[number, row] = (
                (name in who.avoids) * policy.avoided_category_cost
                - (name in who.wants) * policy.wanted_category_bonus
                - (who.times_in.get(name, 0) > 0) * policy.experience_bonus
            )
    if len(found.shift):
        cost += flat[category[found.shift], found.volunteer]
    cost -= _is_regular(people, work, found) * policy.continuity_bonus
    return cost


def _is_regular(people: People, work: Work, found: Found) -> Array:
    clients = sorted({shift.client for shift in work.rows if shift.client is not None})
    number_of = {client: number for number, client in enumerate(clients)}
    keys = [
        row * len(clients) + number_of[client]
        for row, who in enumerate(people.rows)
        for client, times in who.times_with.items()
        if times > 0 and client in number_of
    ]
    of_shift = np.array(
        [-1 if one.client is None else number_of[one.client] for one in work.rows], dtype=np.int64
    )
    client = of_shift[found.shift]
    here = found.volunteer.astype(np.int64) * len(clients) + client
    return np.isin(here, np.array(sorted(keys), dtype=np.int64)) & (client >= 0)


def _pinned_gain(
    problem: Problem, people: People, work: Work, pinned: tuple[tuple[int, int], ...]
) -> int:
    policy = problem.policy
    return sum(
        policy.keep_bonus - pair_cost(people.rows[who], work.rows[shift], policy).total
        for who, shift in pinned
    )


def burden_of(table: Table, who: Array, minutes: Array) -> Array:
    """Sixty times what `minutes` besides the pinned ones cost each of these people, before it is rounded up."""
    begin = table.people.recent_minutes[who]
    end = begin + table.pinned_minutes[who] + minutes
    total = np.zeros(len(begin), dtype=np.int64)
    at = last = 0
    for until, cost in table.problem.policy.fairness_bands:
        total += np.maximum(0, np.minimum(end, until) - np.maximum(begin, at)) * cost
        at, last = until, cost
    return total + np.maximum(0, end - np.maximum(begin, at)) * last * 2


def fairness_of(table: Table, who: Array, minutes: Array) -> Array:
    """What these minutes cost."""
    return ceil_div(burden_of(table, who, minutes), 60)


def heads_of(table: Table, chosen: Array) -> Array:
    """People in each shift, the pinned ones included."""
    return table.pinned_heads + np.bincount(table.shift[chosen], minlength=len(table.work.ids))


def value_of(table: Table, chosen: Array) -> int:
    """The objective of a plan: the pinned pairs and the chosen ones (numbers of pairs)."""
    heads = heads_of(table, chosen)
    first = np.minimum(heads, table.work.seats_min)
    above = np.maximum(0, np.minimum(heads, table.work.seats_max) - table.work.seats_min)
    minutes = np.bincount(
        table.volunteer[chosen], table.minutes[chosen].astype(np.float64), len(table.people.ids)
    ).astype(np.int64)
    worth = (first * table.head_value + above * table.extra_value).sum()
    hours = fairness_of(table, np.arange(len(minutes)), minutes).sum()
    return int(worth + table.gain[chosen].sum() - hours) + table.pinned_gain


def covered(table: Table, chosen: Array) -> tuple[int, ...]:
    """Heads below `seats_min`, by priority."""
    first = np.minimum(heads_of(table, chosen), table.work.seats_min)
    return tuple(int(first[table.work.priority == level].sum()) for level in range(4))


def assignments_of(table: Table, chosen: Array) -> tuple[Assignment, ...]:
    """The plan in words of the model, in the order of shift, then volunteer."""
    rows = [(who, shift, True) for who, shift in table.pinned]
    pairs = zip(table.volunteer[chosen].tolist(), table.shift[chosen].tolist(), strict=True)
    rows += [(who, shift, False) for who, shift in pairs]
    ids, shifts = table.people.ids, table.work.ids
    return tuple(
        Assignment(int(ids[who]), int(shifts[shift]), is_pinned)
        for who, shift, is_pinned in sorted(rows, key=lambda row: (row[1], row[0]))
    )
