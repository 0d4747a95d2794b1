"""Two quick plans: what happens when people help themselves, and what a careful coordinator would do by hand."""

from collections.abc import Callable

from matching.engine.arrays import Array, np
from matching.engine.draft import Draft
from matching.engine.problem import Table


def first_come_first_served(table: Table) -> Array:
    """Everybody comes once, in chance order, and takes the nearest shifts that have a seat. Only to compare with."""
    draft = Draft(table)
    for volunteer in np.lexsort((table.people.ids, table.tie)).tolist():
        mine = table.by_volunteer[table.of_volunteer[volunteer] : table.of_volunteer[volunteer + 1]]
        for pair in mine[np.argsort(table.way[mine], kind="stable")].tolist():
            shift = table.shift.item(pair)
            if draft.heads(shift) < draft.seats[shift] and draft.fits(pair):
                draft.add(pair)
    return draft.chosen()


def greedy(table: Table, should_stop: Callable[[], bool] = lambda: False) -> Array:
    """Shift by shift, the most pressing and the scarcest first, the cheapest who can."""
    draft = Draft(table)
    fill(draft, should_stop)
    return draft.chosen()


def fill(draft: Draft, should_stop: Callable[[], bool] = lambda: False) -> None:
    """Give every open seat to the cheapest person who can take it, where that is worth it."""
    for only_first in (True, False):
        for shift in _by_need(draft.table):
            if should_stop():
                return
            _fill_shift(draft, shift, only_first)


def _by_need(table: Table) -> list[int]:
    many = np.diff(table.of_shift) / np.maximum(1, table.need_min)
    return list(np.lexsort((table.work.ids, many, table.work.priority)).tolist())


def _fill_shift(draft: Draft, shift: int, only_first: bool) -> None:
    seats = draft.need_min[shift] if only_first else draft.seats[shift]
    if draft.heads(shift) >= seats:
        return
    pairs, worth = draft.candidates(shift)
    room = draft.has_room(pairs)
    for pair, bare in zip(pairs[room].tolist(), worth[room].tolist(), strict=True):
        if draft.heads(shift) >= seats or draft.head_worth(shift) + bare <= 0:
            return
        volunteer, _ = draft.of(pair)
        if volunteer not in draft.inside.get(shift, ()) and draft.fits(pair):
            draft.add(pair)
