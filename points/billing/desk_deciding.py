"""The desk's page on which a charge is decided anew: the sum, what will happen, then the reason and the button."""

from typing import Any

from flask import Blueprint, request, url_for

from points.billing.anew import Effect
from points.billing.deciding import (
    Anew,
    decide_anew,
    effect_on,
    refuse_own,
    stands_of,
    way_of_second,
)
from points.billing.desk_queries import row_of
from points.billing.forms import AnewForm, AnewSumForm
from points.billing.models import ChargeDecision
from points.billing.parties import called_of
from points.billing.queries import NOT_FOUND, charge_or_404
from points.billing.shares import Share
from points.billing.sources import told
from points.billing.states import DecisionReason
from points.billing.wording import METHOD_LABELS
from volunteer.core import audit
from volunteer.core.errors import DomainError, NotAllowed, NotFound, Refused
from volunteer.core.forms import act_once, page, refuse
from volunteer.core.permissions import Role, allow, viewer
from volunteer.names.reading import names_of

DECIDERS = frozenset({Role.COORDINATOR, Role.APPROVER})
"""Not the payers: who decides that less is due is not who takes it out of the till."""
SHOWN = (403, 422)


def add_routes(blueprint: Blueprint) -> None:
    """Put the page under the desk's blueprint of charges."""
    blueprint.add_url_rule(
        "/<int:charge_id>/decision", "decision", decision, methods=["GET", "POST"]
    )


@allow(*DECIDERS, fresh=True)
def decision(charge_id: int) -> Any:
    """What is finally due is typed, what it does is shown, then it is decided with a reason."""
    form = AnewForm()
    if form.validate_on_submit():
        try:
            return act_once(
                form,
                lambda: _decided(charge_id, form),
                lambda _made: url_for("billing_desk.charge", charge_id=charge_id, done="anew"),
                subject=f"charge:{charge_id}",
            )
        except DomainError as error:
            if error.status not in SHOWN:
                raise
            refuse(form, error)
    return _page(charge_id, form)


def _decided(charge_id: int, form: AnewForm) -> ChargeDecision:
    anew = Anew(form.due, DecisionReason(form.reason.data), form.words.data, str(form.seen.data))
    key = str(form.form_key.data)
    return decide_anew(charge_id, anew, key=key, by_user_id=viewer().user_id or 0)


def _page(charge_id: int, form: AnewForm) -> Any:
    row = row_of(charge_id)
    if row is None:
        raise NotFound(NOT_FOUND)
    sum_form, effect, why_not = _looked_at(charge_id, form)
    names, people = names_of(viewer()), called_of((row.charge.payer_id, row.charge.payee_id))
    private = [one for one in people.values() if not one.is_public]
    audit.record_views(names.read(private), names.look("charges"))
    second = way_of_second(row.charge, effect.more.total_yen) if effect else row.charge.method
    return page(
        "points/billing/decision.html",
        form if form.is_submitted() else sum_form,
        asks=form,
        sum_form=sum_form,
        row=row,
        words=told(row.charge.source),
        effect=effect,
        why_not=why_not,
        second=METHOD_LABELS[second],
        people=people,
        names=names,
    )


def _looked_at(charge_id: int, form: AnewForm) -> tuple[AnewSumForm, Effect | None, Any]:
    """The form of the sum, what it does (None before a good sum), and why nothing can be decided here at all."""
    try:
        refuse_own(charge_or_404(charge_id), viewer().user_id or 0)
        stands = stands_of(charge_id)
    except (Refused, NotAllowed) as error:
        return AnewSumForm(formdata=None), None, error.message
    asked = form.due if form.is_submitted() else None
    sums = AnewSumForm(request.args if asked is None else None)
    if asked is not None:
        sums.payee_yen.data, sums.fee_yen.data = asked.payee_yen, asked.fee_yen
    elif "payee_yen" not in request.args:
        sums.payee_yen.data, sums.fee_yen.data = stands.due.payee_yen, stands.due.fee_yen
        return sums, None, None
    elif not sums.validate():
        return sums, None, None
    due = Share(sums.payee_yen.data or 0, sums.fee_yen.data or 0)
    try:
        effect = effect_on(charge_id, due)
    except Refused as error:
        if not form.problems:
            sums.problems.append(error.message)
        return sums, None, None
    form.take(due, effect.seen)
    return sums, effect, None
