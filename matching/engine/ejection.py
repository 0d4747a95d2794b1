"""Chains of moves: a person leaves one shift for another, somebody else takes over the first, and so on.

A chain never comes back to a shift it has been at (it could go round for ever), and only one that improves the plan
is kept. Work is counted in pairs looked at, not in seconds, so that the same problem gives the same plan.
"""

from collections.abc import Callable

from matching.engine.arrays import np
from matching.engine.draft import Draft

DEPTH = 3
BREADTH = 12
"""So many people are tried at each step of a chain."""


class _Search:
    def __init__(self, draft: Draft, work: int, should_stop: Callable[[], bool]) -> None:
        self.draft, self.left, self.should_stop = draft, work, should_stop

    def is_over(self) -> bool:
        """No work left, or told to stop."""
        return self.left <= 0 or self.should_stop()

    def fill(self, shift: int, visited: frozenset[int], depth: int, debt: int) -> bool:
        """Find somebody for a seat such that the chain pays its `debt`; on success the draft is changed."""
        draft = self.draft
        worth = draft.head_worth(shift)
        if worth < 0:
            return False
        pairs, bare = draft.candidates(shift)
        inside = frozenset(draft.inside.get(shift, ()))
        tried = 0
        for pair, gain in zip(pairs.tolist(), bare.tolist(), strict=True):
            is_vain = not depth and worth + gain <= debt
            if is_vain or tried >= BREADTH or self.is_over():
                return False
            volunteer, _ = draft.of(pair)
            if volunteer in inside:
                continue
            self.left -= 1
            if not draft.fits(pair):
                tried += bool(depth) and self._instead(pair, worth, visited, depth, debt)
            elif worth + gain > debt:
                draft.add(pair)
            if volunteer in draft.inside.get(shift, ()):
                return True
        return False

    def _instead(
        self, pair: int, worth: int, visited: frozenset[int], depth: int, debt: int
    ) -> int:
        """Let the person give up one pair for this one, and fill what they leave; 1 when that could be tried."""
        draft = self.draft
        volunteer, shift = draft.of(pair)
        tried = 0
        for old in sorted(draft.mine.get(volunteer, ())):
            left = draft.table.shift.item(old)
            if left in visited or not draft.fits(pair, without=old):
                continue
            tried = 1
            lost = draft.loss(old)
            draft.remove(old)
            gain = worth + draft.bare(pair, draft.minutes.item(volunteer))
            draft.add(pair)
            rest = debt + lost - gain
            if rest < 0 or self.fill(left, visited | {left}, depth - 1, rest):
                return 1
            draft.remove(pair)
            draft.add(old)
        return tried


def improve(draft: Draft, work: int, should_stop: Callable[[], bool] = lambda: False) -> bool:
    """Fill open seats through chains until nothing improves; False when work or time ran out before."""
    search = _Search(draft, work, should_stop)
    table = draft.table
    order = np.lexsort((table.tie_of_shifts, table.work.priority)).tolist()
    is_better = True
    while is_better:
        is_better = False
        for shift in order:
            while draft.heads(shift) < draft.seats[shift]:
                if search.is_over():
                    return False
                if not search.fill(shift, frozenset({shift}), DEPTH, 0):
                    break
                is_better = True
    return True
