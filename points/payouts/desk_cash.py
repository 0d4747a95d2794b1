"""What is handed over at the desk, cash as a rule: who waits, handing it over, the receipt on paper."""

from typing import Any

from flask import Blueprint, url_for

from points.payouts import queries, services
from points.payouts.forms import CashForm
from points.redemption.four_eyes import Actor
from points.redemption.methods.method import PaidBy
from points.redemption.methods.registry import METHODS, codes_paid
from points.redemption.models import CashOut
from points.redemption.queries import cash_out_or_none
from points.redemption.states import CashOutState, Step
from volunteer.core import audit, clock
from volunteer.core.center import the_center
from volunteer.core.errors import DomainError, NotFound
from volunteer.core.forms import act_once, page
from volunteer.core.i18n import _l
from volunteer.core.permissions import Role, allow, viewer
from volunteer.names.reading import names_of


def add_routes(blueprint: Blueprint) -> None:
    """Put the pages under the desk's blueprint of payments."""
    blueprint.add_url_rule("/payouts/cash", "cash", cash)
    blueprint.add_url_rule("/payouts/receipts/<int:batch_id>", "receipt", receipt)
    blueprint.add_url_rule(
        "/cash-outs/<int:cash_out_id>/payment", "pay_cash", pay_cash, methods=["GET", "POST"]
    )


@allow(Role.PAYER, Role.AUDITOR)
def cash() -> Any:
    """Who may fetch cash, and the receipts written so far."""
    is_payer = Role.PAYER in viewer().roles
    waiting = queries.candidates(_actor(), clock.now(), PaidBy.DESK) if is_payer else []
    receipts = queries.receipts()
    names = names_of(viewer())
    people = [one.cash_out.person for one in waiting]
    people += [cash_out.person for _receipt, cash_out in receipts]
    audit.record_views(names.read(people), names.look("cash_list"))
    return page(
        "points/payouts/cash.html",
        names=names,
        waiting=waiting,
        is_payer=is_payer,
        receipts=receipts,
        methods=METHODS,
    )


@allow(Role.PAYER, fresh=True)
def pay_cash(cash_out_id: int) -> Any:
    """Check who stands there, hand the money over, go on to the receipt."""
    found = _cash_out(cash_out_id)
    audit.record_view(found.person_id, "cash_out")
    form = CashForm()
    if form.validate_on_submit():
        try:
            return act_once(
                form,
                lambda: services.pay_at_desk(cash_out_id, _actor(), form.seen.data),
                lambda made: url_for("payouts_desk.receipt", batch_id=made.id),
                subject=f"cash_out:{cash_out_id}",
            )
        except DomainError as error:
            error.facts.setdefault(
                "back_url", url_for("redemption_desk.cash_out", cash_out_id=cash_out_id)
            )
            raise
    return page(
        "points/payouts/pay_cash.html",
        form=form,
        cash_out=found,
        method=METHODS[found.method],
        waits=found.state is CashOutState.APPROVED,
        why_not=queries.why_held_back(found, None, _actor(), clock.now())
        if found.state is CashOutState.APPROVED
        else "",
    )


@allow(Role.PAYER, Role.AUDITOR)
def receipt(batch_id: int) -> Any:
    """The receipt, two halves on one sheet."""
    batch = queries.batch_or_none(batch_id)
    if batch is None or batch.method == queries.TRANSFER or batch.target:
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    method = METHODS[batch.method]
    found = next(iter(queries.cash_outs_of(batch).values()))
    act = next((one for one in reversed(found.acts) if one.step is Step.BATCHED), None)
    audit.record_view(found.person_id, "receipt")
    return page(
        "points/payouts/receipt.html",
        names=names_of(viewer()),
        batch=queries.batch_or_none(batch_id),
        method=method,
        cash_out=cash_out_or_none(found.id),
        act=act,
        center=the_center(),
    )


def _cash_out(cash_out_id: int) -> CashOut:
    found = cash_out_or_none(cash_out_id)
    if found is None or found.method not in codes_paid(PaidBy.DESK):
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    return found


def _actor() -> Actor:
    who = viewer()
    return Actor(who.user_id or 0, who.own_person_id)
