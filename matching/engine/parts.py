"""A part of a table: some of its pairs, while what is chosen elsewhere stands."""

from dataclasses import replace

from matching.engine.arrays import Array, np, spread_out, starts_of
from matching.engine.filtering import clashes
from matching.engine.problem import Table


def part_of(table: Table, inside: Array, fixed: Array) -> tuple[Array, Table]:
    """The pairs of `inside` (booleans by pair) that still go with the pairs `fixed`, and a table of them alone.

    `fixed` (numbers of pairs) are taken as done, as pinned ones are; none of them may be in a shift of `inside`. A
    plan of the part covers, and is worth, what the whole plan does.
    """
    work, who, shift = table.work, table.volunteer[fixed], table.shift[fixed]
    left = table.minutes_left.copy(), table.shifts_left.copy()
    np.subtract.at(left[0], (who, work.week[shift]), work.minutes[shift])
    np.subtract.at(left[1], (who, work.week[shift]), 1)
    rows = np.nonzero(inside)[0]
    rows = rows[_has_room(table, rows, *left)]
    rows = rows[~_clashes_with(table, rows, fixed)]
    mine, theirs = table.volunteer[rows], table.shift[rows]
    order = np.lexsort((work.start[theirs], mine)).astype(np.int32)
    heads = table.pinned_heads + np.bincount(shift, minlength=len(work.ids))
    is_in = np.bincount(theirs, minlength=len(work.ids)) > 0
    below = np.minimum(work.seats_min, work.seats_max)
    lengths = work.minutes[shift].astype(np.float64)
    minutes = np.bincount(who, lengths, len(table.people.ids)).astype(np.int64)
    return rows, replace(
        table,
        volunteer=mine,
        shift=theirs,
        way=table.way[rows],
        gain=table.gain[rows],
        is_published=table.is_published[rows],
        of_shift=starts_of(theirs, len(work.ids)),
        by_volunteer=order,
        of_volunteer=starts_of(mine[order], len(table.people.ids)),
        minutes_left=left[0],
        shifts_left=left[1],
        pinned_heads=heads,
        pinned_minutes=table.pinned_minutes + minutes,
        pinned_gain=table.pinned_gain + int(table.gain[fixed].sum()),
        need_min=np.maximum(0, below - heads) * is_in,
        need_more=np.maximum(0, work.seats_max - np.maximum(heads, below)) * is_in,
    )


def _has_room(table: Table, rows: Array, minutes_left: Array, shifts_left: Array) -> Array:
    """Row by row, whether the week of the person still has time for a pair."""
    who, shift = table.volunteer[rows], table.shift[rows]
    week = table.work.week[shift]
    return (minutes_left[who, week] >= table.work.minutes[shift]) & (shifts_left[who, week] >= 1)


def _clashes_with(table: Table, rows: Array, fixed: Array) -> Array:
    """Row by row, whether the person of a pair is elsewhere then by one of the pairs `fixed`."""
    work, result = table.work, np.zeros(len(rows), dtype=bool)
    fixed = fixed[np.argsort(table.volunteer[fixed], kind="stable")]
    begins = starts_of(table.volunteer[fixed], len(table.people.ids))
    who = table.volunteer[rows]
    other, which = spread_out(begins[who], begins[who + 1] - begins[who])
    a, b = table.shift[rows[which]], table.shift[fixed[other]]
    clash = clashes(
        table.problem.policy,
        table.people.mode[who[which]],
        (work.start[a], work.end[a], work.places.take(a)),
        (work.start[b], work.end[b], work.places.take(b)),
    )
    result[which[clash]] = True
    return result
