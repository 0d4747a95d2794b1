"""Pages of the desk: what is disputed, what both sides say, and the decision with its reason."""

from typing import Any

from flask import Blueprint, render_template, url_for

from matching.checkin.closeness import closeness_of
from matching.checkin.confirming import RealTimes
from matching.checkin.typed_times import real_moments
from matching.disputes import queries, services
from matching.disputes.forms import DecideForm, SayForm
from matching.disputes.models import TimeDispute
from matching.disputes.routes import say_once, words_of_page
from matching.disputes.services import Decision, Saying
from matching.disputes.states import (
    DISPUTE_KIND_LABELS,
    DISPUTE_STATE_LABELS,
    DisputeKind,
    DisputeState,
    Side,
)
from volunteer.core import audit, clock
from volunteer.core.errors import DomainError
from volunteer.core.forms import act_once, page, refuse
from volunteer.core.permissions import Role, allow, viewer

blueprint = Blueprint("disputes_desk", __name__, url_prefix="/desk/disputes")

TEMPLATES = "matching/disputes"


@blueprint.get("")
@allow(Role.COORDINATOR)
def disputes() -> str:
    """What waits for a decision, and what was decided lately."""
    return render_template(
        f"{TEMPLATES}/desk_list.html",
        waiting=queries.open_disputes(),
        closed=queries.closed_disputes(),
        kind_labels=DISPUTE_KIND_LABELS,
        state_labels=DISPUTE_STATE_LABELS,
    )


@blueprint.route("/<int:dispute_id>", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def dispute(dispute_id: int) -> Any:
    """One dispute: the record, both sides, and the decision."""
    found = queries.dispute(dispute_id)
    form = DecideForm(data=_wanted_times(found))
    if form.validate_on_submit() and form.is_complete(found.kind):
        try:
            return _decide(found, form)
        except DomainError as error:
            if error.status not in (403, 409, 422) or error.code == "already_sent":
                raise
            refuse(form, error)
    return _page(dispute_id, form, SayForm(formdata=None))


def _page(dispute_id: int, form: DecideForm, say_form: SayForm) -> Any:
    found = queries.dispute(dispute_id)
    person = found.participation.person
    audit.record_view(person.party_id, "dispute")
    close = closeness_of(viewer().user_id or 0)
    shown = say_form if say_form.has_problems else form
    return page(
        f"{TEMPLATES}/desk.html",
        shown,
        decide_form=form,
        say_form=say_form,
        person=person,
        attendance=queries.attendance_of(found),
        is_own=close.includes(person.party_id, person.household_party_id),
        asks_times=found.kind is not DisputeKind.NOT_THERE,
        **words_of_page(found),
    )


def _wanted_times(found: TimeDispute) -> dict[str, Any]:
    if found.came_at is None or found.left_at is None:
        return {}
    return {
        "came": clock.to_tokyo(found.came_at).time(),
        "left": clock.to_tokyo(found.left_at).time(),
    }


def _decide(found: TimeDispute, form: DecideForm) -> Any:
    who, outcome = viewer(), DisputeState(form.outcome.data)
    key, dispute_id = str(form.form_key.data), found.id
    saying = Saying(key, Side.STAFF, who.user_id or 0, form.reason.data)
    decision = Decision(outcome, saying, who.own_person_id, _real(found, form))
    return act_once(
        form,
        lambda: services.decide(dispute_id, decision),
        lambda made: url_for(".dispute", dispute_id=dispute_id, done=made.state.value),
        subject=f"dispute:{dispute_id}",
    )


def _real(found: TimeDispute, form: DecideForm) -> RealTimes | None:
    is_corrected = form.outcome.data == DisputeState.CORRECTED
    if not is_corrected or found.kind is DisputeKind.NOT_THERE:
        return None
    shift = found.participation.shift
    moments = real_moments(shift.starts_at, shift.ends_at, form.came.data, form.left.data)
    attendance = queries.attendance_of(found)
    recorded = attendance.households if attendance else 0
    return RealTimes(*moments, recorded or shift.help_request.households_count)


@blueprint.post("/<int:dispute_id>/words")
@allow(Role.COORDINATOR)
def say(dispute_id: int) -> Any:
    """Staff ask or answer before they decide."""
    found = queries.dispute(dispute_id)
    form = SayForm()
    back = url_for(".dispute", dispute_id=dispute_id)
    return say_once(form, dispute_id, Side.STAFF, back) or _page(
        dispute_id, DecideForm(formdata=None, data=_wanted_times(found)), form
    )
