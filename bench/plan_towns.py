"""Otaru-like towns for the matching engine: volunteers × shifts × seed → problem; the same seed, the same town.

16 districts with approximate coordinates and heights (matching/towns/data/areas-otaru.csv: typed by hand, not
surveyed); 45 % retired, 30 % workers, 25 % students; eight kinds of help; in large towns half of the registrants are
dormant; as many seats as people would take, so that cover is contested. Shares and habits are invented.
"""

import csv
import random
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from matching.engine.model import (
    DAY,
    Assignment,
    Booking,
    Mode,
    Period,
    Place,
    Policy,
    Problem,
    Qualification,
    Season,
    Shift,
    Volunteer,
)

AREAS = Path(__file__).resolve().parents[1] / "matching/towns/data/areas-otaru.csv"
STATION = (43.197, 140.994)
METRES_A_DEGREE = (111_000, 81_100)
"""North and east, at this latitude."""
ORIGINS = {Season.WINTER: "2027-01-18", Season.SUMMER: "2027-06-07"}
SMALL = 1_000
"""Fewer volunteers: a young list, with hardly anybody dormant."""
SNOWFALL, SNOW_DAYS = 0.65, (1, 2)
"""Most of the snow is cleared on two mornings."""
DROPPING_OUT = 0.15
NEW_ON_A_SNOW_DAY = 0.09
HOUR = 60


@dataclass(frozen=True)
class Kind:
    """A kind of help: how often, how urgent, when (start hours), how long, and what it asks for."""

    code: str
    share: int
    priorities: tuple[int, int, int, int]
    hours: tuple[float, ...]
    minutes: tuple[int, ...]
    seats: tuple[int, ...] = (1, 1, 1, 2)
    weekend: float = 0.15
    qualification: str = ""
    needs_car: bool = False
    with_children: bool = False
    willing: float = 0.4


KINDS = (
    Kind("snow", 26, (40, 35, 20, 5), (6, 6.5, 7, 9), (60, 90, 120), (1, 2, 2, 3), 0.3),
    Kind("meals", 18, (10, 60, 25, 5), (10.5, 11, 16, 16.5), (60, 90), qualification="food_safety"),
    Kind("watch", 14, (20, 45, 30, 5), (8, 9, 10, 17, 18), (30, 60), willing=0.5),
    Kind("transport", 10, (60, 30, 10, 0), (7.5, 8, 8.5), (90, 120), needs_car=True, willing=0.5),
    Kind(
        "school",
        12,
        (0, 10, 60, 30),
        (7.5, 14.5, 15, 16),
        (60, 120),
        (1, 2, 3),
        0.05,
        with_children=True,
    ),
    Kind("shopping", 10, (0, 20, 60, 20), (10, 13, 14, 17), (60, 90), weekend=0.3, willing=0.5),
    Kind("interpreting", 3, (5, 25, 50, 20), (9, 13, 15, 18), (60, 90)),
    Kind("event", 7, (0, 0, 20, 80), (9, 10, 13, 17), (180, 240), (3, 4, 6), 0.8, willing=0.5),
)
PRIORITIES = (0, 1, 2, 3)
LANGUAGES = ("en", "zh", "ko", "ru")


def make_town(
    volunteers: int,
    shifts: int,
    seed: int = 0,
    *,
    season: Season = Season.WINTER,
    dormant: float | None = None,
    policy: Policy | None = None,
) -> Problem:
    """One week of such a town. `dormant`: share of the registrants nobody can ask; None = 5 % or, when large, half."""
    luck = random.Random(f"{volunteers} {shifts} {seed}")
    districts = _districts()
    clients = max(1, shifts // 2)
    share = dormant if dormant is not None else (0.05 if volunteers < SMALL else 0.5)
    people = tuple(
        _volunteer(luck, number, districts, clients, share) for number in _ids(volunteers)
    )
    work = tuple(_shift(luck, number, districts, clients) for number in _ids(shifts))
    return Problem(
        origin=ORIGINS[season],
        volunteers=people,
        shifts=work,
        no_go=frozenset(_no_go(luck, volunteers, clients)),
        apart=frozenset(_apart(luck, volunteers)),
        policy=policy or Policy(season=season),
        seed=seed,
    )


def make_snow_day(
    problem: Problem, planned: Iterable[Assignment], day: int = 2, seed: int = 0
) -> Problem:
    """Five o'clock in the morning of `day`: 15 % of its rostered people drop out, new work has come with the snow.

    What was planned for the day is published, for other days it is booked.
    """
    luck = random.Random(f"snow {problem.seed} {seed} {day}")
    planned = sorted(planned, key=lambda row: (row.shift, row.volunteer))
    by_id = {shift.id: shift for shift in problem.shifts}
    today = [shift for shift in problem.shifts if shift.start // DAY == day]
    rostered = [row for row in planned if by_id[row.shift].start // DAY == day]
    names = sorted({row.volunteer for row in rostered})
    away = frozenset(luck.sample(names, round(len(names) * DROPPING_OUT)))
    booked = _booked([row for row in planned if by_id[row.shift].start // DAY != day], by_id)
    return replace(
        problem,
        volunteers=tuple(
            _on_snow_day(who, day, who.id in away, booked.get(who.id, ()))
            for who in problem.volunteers
        ),
        shifts=(*today, *_new_snow(luck, problem, today, day)),
        published=tuple(row for row in rostered if row.volunteer not in away),
        dropped=frozenset((row.volunteer, row.shift) for row in rostered if row.volunteer in away),
    )


def _ids(count: int) -> range:
    return range(1, count + 1)


def _districts() -> list[tuple[float, Place]]:
    lines = [
        line for line in AREAS.read_text(encoding="utf-8").splitlines() if not line.startswith("#")
    ]
    return [
        (
            float(row["share"]),
            Place(
                round((float(row["longitude"]) - STATION[1]) * METRES_A_DEGREE[1]),
                round((float(row["latitude"]) - STATION[0]) * METRES_A_DEGREE[0]),
                int(row["height_m"]),
            ),
        )
        for row in csv.DictReader(lines)
    ]


def _somewhere(luck: random.Random, districts: list[tuple[float, Place]]) -> Place:
    (_, middle), *_ = luck.choices(districts, [share for share, _ in districts])
    return Place(
        middle.x_m + round(luck.gauss(0, 500)),
        middle.y_m + round(luck.gauss(0, 500)),
        max(1, middle.height_m + round(luck.gauss(0, 15))),
    )


def _volunteer(
    luck: random.Random,
    number: int,
    districts: list[tuple[float, Place]],
    clients: int,
    dormant: float,
) -> Volunteer:
    way_of_life = luck.choices(("retired", "worker", "student"), (45, 30, 25))[0]
    rests = luck.random() < dormant
    age = luck.randint(*{"retired": (60, 84), "worker": (22, 62), "student": (16, 24)}[way_of_life])
    refuses = frozenset(kind.code for kind in KINDS if luck.random() > kind.willing)
    open_to = sorted({kind.code for kind in KINDS} - refuses)
    wants = frozenset(code for code in open_to if luck.random() < 0.25)
    return Volunteer(
        id=number,
        place=None if luck.random() < 0.02 else _somewhere(luck, districts),
        mode=_mode(luck, way_of_life),
        max_travel_minutes=luck.choice((None, None, 15, 20, 30, 30, 60)),
        is_active=not (rests and number % 3 == 0),
        paused_until_day=28 if rests and number % 3 else None,
        age=None if luck.random() < 0.1 else age,
        has_guardian_consent=luck.random() < 0.8,
        is_student=way_of_life == "student",
        is_cleared_for_children=luck.random() < 0.5,
        insured_last_day=luck.choices((72, 3, None), (90, 5, 5))[0],
        qualifications=_qualifications(luck),
        skills=frozenset({"tools"} if luck.random() < 0.4 else ()),
        languages=frozenset({"ja", *(code for code in LANGUAGES if luck.random() < 0.12)}),
        traits=_traits(luck),
        wants=wants,
        avoids=frozenset(code for code in open_to if luck.random() < 0.1) - wants,
        refuses=refuses,
        windows=None if luck.random() < 0.1 else _windows(luck, way_of_life),
        free=_exceptions(luck, 0.05),
        busy=_exceptions(luck, 0.12),
        max_minutes_a_week=luck.choice((90, 120, 120, 180, 240, 360, None)),
        max_shifts_a_week=luck.choice((1, 1, 1, 2, 2, 3, None)),
        recent_minutes=0 if luck.random() < 0.4 else 30 * luck.randint(0, 30),
        times_in={code: luck.randint(1, 12) for code in open_to if luck.random() < 0.3},
        times_with={
            luck.randint(1, clients): luck.randint(1, 9) for _ in range(luck.choice((0, 0, 1, 2)))
        },
    )


def _mode(luck: random.Random, way_of_life: str) -> Mode:
    modes = (Mode.WALK, Mode.BICYCLE, Mode.BUS, Mode.CAR)
    shares = {"retired": (25, 5, 35, 35), "worker": (10, 10, 15, 65), "student": (25, 30, 40, 5)}
    return luck.choices(modes, shares[way_of_life])[0]


def _traits(luck: random.Random) -> frozenset[str]:
    traits = {"woman" if luck.random() < 0.55 else "man"}
    traits.update(
        name
        for name, share in (("non_smoking", 0.8), ("fine_with_dogs", 0.6))
        if luck.random() < share
    )
    return frozenset(traits)


def _qualifications(luck: random.Random) -> tuple[Qualification, ...]:
    """Some have run out, or do so within the week."""
    if luck.random() > 0.55:
        return ()
    return (
        Qualification("food_safety", -300, luck.choices((400, None, 2, -20), (70, 15, 5, 10))[0]),
    )


def _windows(luck: random.Random, way_of_life: str) -> tuple[Period, ...]:
    """Weekly times, by the way one lives: retired by day, workers in the evening and at the weekend."""
    windows = []
    for day in range(7):
        if luck.random() > (0.5 if day < 5 else 0.35):
            continue
        start, end = _time_of_day(luck, way_of_life, weekend=day >= 5)
        windows.append(Period(day * DAY + int(start * HOUR), day * DAY + int(end * HOUR)))
    return tuple(windows)


def _time_of_day(luck: random.Random, way_of_life: str, *, weekend: bool) -> tuple[float, float]:
    if weekend:
        return luck.choice(((8, 12), (9, 17), (13, 18), (6, 12)))
    if way_of_life == "retired":
        return luck.choice(((6, 10), (8.5, 12), (9, 16), (13, 17), (6, 17)))
    if way_of_life == "worker":
        return luck.choice(((5.5, 8), (17, 21), (18, 21), (8.5, 12)))
    return luck.choice(((14, 18), (15.5, 20), (16, 20), (6, 8.5), (10, 15)))


def _exceptions(luck: random.Random, share: float) -> tuple[Period, ...]:
    if luck.random() > share:
        return ()
    day = luck.randrange(7)
    return (Period(day * DAY + 6 * HOUR, day * DAY + 20 * HOUR),)


def _shift(
    luck: random.Random, number: int, districts: list[tuple[float, Place]], clients: int
) -> Shift:
    kind = luck.choices(KINDS, [kind.share for kind in KINDS])[0]
    day = luck.choice((5, 6)) if luck.random() < kind.weekend else luck.randrange(5)
    if kind.code == "snow" and luck.random() < SNOWFALL:
        day = luck.choice(SNOW_DAYS)
    start = day * DAY + int(luck.choice(kind.hours) * HOUR)
    return _of_kind(
        luck, kind, number, start, _somewhere(luck, districts), luck.randint(1, clients)
    )


def _of_kind(
    luck: random.Random, kind: Kind, number: int, start: int, place: Place, client: int
) -> Shift:
    seats = luck.choice(kind.seats)
    interpreting = kind.code == "interpreting"
    return Shift(
        id=number,
        category=kind.code,
        start=start,
        end=start + luck.choice(kind.minutes),
        place=place,
        seats_min=seats,
        seats_max=seats + luck.choice((0, 0, 1)),
        priority=luck.choices(PRIORITIES, kind.priorities)[0],
        client=client,
        qualification=kind.qualification,
        needs_insurance=luck.random() < 0.8,
        skills=frozenset({"tools"} if kind.code == "snow" and luck.random() < 0.1 else ()),
        languages=frozenset({luck.choice(LANGUAGES)} if interpreting else ()),
        traits=frozenset(
            {luck.choice(("woman", "man", "non_smoking", "fine_with_dogs"))}
            if luck.random() < 0.1
            else ()
        ),
        needs_car=kind.needs_car,
        age_min=18 if kind.code in {"transport", "watch"} else None,
        with_children=kind.with_children,
        is_paid=kind.code in {"snow", "event"} and luck.random() < 0.05,
    )


def _no_go(luck: random.Random, volunteers: int, clients: int) -> list[tuple[int, int]]:
    if not volunteers:
        return []
    return [
        (luck.randint(1, volunteers), luck.randint(1, clients)) for _ in range(volunteers // 50)
    ]


def _apart(luck: random.Random, volunteers: int) -> list[tuple[int, int]]:
    pairs = []
    for _ in range(volunteers // 100):
        one, other = sorted(luck.sample(range(1, volunteers + 1), 2))
        pairs.append((one, other))
    return pairs


def _booked(planned: list[Assignment], by_id: dict[int, Shift]) -> dict[int, tuple[Booking, ...]]:
    booked: dict[int, tuple[Booking, ...]] = {}
    for row in planned:
        shift = by_id[row.shift]
        if shift.place is not None:
            booked[row.volunteer] = (
                *booked.get(row.volunteer, ()),
                Booking(shift.start, shift.end, shift.place),
            )
    return booked


def _on_snow_day(who: Volunteer, day: int, is_away: bool, booked: tuple[Booking, ...]) -> Volunteer:
    busy = (*who.busy, Period(day * DAY, (day + 1) * DAY)) if is_away else who.busy
    return replace(who, busy=busy, booked=(*who.booked, *booked))


def _new_snow(luck: random.Random, problem: Problem, today: list[Shift], day: int) -> list[Shift]:
    districts = _districts()
    first = max((shift.id for shift in problem.shifts), default=0) + 1
    clients = max((shift.client or 1 for shift in problem.shifts), default=1)
    return [
        _of_kind(
            luck,
            KINDS[0],
            first + number,
            day * DAY + luck.choice((7, 8, 9, 10)) * HOUR,
            _somewhere(luck, districts),
            luck.randint(1, clients),
        )
        for number in range(round(len(today) * NEW_ON_A_SNOW_DAY))
    ]
