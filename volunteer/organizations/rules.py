"""What an organization tells about itself. Pure."""

from dataclasses import dataclass

from volunteer.organizations.states import OrganizationKind


@dataclass(frozen=True)
class Application:
    """What an organization tells about itself when it applies."""

    name: str
    kana: str
    kind: OrganizationKind
    telephone: str
    address: str
    area_id: int | None
    purpose: str
    applicant_name: str
    email: str
