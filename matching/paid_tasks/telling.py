"""What billing is told of the charges of paid tasks: the kind of work, its pages, as what the center collects."""

from sqlalchemy import select

from matching.assignments.models import Participation
from matching.categories.models import Category
from matching.help_requests.models import HelpRequest, Shift
from matching.paid_tasks.models import PaidTask
from points.billing.sources import Told
from points.billing.states import Collects
from volunteer.core.db import db
from volunteer.users.models import Party
from volunteer.users.states import PartyKind

PREFIX = "paid_task:"
ORGANIZATION = PartyKind.ORGANIZATION


def charge_words(sources: list[str]) -> dict[str, Told]:
    """Of each charge that a paid task made. The title of the request is left out: it may name somebody."""
    ids = [_id(one) for one in sources if one.startswith(PREFIX)]
    statement = (
        select(PaidTask.id, PaidTask.number, PaidTask.collects, Category.name, Party.kind)
        .join(Party, Party.id == PaidTask.orderer_id)
        .join(Participation, Participation.id == PaidTask.participation_id)
        .join(Shift, Shift.id == Participation.shift_id)
        .join(HelpRequest, HelpRequest.id == Shift.help_request_id)
        .join(Category, Category.code == HelpRequest.category_code)
        .where(PaidTask.id.in_([one for one in ids if one]))
    )
    return {
        f"{PREFIX}{task_id}": Told(
            title=f"{name} {number}",
            url=f"/desk/paid/{task_id}",
            collects=Collects(collects.value),
            own_url=f"/paid/{number}",
            payer_url=f"/organization/paid/{number}" if kind is ORGANIZATION else "",
        )
        for task_id, number, collects, name, kind in db.session.execute(statement)
    }


def _id(source: str) -> int:
    number = source.removeprefix(PREFIX)
    return int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0
