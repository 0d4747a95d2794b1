"""The payment page of a card, opened at once after the turn instead of at the worker's next minute."""

from matching.paid_tasks import queries
from matching.paid_tasks.charging import due_of, in_force
from points.billing.gateway import PaymentState
from points.billing.gateways import the_gateway
from points.billing.turn import take_turn
from volunteer.core.db import db


def open_pages(task_id: int) -> None:
    """Outside every turn: whatever this task asks of a card has its page, if the payment service answers."""
    gateway = the_gateway()
    if gateway is None:
        return
    task = queries.task_or_404(task_id)
    waiting = [
        payment.id
        for charge, payment in in_force(task)
        if payment.gateway == gateway.name
        and payment.state is PaymentState.OPEN
        and due_of(charge).total_yen
    ]
    db.session.rollback()
    for payment_id in waiting:
        take_turn(payment_id, gateway)
