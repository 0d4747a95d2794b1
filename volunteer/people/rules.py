"""Age, and what has to be known before staff may register somebody. Pure."""

from dataclasses import dataclass
from datetime import date

from volunteer.people.states import Tie

ADULT = 18
"""Of age since 1 April 2022 (Civil Code, article 4)."""


def age_on(birth_on: date, day: date) -> int:
    """Full years lived on `day`; someone born on 29 February turns older on 1 March."""
    return day.year - birth_on.year - ((day.month, day.day) < (birth_on.month, birth_on.day))


def is_minor(birth_on: date, day: date) -> bool:
    """Whether a guardian has to be known."""
    return age_on(birth_on, day) < ADULT


@dataclass(frozen=True)
class SignUp:
    """The five things of decision 17."""

    name: str
    kana: str
    birth_on: date
    email: str
    tie: Tie


@dataclass(frozen=True)
class PersonDetails:
    """What the second page asks. Telephones are digits."""

    telephone: str = ""
    postcode: str = ""
    address: str = ""
    area_id: int | None = None
    emergency_name: str = ""
    emergency_relation: str = ""
    emergency_telephone: str = ""
    guardian_name: str = ""
    guardian_telephone: str = ""
    guardian_agreed_on: date | None = None


def missing_details(details: PersonDetails, birth_on: date, day: date) -> list[str]:
    """Names of what is still needed before registration, in the order of the page (decision 17)."""
    wanted = ["telephone", "address", "emergency_name", "emergency_telephone"]
    if is_minor(birth_on, day):
        wanted += ["guardian_name", "guardian_telephone"]
    return [name for name in wanted if not getattr(details, name)]
