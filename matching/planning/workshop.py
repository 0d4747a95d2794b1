"""What a plan is really made with: the town's people and shifts, the solver's command, the checker."""

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from matching.assignments.states import ParticipationState
from matching.engine.check import violations
from matching.engine.files import read_plan, write_problem
from matching.engine.model import Booking, Place, Problem
from matching.planning import queries
from matching.planning.difference import Pair
from matching.planning.models import PlanRun
from matching.planning.reasons import explained_by
from matching.planning.running import Material, Workshop
from matching.planning.states import MarkKind, Purpose
from matching.suitability import loading
from matching.suitability.queries import participations, places
from volunteer.core import clock


def material(run: PlanRun) -> Material:
    """The shifts of the days of a run that have not begun, everybody registered, and what stands.

    Who has said yes stays. An open offer stays too; only when a plan is made anew it may give way to a better one.
    """
    first = max(clock.now(), clock.from_tokyo(run.from_on))
    ids = queries.plannable(first, clock.from_tokyo(run.until_on))
    marks = queries.marked(ids)
    pinned = frozenset(marks[MarkKind.PINNED])
    problem = loading.problem(ids, pinned=pinned, dropped=frozenset(marks[MarkKind.DROPPED]))
    rows = participations(ids)
    standing = frozenset((row[0], row[1]) for row in rows if row[2] in loading.STANDING)
    if run.purpose is Purpose.ANEW:
        offered = {(row[0], row[1]) for row in rows if row[2] is ParticipationState.OFFERED}
        problem = _loosened(problem, offered - pinned)
    times = _recent_times(problem)
    return Material(_around_the_town(problem), standing, explained_by(problem, times))


def _recent_times(problem: Problem) -> Counter[int]:
    """How often everybody had a place in the four weeks before the problem."""
    begins = clock.from_tokyo(date.fromisoformat(problem.origin))
    return Counter(row[0] for row in places(None, begins - loading.RECENT, begins))


def _around_the_town(problem: Problem) -> Problem:
    """The same plane with its origin in the town: a file holds no places that lie a continent away."""
    first = next((one.place for one in problem.shifts if one.place), None)
    if first is None:
        return problem

    def moved(place: Place | None) -> Place | None:
        return place and Place(place.x_m - first.x_m, place.y_m - first.y_m, place.height_m)

    return replace(
        problem,
        shifts=tuple(replace(one, place=moved(one.place)) for one in problem.shifts),
        volunteers=tuple(
            replace(
                one,
                place=moved(one.place),
                booked=tuple(
                    Booking(booked.start, booked.end, moved(booked.place)) for booked in one.booked
                ),
            )
            for one in problem.volunteers
        ),
    )


def _loosened(problem: Problem, offered: set[Pair]) -> Problem:
    published = tuple(
        replace(one, is_pinned=False) if (one.volunteer, one.shift) in offered else one
        for one in problem.published
    )
    return replace(problem, published=published)


def command(problem: Path, plan: Path, run: PlanRun) -> Sequence[str]:
    """The solver as a process of its own, without the application."""
    files = [str(problem), "--out", str(plan), "--seconds", str(run.seconds_max)]
    return [sys.executable, "-m", "matching.engine", "solve", *files]


def lacks(problem: Path, plan: Path, out: Path) -> Sequence[str]:
    """What the plan says the center lacks, as a process of its own."""
    files = [str(problem), str(plan), "--out", str(out)]
    return [sys.executable, "-m", "matching.engine", "lacks", *files]


WORKSHOP = Workshop(material, write_problem, command, read_plan, violations, lacks)
