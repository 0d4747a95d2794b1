"""Messages about a help request to those who asked for it."""

from typing import Any

from matching.help_requests.models import HelpRequest
from matching.help_requests.queries import Reach, reach_members
from volunteer.core.outbox import queue

FOLDER = "matching/help_requests"


def tell(reach: Reach, template: str, key: str, params: dict[str, Any]) -> None:
    """Queue one message to one receiver; `key` must be unique for receiver and occasion."""
    queue(
        template,
        key=f"{key}:{reach.user_id or reach.party_id}",
        to_address=reach.address,
        params=params,
        language=reach.language,
        to_user_id=reach.user_id,
        to_party_id=reach.party_id,
    )


def tell_submitted(request: HelpRequest) -> None:
    """The members get the receipt number."""
    _tell_members(request, "submitted", {})


def tell_published(request: HelpRequest) -> None:
    """The members learn that volunteers can apply now."""
    _tell_members(request, "published", {})


def tell_sent_back(request: HelpRequest, reason: str) -> None:
    """The members learn what to mend."""
    _tell_members(request, "sent_back", {"reason": reason})


def _tell_members(request: HelpRequest, name: str, more: dict[str, Any]) -> None:
    moment = (request.published_at if name == "published" else request.submitted_at) or (
        request.created_at
    )
    occasion = f"{FOLDER}/{name}:{request.id}:{moment:%Y%m%d%H%M%S}"
    params = {
        "number": request.number,
        "title": request.title,
        "path": f"/o/requests/{request.id}",
        **more,
    }
    for reach in reach_members(request.host_party_id):
        tell(reach, f"{FOLDER}/{name}", occasion, params)
