"""May this person collect, may this person exchange: two predicates over the same conditions (E1, E4, E6)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from points.programmes.terms import AgeBasis, Conditions
from points.programmes.wording import N_, Wording, say
from volunteer.people.states import Tie


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What a programme may know of a person, as of the day of the activity or of the exchange."""

    birth_date: date
    ties: frozenset[Tie] = frozenset()
    has_guardian_consent: bool = False
    class_code: str | None = None


class Obstacle(StrEnum):
    """Why a person may not."""

    TOO_YOUNG = "too_young"
    TOO_OLD = "too_old"
    NO_TIE = "no_tie"
    NO_GUARDIAN_CONSENT = "no_guardian_consent"


def age_on(birth_date: date, day: date) -> int:
    """Age in full years; somebody born on 29 February is a year older on 1 March."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def age_day(day: date, basis: AgeBasis) -> date:
    """The day on which the age is looked at: the day itself, or the last 1 April up to it."""
    if basis is AgeBasis.ACTIVITY_DAY:
        return day
    april_1 = date(day.year, 4, 1)
    return april_1 if april_1 <= day else date(day.year - 1, 4, 1)


def obstacle_for(person: PersonFacts, conditions: Conditions, day: date) -> Obstacle | None:
    """The first condition a person does not meet on a day, or None."""
    age = age_on(person.birth_date, age_day(day, conditions.age_basis))
    if conditions.age_min is not None and age < conditions.age_min:
        return Obstacle.TOO_YOUNG
    if conditions.age_max is not None and age > conditions.age_max:
        return Obstacle.TOO_OLD
    if conditions.ties and not person.ties.intersection(conditions.ties):
        return Obstacle.NO_TIE
    # Consent depends on the age of the day itself, whatever day the scheme counts ages by.
    is_minor = age_on(person.birth_date, day) < conditions.guardian_consent_under
    if is_minor and not person.has_guardian_consent:
        return Obstacle.NO_GUARDIAN_CONSENT
    return None


def explain_obstacle(obstacle: Obstacle, conditions: Conditions) -> Wording:
    """The obstacle in words."""
    if obstacle is Obstacle.TOO_YOUNG:
        return say(N_("%(age)s歳になってからが対象です"), age=conditions.age_min or 0)
    if obstacle is Obstacle.TOO_OLD:
        return say(N_("%(age)s歳までの方が対象です"), age=conditions.age_max or 0)
    if obstacle is Obstacle.NO_TIE:
        return say(
            N_("このまちに住む・通うなど、制度の対象の方ではありません。センターにご相談ください")
        )
    age = conditions.guardian_consent_under
    return say(
        N_("%(age)s歳未満の方は保護者の同意が必要です。センターに同意書を出してください"), age=age
    )
