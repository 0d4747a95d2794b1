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
    CEIL = "ceil"


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


class BeyondCap(StrEnum):
    """What becomes of an award that does not fit under a cap (C4). The activity is recorded either way."""

    CUT = "cut"
    ALL_OR_NOTHING = "all_or_nothing"


class YearKind(StrEnum):
    """When a programme year begins: for everybody on one day, or for each person on their own."""

    MONTH_DAY = "month_day"
    ANNIVERSARY = "anniversary"


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
    municipalities: tuple[str, ...] = ()
    """Where somebody who lives must live; empty means the center's own town (nothing is compared)."""
    group_members: bool = False
    """Members of a registered group may as well, whatever their tie."""
    exclude_high_school: bool = False


@dataclass(frozen=True, slots=True)
class Caps:
    """Upper limits in points or yen; None means no limit."""

    daily_points: int | None = None
    yearly_points: int | None = None
    yearly_exchange_points: int | None = None
    yearly_exchange_yen: int | None = None
    beyond: BeyondCap = BeyondCap.CUT


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
    """What an activity of the listed categories is worth (A1–A3).

    `roles` and `hosts` empty mean any. Only the fields of its `basis` are filled.
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
    counts_against_yearly_cap: bool = True
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exclusions:
    """Activities which never earn (A3, A4): paid, for one's own family, at a place where one is a client, or
    not introduced by the center."""

    paid: bool = True
    own_family: bool = True
    client_here: bool = True
    not_introduced: bool = False


@dataclass(frozen=True, slots=True)
class Expiry:
    """How long points live (V1), and what happens to those which die while held."""

    kind: ExpiryKind
    day: MonthDay | None
    months: int | None
    void_while_held: VoidPolicy
    extend_days: int


class CarryOverKind(StrEnum):
    """How much of what would expire lives on (V2)."""

    NONE = "none"
    ALL = "all"
    UP_TO = "up_to"
    ONCE = "once"
    BELOW_MINIMUM = "below_minimum"


@dataclass(frozen=True, slots=True)
class CarryOver:
    """What is carried over when points reach their last day. `points` is the limit of `up_to`."""

    kind: CarryOverKind = CarryOverKind.NONE
    points: int | None = None


@dataclass(frozen=True, slots=True)
class DatedException:
    """Points whose last day lies in a period live until another day (V3); with `chosen`, for those who ask."""

    code: str
    name: str
    first_day: date
    last_day: date
    extended_to: date
    chosen: bool

    def covers(self, expires_on: date) -> bool:
        """Whether points with this last day may live on."""
        return self.first_day <= expires_on <= self.last_day and expires_on < self.extended_to


class Proof(StrEnum):
    """What an attendance is proved by (P1)."""

    PAPER_STAMP = "paper_stamp"
    SEAL = "seal"
    IC_CARD = "ic_card"
    QR_BY_HOST = "qr_by_host"
    QR_BY_VOLUNTEER = "qr_by_volunteer"
    HOST_LIST = "host_list"
    STAFF_ENTRY = "staff_entry"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What proves an attendance, and when an award becomes final without anybody's act.

    `accepted` empty means any proof. Hours after the end of the activity; `claimed_sample_percent` of claimed
    attendance goes to the desk even where claimed attendance settles itself.
    """

    on_site_settles_after_hours: int
    claimed: ClaimedPolicy
    claimed_settles_after_hours: int
    claimed_sample_percent: int
    accepted: tuple[Proof, ...] = ()
