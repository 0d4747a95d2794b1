"""Groups of pairs of which a plan can have one at most: shifts one person cannot do together, people kept apart."""

from matching.engine.arrays import Array, each_with_each, np, spread_out, starts_of
from matching.engine.filtering import clashes
from matching.engine.problem import Table

SLACK = 1e-6


def exclusive(table: Table, pairs: Array) -> tuple[Array, Array]:
    """Pairs of one person whose shifts do not go together, by time and way or because they break the week's cap.

    `pairs` in the order of volunteer; the answer are places in it.
    """
    work, volunteer, shift = table.work, table.volunteer[pairs], table.shift[pairs]
    starts = starts_of(volunteer, len(table.people.ids))
    one, other = each_with_each(starts[:-1], np.diff(starts))
    a, b = shift[one], shift[other]
    clash = clashes(
        table.problem.policy,
        table.people.mode[volunteer[one]],
        (work.start[a], work.end[a], work.places.take(a)),
        (work.start[b], work.end[b], work.places.take(b)),
    )
    week = work.week[a]
    together = work.minutes[a] + work.minutes[b] > table.minutes_left[volunteer[one], week]
    clash |= (week == work.week[b]) & (together | (table.shifts_left[volunteer[one], week] < 2))
    return one[clash], other[clash]


def all_groups(table: Table, pairs: Array) -> list[Array]:
    """Groups over these pairs such that every two that exclude each other are in one of them."""
    pairs = pairs[np.argsort(table.volunteer[pairs], kind="stable")]
    first, second = exclusive(table, pairs)
    return [pairs[group] for group in _cover(first, second)] + _apart(table, pairs)


def broken_groups(table: Table, pairs: Array, x: Array) -> list[Array]:
    """Groups of these pairs that an answer of the linear program overfills, made as large as they can be."""
    order = np.argsort(table.volunteer[pairs], kind="stable")
    here, weight = pairs[order], x[order]
    used = np.nonzero(weight > SLACK)[0]
    first, second = exclusive(table, here[used])
    full = [used[group] for group in _cover(first, second)]
    full = [group for group in full if weight[group].sum() > 1 + SLACK]
    weight_of = dict(zip(here[used].tolist(), weight[used].tolist(), strict=True))
    apart = [
        group
        for group in _apart(table, here[used])
        if sum(weight_of[one] for one in group.tolist()) > 1 + SLACK
    ]
    return [here[group] for group in _grown(table, here, full)] + apart


def _grown(table: Table, here: Array, groups: list[Array]) -> list[Array]:
    """Each group with every other pair of the person that excludes all of it."""
    if not groups:
        return []
    starts = starts_of(table.volunteer[here], len(table.people.ids))
    who = np.unique(table.volunteer[here[np.array([group[0] for group in groups])]])
    rows, _ = spread_out(starts[who], starts[who + 1] - starts[who])
    first, second = exclusive(table, here[rows])
    near: dict[int, set[int]] = {}
    for one, other in zip(rows[first].tolist(), rows[second].tolist(), strict=True):
        near.setdefault(one, set()).add(other)
        near.setdefault(other, set()).add(one)
    return [_maximal(group.tolist(), near) for group in groups]


def _maximal(group: list[int], near: dict[int, set[int]]) -> Array:
    common = set.intersection(*(near[one] for one in group))
    while common:
        third = max(common, key=lambda one: (len(common & near[one]), -one))
        group.append(third)
        common &= near[third]
    return np.array(sorted(group), dtype=np.int64)


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
