"""From an answer of the linear program to a plan: what is nearly whole is taken, the rest filled, then improved."""

from collections.abc import Callable

from matching.engine.arrays import Array, np
from matching.engine.draft import Draft
from matching.engine.ejection import improve
from matching.engine.greedy import fill
from matching.engine.problem import Table

HARDLY = 0.01


def rounded(
    table: Table, pairs: Array, x: Array, work: int, should_stop: Callable[[], bool]
) -> Array:
    """A plan near this answer."""
    draft = Draft(table)
    rows = np.nonzero(x > HARDLY)[0]
    mine = pairs[rows]
    level = table.work.priority[table.shift[mine]] * table.problem.policy.lexicographic
    order = np.lexsort((table.tie[table.volunteer[mine]], -np.round(x[rows], 6), level))
    take(draft, mine[order])
    return finished(draft, work, should_stop)


def priced(
    table: Table, left: Array, least: int, work: int, should_stop: Callable[[], bool]
) -> Array:
    """A plan by prices: pairs in the order of what they still bring, if that is above `least`.

    For problems too large for an answer of the linear program that keeps all groups.
    """
    draft = Draft(table)
    rows = np.nonzero(left > least)[0]
    level = table.work.priority[table.shift[rows]] * table.problem.policy.lexicographic
    take(draft, rows[np.lexsort((table.tie[table.volunteer[rows]], -left[rows], level))])
    return finished(draft, work, should_stop)


def take(draft: Draft, pairs: Array) -> None:
    """Every pair, in this order, that has a seat and fits."""
    for pair in pairs.tolist():
        volunteer, shift = draft.of(pair)
        is_in = volunteer in draft.inside.get(shift, ())
        if not is_in and draft.heads(shift) < draft.seats[shift] and draft.fits(pair):
            draft.add(pair)


def finished(draft: Draft, work: int, should_stop: Callable[[], bool]) -> Array:
    """The draft with its open seats filled as far as `work` allows."""
    fill(draft, should_stop)
    improve(draft, work, should_stop)
    return draft.chosen()
