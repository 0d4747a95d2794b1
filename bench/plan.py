"""Plans of Otaru-like towns: first come first served, greedy and ours in one table, with what is certified.

    .venv/bin/python -m bench.plan --size 300x100|3000x1000|30000x10000 --seconds N [--seed S] [--gap G] [--snow]

`--snow`: the week is planned, then the third day is planned again at five in the morning (15 % have dropped out, snow
has brought new work): with the keep bonus, from scratch, and with the fewest changes there can be at this cover.
Seconds are those of the clock and, beside them, of this process' CPU: the machine may be shared.
"""

import argparse
import resource
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from time import monotonic, process_time

from bench.plan_towns import make_snow_day, make_town
from matching.engine.draft import Draft
from matching.engine.greedy import first_come_first_served, greedy
from matching.engine.model import Assignment, Plan, Problem
from matching.engine.problem import assignments_of, build, value_of
from matching.engine.replan import diff_of
from matching.engine.rules import way_minutes
from matching.engine.solve import solve

FEWEST = 1_000_000
"""A keep bonus that outweighs everything but cover: the fewest people have to be told."""


@dataclass(frozen=True)
class Line:
    """One line of the table."""

    name: str
    value: int
    gap: float | None
    rows: tuple[Assignment, ...]
    clock: float
    cpu: float
    note: str = ""


def main() -> None:
    """Measure and print."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--size", default="300x100")
    reader.add_argument("--seconds", type=float, default=10)
    reader.add_argument("--seed", type=int, default=1)
    reader.add_argument("--gap", type=float, default=0.0)
    reader.add_argument("--snow", action="store_true")
    reader.add_argument("--snow-seconds", type=float, default=5)
    told = reader.parse_args()
    volunteers, shifts = map(int, told.size.split("x"))
    problem = make_town(volunteers, shifts, told.seed)
    print(f"{told.size}, seed {told.seed}, {told.seconds:g} s")
    plan = _compare(problem, told.seconds, told.gap)
    if told.snow:
        _snow_day(problem, plan, told.snow_seconds)


def _compare(problem: Problem, seconds: float, gap: float) -> Plan:
    lines = [_baseline(problem, "first come", first_come_first_served)]
    lines.append(_baseline(problem, "greedy", greedy))
    plan, clock, cpu = _timed(lambda: solve(problem, seconds, gap, on_progress=_say))
    lines.append(_ours("ours", plan, clock, cpu))
    print(
        f"{'':12}{'value':>13} {'of ours':>8} {'gap':>8}  covered P0 P1 P2 P3 all %      way  gini  clock    CPU s"
    )
    for line in lines:
        _print(problem, line, plan.value)
    proven = "proven" if plan.is_proven else "not proven"
    print(
        f"{plan.engine}, {proven}, bound {plan.bound}, {plan.note or 'no note'}, {len(plan.assignments)} rows"
    )
    for level in plan.levels:
        print(
            f"  priority {level.priority}: {level.covered_min} of {level.wanted_min} heads,"
            f" no plan more than {level.covered_min_bound}; with the seats above {level.covered_max}"
        )
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")
    return plan


def _say(progress: object) -> None:
    print(f"{progress}  ({process_time():.1f} s CPU)", file=sys.stderr, flush=True)


def _timed(work: Callable[[], Plan]) -> tuple[Plan, float, float]:
    clock, cpu = monotonic(), process_time()
    plan = work()
    return plan, monotonic() - clock, process_time() - cpu


def _baseline(problem: Problem, name: str, way: Callable[..., object]) -> Line:
    clock, cpu = monotonic(), process_time()
    table = build(problem)
    chosen = Draft(table, way(table)).chosen()
    value, rows = value_of(table, chosen), assignments_of(table, chosen)
    return Line(name, value, None, rows, monotonic() - clock, process_time() - cpu)


def _ours(name: str, plan: Plan, clock: float, cpu: float) -> Line:
    return Line(name, plan.value, plan.gap, plan.assignments, clock, cpu, plan.note)


def _print(problem: Problem, line: Line, best: int) -> None:
    gap = "" if line.gap is None else f"{line.gap:.3%}"
    covered = " ".join(f"{share:5.1%}" for share in _cover(problem, line.rows))
    print(
        f"{line.name:12}{line.value:>13} {line.value / max(1, best) - 1:>+8.2%} {gap:>8}  {covered}"
        f"  {_mean_way(problem, line.rows):5.1f}  {_gini(problem, line.rows):.3f}"
        f"  {line.clock:5.1f}  {line.cpu:5.1f}  {line.note}"
    )


def _cover(problem: Problem, rows: Iterable[Assignment]) -> list[float]:
    heads: dict[int, int] = {}
    for row in rows:
        heads[row.shift] = heads.get(row.shift, 0) + 1
    shares = []
    for levels in ({0}, {1}, {2}, {3}, {0, 1, 2, 3}):
        mine = [shift for shift in problem.shifts if shift.priority in levels]
        met = sum(min(shift.seats_min, heads.get(shift.id, 0)) for shift in mine)
        shares.append(met / max(1, sum(shift.seats_min for shift in mine)))
    return shares


def _mean_way(problem: Problem, rows: tuple[Assignment, ...]) -> float:
    people = {who.id: who for who in problem.volunteers}
    work = {shift.id: shift for shift in problem.shifts}
    ways = [
        way_minutes(people[row.volunteer], work[row.shift].place, problem.policy) for row in rows
    ]
    known = [way for way in ways if way is not None]
    return sum(known) / max(1, len(known))


def _gini(problem: Problem, rows: tuple[Assignment, ...]) -> float:
    """Of the minutes of the last weeks and this plan, among people who work at all in any of them or are free to."""
    work = {shift.id: shift.minutes for shift in problem.shifts}
    hours = {who.id: who.recent_minutes for who in problem.volunteers if _may_come(who)}
    for row in rows:
        hours[row.volunteer] = hours.get(row.volunteer, 0) + work[row.shift]
    ordered = sorted(hours.values())
    total, count = sum(ordered), len(ordered)
    if not total:
        return 0.0
    weighted = sum((place + 1) * value for place, value in enumerate(ordered))
    return 2 * weighted / (count * total) - (count + 1) / count


def _may_come(who: object) -> bool:
    return getattr(who, "is_active", False) and getattr(who, "paused_until_day", None) is None


def _snow_day(problem: Problem, plan: Plan, seconds: float) -> None:
    day = make_snow_day(problem, plan.assignments)
    print(f"snow day: {len(day.shifts)} shifts, {len(day.published)} published pairs left")
    scratch = replace(day, published=())
    needless = {
        name: _again(
            day, name, replace(task, policy=replace(day.policy, keep_bonus=bonus)), seconds
        )
        for name, task, bonus in (
            ("with bonus", day, day.policy.keep_bonus),
            ("from scratch", scratch, 0),
            ("fewest", day, FEWEST),
        )
    }
    least = needless["fewest"]
    ours, theirs = needless["with bonus"] - least, needless["from scratch"] - least
    print(
        f"cover needs {least} of these to leave; beyond them {ours} against {theirs} from scratch"
    )


def _again(day: Problem, name: str, task: Problem, seconds: float) -> int:
    plan, clock, cpu = _timed(lambda: solve(task, seconds))
    difference = diff_of(day, plan)
    covered = " ".join(f"{share:5.1%}" for share in _cover(day, plan.assignments))
    gap = "no bound" if plan.gap is None else f"gap {plan.gap:.3%}"
    print(
        f"{name:13} {clock:5.1f} s ({cpu:.1f} s CPU) {gap} {plan.note}  kept {len(difference.kept)}, left though"
        f" they could {len(difference.needless)}, added {len(difference.added)}  covered {covered}"
    )
    return len(difference.needless)


if __name__ == "__main__":
    main()
