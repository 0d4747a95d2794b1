"""Paid work in the town of the tests: a request, a student with a place in it, the task that follows."""

from datetime import timedelta
from typing import Any

from matching.assignments.models import Participation
from matching.assignments.services import apply
from matching.categories.models import Category
from matching.help_requests.models import HelpRequest, Shift
from matching.help_requests.services import publish_help_request
from matching.help_requests.states import HelpRequestState
from matching.paid_tasks import queries, services
from matching.paid_tasks.models import PaidTask
from matching.paid_tasks.states import AgreedBy
from points.billing.states import PayMethod
from tests.cast import Cast
from tests.factories.matching import make_category, make_help_request, make_shift
from volunteer.core import clock
from volunteer.core.db import db, run_turn, write_turn
from volunteer.people.models import Person


def paid_shift(
    cast: Cast,
    *,
    household: bool = False,
    after: timedelta = timedelta(days=7),
    minutes: int = 120,
    seats: int = 1,
    **values: Any,
) -> Shift:
    """A published shift of paid work, ordered by みなと食堂, or by staff for a household."""
    with write_turn():
        category = db.session.get(Category, "rental")
        category = category or make_category(
            "rental", "学生の手伝い", is_paid=True, yen_per_hour=1000, needs_insurance=False
        )
        orderer = cast.household.party_id if household else cast.minato.party_id
        by = cast.coordinator if household else cast.cook
        request: HelpRequest = make_help_request(
            orderer,
            category,
            cast.area,
            by,
            state=HelpRequestState.SUBMITTED,
            title="雪かきの手伝い",
            **({"host_party_id": None} if household else {}),
            **values,
        )
        shift = make_shift(request, clock.now() + after, minutes=minutes, seats=seats)
        publish_help_request(request.id, cast.approver.id)
    return shift


def taken(cast: Cast, shift: Shift, who: Person | None = None) -> PaidTask:
    """The student accepts; the task that follows."""
    person_id = (who or cast.student).party_id
    user_id = cast.user("student@example.jp").id
    place: Participation = run_turn(apply, person_id, shift.id, user_id)
    found = queries.task_of(place.id)
    assert found is not None
    return queries.task_or_404(found.id)


def quoted(cast: Cast, **values: Any) -> PaidTask:
    """A task nobody has agreed to."""
    return taken(cast, paid_shift(cast, **values))


def agree(task: PaidTask, method: PayMethod = PayMethod.CASH, key: str = "agree") -> PaidTask:
    """The orderer agrees to what they see."""
    by = (AgreedBy.ORGANIZATION, None, f"{key}:{task.id}")
    run_turn(services.agree, task.id, task.quote_hash, method, *by)
    return fresh(task)


def agreed(cast: Cast, method: PayMethod = PayMethod.CASH, **values: Any) -> PaidTask:
    """A task to which the orderer has agreed."""
    return agree(quoted(cast, **values), method)


def fresh(task: PaidTask) -> PaidTask:
    """The task as it stands in the table now."""
    task_id = task.id
    db.session.rollback()
    db.session.expire_all()
    return queries.task_or_404(task_id)
