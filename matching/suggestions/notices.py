"""The digest of new requests: at most one a day, with the way to stop it in one tap."""

from datetime import date

from matching.help_requests.models import Shift
from matching.help_requests.queries import reach_person
from matching.suggestions.rules import Fresh
from matching.suggestions.stopping import stop_token
from volunteer.core import outbox

FOLDER = "matching/suggestions"
LISTED = 5


def tell_news(person_id: int, fresh: list[Fresh], day: date) -> bool:
    """Queue the message of this day; False without an address, or when one went out today."""
    reach = reach_person(person_id)
    if not reach.address:
        return False
    params = {
        "shifts": [one.words for one in fresh[:LISTED]],
        "more": max(0, len(fresh) - LISTED),
        "stop_path": f"/news/stop/{stop_token(person_id)}",
    }
    queued = outbox.queue(
        f"{FOLDER}/news",
        f"{FOLDER}/news:{person_id}:{day.isoformat()}",
        reach.address,
        params,
        language=reach.language,
        to_user_id=reach.user_id,
        to_party_id=person_id,
    )
    return queued is not None


def words_of(shift: Shift) -> dict[str, str]:
    """Where, when, what, and the page of a shift; days as values, the mail writes them."""
    request = shift.help_request
    return {
        "place": request.public_place,
        "category": request.category.name,
        "starts_at": shift.starts_at.isoformat(),
        "ends_at": shift.ends_at.isoformat(),
        "path": f"/board/{shift.id}",
    }
