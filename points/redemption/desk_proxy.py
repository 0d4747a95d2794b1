"""Staff ask for the cash-out of somebody who does not sign in, with mandate and reason, and take it back for them."""

from typing import Any

from flask import Blueprint, Response, request, url_for

from points.bank_accounts.queries import has_own_user, person_or_none
from points.ledger.states import Unit
from points.redemption.asking import asking_for, target_asked
from points.redemption.forms import ProxyForm, ProxyYenForm, WithdrawForStaffForm
from points.redemption.methods.registry import METHODS
from points.redemption.queries import cash_out_or_none, own_cash_outs
from points.redemption.services import request_cash_out, withdraw
from points.redemption.states import CASH_OUT_STATE_LABELS
from points.redemption.stories import LOOKS, can_withdraw
from points.redemption.yearly import asked_year, statement_of
from volunteer.core import audit, clock
from volunteer.core.errors import NotFound, Refused
from volunteer.core.forms import act_once, page, refuse
from volunteer.core.i18n import _l
from volunteer.core.permissions import Role, allow, own_or_404, viewer
from volunteer.people.models import Person


def add_routes(blueprint: Blueprint) -> None:
    """Put the pages under the desk's blueprint of cash-outs."""
    both = ["GET", "POST"]
    blueprint.add_url_rule("/people/<int:person_id>/cash-out", "proxy", proxy, methods=both)
    blueprint.add_url_rule("/people/<int:person_id>/points/year", "yearly", yearly)
    blueprint.add_url_rule(
        "/cash-outs/<int:cash_out_id>/withdrawal", "withdraw", withdraw_for, methods=both
    )


@allow(Role.COORDINATOR, fresh=True)
def proxy(person_id: int) -> Any:
    """Ask on behalf of a person from paper."""
    person = _person(person_id)
    audit.record_view(person_id, "cash_outs")
    programme_id, unit = request.args.get("programme", type=int), _unit()
    asking, has_user = asking_for(person_id, programme_id, unit), has_own_user(person_id)
    form = ProxyYenForm() if unit is Unit.YEN else ProxyForm()
    form.offer(asking.methods if asking else [], asking.targets if asking else [])
    if asking and not has_user and form.validate_on_submit():
        target = target_asked(form, asking)
        try:
            if target is not None:
                return _send(form, person_id, asking.position.programme.id, target)
        except Refused as error:
            refuse(form, error)
            asking = asking_for(person_id, programme_id, unit)
    own = own_cash_outs(person_id, 10, None)
    sent_id = request.args.get("sent", type=int)
    return page(
        "points/redemption/desk_proxy.html",
        form=form,
        person=person,
        asking=asking,
        is_earnings=unit is Unit.YEN,
        has_user=has_user,
        sent=next((one for one in own if one.id == sent_id), None),
        own=own,
        methods=METHODS,
        can_withdraw=can_withdraw,
        state_labels=CASH_OUT_STATE_LABELS,
        looks=LOOKS,
    )


def _unit() -> Unit:
    """`?of=earnings`: what paid work earned, else points."""
    return Unit.YEN if request.args.get("of") == "earnings" else Unit.POINTS


def _send(form: ProxyForm, person_id: int, programme_id: int, target: str) -> Response:
    return act_once(
        form,
        lambda: request_cash_out(
            person_id=person_id,
            programme_id=programme_id,
            method=str(form.method.data),
            points=int(form.points.data),
            key=str(form.form_key.data),
            user_id=viewer().user_id or 0,
            target=target,
            mandate=form.mandate.data,
            proxy_reason=form.reason.data,
        ),
        lambda made: url_for("redemption_desk.proxy", person_id=person_id, sent=made.id),
        subject=lambda made: f"cash_out:{made.id}",
    )


@allow(Role.COORDINATOR, fresh=True)
def withdraw_for(cash_out_id: int) -> Any:
    """Take a request back for somebody, with the reason."""
    found = cash_out_or_none(cash_out_id)
    own_or_404(found is not None and not has_own_user(found.person_id))
    assert found is not None, "checked above"
    person_id = found.person_id
    form = WithdrawForStaffForm()
    own_url = url_for("redemption_desk.proxy", person_id=person_id)
    if form.validate_on_submit():
        return act_once(
            form,
            lambda: withdraw(cash_out_id, user_id=viewer().user_id or 0, reason=form.reason.data),
            lambda _result: url_for("redemption_desk.proxy", person_id=person_id, done="withdrawn"),
            subject=f"cash_out:{cash_out_id}",
        )
    return page(
        "points/redemption/desk_withdraw.html",
        form=form,
        cash_out=found,
        own_url=own_url,
        can_withdraw=can_withdraw(found),
    )


def _person(person_id: int) -> Person:
    person = person_or_none(person_id)
    if person is None:
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    return person


@allow(Role.COORDINATOR, Role.APPROVER)
def yearly(person_id: int) -> Any:
    """The yearly statement of a person, to be handed over."""
    found = statement_of(person_id, *asked_year(request.args))
    own_or_404(found is not None)
    audit.record_view(person_id, "passbook")
    return page("points/redemption/yearly.html", s=found, today=clock.today(), at_desk=True)
