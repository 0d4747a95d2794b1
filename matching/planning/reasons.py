"""Cost and facts of a pair as they are kept with a decision, and four figures for the bars of the board. Pure."""

from collections.abc import Callable, Mapping
from typing import Any

from matching.engine.model import DAY, Policy, Problem, Shift, Volunteer
from matching.engine.rules import way_minutes
from matching.engine.score import ranking_cost
from matching.suitability.reasons import facts

FULL_TIMES = 5
"""So often done counts as fully experienced."""
FULL_RECENT = 16 * 60
"""So many minutes in four weeks are as many as we like to ask of one person."""


def explained_by(
    problem: Problem, recent_times: Mapping[int, int]
) -> Callable[[Volunteer, Shift], tuple[int, list[Any]]]:
    """Cost and facts of a pair of this problem."""
    policy = problem.policy

    def explained(volunteer: Volunteer, shift: Shift) -> tuple[int, list[Any]]:
        cost = ranking_cost(volunteer, shift, policy).total
        return cost, facts(volunteer, shift, policy, recent_times.get(volunteer.id, 0))

    return explained


def is_booked_near(volunteer: Volunteer, shift: Shift) -> bool:
    """Whether the person has another activity within a day before or after."""
    start, end = shift.start - DAY, shift.end + DAY
    return any(start < one.end and one.start < end for one in volunteer.booked)


def shares(volunteer: Volunteer, shift: Shift, policy: Policy) -> dict[str, int]:
    """Four figures from 0 to 100: nearness, time, experience, fairness."""
    way = way_minutes(volunteer, shift.place, policy)
    most = max(1, volunteer.max_travel_minutes or policy.max_travel_minutes)
    near = 50 if way is None else 100 - round(100 * way / most)
    times = volunteer.times_in.get(shift.category, 0)
    return {
        "near": max(0, min(100, near)),
        "time": 50 if volunteer.windows is None else 100,
        "experience": min(100, round(100 * times / FULL_TIMES)),
        "fair": max(0, 100 - round(100 * volunteer.recent_minutes / FULL_RECENT)),
    }
