"""What student and orderer are told about a paid task. A household has no mailbox: the desk has its list."""

from typing import Any

from matching.help_requests.notices import tell
from matching.help_requests.queries import reach_members, reach_person
from matching.paid_tasks.models import PaidTask
from points.billing.pricing import Quote

FOLDER = "matching/paid_tasks"
OF_STUDENT, OF_ORDERER = "/paid", "/organization/paid"


def _params(task: PaidTask, base: str, more: dict[str, Any]) -> dict[str, Any]:
    """Values only: the mail writes them in the receiver's language."""
    shift = task.participation.shift
    return {
        "number": task.number,
        "title": shift.help_request.title,
        "starts_at": shift.starts_at.isoformat(),
        "ends_at": shift.ends_at.isoformat(),
        "amount_yen": task.amount_yen,
        "payee_yen": task.payee_yen,
        "path": f"{base}/{task.number}",
        **more,
    }


def tell_orderer(task: PaidTask, name: str, occasion: str = "once", /, **more: Any) -> None:
    """The members of the ordering organization."""
    for reach in reach_members(task.orderer_id):
        key = f"{FOLDER}/{name}:{task.id}:{occasion}"
        tell(reach, f"{FOLDER}/{name}", key, _params(task, OF_ORDERER, more))


def tell_student(task: PaidTask, name: str, occasion: str = "once", /, **more: Any) -> None:
    """The student."""
    key = f"{FOLDER}/{name}:{task.id}:{occasion}"
    params = _params(task, OF_STUDENT, more)
    tell(reach_person(task.student_id), f"{FOLDER}/{name}", key, params)


def tell_agreed(task: PaidTask) -> None:
    """The student has the eight items in writing (フリーランス法): they stand in the message itself."""
    kept = ("orderer", "student", "place", "confirm_hours", "pay_until")
    terms = {name: task.terms.get(name, "") for name in kept}
    agreed_at = (task.agreed_at or task.made_at).isoformat()
    tell_student(task, "agreed", collects=task.collects.value, agreed_at=agreed_at, **terms)


def tell_end(task: PaidTask, how: str, due: Quote) -> None:
    """Both learn how it ended (confirmed, called_off, no_show) and what is due."""
    facts = {"how": how, "minutes": task.confirmed_minutes}
    tell_orderer(task, "ended_to_orderer", owed_yen=due.amount_yen, **facts)
    tell_student(task, "ended_to_student", earned_yen=due.payee_yen, **facts)
