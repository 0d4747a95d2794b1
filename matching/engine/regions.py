"""A large town by regions: what lies near each other is planned together while all the rest stands.

An integer program over a large town takes longer than there is time; one over a tenth of it takes seconds. Nobody is
bound to a region: who was given work elsewhere keeps it and may take more here, and the next turn draws other borders.
The first turn looks for heads, the others for value at as many heads. Every step begins from the plan so far, which
therefore only gets better.
"""

from dataclasses import dataclass
from time import monotonic

from matching.engine.arrays import Array, np
from matching.engine.caps import caps_of
from matching.engine.draft import Draft
from matching.engine.model import Engine
from matching.engine.parts import part_of
from matching.engine.problem import Table
from matching.engine.rounding import finished
from matching.engine.search import Search
from matching.engine.stages import WORK, best_value, steep_value

PAIRS = 43_000
"""Pairs of a region if people and shifts were mixed by chance; being near each other they have about twice as many."""
TURNS = 3
MOST, LEAST = 15.0, 4.0
"""Seconds for one region; a turn without so many for each is not begun."""


@dataclass(frozen=True, slots=True)
class Regions:
    """Numbers of regions, from 0."""

    shift: Array
    person: Array
    count: int


def by_regions(search: Search, until: float) -> None:
    """A better plan, region by region, as far as `until` (monotonic clock) allows."""
    count = max(2, round((search.table.pairs / PAIRS) ** 0.5))
    near = np.zeros(search.table.pairs, dtype=bool)
    for turn in range(TURNS):
        if until - monotonic() < count * LEAST:
            return
        regions = regions_of(search.table, count, turn)
        for number in range(count):
            if search.is_over() or monotonic() > until:
                return
            seconds = min(MOST, (until - monotonic()) / (count - number))
            _plan_region(search, regions, number, seconds, near, for_heads=not turn)
        draft = Draft(search.table, search.chosen)
        search.offer(finished(draft, WORK, search.is_over), Engine.REGIONS)
        search.say(f"regions, turn {turn + 1}")


def _plan_region(
    search: Search,
    regions: Regions,
    number: int,
    seconds: float,
    near: Array,
    *,
    for_heads: bool,
) -> None:
    """The shifts of a region are planned anew with the people who live in it or work there by the plan so far.

    `near` (booleans by pair): what linear programs let in until now, a start for the next.
    """
    table, is_here = search.table, regions.shift == number
    inside = is_here[table.shift[search.chosen]]
    fixed, mine = search.chosen[~inside], search.chosen[inside]
    people = regions.person == number
    people[table.volunteer[mine]] = True
    rows, part = part_of(table, is_here[table.shift] & people[table.volunteer], fixed)
    if not part.pairs:
        return
    stop = search.was_told_to_stop
    one = Search(part, caps_of(part), monotonic(), seconds, 0.0, lambda progress: None, stop)
    one.offer(np.searchsorted(rows, mine), Engine.GREEDY)
    one.pairs = np.nonzero(near[rows])[0]
    is_lexicographic = table.problem.policy.lexicographic
    if is_lexicographic and for_heads:
        steep_value(one, one.until)
    else:
        levels = tuple(enumerate(one.rank[:4])) if is_lexicographic else ()
        best_value(one, levels, one.until, with_proof=False)
    near[rows[one.pairs]] = True
    search.offer(np.concatenate([fixed, rows[one.chosen]]), Engine.REGIONS)


def regions_of(table: Table, count: int, turn: int) -> Regions:
    """So many regions with about as many seats each; in every other turn the borders lie elsewhere.

    Whoever or whatever has no place belongs to a region by chance.
    """
    homes, sites = table.people.places, table.work.places
    result = Regions(table.tie_of_shifts % count, table.tie % count, count)
    todo = [(np.nonzero(sites.known)[0], np.nonzero(homes.known)[0], 0, count)]
    while todo:
        shifts, persons, first, many = todo.pop()
        if many == 1:
            result.shift[shifts], result.person[persons] = first, first
            continue
        is_other = bool(turn % 2) and many == count
        few = max(1, many // 3) if is_other else many // 2
        before, home = _line(table, shifts, persons, few / many, across=is_other)
        todo.append((shifts[before], persons[home], first, few))
        todo.append((shifts[~before], persons[~home], first + few, many - few))
    return result


CHANCE = 1 << 20
"""What lies at one point is in chance order: the middle of a district may be all that is known of many places."""


def _line(
    table: Table, shifts: Array, persons: Array, share: float, *, across: bool
) -> tuple[Array, Array]:
    """Which shifts and which people lie before a line with this share of the seats before it.

    The line cuts the longer side, `across` the shorter one.
    """
    sites, homes = table.work.places.take(shifts), table.people.places.take(persons)
    is_wide = _span(sites.x) >= _span(sites.y)
    at, home = (sites.y, homes.y) if is_wide == across else (sites.x, homes.x)
    at = at * CHANCE + table.tie_of_shifts[shifts] % CHANCE
    home = home * CHANCE + table.tie[persons] % CHANCE
    order = np.argsort(at, kind="stable")
    seats = np.cumsum(table.work.seats_max[shifts[order]])
    last = int(np.searchsorted(seats, share * seats[-1])) if len(seats) else 0
    line = at[order[last]] if len(seats) else 0
    return at <= line, home <= line


def _span(column: Array) -> int:
    return int(column.max() - column.min()) if len(column) else 0
