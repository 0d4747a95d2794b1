"""What each side is told about the time, and the family about the work. Households have their paper and their link."""

from typing import Any

from matching.help_requests.notices import tell
from matching.help_requests.queries import Reach, reach_members, reach_person
from matching.paid_work.models import FamilyConsent
from matching.paid_work.queries import Work
from volunteer.core.outbox import queue

FOLDER = "matching/paid_work"


def _facts(found: Work) -> dict[str, Any]:
    return {
        "number": found.task.number,
        "title": found.shift.help_request.title,
        "place": found.shift.help_request.public_place,
        "starts_at": found.shift.starts_at.isoformat(),
        "ends_at": found.shift.ends_at.isoformat(),
    }


def _tell_student(found: Work, name: str, occasion: str, **params: Any) -> None:
    path = f"/paid/{found.task.number}"
    facts = {**_facts(found), **params, "path": path}
    reach = reach_person(found.task.student_id)
    tell(reach, f"{FOLDER}/{name}", f"{FOLDER}/{occasion}", facts)


def _tell_orderer(found: Work, name: str, occasion: str, **params: Any) -> None:
    """The members of an organization; a household has no e-mail, its mail is kept for the desk to tell."""
    path = "" if found.is_household else f"/organization/paid/{found.task.number}"
    facts = {**_facts(found), **params, "path": path}
    by_desk = [Reach(found.task.orderer_id, None, None, "ja")]
    for reach in by_desk if found.is_household else reach_members(found.task.orderer_id):
        tell(reach, f"{FOLDER}/{name}", f"{FOLDER}/{occasion}", facts)


def tell_reported(found: Work) -> None:
    """An organization is asked to confirm the time. A household knows from its paper that it has three days."""
    assert found.report is not None
    if not found.is_household:
        facts = {
            "who": found.task.student.name,
            "minutes": found.report.minutes,
            "until": found.report.due_at.isoformat(),
            "yen": found.yen(found.report.minutes),
        }
        _tell_orderer(found, "reported", f"reported:{found.report.id}", **facts)


def tell_unreported(found: Work) -> None:
    """The student is asked how long it took: without that nobody is paid."""
    _tell_student(found, "unreported", f"unreported:{found.task.id}")


def tell_disputed(found: Work, minutes: int, words: str) -> None:
    """The student learns what the orderer says, and may say something, too."""
    assert found.report is not None
    facts = {"minutes": minutes, "reported": found.report.minutes, "words": words}
    _tell_student(found, "disputed", f"disputed:{found.task.id}", **facts)


def tell_said(found: Work, key: str, *, to_student: bool, to_orderer: bool) -> None:
    """The others learn that somebody has written; a household is asked by the desk in any case."""
    if to_student:
        _tell_student(found, "said", f"said:{key}")
    if to_orderer and not found.is_household:
        _tell_orderer(found, "said", f"said:{key}")


def tell_decided(found: Work, minutes: int, reason: str) -> None:
    """Both sides learn what staff decided, and why."""
    facts = {"minutes": minutes, "yen": found.yen(minutes), "reason": reason}
    _tell_student(found, "decided", f"decided:{found.task.id}", **facts)
    _tell_orderer(found, "decided", f"decided:{found.task.id}", **facts)


def tell_family(found: Work, consent: FamilyConsent, minutes: int, words: str) -> bool:
    """One of the family reads how it went, where an address is known. Whether it went by mail."""
    if not consent.email:
        return False
    queue(
        f"{FOLDER}/family",
        key=f"{FOLDER}/family:{found.task.id}",
        to_address=consent.email,
        params={
            **_facts(found),
            "name": consent.name,
            "household": found.task.orderer.display_name,
            "minutes": minutes,
            "words": words,
        },
        to_party_id=found.task.orderer_id,
    )
    return True
