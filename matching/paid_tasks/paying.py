"""Paying for a paid task: its page or hold may be late, lost, or wanted in another way. Each in the caller's turn."""

from matching.paid_tasks import charging, notices, queries
from matching.paid_tasks.models import PaidTask
from matching.paid_tasks.states import PaidTaskState
from points.billing.models import Charge
from points.billing.states import PayMethod
from volunteer.core.db import db
from volunteer.core.errors import Refused
from volunteer.core.i18n import _l

State = PaidTaskState


def place_charge(task_id: int) -> Charge | None:
    """It is time to ask for a card: the charge is made. None when there is one, or it is too early."""
    task = queries.locked_task(task_id)
    if task.charge_id is not None or task.state not in (State.AGREED, State.REPORTED):
        return None
    charge = charging.place_when_due(task, None)
    db.session.flush()
    if charge is not None:
        notices.tell_orderer(task, "pay_now")
    return charge


def renew_charge(task_id: int, by_user_id: int | None) -> Charge | None:
    """A payment page that was closed, or a hold that was lost, is replaced by a new one that follows; else None."""
    task = queries.locked_task(task_id)
    if task.state is State.AGREED and task.charge_id is None:
        made = charging.place_when_due(task, by_user_id)
    else:
        made = charging.renew(task, by_user_id)
    db.session.flush()
    return made


def pay_otherwise(task_id: int, method: PayMethod, by_user_id: int | None) -> PaidTask:
    """The orderer pays in another way what is not paid yet. Raises Refused (not_agreed, paid_already, no_cards)."""
    task = queries.locked_task(task_id)
    if task.agreed_at is None:
        raise Refused(_l("まだ約束ができていません。"), code="not_agreed")
    if task.method is not method:
        charging.pay_otherwise(task, method, by_user_id)
        db.session.flush()
    return task
