"""What staff write down about a household. Pure."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class HouseholdFacts:
    """What staff write down about a household; contacts are (name, relation, telephone) in calling order."""

    name: str
    kana: str
    area_id: int
    address: str
    telephone: str
    remarks: str
    checked_by: str
    checked_on: date
    contacts: tuple[tuple[str, str, str], ...]
