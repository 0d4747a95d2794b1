"""Mails to organizations: received, decided, invited."""

from typing import Any

from volunteer.core.outbox import queue
from volunteer.organizations.queries import members
from volunteer.organizations.states import OrganizationDecisionKind
from volunteer.users.models import User

APPLY_CODE = "volunteer/organizations/apply_code"


def applied(party_id: int, name: str, email: str) -> None:
    """Thank for the application and say what happens next."""
    _tell("applied", f"organization_applied:{party_id}", email, party_id, {"name": name})


def decided(
    party_id: int, name: str, kind: OrganizationDecisionKind, decision_id: int, reason: str
) -> None:
    """Every member reads what was decided."""
    for member in members(party_id):
        _tell(
            kind.value,
            f"organization_{kind.value}:{decision_id}:{member.user_id}",
            member.email,
            party_id,
            {"name": name, "reason": reason},
            member.language,
        )


def invited(party_id: int, organization: str, name: str, user: User) -> None:
    """How to sign in for the organization."""
    _tell(
        "invited",
        f"organization_invited:{party_id}:{user.id}",
        user.email or "",
        party_id,
        {"organization": organization, "name": name},
        user.language,
    )


def _tell(
    template: str,
    key: str,
    email: str,
    party_id: int,
    params: dict[str, Any],
    language: str | None = None,
) -> None:
    queue(
        f"volunteer/organizations/{template}",
        key,
        email,
        params,
        language=language,
        to_party_id=party_id,
    )
