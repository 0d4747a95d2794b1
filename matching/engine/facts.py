"""People, shifts and bookings as columns, in the order of their ids: the rows of a problem may come in any order."""

from collections.abc import Iterable
from dataclasses import dataclass

from matching.engine.arrays import Array, np, starts_of
from matching.engine.model import DAY, WEEK, Problem, Shift, Volunteer
from matching.engine.ways import MODES, Places, places_of

NEVER = -(2**40)
ALWAYS = 2**40


@dataclass(frozen=True, slots=True)
class People:
    """One row a volunteer."""

    rows: tuple[Volunteer, ...]
    ids: Array
    places: Places
    mode: Array
    way_limit: Array
    may_at_all: Array
    age: Array
    """`ALWAYS` where it is not known."""
    insured_last_day: Array
    paused_until_day: Array
    recent_minutes: Array
    minutes_cap: Array
    shifts_cap: Array
    is_any_time: Array


@dataclass(frozen=True, slots=True)
class Work:
    """One row a shift."""

    rows: tuple[Shift, ...]
    ids: Array
    places: Places
    start: Array
    end: Array
    minutes: Array
    day: Array
    week: Array
    """Number in `weeks`."""
    weeks: Array
    priority: Array
    seats_min: Array
    seats_max: Array


@dataclass(frozen=True, slots=True)
class Taken:
    """Time that is taken: bookings and pinned shifts, in the order of the volunteers."""

    volunteer: Array
    start: Array
    end: Array
    places: Places
    first: Array
    """Where the rows of each volunteer begin."""


def people_of(problem: Problem) -> People:
    """The volunteers of a problem as columns."""
    rows = tuple(sorted(problem.volunteers, key=lambda who: who.id))
    policy = problem.policy
    adult = policy.guardian_until_age
    table = np.array(
        [
            (
                who.id,
                MODES.index(who.mode),
                policy.max_travel_minutes
                if who.max_travel_minutes is None
                else who.max_travel_minutes,
                who.is_active and (who.age is None or who.age >= adult or who.has_guardian_consent),
                ALWAYS if who.age is None else who.age,
                NEVER if who.insured_last_day is None else who.insured_last_day,
                NEVER if who.paused_until_day is None else who.paused_until_day,
                who.recent_minutes,
                policy.default_max_minutes_a_week
                if who.max_minutes_a_week is None
                else who.max_minutes_a_week,
                policy.default_max_shifts_a_week
                if who.max_shifts_a_week is None
                else who.max_shifts_a_week,
                who.windows is None,
            )
            for who in rows
        ],
        dtype=np.int64,
    ).reshape(-1, 11)
    columns = [table[:, number].copy() for number in range(11)]
    return People(
        rows,
        columns[0],
        places_of([who.place for who in rows]),
        columns[1],
        columns[2],
        columns[3] == 1,
        columns[4],
        columns[5],
        columns[6],
        columns[7],
        columns[8],
        columns[9],
        columns[10] == 1,
    )


def work_of(problem: Problem) -> Work:
    """The shifts of a problem as columns."""
    rows = tuple(sorted(problem.shifts, key=lambda shift: shift.id))
    table = np.array(
        [(one.id, one.start, one.end, one.priority, one.seats_min, one.seats_max) for one in rows],
        dtype=np.int64,
    ).reshape(-1, 6)
    ids, start, end, priority, seats_min, seats_max = (table[:, n].copy() for n in range(6))
    weeks, week = np.unique(start // WEEK, return_inverse=True)
    return Work(
        rows,
        ids,
        places_of([one.place for one in rows]),
        start,
        end,
        end - start,
        start // DAY,
        week,
        weeks,
        priority,
        seats_min,
        seats_max,
    )


def taken_of(people: People, work: Work, pinned: Iterable[tuple[int, int]]) -> Taken:
    """Bookings of everybody, and the pinned pairs (numbers of volunteer and shift)."""
    rows = [
        (number, one.start, one.end, one.place)
        for number, who in enumerate(people.rows)
        for one in who.booked
    ]
    for volunteer, shift in pinned:
        one = work.rows[shift]
        rows.append((volunteer, one.start, one.end, one.place))
    rows.sort(key=lambda row: row[:3])
    table = np.array([row[:3] for row in rows], dtype=np.int64).reshape(-1, 3)
    return Taken(
        table[:, 0],
        table[:, 1],
        table[:, 2],
        places_of([row[3] for row in rows]),
        starts_of(table[:, 0], len(people.rows)),
    )
