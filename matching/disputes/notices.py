"""What both sides are told about a dispute. Whoever has no e-mail is told by the desk."""

from typing import Any

from matching.disputes.models import TimeDispute
from matching.disputes.states import Side
from matching.help_requests.notices import tell
from matching.help_requests.queries import reach_members, reach_person

FOLDER = "matching/disputes"


def _facts(found: TimeDispute) -> dict[str, Any]:
    shift = found.participation.shift
    return {
        "title": shift.help_request.title,
        "place": shift.help_request.public_place,
        "starts_at": shift.starts_at.isoformat(),
        "ends_at": shift.ends_at.isoformat(),
    }


def _tell_person(found: TimeDispute, name: str, occasion: str, params: dict[str, Any]) -> None:
    path = f"/shifts/{found.participation.shift_id}/dispute"
    reach = reach_person(found.participation.person_id)
    tell(
        reach, f"{FOLDER}/{name}", f"{FOLDER}/{occasion}", {**_facts(found), **params, "path": path}
    )


def _tell_host(found: TimeDispute, name: str, occasion: str, params: dict[str, Any]) -> None:
    path = f"/o/disputes/{found.id}"
    facts = {**_facts(found), **params, "path": path}
    for reach in reach_members(found.participation.shift.help_request.host_party_id):
        tell(reach, f"{FOLDER}/{name}", f"{FOLDER}/{occasion}", facts)


def tell_opened(found: TimeDispute) -> None:
    """The host is asked what they know."""
    _tell_host(found, "opened", f"opened:{found.id}", {"who": found.participation.person.name})


def tell_said(found: TimeDispute, by: Side, key: str) -> None:
    """The others learn that somebody has written; the desk has its list."""
    if by is not Side.VOLUNTEER:
        _tell_person(found, "said", f"said:{key}", {})
    if by is not Side.HOST:
        _tell_host(found, "said", f"said:{key}", {})


def tell_decided(found: TimeDispute, reason: str) -> None:
    """Both sides learn how it ended, and why."""
    params = {"outcome": found.state.value, "reason": reason}
    _tell_person(found, "decided", f"decided:{found.id}", params)
    _tell_host(found, "decided", f"decided:{found.id}", params)
