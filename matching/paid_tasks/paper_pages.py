"""Receipts and invoices on the page of whoever pays: an organization on its own page, a household by its link."""

from flask import Response

from matching.checkin.scanning import keep_private
from matching.paid_tasks import queries
from matching.paid_tasks.models import PaidTask
from matching.paid_tasks.pages import Frame
from points.billing.forms import PayersPaperForm
from points.billing.models import BillingPaper
from points.billing.paper_facts import facts_of
from points.billing.papers import NO_PAPER, paper_or_404
from points.billing.payer_papers import is_payers, print_for_payer
from points.billing.queries import charge_or_404
from volunteer.core.errors import NotFound
from volunteer.core.forms import act_once, page
from volunteer.core.permissions import own_or_404
from volunteer.names.reading import Names


def print_own(frame: Frame, task: PaidTask) -> Response:
    """The payer asks for a paper: it has its number from now on. Asked again, it is the same print."""
    form = PayersPaperForm()
    kind, source = form.chosen_kind, task.source
    by = frame.user_id or _giver(task)
    if not form.validate_on_submit() or kind is None:
        raise NotFound(NO_PAPER)
    charge_id, payment_id = form.charge_id, form.desk_payment_id
    own_or_404(charge_or_404(charge_id).source == source)

    def made() -> BillingPaper:
        return print_for_payer(charge_id, kind, desk_payment_id=payment_id, by_user_id=by)

    answer = act_once(
        form,
        made,
        lambda paper: frame.url("paper", paper_id=paper.id),
        subject=lambda paper: f"billing_paper:{paper.id}",
    )
    return frame.answer(answer)


def _giver(task: PaidTask) -> int:
    """Who gave the household the link by which it asks."""
    link = queries.live_link(task.id)
    return link.made_by_user_id if link else 0


def show_own(frame: Frame, task: PaidTask, paper_id: int) -> Response:
    """The paper that the payer asked for, and no other."""
    made = paper_or_404(paper_id)
    charge = charge_or_404(made.charge_id)
    own_or_404(charge.source == task.source and is_payers(made))
    names = Names(everybody=True)
    back = frame.url("task")
    html = page(
        "points/billing/paper.html",
        **facts_of(made, charge),
        names=names,
        back=back,
        is_payers=True,
    )
    return keep_private(frame.answer(html))
