"""Why a person for a shift: facts by code with a figure, kept as they are at the moment of a decision. Pure."""

from collections.abc import Callable
from typing import Any

from matching.engine.model import DAY, Policy, Problem, Shift, Volunteer
from matching.engine.rules import way_minutes
from matching.engine.score import ranking_cost

FULL_TIMES = 5
"""So often done counts as fully experienced."""
FULL_RECENT = 16 * 60
"""So many minutes in four weeks are as many as we like to ask of one person."""


def facts(volunteer: Volunteer, shift: Shift, policy: Policy) -> list[list[Any]]:
    """What speaks for the pair, or should be known of it, as [code, figure]; minutes and times."""
    found: list[list[Any]] = []
    way = way_minutes(volunteer, shift.place, policy)
    if way is not None:
        found.append(["travel", way])
    found.append(["unknown_availability" if volunteer.windows is None else "availability", 1])
    found.append(["experience", volunteer.times_in.get(shift.category, 0)])
    if shift.client is not None and (times := volunteer.times_with.get(shift.client, 0)):
        found.append(["continuity", times])
    found.append(["recent", volunteer.recent_minutes])
    found += [["wanted", 1]] if shift.category in volunteer.wants else []
    found += [["avoided", 1]] if shift.category in volunteer.avoids else []
    near = (shift.start - DAY, shift.end + DAY)
    if any(near[0] < one.end and one.start < near[1] for one in volunteer.booked):
        found.append(["booked_near", 1])
    return found


def explained_by(problem: Problem) -> Callable[[Volunteer, Shift], tuple[int, list[Any]]]:
    """Cost and facts of a pair of this problem."""

    def explained(volunteer: Volunteer, shift: Shift) -> tuple[int, list[Any]]:
        cost = ranking_cost(volunteer, shift, problem.policy).total
        return cost, facts(volunteer, shift, problem.policy)

    return explained


def shares(found: list[Any], travel_most: int) -> dict[str, int]:
    """Four figures from 0 to 100 for the bars: nearness, time, experience, fairness."""
    known: dict[str, int] = dict(found)
    near = 100 - round(100 * known.get("travel", travel_most / 2) / max(1, travel_most))
    return {
        "near": max(0, min(100, near)),
        "time": 100 if "availability" in known else 50,
        "experience": min(100, round(100 * known.get("experience", 0) / FULL_TIMES)),
        "fair": max(0, 100 - round(100 * known.get("recent", 0) / FULL_RECENT)),
    }
