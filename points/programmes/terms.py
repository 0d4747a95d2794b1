"""The parts a rule version is made of: enums and frozen values, no behaviour beyond small predicates."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from volunteer.people.states import Tie


class AgeBasis(StrEnum):
    """The day on which a person's age is looked at."""

    ACTIVITY_DAY = "activity_day"
    APRIL_1 = "april_1"


class Basis(StrEnum):
    """What an award is counted by."""

    PER_HOUR = "per_hour"
    PER_ACTIVITY = "per_activity"
    TIERED = "tiered"
    PER_HOUSEHOLD = "per_household"
    FIXED = "fixed"


class Rounding(StrEnum):
    """What happens to a unit of time that is not full."""

    FLOOR = "floor"
    NEAREST = "nearest"


class Share(StrEnum):
    """Whether people who serve one household together get the award each, or divide it."""

    EACH = "each"
    SPLIT = "split"


class ClaimedPolicy(StrEnum):
    """What becomes of attendance that only the volunteer's own scan speaks for."""

    HOST_CONFIRMS = "host_confirms"
    SETTLES_ITSELF = "settles_itself"


class ExpiryKind(StrEnum):
    """How the last valid day of points follows from the day of the activity."""

    END_OF_YEAR = "end_of_year"
    END_OF_NEXT_YEAR = "end_of_next_year"
    FIXED_DAY_NEXT_YEAR = "fixed_day_next_year"
    MONTHS = "months"
    NEVER = "never"


class VoidPolicy(StrEnum):
    """What a withdrawn or rejected cash-out gives back when the lot expired while it was held."""

    RETURN_TO_LOT_EXPIRED = "return_to_lot_expired"
    EXTEND = "extend"


@dataclass(frozen=True, slots=True, order=True)
class MonthDay:
    """A day of every year. 29 February stands for the last day of February."""

    month: int
    day: int

    def in_year(self, year: int) -> date:
        """The day in one calendar year (29 February becomes 28 where there is none)."""
        if (self.month, self.day) == (2, 29) and not _is_leap(year):
            return date(year, 2, 28)
        return date(year, self.month, self.day)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


@dataclass(frozen=True, slots=True)
class Conditions:
    """What must be true of a person. The same shape serves *may collect* and *may exchange*.

    Ages in full years, both ends included; no ties means that anybody may.
    """

    age_min: int | None = None
    age_max: int | None = None
    age_basis: AgeBasis = AgeBasis.ACTIVITY_DAY
    ties: tuple[Tie, ...] = ()
    guardian_consent_under: int = 0


@dataclass(frozen=True, slots=True)
class Caps:
    """Upper limits in points or yen; None means no limit."""

    daily_points: int | None = None
    yearly_points: int | None = None
    yearly_exchange_points: int | None = None
    yearly_exchange_yen: int | None = None


@dataclass(frozen=True, slots=True)
class ProgrammeClass:
    """A group of people with limits of their own, e.g. adults and children (E2)."""

    code: str
    name: str
    age_min: int | None
    age_max: int | None
    caps: Caps


@dataclass(frozen=True, slots=True)
class Tier:
    """Points from a number of minutes upwards."""

    from_minutes: int
    points: int


@dataclass(frozen=True, slots=True)
class AwardRule:
    """What an activity of the listed categories is worth (A1, A2).

    `roles` empty means any role. Only the fields of its `basis` are filled.
    """

    categories: tuple[str, ...]
    roles: tuple[str, ...]
    basis: Basis
    points: int
    unit_minutes: int
    min_minutes: int
    rounding: Rounding
    tiers: tuple[Tier, ...]
    share: Share
    counts_against_daily_cap: bool


@dataclass(frozen=True, slots=True)
class Exclusions:
    """Activities which never earn (A4): paid, for one's own family, at a place where one is a client."""

    paid: bool = True
    own_family: bool = True
    client_here: bool = True


@dataclass(frozen=True, slots=True)
class ExchangeMethod:
    """A form of payout with its own rate: `yen` for every `points`, in whole numbers (X2).

    `minimum_points` and `unit_points` are this method's own, already filled from the programme's.
    """

    code: str
    yen: int
    points: int
    minimum_points: int
    unit_points: int


@dataclass(frozen=True, slots=True)
class Window:
    """The days of every year on which an exchange may be asked for, both included (X3)."""

    first_day: MonthDay
    last_day: MonthDay


@dataclass(frozen=True, slots=True)
class Exchange:
    """How points become money. No window means all year."""

    minimum_points: int
    unit_points: int
    methods: tuple[ExchangeMethod, ...]
    window: Window | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """When an award becomes final without anybody's act.

    Hours after the end of the activity; `claimed_sample_percent` of claimed attendance goes to the
    desk even where claimed attendance settles itself.
    """

    on_site_settles_after_hours: int
    claimed: ClaimedPolicy
    claimed_settles_after_hours: int
    claimed_sample_percent: int


@dataclass(frozen=True, slots=True)
class Expiry:
    """How long points live (V1), and what happens to those which die while held."""

    kind: ExpiryKind
    day: MonthDay | None
    months: int | None
    void_while_held: VoidPolicy
    extend_days: int
