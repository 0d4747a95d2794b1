"""The best week of everybody at given prices of shifts, and the bound it proves, against trying every plan."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.plan_towns import make_town
from matching.engine import weeks as batches
from matching.engine.arrays import np
from matching.engine.caps import caps_of
from matching.engine.check_numbers import value_of
from matching.engine.greedy import greedy
from matching.engine.model import Problem
from matching.engine.problem import Table, build, covered
from matching.engine.rows import FINE, frame_of, standing, value_goal
from matching.engine.subgradient import tightened_by_weeks
from matching.engine.weeks import weeks_of
from tests.matching.engine.often import often
from tests.matching.engine.small_towns import every_plan, rank, small_towns

SOME = often(40, 5_000)
PRICES = st.lists(st.integers(-70_000, 2_000), min_size=9, max_size=9)


def _bound(table: Table, levels: tuple[int, ...], prices: list[int], steps: int) -> int:
    """At these prices of seats and levels (points), or some better ones after so many steps."""
    frame = frame_of(
        table, caps_of(table), value_goal(table, caps_of(table), tuple(enumerate(levels)))
    )
    of_levels = [abs(price) for price in prices[5 : 5 + len(levels)]]
    price = np.array(prices[: frame.shifts] + of_levels, dtype=np.int64) * FINE
    looks = iter([0.5] * steps)
    weeks = weeks_of(table, caps_of(table))
    bound, _ = tightened_by_weeks(frame, weeks, price, lambda best: next(looks, 1.0))
    return bound + standing(frame)


@SOME
@given(town=small_towns(), prices=PRICES, steps=st.integers(0, 9), step=st.sampled_from((2, 48)))
def test_no_plan_exceeds_what_any_prices_prove(
    town: Problem, prices: list[int], steps: int, step: int
) -> None:
    """Nor does one that covers as many heads as were asked for exceed a bound with prices of levels."""
    table = build(town)
    if not table.pairs:
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batches, "GRAINS", step)
        patch.setattr(batches, "CELLS", 50 * step)
        mine = covered(table, greedy(table))
        whatever, as_many = (_bound(table, levels, prices, steps) for levels in ((), mine))
    for rows in every_plan(town):
        found = rank(replace(town, policy=replace(town.policy, lexicographic=True)), rows)
        assert found[-1] <= whatever
        assert found[-1] <= as_many or any(a < b for a, b in zip(found, mine, strict=False))


@SOME
@given(town=small_towns(), prices=PRICES)
def test_the_best_weeks_are_no_better_than_weeks_can_be(town: Problem, prices: list[int]) -> None:
    """With all shifts in one place and seats for all only the cost of hours is not exact: it is not rounded up."""
    free = replace(
        town,
        volunteers=town.volunteers[:2],
        shifts=tuple(replace(one, place=None, seats_max=5) for one in town.shifts),
        published=(),
        apart=frozenset(),
        policy=replace(town.policy, head_values=(0, 0, 0, 0)),
    )
    table = build(free)
    if not table.pairs:
        return
    paid = np.array(prices[: len(free.shifts)], dtype=np.int64)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batches, "GRAINS", 2_000)
        brings, taken = weeks_of(table, caps_of(table)).best(paid * FINE)
    assert len(set(taken.tolist())) == len(taken)
    price = dict(zip(table.work.ids.tolist(), paid.tolist(), strict=True))
    best = max(
        value_of(free, set(rows)) - sum(price[shift] for _, shift in rows)
        for rows in every_plan(free)
    )
    assert best <= brings // FINE
    if len(table.work.weeks) == 1:
        assert brings // FINE <= best + len(free.volunteers)


def test_smaller_batches_change_no_week(monkeypatch: pytest.MonkeyPatch) -> None:
    table = build(make_town(300, 100, 2))
    price = -table.head_value * FINE // 3
    whole, pairs = weeks_of(table, caps_of(table)).best(price)
    monkeypatch.setattr(batches, "CELLS", 2_000)
    again, same = weeks_of(table, caps_of(table)).best(price)
    assert whole == again
    assert sorted(pairs.tolist()) == sorted(same.tolist())
