"""Messages about places in a shift. Whoever has no e-mail is told by the desk: their messages are kept there."""

from typing import Any

from matching.assignments.models import Participation
from matching.help_requests.models import Shift
from matching.help_requests.notices import tell
from matching.help_requests.queries import reach_members, reach_person

FOLDER = "matching/assignments"


def _words(shift: Shift) -> dict[str, Any]:
    """Where, when, what; days as values, the mail writes them in the receiver's language."""
    request = shift.help_request
    return {
        "place": request.public_place,
        "starts_at": shift.starts_at.isoformat(),
        "ends_at": shift.ends_at.isoformat(),
        "category": request.category.name,
        "title": request.title,
    }


def tell_person(
    participation: Participation, shift: Shift, name: str, occasion: str, /, **more: Any
) -> None:
    """The person of a participation learns what became of it; `occasion` makes the message unique."""
    reach = reach_person(participation.person_id)
    params = {**_words(shift), "path": f"/me/plan/{participation.id}", **more}
    tell(reach, f"{FOLDER}/{name}", f"{FOLDER}/{name}:{participation.id}:{occasion}", params)


def tell_moved(
    participation: Participation, shift: Shift, instead_of: Shift, occasion: str
) -> None:
    """The person agreed on the telephone to come here instead of there: both in one message."""
    more = {
        "was_at": instead_of.starts_at.isoformat(),
        "was_place": instead_of.help_request.public_place,
    }
    tell_person(participation, shift, "moved", occasion, **more)


def tell_host(
    participation: Participation, shift: Shift, name: str, occasion: str, /, **more: Any
) -> None:
    """The members of the hosting organization learn of a move; where the center hosts, the desk has its list."""
    for reach in reach_members(shift.help_request.host_party_id):
        params = {**_words(shift), "path": f"/o/shifts/{shift.id}", **more}
        tell(reach, f"{FOLDER}/{name}", f"{FOLDER}/{name}:{participation.id}:{occasion}", params)


def tell_seat_free(waiting: Participation, shift: Shift, occasion: str) -> None:
    """Somebody on the waiting list learns that a seat is free; the first to press gets it."""
    reach = reach_person(waiting.person_id)
    params = {**_words(shift), "path": f"/board/{shift.id}"}
    key = f"{FOLDER}/seat_free:{waiting.id}:{occasion}"
    tell(reach, f"{FOLDER}/seat_free", key, params)
