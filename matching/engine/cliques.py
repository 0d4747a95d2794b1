"""Groups of pairs of which a plan can have one at most: shifts one person cannot do together, people kept apart."""

from matching.engine.arrays import Array, each_with_each, np, spread_out, starts_of
from matching.engine.caps import Caps
from matching.engine.filtering import clashes
from matching.engine.problem import Table

SLACK = 1e-6
MANY = 2
"""Shifts a week from which on they can be too near to each other."""


def exclusive(table: Table, caps: Caps, pairs: Array, *, with_minutes: bool) -> tuple[Array, Array]:
    """Pairs of one person whose shifts do not go together, by time and way or (if wished) by the week's minutes.

    What the cap of one shift a week says already is left out. `pairs` in the order of volunteer; the answer are
    places in it.
    """
    starts = starts_of(table.volunteer[pairs], len(table.people.ids))
    counts = np.where((caps.count >= MANY).any(axis=1) | _has_weeks(caps), np.diff(starts), 0)
    one, other = each_with_each(starts[:-1], counts)
    clash = _excludes(table, caps, pairs[one], pairs[other], with_minutes=with_minutes)
    return one[clash], other[clash]


def _excludes(table: Table, caps: Caps, one: Array, other: Array, *, with_minutes: bool) -> Array:
    """Row by row, whether two pairs of one person exclude each other; by time only, or also by minutes."""
    work, who, a, b = table.work, table.volunteer[one], table.shift[one], table.shift[other]
    week = work.week[a]
    is_one_week = week == work.week[b]
    may = ~is_one_week | (caps.count[who, week] >= MANY)
    result = np.zeros(len(one), dtype=bool)
    if with_minutes:
        together = work.minutes[a] + work.minutes[b] > caps.minutes[who, week]
        result = may & is_one_week & together
    rows = np.nonzero(may & ~result)[0]
    who, a, b = who[rows], a[rows], b[rows]
    result[rows] = clashes(
        table.problem.policy,
        table.people.mode[who],
        (work.start[a], work.end[a], work.places.take(a)),
        (work.start[b], work.end[b], work.places.take(b)),
    )
    return result


def _has_weeks(caps: Caps) -> Array:
    """Whose shifts may lie in more than one week: a Sunday's can clash with a Monday's."""
    return (caps.count > 0).sum(axis=1) > 1


def all_groups(table: Table, caps: Caps, pairs: Array) -> list[Array]:
    """Groups over these pairs such that every two whose times exclude each other are in one of them."""
    pairs = pairs[np.argsort(table.volunteer[pairs], kind="stable")]
    first, second = exclusive(table, caps, pairs, with_minutes=False)
    return [pairs[group] for group in _cover(first, second)] + _apart(table, pairs)


def broken_groups(table: Table, caps: Caps, pairs: Array, x: Array) -> list[Array]:
    """Groups of these pairs that an answer of the linear program overfills, made as large as they can be."""
    order = np.argsort(table.volunteer[pairs], kind="stable")
    here, weight = pairs[order], x[order]
    whole = np.bincount(table.volunteer[here], weight, len(table.people.ids))
    used = np.nonzero((weight > SLACK) & (whole > 1 + SLACK)[table.volunteer[here]])[0]
    first, second = exclusive(table, caps, here[used], with_minutes=True)
    full = [used[group] for group in _cover(first, second)]
    full = [group for group in full if weight[group].sum() > 1 + SLACK]
    return [here[group] for group in _grown(table, caps, here, full)] + _near_foes(
        table, here, weight
    )


def _near_foes(table: Table, pairs: Array, weight: Array) -> list[Array]:
    used = np.nonzero(weight > SLACK)[0]
    used = used[np.isin(table.volunteer[pairs[used]], list(table.apart))]
    weight_of = dict(zip(pairs[used].tolist(), weight[used].tolist(), strict=True))
    return [
        group
        for group in _apart(table, pairs[used])
        if sum(weight_of[one] for one in group.tolist()) > 1 + SLACK
    ]


def _grown(table: Table, caps: Caps, here: Array, groups: list[Array]) -> list[Array]:
    """Each group with every other pair of the person that excludes all of it."""
    if not groups:
        return []
    starts = starts_of(table.volunteer[here], len(table.people.ids))
    sizes = np.array([len(group) for group in groups])
    member, whose = np.concatenate(groups), np.repeat(np.arange(len(groups)), sizes)
    who = table.volunteer[here[member]]
    rows, which = spread_out(starts[who], starts[who + 1] - starts[who])
    is_near = rows != member[which]
    pairs = here[member[which]], here[rows]
    is_near[is_near] = _excludes(table, caps, *(part[is_near] for part in pairs), with_minutes=True)
    key, count = np.unique(whose[which[is_near]] * len(here) + rows[is_near], return_counts=True)
    key = key[count == sizes[key // len(here)]]
    return _joined(table, caps, here, groups, (key // len(here), key % len(here)))


def _joined(
    table: Table, caps: Caps, here: Array, groups: list[Array], more: tuple[Array, Array]
) -> list[Array]:
    """The groups with those of `more` (group, place) that also exclude each other."""
    group, place = more
    begins = starts_of(group, len(groups))
    one, other = each_with_each(begins[:-1], np.diff(begins))
    near = _excludes(table, caps, here[place[one]], here[place[other]], with_minutes=True)
    one, other = one[near], other[near]
    edges = starts_of(group[one], len(groups))
    result = []
    for number, members in enumerate(groups):
        begin, end = int(begins[number]), int(begins[number + 1])
        rows = slice(int(edges[number]), int(edges[number + 1]))
        near = _matrix(one[rows] - begin, other[rows] - begin, end - begin)
        result.append(np.sort(np.concatenate([members, place[begin + _clique(near)]])))
    return result


def _matrix(first: Array, second: Array, size: int) -> Array:
    """Which excludes which."""
    near = np.zeros((size, size), dtype=bool)
    near[first, second] = True
    near[second, first] = True
    return near


def _clique(near: Array) -> Array:
    """Some that all exclude each other, those first that leave the most to choose from."""
    common = np.ones(len(near), dtype=bool)
    members = []
    while common.any():
        third = int(np.argmax(np.where(common, (near & common).sum(axis=1), -1)))
        members.append(third)
        common &= near[third]
    return np.array(members, dtype=np.int64)


def _cover(first: Array, second: Array) -> list[Array]:
    """Groups in which everybody excludes everybody, such that each given pair is in one of them."""
    near: dict[int, set[int]] = {}
    for one, other in zip(first.tolist(), second.tolist(), strict=True):
        near.setdefault(one, set()).add(other)
        near.setdefault(other, set()).add(one)
    done: set[tuple[int, int]] = set()
    groups = []
    for one, other in zip(first.tolist(), second.tolist(), strict=True):
        if (one, other) in done:
            continue
        group, common = [one, other], near[one] & near[other]
        while common:
            third = min(common)
            group.append(third)
            common = common & near[third]
        group.sort()
        done.update((a, b) for place, a in enumerate(group) for b in group[place + 1 :])
        groups.append(np.array(group, dtype=np.int64))
    return groups


def _apart(table: Table, pairs: Array) -> list[Array]:
    here = pairs[np.isin(table.volunteer[pairs], list(table.apart))]
    number = {(int(table.volunteer[pair]), int(table.shift[pair])): pair for pair in here.tolist()}
    return [
        np.array([pair, number[other, shift]], dtype=np.int64)
        for (who, shift), pair in number.items()
        for other in table.apart[who]
        if who < other and (other, shift) in number
    ]
