"""換金: a person turns points into money, follows it, takes it back."""

from typing import Any

from flask import Blueprint, request, url_for

from points.ledger.states import Unit
from points.redemption.asking import asking_for, calculate_from, default_calculation
from points.redemption.forms import (
    CalculateForm,
    CalculateYenForm,
    RequestForm,
    fill_hidden,
)
from points.redemption.methods.registry import METHODS
from points.redemption.models import CashOut
from points.redemption.queries import cash_out_or_none, own_cash_outs
from points.redemption.services import request_cash_out
from points.redemption.services import withdraw as withdraw_cash_out
from points.redemption.states import CASH_OUT_STATE_LABELS
from points.redemption.stories import LOOKS, can_withdraw, story_of
from points.redemption.yearly import asked_year, statement_of
from volunteer.core import clock
from volunteer.core.errors import Refused
from volunteer.core.forms import ButtonForm, act_once, page, refuse
from volunteer.core.permissions import PERSON, allow, own_or_404, viewer

blueprint = Blueprint("redemption", __name__)

PAGES = {
    Unit.POINTS: (CalculateForm, "points/redemption/request.html"),
    Unit.YEN: (CalculateYenForm, "points/redemption/request_yen.html"),
}


@blueprint.route("/points/cash-out", methods=["GET", "POST"], endpoint="request")
@allow(PERSON, fresh=True)
def ask() -> Any:
    """Choose points and method, see the amounts, ask for them."""
    return _ask(Unit.POINTS)


@blueprint.route("/earnings/cash-out", methods=["GET", "POST"])
@allow(PERSON, fresh=True)
def request_yen() -> Any:
    """The same of what paid work earned: yen for yen."""
    return _ask(Unit.YEN)


def _ask(unit: Unit) -> Any:
    person_id = _own_id()
    form = RequestForm()
    programme_id = request.args.get("programme", type=int)
    asking = asking_for(person_id, programme_id, unit)
    if form.validate_on_submit() and asking is not None:
        chosen_id = asking.position.programme.id
        try:
            return act_once(
                form,
                lambda: request_cash_out(
                    person_id=person_id,
                    programme_id=chosen_id,
                    method=str(form.method.data),
                    points=form.wanted_points,
                    target=str(form.target.data or ""),
                    key=str(form.form_key.data),
                    user_id=viewer().user_id or 0,
                ),
                lambda made: url_for("redemption.cash_out", cash_out_id=made.id, done="requested"),
                subject=lambda made: f"cash_out:{made.id}",
            )
        except Refused as error:
            refuse(form, error)
            asking = asking_for(person_id, programme_id, unit)
    return _show(asking, form, unit)


def _show(asking: Any, form: RequestForm, unit: Unit) -> tuple[str, int]:
    kind, template = PAGES[unit]
    calculating, found = kind(request.args), None
    if asking is not None:
        calculating.offer(asking.methods, asking.targets)
        if "points" in request.args:
            found = calculate_from(calculating, asking)
        else:
            found = default_calculation(asking)
        if found is not None:
            calculating.points.data, calculating.method.data = found.points, found.method.code
            fill_hidden(form, found.points, found.method.code, found.target)
        elif asking.choices and "points" not in request.args:
            calculating.points.data = asking.choices[0].most_points
    calculating.problems += form.problems
    return page(
        template,
        form=calculating,
        sending=form,
        asking=asking,
        found=found,
        own=own_cash_outs(_own_id(), 5, unit),
        state_labels=CASH_OUT_STATE_LABELS,
        looks=LOOKS,
    )


@blueprint.get("/points/cash-outs")
@allow(PERSON)
def cash_outs() -> Any:
    """The person's own cash-outs with their states."""
    return page(
        "points/redemption/cash_outs.html",
        own=own_cash_outs(_own_id()),
        state_labels=CASH_OUT_STATE_LABELS,
        looks=LOOKS,
        methods=METHODS,
    )


@blueprint.get("/points/cash-outs/<int:cash_out_id>")
@allow(PERSON)
def cash_out(cash_out_id: int) -> Any:
    """One cash-out: number, state, what happens next."""
    found = _own(cash_out_id)
    return page(
        "points/redemption/cash_out.html",
        cash_out=found,
        method=METHODS[found.method],
        story=story_of(found, found.person.name),
        state_labels=CASH_OUT_STATE_LABELS,
        looks=LOOKS,
        can_withdraw=can_withdraw(found),
    )


@blueprint.route("/points/cash-outs/<int:cash_out_id>/withdrawal", methods=["GET", "POST"])
@allow(PERSON)
def withdraw(cash_out_id: int) -> Any:
    """Ask once more, then take the request back."""
    found = _own(cash_out_id)
    form = ButtonForm()
    own_url = url_for("redemption.cash_out", cash_out_id=cash_out_id)
    if form.validate_on_submit():
        return act_once(
            form,
            lambda: withdraw_cash_out(
                cash_out_id, user_id=viewer().user_id or 0, person_id=_own_id()
            ),
            lambda _result: url_for(
                "redemption.cash_out", cash_out_id=cash_out_id, done="withdrawn"
            ),
            subject=f"cash_out:{cash_out_id}",
        )
    return page(
        "points/redemption/withdraw.html",
        form=form,
        cash_out=found,
        own_url=own_url,
        can_withdraw=can_withdraw(found),
    )


def _own_id() -> int:
    person_id = viewer().person_id
    assert person_id is not None, "the guard admits persons only"
    return person_id


def _own(cash_out_id: int) -> CashOut:
    found = cash_out_or_none(cash_out_id)
    own_or_404(found is not None and found.person_id == _own_id())
    assert found is not None, "checked above"
    return found


@blueprint.get("/points/year")
@allow(PERSON)
def yearly() -> Any:
    """One programme year on a sheet: points and the yen paid for them."""
    found = statement_of(_own_id(), *asked_year(request.args))
    own_or_404(found is not None)
    return page("points/redemption/yearly.html", s=found, today=clock.today(), at_desk=False)
