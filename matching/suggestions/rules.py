"""In which order open shifts suit a person, and why some do not. Pure; the engine's rules and weights decide."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from matching.engine.model import Mode, Place, Policy, Rule, Season, Shift, Volunteer
from matching.engine.rules import obstacles, way_minutes
from matching.engine.score import Term, pair_cost
from matching.engine.travel import straight_metres

WINTER_MONTHS = (12, 1, 2, 3)
"""Snow lies in Otaru from December to March."""

HAS_PEOPLE_COST = 20
"""A request that has found somebody steps back behind those that have nobody (docs/profiles.md)."""
NEARLY_FULL_COST = 40
"""Besides, by the share of its seats that are taken."""
DAYS_A_POINT = 3
"""So many days later weigh as much as a minute more on the way."""

BY_CENTER = frozenset({Rule.SKILL, Rule.LANGUAGE, Rule.PREFERENCE, Rule.CHILD_SAFETY, Rule.NO_GO})
"""What households and staff wish is told to nobody: all of it is said in the same words, so that none is guessed."""


class Why(StrEnum):
    """Something that speaks for a shift, in the order in which it is said when it weighs the same."""

    WAY = "way"
    FREE = "free"
    DONE = "done"
    KNOWN = "known"
    WANTED = "wanted"
    NOBODY_YET = "nobody_yet"


@dataclass(frozen=True, slots=True)
class Look:
    """An open shift as it is judged: what the engine takes, and how full it is."""

    shift: Shift
    seats: int
    taken: int
    is_apart: bool = False
    """Somebody is there with whom this person is never brought together."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A shift with its cost, what speaks for it and what stands against it."""

    id: int
    start: int
    cost: int
    why: tuple[Why, ...] = ()
    against: tuple[Rule, ...] = ()
    way_minutes: int | None = None
    way_metres: int | None = None
    times_done: int = 0
    times_there: int = 0

    @property
    def is_by_center(self) -> bool:
        """Whether what stands against it is for the center alone to know."""
        return bool(BY_CENTER & set(self.against))


def season_of(day: date) -> Season:
    """Winter while snow lies."""
    return Season.WINTER if day.month in WINTER_MONTHS else Season.SUMMER


def judge(
    person: Volunteer,
    look: Look,
    policy: Policy,
    no_go: frozenset[tuple[int, int]] = frozenset(),
    today: int = 0,
) -> Judged:
    """What a shift means to a person. Lower cost stands first; `today` is the day from the engine's origin."""
    shift = look.shift
    against = obstacles(person, shift, policy, no_go=no_go)
    if look.is_apart and Rule.NO_GO not in against:
        against = (*against, Rule.NO_GO)
    terms = dict(pair_cost(person, shift, policy).terms)
    way = way_minutes(person, shift.place, policy)
    return Judged(
        id=shift.id,
        start=shift.start,
        cost=sum(terms.values()) + fullness_cost(look) + _days_cost(shift, today),
        why=_why(person, look, terms, way),
        against=against,
        way_minutes=way,
        way_metres=_metres(person.place, shift.place),
        times_done=person.times_in.get(shift.category, 0),
        times_there=person.times_with.get(shift.client or 0, 0),
    )


def fullness_cost(look: Look) -> int:
    """Requests that have people step back, the more the fuller they are."""
    if not look.taken:
        return 0
    return HAS_PEOPLE_COST + NEARLY_FULL_COST * look.taken // max(1, look.seats)


def _days_cost(shift: Shift, today: int) -> int:
    return max(0, shift.start // 1440 - today) // DAYS_A_POINT


def _metres(home: Place | None, there: Place | None) -> int | None:
    return None if home is None or there is None else straight_metres(home, there)


def _why(person: Volunteer, look: Look, terms: dict[Term, int], way: int | None) -> tuple[Why, ...]:
    speaks = {
        Why.WAY: way is not None,
        Why.FREE: person.windows is not None,
        Why.DONE: Term.EXPERIENCE in terms,
        Why.KNOWN: Term.CONTINUITY in terms,
        Why.WANTED: Term.WANTED in terms,
        Why.NOBODY_YET: not look.taken,
    }
    return tuple(why for why, is_so in speaks.items() if is_so)


def in_order(judged: Iterable[Judged]) -> list[Judged]:
    """The best first; of equals the sooner."""
    return sorted(judged, key=lambda one: (one.cost, one.start, one.id))


def travels_by(mode: Mode, season: Season) -> Mode:
    """What is said of the way: nobody cycles in the snow."""
    return Mode.BUS if mode is Mode.BICYCLE and season is Season.WINTER else mode


@dataclass(frozen=True, slots=True)
class Fresh:
    """A new shift, as a saved search looks at it."""

    category_code: str
    area_id: int
    weekday: int
    minute: int
    """Of its beginning, in the Japanese day."""
    published_at: datetime | None = None
    words: dict[str, str] = field(default_factory=dict)
    """What the message says of it."""
    shift_id: int = 0
    age_min: int | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """Whoever reads the message, as far as it is in vain to tell them of a shift."""

    engaged: frozenset[int]
    """Shifts they have a place in, wait for, or have said no to."""
    refuses: frozenset[str]
    """Kinds of activity they do not want; who asks for such a kind by name hears of it."""
    age: int | None

    def wants(self, fresh: Fresh, category_code: str | None) -> bool:
        """Whether this is news they can use; `category_code` is that of the search it was found by."""
        is_refused = category_code is None and fresh.category_code in self.refuses
        is_too_young = (
            self.age is not None and fresh.age_min is not None and self.age < fresh.age_min
        )
        return not (fresh.shift_id in self.engaged or is_refused or is_too_young)


def fits(
    fresh: Fresh,
    category_code: str | None,
    area_id: int | None,
    weekdays: int,
    span: tuple[int, int],
) -> bool:
    """Whether somebody who wants to hear of this wants to hear of a shift; what is empty means any."""
    return (
        category_code in (None, fresh.category_code)
        and area_id in (None, fresh.area_id)
        and (not weekdays or bool(weekdays & (1 << fresh.weekday)))
        and span[0] <= fresh.minute < span[1]
    )
