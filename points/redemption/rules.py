"""How many points may be exchanged, for how many yen, and why not. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from points.programmes.calendar import exchange_lapses_on, is_window_open
from points.programmes.eligibility import PersonFacts, obstacle_for
from points.programmes.exchange_terms import ExchangeMethod
from points.programmes.people_terms import Checkpoint
from points.programmes.requirements import unmet
from points.programmes.rule_version import RuleVersion
from points.programmes.terms import Caps


class ExchangeRefusal(StrEnum):
    """Why an exchange cannot be asked for."""

    UNKNOWN_METHOD = "unknown_method"
    WINDOW_CLOSED = "window_closed"
    BELOW_MINIMUM = "below_minimum"
    NOT_A_MULTIPLE = "not_a_multiple"
    OVER_AVAILABLE = "over_available"
    OVER_YEAR_POINTS = "over_year_points"
    OVER_YEAR_YEN = "over_year_yen"
    TOO_YOUNG = "too_young"
    TOO_OLD = "too_old"
    NO_TIE = "no_tie"
    NO_GUARDIAN_CONSENT = "no_guardian_consent"
    OTHER_MUNICIPALITY = "other_municipality"
    HIGH_SCHOOL = "high_school"
    NOT_TRAINED = "not_trained"
    NO_DOCUMENT = "no_document"
    NO_CONDITION = "no_condition"
    EXCLUDED = "excluded"
    NOT_INSURED = "not_insured"
    LEFT_TOO_LONG_AGO = "left_too_long_ago"
    NOT_IN_TABLE = "not_in_table"
    NO_PROXY = "no_proxy"


@dataclass(frozen=True, slots=True)
class ExchangeFacts:
    """A person's position in a programme on the day of the exchange (Asia/Tokyo).

    `available` points are settled, not held, and of activities whose points may be exchanged by now.
    `exchanged_…` is what was asked for in this programme year and neither withdrawn, rejected nor returned.
    """

    on: date
    person: PersonFacts
    available: int
    exchanged_points: int
    exchanged_yen: int


@dataclass(frozen=True, slots=True)
class Exchangeable:
    """The most a person can exchange now, and the reason when it is nothing."""

    points: int
    yen: int
    refusal: ExchangeRefusal | None


def yen_for(points: int, method: ExchangeMethod) -> int:
    """The yen a number of points is worth by a method.

    Raises ValueError for a fraction of a yen, and for a number that is not in the method's table.
    """
    if method.table:
        found = next((one.yen for one in method.table if one.points == points), None)
        if found is None:
            raise ValueError(f"{points} points are not in the table of {method.code}")
        return found
    yen, rest = divmod(points * method.yen, method.points)
    if rest or points < 0:
        raise ValueError(f"{points} points are not a whole number of yen by {method.code}")
    return yen


def worth_at_most(points: int, version: RuleVersion) -> int:
    """The most yen that so many points could bring by any method, rounded up; what gifts count for (C3)."""
    rates = [(one.yen, one.points) for one in version.exchange.methods if not one.table]
    rates += [(row.yen, row.points) for one in version.exchange.methods for row in one.table]
    return max((-(-points * yen // per) for yen, per in rates), default=0)


def most_exchangeable(facts: ExchangeFacts, version: RuleVersion, method_code: str) -> Exchangeable:
    """The most points that can be exchanged: rounded down to the unit or table, under every limit (X1, C3)."""
    method = version.method(method_code)
    refusal = may_not_exchange(facts, version) or _window_refusal(facts, version)
    if method is None or refusal:
        return Exchangeable(0, 0, refusal or ExchangeRefusal.UNKNOWN_METHOD)
    points = _most_points(facts, version, method)
    if points < method.minimum_points:
        return Exchangeable(0, 0, _why_too_few(facts, version, method))
    return Exchangeable(points, yen_for(points, method), None)


def _most_points(facts: ExchangeFacts, version: RuleVersion, method: ExchangeMethod) -> int:
    if method.table:
        fitting = [one.points for one in method.table if one.points <= facts.available]
        allowed = [one for one in fitting if _year_refusal(one, facts, version, method) is None]
        return max(allowed, default=0)
    points = min(facts.available, _year_limit(facts, version, method))
    return max(points, 0) // method.unit_points * method.unit_points


def refusal_for(
    points: int, facts: ExchangeFacts, version: RuleVersion, method_code: str
) -> ExchangeRefusal | None:
    """Why this many points cannot be exchanged by this method now, or None when they can."""
    method = version.method(method_code)
    if method is None:
        return ExchangeRefusal.UNKNOWN_METHOD
    return (
        may_not_exchange(facts, version)
        or _window_refusal(facts, version)
        or _amount_refusal(points, facts, version, method)
    )


def may_not_exchange(facts: ExchangeFacts, version: RuleVersion) -> ExchangeRefusal | None:
    """Why this person may not exchange, whatever the amount and the window; asked again at every later step."""
    person = facts.person
    if person.left_on is not None:
        lapses = exchange_lapses_on(person.left_on, version)
        if lapses is not None and facts.on >= lapses:
            return ExchangeRefusal.LEFT_TOO_LONG_AGO
    obstacle = obstacle_for(person, version.may_exchange, facts.on)
    if obstacle:
        return ExchangeRefusal(obstacle)
    lacking = unmet(person, version, Checkpoint.EXCHANGE, facts.on)
    return ExchangeRefusal(lacking.obstacle) if lacking else None


def _window_refusal(facts: ExchangeFacts, version: RuleVersion) -> ExchangeRefusal | None:
    return None if is_window_open(facts.on, version) else ExchangeRefusal.WINDOW_CLOSED


def _amount_refusal(
    points: int, facts: ExchangeFacts, version: RuleVersion, method: ExchangeMethod
) -> ExchangeRefusal | None:
    if points < method.minimum_points:
        return ExchangeRefusal.BELOW_MINIMUM
    if method.table and all(points != one.points for one in method.table):
        return ExchangeRefusal.NOT_IN_TABLE
    if points % method.unit_points:
        return ExchangeRefusal.NOT_A_MULTIPLE
    if points > facts.available:
        return ExchangeRefusal.OVER_AVAILABLE
    return _year_refusal(points, facts, version, method)


def _year_refusal(
    points: int, facts: ExchangeFacts, version: RuleVersion, method: ExchangeMethod
) -> ExchangeRefusal | None:
    caps = _caps(facts, version)
    cap_points, cap_yen = caps.yearly_exchange_points, caps.yearly_exchange_yen
    if cap_points is not None and facts.exchanged_points + points > cap_points:
        return ExchangeRefusal.OVER_YEAR_POINTS
    if cap_yen is not None and facts.exchanged_yen + yen_for(points, method) > cap_yen:
        return ExchangeRefusal.OVER_YEAR_YEN
    return None


def _why_too_few(
    facts: ExchangeFacts, version: RuleVersion, method: ExchangeMethod
) -> ExchangeRefusal:
    """The person has too little, or has enough and the year's cap is used up."""
    least = -(-method.minimum_points // method.unit_points) * method.unit_points
    if facts.available < least:
        return ExchangeRefusal.BELOW_MINIMUM
    return _year_refusal(least, facts, version, method) or ExchangeRefusal.BELOW_MINIMUM


def _year_limit(facts: ExchangeFacts, version: RuleVersion, method: ExchangeMethod) -> int:
    """Points that the yearly caps on exchanging still leave; `available` when there is no cap."""
    caps = _caps(facts, version)
    limits = [facts.available]
    if caps.yearly_exchange_points is not None:
        limits.append(caps.yearly_exchange_points - facts.exchanged_points)
    if caps.yearly_exchange_yen is not None:
        yen_left = caps.yearly_exchange_yen - facts.exchanged_yen
        limits.append(yen_left * method.points // method.yen)
    return min(limits)


def _caps(facts: ExchangeFacts, version: RuleVersion) -> Caps:
    return version.caps_for(facts.person.class_code)
