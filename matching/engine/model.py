"""What the engine is given and what it gives back.

Times are whole minutes, days whole days, both counted from the problem's `origin`: 00:00 in Asia/Tokyo of a Monday
(negative = before it; Japan keeps no summer time, so a day is always 1,440 minutes). Periods are half-open. Distances
are metres in a flat local plane. Everything is optional that a person need not tell: what is empty stops nobody.
`matching.suitability` builds these from the database; `matching.engine.files` reads and writes them as JSON.
"""

from dataclasses import dataclass, field
from enum import StrEnum

DAY = 24 * 60
WEEK = 7 * DAY


class Mode(StrEnum):
    """How somebody travels."""

    WALK = "walk"
    BICYCLE = "bicycle"
    BUS = "bus"
    CAR = "car"


class Season(StrEnum):
    """Winter slows every way down and takes the bicycle away."""

    SUMMER = "summer"
    WINTER = "winter"


class Rule(StrEnum):
    """Why a person may not do a shift, in the order in which it is said."""

    INACTIVE = "inactive"
    CATEGORY = "category"
    QUALIFICATION = "qualification"
    INSURANCE = "insurance"
    SKILL = "skill"
    CAR = "car"
    LANGUAGE = "language"
    STUDENT = "student"
    PREFERENCE = "preference"
    TOO_YOUNG = "too_young"
    GUARDIAN = "guardian"
    CHILD_SAFETY = "child_safety"
    NO_GO = "no_go"
    DROPPED = "dropped"
    PAUSED = "paused"
    AVAILABILITY = "availability"
    BUSY = "busy"
    TRAVEL = "travel"
    MINUTES_CAP = "minutes_cap"
    SHIFTS_CAP = "shifts_cap"


@dataclass(frozen=True, slots=True)
class Place:
    """A point in the plane and its height above the sea, in metres."""

    x_m: int
    y_m: int
    height_m: int = 0


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` up to, not including, `end`, in minutes."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Qualification:
    """A training or licence, good from the first to the last day (both included; None = open)."""

    kind: str
    first_day: int | None = None
    last_day: int | None = None


@dataclass(frozen=True, slots=True)
class Booking:
    """Work a person has accepted already and that this problem does not plan: it keeps the time and uses the caps."""

    start: int
    end: int
    place: Place | None
    """None: the way there is not judged."""


@dataclass(frozen=True, slots=True)
class Volunteer:
    """One person who may be asked."""

    id: int
    place: Place | None = None
    """Home, as near as the person let us know it; None: travel is not judged."""
    mode: Mode = Mode.BUS
    max_travel_minutes: int | None = None
    """One way; None = the policy's limit."""
    is_active: bool = True
    age: int | None = None
    """Full years on the origin's day."""
    has_guardian_consent: bool = False
    is_student: bool = False
    is_cleared_for_children: bool = False
    insured_last_day: int | None = None
    """Last day of the insurance; None = not insured."""
    qualifications: tuple[Qualification, ...] = ()
    skills: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    traits: frozenset[str] = frozenset()
    """What households may ask for: `woman`, `man`, `non_smoking`, `fine_with_dogs` …"""
    wants: frozenset[str] = frozenset()
    """Categories wished for; empty = all the same to me."""
    avoids: frozenset[str] = frozenset()
    """Rather not: costs, does not forbid."""
    refuses: frozenset[str] = frozenset()
    """Never."""
    windows: tuple[Period, ...] | None = None
    """Weekly times in minutes from Monday 00:00 (0 to 10,080), apart and in order; None = never told, any time."""
    free: tuple[Period, ...] = ()
    """Exceptions: also free then."""
    busy: tuple[Period, ...] = ()
    """Exceptions: not free then; stronger than `windows` and `free`."""
    paused_until_day: int | None = None
    """No shift before this day."""
    max_minutes_a_week: int | None = None
    max_shifts_a_week: int | None = None
    booked: tuple[Booking, ...] = ()
    recent_minutes: int = 0
    """Worked or accepted in the four weeks before the origin."""
    times_in: dict[str, int] = field(default_factory=dict)
    """Category → how often done in the last two years."""
    times_with: dict[int, int] = field(default_factory=dict)
    """Client → how often there in the last two years."""


@dataclass(frozen=True, slots=True)
class Shift:
    """A dated piece of work with seats still to fill (those of `published` and `pinned` assignments included)."""

    id: int
    category: str
    start: int
    end: int
    place: Place | None
    seats_min: int = 1
    """Below this the need counts fully."""
    seats_max: int = 1
    priority: int = 2
    """0 = life and limb, 1 = pressing, 2 = usual, 3 = nice to have."""
    client: int | None = None
    """The party who is helped; continuity and no-go look at it."""
    qualification: str = ""
    needs_insurance: bool = False
    skills: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    traits: frozenset[str] = frozenset()
    needs_car: bool = False
    age_min: int | None = None
    with_children: bool = False
    is_paid: bool = False
    """Paid tasks are for students."""

    @property
    def minutes(self) -> int:
        """Planned length."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Assignment:
    """This person in this shift. `is_pinned`: staff or an acceptance fixed it; the plan may not move it."""

    volunteer: int
    shift: int
    is_pinned: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """How the town weighs things. Costs are points of the objective; one point = one minute of one-way travel."""

    season: Season = Season.SUMMER
    head_values: tuple[int, int, int, int] = (64_000, 16_000, 4_000, 1_000)
    """Value of one head below `seats_min`, by priority 0 to 3."""
    extra_head_percent: int = 25
    """A head between `seats_min` and `seats_max`, as a share of the above."""
    lexicographic: bool = True
    """No number of lower heads outweighs one higher head: successive solves, one for each priority."""
    keep_bonus: int = 300
    """For each published assignment that stays."""
    travel_minute_cost: int = 1
    max_travel_minutes: int = 45
    """One way, for people who named no limit."""
    fairness_bands: tuple[tuple[int, int], ...] = ((240, 0), (480, 20), (960, 60), (1_920, 120))
    """(up to so many minutes in the last four weeks and this plan, cost of an hour in this band), rising.

    Beyond the last band an hour costs twice the last."""
    avoided_category_cost: int = 60
    wanted_category_bonus: int = 20
    unknown_availability_cost: int = 40
    """For people who never told when they are free."""
    continuity_bonus: int = 30
    """For a client one has been with."""
    experience_bonus: int = 10
    """For a category one has done."""
    slack_minutes: int = 10
    """Between the end of one shift and the start of the next, besides travel."""
    default_max_minutes_a_week: int = 20 * 60
    default_max_shifts_a_week: int = 7
    guardian_until_age: int = 18
    """Under this age a guardian's consent is needed."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything a plan depends on. Rows may come in any order; the answer does not depend on it."""

    origin: str
    """The Monday, ISO 8601 date; 00:00 Asia/Tokyo of it is minute 0 of day 0."""
    volunteers: tuple[Volunteer, ...]
    shifts: tuple[Shift, ...]
    published: tuple[Assignment, ...] = ()
    no_go: frozenset[tuple[int, int]] = frozenset()
    """(volunteer, client): never there."""
    apart: frozenset[tuple[int, int]] = frozenset()
    """(volunteer, volunteer), the smaller id first: never in the same shift."""
    dropped: frozenset[tuple[int, int]] = frozenset()
    """(volunteer, shift): staff took this pair out, or the person declined."""
    policy: Policy = Policy()
    seed: int = 0


class Engine(StrEnum):
    """Who found the plan."""

    EXACT = "exact"
    LP_ROUNDED = "lp_rounded"
    MIP = "mip"
    COLUMNS = "columns"
    REGIONS = "regions"
    GREEDY = "greedy"


@dataclass(frozen=True, slots=True)
class Level:
    """Heads of one priority: what is wanted, what the plan covers, and what no plan can exceed (None = not known)."""

    priority: int
    wanted_min: int
    covered_min: int
    covered_min_bound: int | None
    wanted_max: int
    covered_max: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A proposal and what is known of its quality. Nobody is assigned by it."""

    assignments: tuple[Assignment, ...]
    """In the order of shift, then volunteer."""
    value: int
    """Of the objective (docs/matching.md), rounded towards zero."""
    bound: int | None
    """No plan of this problem is worth more; None without a linear-programming engine."""
    gap: float | None
    """(bound − value) / max(1, |bound|); None without a bound."""
    engine: Engine
    seconds: float
    is_proven: bool
    """No better plan exists."""
    levels: tuple[Level, ...] = ()
    note: str = ""
    """What the engine has to say in one word of docs/matching.md, e.g. `deadline`, `no_highs`, `interrupted`."""
