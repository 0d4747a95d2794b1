"""What a plan is really made with: the town's people and shifts, the solver's command, the checker."""

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from matching.assignments.states import HOLDS_SEAT
from matching.engine.check import violations
from matching.engine.files import read_plan, write_problem
from matching.engine.model import Assignment, Booking, Place, Problem
from matching.engine.rules import obstacles_in
from matching.planning import queries
from matching.planning.difference import Pair
from matching.planning.models import PlanRun
from matching.planning.reasons import explained_by
from matching.planning.rules import FROZEN, LEAD
from matching.planning.running import Material, Workshop
from matching.planning.states import MarkKind, Purpose
from matching.suitability import loading
from matching.suitability.queries import participations, seats
from volunteer.core import clock


def material(run: PlanRun) -> Material:
    """The shifts of the days of a run that somebody can still be found for, everybody registered, and what stands.

    Who has said yes stays, and an open offer too. Only a plan made anew may move them, where it gains more than it
    costs to bother people again: never from what begins within the hour, and never whom staff keep in place.
    """
    first = max(clock.now() + LEAD[run.purpose], clock.from_tokyo(run.from_on))
    ids = queries.plannable(first, clock.from_tokyo(run.until_on))
    marks = queries.marked(ids)
    pinned = frozenset(marks[MarkKind.PINNED])
    problem = loading.problem(ids, pinned=pinned, dropped=frozenset(marks[MarkKind.DROPPED]))
    rows = participations(ids)
    standing = frozenset((row[0], row[1]) for row in rows if row[2] in loading.STANDING)
    seated = frozenset((row[0], row[1]) for row in rows if row[2] in HOLDS_SEAT)
    if run.purpose is Purpose.ANEW:
        problem = _loosened(problem, standing - pinned)
    times = _recent_times(problem)
    return Material(_around_the_town(problem), standing, explained_by(problem, times), seated)


def _recent_times(problem: Problem) -> Counter[int]:
    """How often everybody had a place in the four weeks before the problem."""
    begins = clock.from_tokyo(date.fromisoformat(problem.origin))
    return Counter({row[0]: row[1] for row in seats(begins - loading.RECENT, begins)})


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


def _loosened(problem: Problem, standing: frozenset[Pair]) -> Problem:
    """Whoever stands and meets the rules may be moved; what breaks one was agreed by people, and stays."""
    soon = (
        int(
            (
                clock.now() + FROZEN - clock.from_tokyo(date.fromisoformat(problem.origin))
            ).total_seconds()
        )
        // 60
    )
    people = {one.id: one for one in problem.volunteers}
    shifts = {one.id: one for one in problem.shifts if one.start > soon}

    def may_move(one: Assignment) -> bool:
        if (one.volunteer, one.shift) not in standing or one.shift not in shifts:
            return False
        return not obstacles_in(problem, people[one.volunteer], shifts[one.shift])

    published = tuple(
        replace(one, is_pinned=False) if may_move(one) else one for one in problem.published
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
