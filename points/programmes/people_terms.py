"""The parts of a rule version about people and duties (E5, E7–E9, T1, P2, R1, I1, H1): enums and frozen values."""

from dataclasses import dataclass
from enum import StrEnum


class Checkpoint(StrEnum):
    """When something is asked of a person."""

    REGISTRATION = "registration"
    AWARD = "award"
    EXCHANGE = "exchange"


class Need(StrEnum):
    """What is asked: something a person has, or something a person must not have."""

    TRAINING = "training"
    DOCUMENT = "document"
    CONDITION = "condition"
    EXCLUDED = "excluded"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing asked of a person at one or more checkpoints (E5, E7). `code` is that of the desk's records."""

    need: Need
    code: str
    name: str
    checked_at: tuple[Checkpoint, ...]
    valid_months: int | None = None


class Term(StrEnum):
    """How long taking part lasts before it must be renewed (E8)."""

    NONE = "none"
    FISCAL_YEAR = "fiscal_year"
    PROGRAMME_YEAR = "programme_year"
    YEARS = "years"


@dataclass(frozen=True, slots=True)
class Registration:
    """Taking part: its term, and how long one who left may still exchange (None: for as long as points live)."""

    term: Term = Term.NONE
    years: int | None = None
    exchange_lapses_after_days: int | None = None
    exchange_lapses_after_months: int | None = None


class Payer(StrEnum):
    """Who pays the volunteers' insurance (I1)."""

    PERSON = "person"
    CENTER = "center"
    CITY = "city"
    HOST = "host"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Insurance:
    """Who pays, and whether an activity earns only when the person was covered on its day."""

    paid_by: Payer = Payer.UNKNOWN
    must_cover: bool = False


@dataclass(frozen=True, slots=True)
class FalseRecords:
    """What follows a false record (R1)."""

    void_award: bool = True
    hold_claims: bool = True
    claw_back: bool = True
    suspend_days: int = 0


@dataclass(frozen=True, slots=True)
class Recognition:
    """Thanks without money (H1): so many programme years with at least so many points in each."""

    name: str
    years: int
    points_each_year: int
