"""Pages of the desk: slips, what was heard on the telephone, the decision, the calls that are due, the family."""

from flask import Blueprint, Response, render_template, url_for
from flask.typing import ResponseReturnValue

from matching.checkin.closeness import closeness_of
from matching.paid_tasks.queries import task_or_404
from matching.paid_tasks.states import PaidTaskState
from matching.paid_work import calling, family, pages, queries, services, slips, strokes
from matching.paid_work.forms import CallForm, DecideForm, FamilyByStaffForm, SayForm
from matching.paid_work.pages import TEMPLATES, act, desk, slip_key, words_of_page
from matching.paid_work.queries import Work
from matching.paid_work.states import (
    CALL_STATE_LABELS,
    CONSENT_WAY_LABELS,
    WAITS_LABELS,
    WORK_DISPUTE_LABELS,
    CallState,
    ConsentWay,
)
from volunteer.core import audit, clock
from volunteer.core.errors import DomainError
from volunteer.core.forms import ButtonForm, act_once, page, refuse
from volunteer.core.i18n import _
from volunteer.core.links import absolute
from volunteer.core.permissions import Role, allow, own_or_404, viewer
from volunteer.core.qr import qr_svg
from volunteer.households.queries import household as household_or_none

blueprint = Blueprint("paid_work_desk", __name__, url_prefix="/desk")


def _work(task_id: int) -> Work:
    return queries.work(task_or_404(task_id).id)


def _is_own(found: Work) -> bool:
    """Whether this clerk, or one of their household, is the student."""
    student = found.task.student
    close = closeness_of(viewer().user_id or 0)
    return close.includes(student.party_id, student.household_party_id)


@blueprint.post("/paid/<int:task_id>/slip")
@allow(Role.COORDINATOR)
def make_slip(task_id: int) -> ResponseReturnValue:
    """A paper for the household; where there was one, it counts no longer."""
    found, user_id = _work(task_id), viewer().user_id or 0
    return act_once(
        ButtonForm(),
        lambda: services.make_slip(found.task.id, user_id, anew=True),
        lambda _made: url_for(".slip", task_id=task_id),
        subject=f"paid_task:{task_id}",
    )


@blueprint.get("/paid/<int:task_id>/slip")
@allow(Role.COORDINATOR)
def slip(task_id: int) -> ResponseReturnValue:
    """The paper with the code, for the printer."""
    found = _work(task_id)
    drawing = None
    if found.slip is not None:
        address = absolute(
            url_for("paid_work.slip", token=slips.token_of(slip_key(), found.slip.id))
        )
        drawing = qr_svg(address, _("受付のQRコード"), "Q", for_paper=True)
    return render_template(
        f"{TEMPLATES}/slip.html",
        work=found,
        shift=found.shift,
        drawing=drawing,
        back=desk(found).home,
        button=ButtonForm(formdata=None),
    )


@blueprint.route("/paid/<int:task_id>/confirmation", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def confirmation(task_id: int) -> ResponseReturnValue:
    """Staff have asked the orderer: yes."""
    found = _work(task_id)
    return pages.confirmation(desk(found), found)


@blueprint.route("/paid/<int:task_id>/objection", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def objection(task_id: int) -> ResponseReturnValue:
    """The orderer told staff that it was another time."""
    found = _work(task_id)
    return pages.objection(desk(found), found)


@blueprint.route("/paid/<int:task_id>/words", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def words(task_id: int) -> ResponseReturnValue:
    """Staff ask both sides before they decide."""
    found = _work(task_id)
    return pages.talk(desk(found), found)


@blueprint.route("/paid/<int:task_id>/decision", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def decision(task_id: int) -> ResponseReturnValue:
    """The record, both sides, and how long it was."""
    found = _work(task_id)
    queries.dispute(task_id)
    form = DecideForm()
    if form.validate_on_submit():
        minutes, reason = form.minutes.data, form.reason.data
        actor = desk(found).actor(form)
        sent = act(
            desk(found),
            form,
            task_id,
            "time_decided",
            lambda: services.decide(task_id, minutes, reason, actor),
        )
        if sent is not None:
            return sent
    _note_view(found)
    found = queries.work(task_id)
    subject = queries.dispute(task_id)
    return page(
        f"{TEMPLATES}/decide.html",
        form,
        of=desk(found),
        dispute=subject,
        names=queries.speakers(subject),
        say_form=SayForm(formdata=None),
        state_labels=WORK_DISPUTE_LABELS,
        is_own=_is_own(found),
        field=(strokes.WIDTH, strokes.HEIGHT),
        **words_of_page(found),
    )


def _note_view(found: Work) -> None:
    audit.record_view(found.task.student_id, "paid_work")
    if found.is_household:
        audit.record_view(found.task.orderer_id, "paid_work")


@blueprint.get("/paid/waiting")
@allow(Role.COORDINATOR)
def waiting() -> str:
    """What staff have to find out about times: disputes, signatures to call about, times that silence leaves open."""
    return render_template(
        f"{TEMPLATES}/waiting.html",
        disputes=queries.open_disputes(),
        overdue=queries.overdue(clock.now()),
        unreported=queries.unreported(clock.now()),
        calls=queries.calls_waiting(),
        done=queries.calls_done(),
        state_labels=CALL_STATE_LABELS,
        waits_labels=WAITS_LABELS,
        reported=PaidTaskState.REPORTED,
    )


@blueprint.route("/paid/<int:task_id>/call", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def call(task_id: int) -> ResponseReturnValue:
    """One signature: whom to call, what was signed, what they said."""
    found = _work(task_id)
    own_or_404(found.call is not None)
    form = CallForm()
    if form.validate_on_submit():
        state, note, minutes = CallState(form.answer.data), form.note.data, form.minutes.data
        actor = desk(found).actor(form)
        try:
            return act_once(
                form,
                lambda: calling.answer_call(task_id, state, note, actor, minutes),
                lambda _done: url_for(".waiting", done=state.value),
                subject=f"paid_task:{task_id}",
            )
        except DomainError as error:
            if error.status not in (403, 422):
                raise
            refuse(form, error)
    _note_view(found)
    found = queries.work(task_id)
    return page(
        f"{TEMPLATES}/call.html",
        form,
        is_own=_is_own(found),
        state_labels=CALL_STATE_LABELS,
        household=household_or_none(found.task.orderer_id) if found.is_household else None,
        field=(strokes.WIDTH, strokes.HEIGHT),
        **words_of_page(found),
    )


@blueprint.route("/households/<int:party_id>/family", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def household_family(party_id: int) -> ResponseReturnValue:
    """Whom of the family a household wants to know how it went, as staff have heard it."""
    home = household_or_none(party_id)
    own_or_404(home is not None)
    audit.record_view(party_id, "family")
    form = FamilyByStaffForm()
    if form.validate_on_submit():
        wish = family.Wish(
            party_id,
            form.name.data,
            form.relation.data,
            form.email.data,
            ConsentWay(form.way.data),
            viewer().user_id,
            str(form.form_key.data),
        )
        try:
            return _given(form, wish)
        except DomainError as error:
            if error.status != 409 or error.code == "already_sent":
                raise
            refuse(form, error)
    return page(
        f"{TEMPLATES}/desk_family.html",
        form,
        household=household_or_none(party_id),
        consent=queries.consent_of(party_id),
        reports=queries.family_reports(party_id),
        way_labels=CONSENT_WAY_LABELS,
        ending=url_for(".end_family", party_id=party_id),
        button=ButtonForm(formdata=None),
    )


def _given(form: FamilyByStaffForm, wish: family.Wish) -> Response:
    here = wish.household_id
    return act_once(
        form,
        lambda: family.give(wish),
        lambda _made: url_for(".household_family", party_id=here, done="given"),
        subject=f"household:{here}",
    )


@blueprint.post("/households/<int:party_id>/family/end")
@allow(Role.COORDINATOR)
def end_family(party_id: int) -> ResponseReturnValue:
    """The household told staff that it ends."""
    own_or_404(household_or_none(party_id) is not None)
    user_id = viewer().user_id
    return act_once(
        ButtonForm(),
        lambda: family.end(party_id, user_id),
        lambda _done: url_for(".household_family", party_id=party_id, done="ended"),
        subject=f"household:{party_id}",
    )
