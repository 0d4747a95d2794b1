"""One shift with all that its conditions look at, and the values it hands to the statements.

What depends on two shifts and the way between them, or on week and days besides together, is worked out here for the
few shifts nearby and the few people with days besides; the statements only look it up.
"""

from calendar import isleap
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from typing import Any

from matching.engine import model as engine
from matching.engine import rules, travel
from matching.help_requests.models import Shift
from matching.profiles import as_engine
from matching.profiles.states import TravelMode
from matching.suitability import surroundings
from matching.suitability.loading import HISTORY, Frame, Places
from matching.suitability.models import MODE_NUMBERS
from matching.suitability.sql import as_list, as_row
from volunteer.core import clock

MODES = tuple((mode, as_engine.MODES[mode]) for mode in MODE_NUMBERS)
LONGEST = timedelta(days=1)
"""A shift that begins earlier than this before another does not stand in its way any more."""

Piece = tuple[date, int, int]
Span = tuple[int, int]


@dataclass(frozen=True)
class Shape:
    """What of a shift decides how its statements are built; all else are values that are handed over."""

    has_qualification: bool
    has_insurance: bool
    has_skills: bool
    has_languages: bool
    has_traits: bool
    has_car: bool
    is_paid: bool
    has_age: bool
    pieces: int
    """How many days it touches."""


@dataclass(frozen=True)
class Nearby:
    """What the shift's own time brings with it."""

    pieced: list[int]
    """Whose free times make up the whole shift only together with days besides."""
    clashing: dict[TravelMode, set[int]]
    """The shifts with people that somebody who travels like this cannot do besides."""


@dataclass(frozen=True)
class Scene:
    """One shift with all that its conditions look at. `shift` is that of the engine, `row` that of the database."""

    row: Shift
    shift: engine.Shift
    frame: Frame
    policy: engine.Policy
    at: Places
    no_go: frozenset[int]
    """People who are never brought here, or never together with somebody who has a place."""

    @property
    def on(self) -> date:
        """The activity date."""
        return clock.activity_date(self.row.starts_at)

    @cached_property
    def pieces(self) -> list[Piece]:
        """(day, from, until) of the shift on each day it touches."""
        start, end, origin = self.shift.start, self.shift.end, self.frame.origin
        return [
            (
                origin + timedelta(days=day),
                max(0, start - day * engine.DAY),
                min(engine.DAY, end - day * engine.DAY),
            )
            for day in range(start // engine.DAY, (end - 1) // engine.DAY + 1)
        ]

    @cached_property
    def shape(self) -> Shape:
        """How its statements are built."""
        shift = self.shift
        return Shape(
            has_qualification=bool(shift.qualification),
            has_insurance=shift.needs_insurance,
            has_skills=bool(shift.skills),
            has_languages=bool(shift.languages),
            has_traits=bool(shift.traits),
            has_car=shift.needs_car,
            is_paid=shift.is_paid,
            has_age=shift.age_min is not None,
            pieces=len(self.pieces),
        )

    @cached_property
    def values(self) -> dict[str, Any]:
        """What the statements of its shape ask for by name; read and worked out once for all of them."""
        return {
            **_of_shift(self),
            **_of_policy(self.policy),
            **_of_days(self.pieces),
            **_of_nearby(_nearby(self)),
            **_of_ways(self),
        }


def _of_shift(scene: Scene) -> dict[str, Any]:
    shift, now = scene.shift, clock.now()
    begins = clock.from_tokyo(scene.frame.origin + timedelta(weeks=shift.start // engine.WEEK))
    return {
        "shift": scene.row.id,
        "category": shift.category,
        "client": shift.client,
        "qualification": shift.qualification,
        "on": scene.on,
        "skills": sorted(int(one) for one in shift.skills),
        "languages": sorted(shift.languages),
        "traits": sorted(shift.traits),
        "skills_count": len(shift.skills),
        "languages_count": len(shift.languages),
        "traits_count": len(shift.traits),
        "age_on": _born(shift.age_min or 0, scene.frame.origin),
        "grown_on": _born(scene.policy.guardian_until_age, scene.frame.origin),
        "no_go": as_list(scene.no_go),
        "minutes": shift.minutes,
        "week_begins": begins,
        "week_ends": begins + timedelta(weeks=1),
        "known_since": now - HISTORY,
        "now": now,
    }


def _of_policy(policy: engine.Policy) -> dict[str, Any]:
    return {
        "usual_travel": policy.max_travel_minutes,
        "usual_minutes": policy.default_max_minutes_a_week,
        "usual_times": policy.default_max_shifts_a_week,
        "travel_cost": policy.travel_minute_cost,
        "wanted_cost": -policy.wanted_category_bonus,
        "avoided_cost": policy.avoided_category_cost,
        "unknown_cost": policy.unknown_availability_cost,
        "known_cost": -policy.continuity_bonus,
    }


def _of_days(pieces: list[Piece]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for number, (day, begin, until) in enumerate(pieces):
        found |= {f"day_{number}": day, f"weekday_{number}": day.weekday()}
        found |= {f"begin_{number}": begin, f"until_{number}": until}
    return found


def _of_nearby(nearby: Nearby) -> dict[str, Any]:
    clashing = nearby.clashing
    found = {f"clashing_{mode.value}": as_list(shifts) for mode, shifts in clashing.items()}
    found["clashing"] = as_list(set().union(*clashing.values()))
    return found | {"pieced": as_list(nearby.pieced)}


def _of_ways(scene: Scene) -> dict[str, Any]:
    """The minutes from each district to the shift, by mode: mode × `areas` + district; 0 where a place is not known."""
    here, size = scene.shift.place, max(scene.at, default=0) + 1
    ways = [0] * size * len(MODES)
    for said_mode, mode in MODES:
        number = MODE_NUMBERS[said_mode]
        for area, home in scene.at.items():
            if home is not None and here is not None:
                ways[number * size + area] = _way(home, here, mode, scene.policy.season)
    return {"ways": as_row(ways), "areas": size}


@lru_cache(maxsize=50_000)
def _way(home: engine.Place, here: engine.Place, mode: engine.Mode, season: engine.Season) -> int:
    """Between two districts; they are few and asked for again and again."""
    return travel.minutes(home, here, mode, season)


def _born(years: int, on: date) -> date:
    """The last birthday of who is so many years old on a day; born on 29 February, one is a year older on 1 March (as
    `age_on` counts)."""
    is_leap_day = (on.month, on.day) == (2, 29) and not isleap(on.year - years)
    return on.replace(year=on.year - years, day=28 if is_leap_day else on.day)


def _nearby(scene: Scene) -> Nearby:
    """In one statement: days besides and windows of who has some, shifts with people."""
    gap = timedelta(minutes=_longest_way(scene) + scene.policy.slack_minutes)
    besides: dict[int, list[tuple[date, date, int, int]]] = defaultdict(list)
    windows: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    clashing: dict[TravelMode, set[int]] = {mode: set() for mode, _engine_mode in MODES}
    for kind, key, _word, _more, one, two, three, day, until in surroundings.nearby(
        _of_days(scene.pieces),
        scene.row.id,
        begins_until=scene.row.ends_at + gap,
        begins_from=scene.row.starts_at - LONGEST,
        ends_from=scene.row.starts_at - gap,
    ):
        if kind == "besides":
            besides[key].append((day, until, one, two))
        elif kind == "window":
            windows[key].append((one, two, three))
        else:
            _note(clashing, scene, key, (one, two, three))
    pieced = [
        person for person, days in besides.items() if is_pieced(scene.pieces, days, windows[person])
    ]
    return Nearby(pieced, clashing)


def _note(
    clashing: dict[TravelMode, set[int]], scene: Scene, shift_id: int, other: tuple[int, int, int]
) -> None:
    """Under which modes of travel this other shift (start and end since 1970, district) stands in the way."""
    start, end, area = other
    origin = int(clock.from_tokyo(scene.frame.origin).timestamp()) // 60
    booking = engine.Booking(start - origin, end - origin, scene.at.get(area))
    mine = rules.as_booking(scene.shift)
    for mode, engine_mode in MODES:
        traveller = engine.Volunteer(id=0, mode=engine_mode)
        if rules.clash(mine, booking, traveller, scene.policy):
            clashing[mode].add(shift_id)


def _longest_way(scene: Scene) -> int:
    here, season = scene.shift.place, scene.policy.season
    if here is None:
        return 0
    return max(
        (
            max(_way(here, there, mode, season), _way(there, here, mode, season))
            for there in scene.at.values()
            if there is not None
            for _said_mode, mode in MODES
        ),
        default=0,
    )


def is_pieced(
    pieces: list[Piece],
    days: list[tuple[date, date, int, int]],
    windows: list[tuple[int, int, int]],
) -> bool:
    """Whether windows of the week and days besides together cover the shift."""
    return all(
        _covers(
            [
                *((start, end) for weekday, start, end in windows if weekday == day.weekday()),
                *((start, end) for first, last, start, end in days if first <= day <= last),
            ],
            begin,
            until,
        )
        for day, begin, until in pieces
    )


def _covers(spans: Iterable[Span], begin: int, until: int) -> bool:
    at = begin
    for start, end in sorted(spans):
        if start > at:
            break
        at = max(at, end)
    return at >= until
