"""Messages about somebody's attendance. Whoever has no e-mail is told by the desk: their messages are kept there."""

from datetime import datetime
from typing import Any

from matching.help_requests.models import Shift
from matching.help_requests.notices import tell
from matching.help_requests.queries import reach_members, reach_person, shift_with_request

FOLDER = "matching/checkin"


def _words(shift: Shift) -> dict[str, Any]:
    request = shift.help_request
    return {
        "place": request.public_place,
        "starts_at": shift.starts_at.isoformat(),
        "ends_at": shift.ends_at.isoformat(),
        "title": request.title,
    }


def tell_corrected(
    person_id: int, shift_id: int, attendance_id: int, occasion: str, reason: str
) -> None:
    """The person learns that their times were put right, and why; the page has the points."""
    _tell_result("corrected", person_id, shift_id, f"{attendance_id}:{occasion}", reason)


def tell_refused(person_id: int, shift_id: int, attendance_id: int, reason: str) -> None:
    """The person learns that their check-in was not confirmed, and why."""
    _tell_result("refused", person_id, shift_id, str(attendance_id), reason)


def _tell_result(name: str, person_id: int, shift_id: int, occasion: str, reason: str) -> None:
    reach = reach_person(person_id)
    params = {
        **_words(shift_with_request(shift_id)),
        "reason": reason,
        "path": f"/shifts/{shift_id}/attendance",
    }
    tell(reach, f"{FOLDER}/{name}", f"{FOLDER}/{name}:{occasion}", params)


def tell_recorded(
    person_id: int, name: str, shift_id: int, attendance_id: int, reason: str
) -> None:
    """Somebody was there although it had been called off: they learn that it counts, and the host that it was so."""
    _tell_result("recorded", person_id, shift_id, str(attendance_id), reason)
    shift = shift_with_request(shift_id)
    params = {
        **_words(shift),
        "who": name,
        "reason": reason,
        "path": f"/o/shifts/{shift_id}/arrivals",
    }
    for member in reach_members(shift.help_request.host_party_id):
        occasion = f"{FOLDER}/recorded_for_host:{attendance_id}"
        tell(member, f"{FOLDER}/recorded_for_host", occasion, params)


def tell_ended_early(person_id: int, shift: Shift, ended_at: datetime, reason: str) -> None:
    """Somebody who was still expected learns that they need not come any more."""
    reach = reach_person(person_id)
    params = {**_words(shift), "ended": ended_at.isoformat(), "reason": reason}
    tell(reach, f"{FOLDER}/ended_early", f"{FOLDER}/ended_early:{shift.id}:{person_id}", params)
