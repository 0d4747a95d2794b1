"""May this person collect, may this person exchange: two predicates over the same conditions (E1, E4, E6)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from points.programmes.dates import months_later
from points.programmes.rule_version import RuleVersion
from points.programmes.terms import AgeBasis, Conditions
from points.programmes.wording import N_, Wording, say
from volunteer.people.states import Tie

GROUP_MEMBER = "group_member"
HIGH_SCHOOL = "high_school"
"""Codes under which the desk records that somebody is a member of a group, or a pupil of a high school."""


@dataclass(frozen=True, slots=True)
class Held:
    """A training, document or condition on the desk's record; `valid_until` is its last day."""

    code: str
    valid_from: date
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What a programme may know of a person, as of the day of the activity or of the exchange.

    `enrolled_on` is the first day in the programme (its anniversaries may begin the person's years), `left_on`
    the day on which taking part ended, None while it goes on.
    """

    birth_date: date
    ties: frozenset[Tie] = frozenset()
    has_guardian_consent: bool = False
    class_code: str | None = None
    address: str = ""
    held: tuple[Held, ...] = ()
    is_insured: bool = False
    enrolled_on: date | None = None
    left_on: date | None = None


class Obstacle(StrEnum):
    """Why a person may not."""

    TOO_YOUNG = "too_young"
    TOO_OLD = "too_old"
    NO_TIE = "no_tie"
    OTHER_MUNICIPALITY = "other_municipality"
    HIGH_SCHOOL = "high_school"
    NO_GUARDIAN_CONSENT = "no_guardian_consent"
    NOT_TRAINED = "not_trained"
    NO_DOCUMENT = "no_document"
    NO_CONDITION = "no_condition"
    EXCLUDED = "excluded"
    NOT_INSURED = "not_insured"


def age_on(birth_date: date, day: date) -> int:
    """Age in full years; somebody born on 29 February is a year older on 1 March."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def age_day(day: date, basis: AgeBasis) -> date:
    """The day on which the age is looked at: the day itself, or the last 1 April up to it."""
    if basis is AgeBasis.ACTIVITY_DAY:
        return day
    april_1 = date(day.year, 4, 1)
    return april_1 if april_1 <= day else date(day.year - 1, 4, 1)


def class_on(person: PersonFacts, version: RuleVersion, day: date) -> str | None:
    """The class of a person on a day: that of their age, else the one they were enrolled in (E2).

    A child grows up under the same enrolment; the age is looked at on the day the scheme looks at ages.
    """
    age = age_on(person.birth_date, age_day(day, version.may_collect.age_basis))
    by_age = [one for one in version.classes if one.age_min is not None or one.age_max is not None]
    found = version.class_for_age(age) if by_age else None
    known = {one.code for one in version.classes}
    enrolled = person.class_code if person.class_code in known else None
    return found.code if found else enrolled


def holds(person: PersonFacts, code: str, day: date, valid_months: int | None = None) -> bool:
    """Whether a record of this code holds on a day; with `valid_months`, only so long after its first day."""
    return any(
        one.code == code
        and one.valid_from <= day
        and (one.valid_until is None or day <= one.valid_until)
        and (valid_months is None or day < months_later(one.valid_from, valid_months))
        for one in person.held
    )


def obstacle_for(person: PersonFacts, conditions: Conditions, day: date) -> Obstacle | None:
    """The first condition a person does not meet on a day, or None."""
    age = age_on(person.birth_date, age_day(day, conditions.age_basis))
    if conditions.age_min is not None and age < conditions.age_min:
        return Obstacle.TOO_YOUNG
    if conditions.age_max is not None and age > conditions.age_max:
        return Obstacle.TOO_OLD
    if found := _tie_obstacle(person, conditions, day):
        return found
    if conditions.exclude_high_school and holds(person, HIGH_SCHOOL, day):
        return Obstacle.HIGH_SCHOOL
    # Consent depends on the age of the day itself, whatever day the scheme counts ages by.
    is_minor = age_on(person.birth_date, day) < conditions.guardian_consent_under
    if is_minor and not person.has_guardian_consent:
        return Obstacle.NO_GUARDIAN_CONSENT
    return None


def _tie_obstacle(person: PersonFacts, conditions: Conditions, day: date) -> Obstacle | None:
    if not conditions.ties or (conditions.group_members and holds(person, GROUP_MEMBER, day)):
        return None
    ties = person.ties.intersection(conditions.ties)
    if not ties:
        return Obstacle.NO_TIE
    names = conditions.municipalities
    only_lives = names and ties == {Tie.LIVES}
    if only_lives and not any(name in person.address for name in names):
        return Obstacle.OTHER_MUNICIPALITY
    return None


def explain_obstacle(obstacle: Obstacle, conditions: Conditions) -> Wording:
    """The obstacle in words."""
    if obstacle is Obstacle.TOO_YOUNG:
        return say(N_("%(age)s歳になってからが対象です"), age=conditions.age_min or 0)
    if obstacle is Obstacle.TOO_OLD:
        return say(N_("%(age)s歳までの方が対象です"), age=conditions.age_max or 0)
    if obstacle is Obstacle.OTHER_MUNICIPALITY:
        names = "・".join(conditions.municipalities)
        return say(N_("%(names)sにお住まいの方が対象です"), names=names)
    if obstacle is Obstacle.HIGH_SCHOOL:
        return say(N_("高校生は対象ではありません"))
    if obstacle is Obstacle.NO_TIE:
        return say(
            N_("このまちに住む・通うなど、制度の対象の方ではありません。センターにご相談ください")
        )
    age = conditions.guardian_consent_under
    return say(
        N_("%(age)s歳未満の方は保護者の同意が必要です。センターに同意書を出してください"), age=age
    )
