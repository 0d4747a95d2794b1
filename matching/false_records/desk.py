"""False records of a person at the desk: choose and see what would follow, propose, decide, undo."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, request, url_for

from matching.false_records import services
from matching.false_records.forms import NO, YES, AnswerForm, ProposeForm
from matching.false_records.models import FalseRecordCase
from matching.false_records.queries import (
    Chosen,
    attendances_of,
    case_or_none,
    cases_of,
    consequences,
    person_or_none,
)
from matching.false_records.states import (
    CASE_STATE_LABELS,
    FALSE_REASON_LABELS,
    CaseState,
)
from points.redemption.four_eyes import Actor
from volunteer.core import audit
from volunteer.core.errors import DomainError, NotFound
from volunteer.core.forms import act_once, page, refuse
from volunteer.core.i18n import _, _l
from volunteer.core.permissions import Role, allow, viewer
from volunteer.people.models import Person
from volunteer.users.queries import user_name

blueprint = Blueprint("false_records_desk", __name__, url_prefix="/desk")

TEMPLATES = "matching/false_records"
LOOKS = {
    CaseState.PROPOSED: ("warn", "clock"),
    CaseState.DECIDED: ("bad", "check"),
    CaseState.DROPPED: ("ok", "check"),
    CaseState.UNDONE: ("ok", "check"),
}


@blueprint.get("/people/<int:person_id>/false-records")
@allow(Role.COORDINATOR, Role.APPROVER)
def person(person_id: int) -> Any:
    """What was decided before, and the attendances to choose from."""
    found = _person(person_id)
    audit.record_view(person_id, "false_records")
    return page(
        f"{TEMPLATES}/person.html",
        person=found,
        cases=cases_of(person_id),
        attendances=attendances_of(person_id),
        may_propose=Role.COORDINATOR in viewer().roles,
        state_labels=CASE_STATE_LABELS,
        reason_labels=FALSE_REASON_LABELS,
        looks=LOOKS,
    )


@blueprint.route("/people/<int:person_id>/false-records/new", methods=["GET", "POST"])
@allow(Role.COORDINATOR, fresh=True)
def propose(person_id: int) -> Any:
    """See what would follow for the chosen attendances, say why, and hand it to a second person."""
    found = _person(person_id)
    audit.record_view(person_id, "false_records")
    items = _chosen(person_id)
    follows = consequences(person_id, items)
    form = _form(items, follows.following.suspend_days)
    if items and form.validate_on_submit():
        try:
            return act_once(
                form,
                lambda: services.propose(
                    key=str(form.form_key.data),
                    person_id=person_id,
                    attendance_ids=form.chosen_ids,
                    reason=form.chosen_reason,
                    note=form.note.data,
                    with_suspension=form.wants_rest,
                    actor=_actor(),
                ),
                lambda made: url_for(".case", case_id=made.id, done="proposed"),
                subject=lambda made: f"false_record:{made.id}",
            )
        except DomainError as error:
            refuse(form, error)
    return page(f"{TEMPLATES}/propose.html", form, person=found, follows=follows)


def _chosen(person_id: int) -> list[Chosen]:
    ids = {int(one) for one in request.values.getlist("attendance") if _is_id(one)}
    return [one for one in attendances_of(person_id) if one.attendance_id in ids]


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10


def _form(items: list[Chosen], days: int) -> ProposeForm:
    form = ProposeForm()
    ids = [str(one.attendance_id) for one in items]
    form.attendance.choices = [(one, one) for one in ids]
    form.attendance.data = ids
    no_rest = (NO, _l("お休みにしない"))
    form.suspension.choices = [(YES, _("%(n)s日間お休みにする", n=days)), no_rest] if days else []
    if not days:
        del form.suspension
    return form


@blueprint.get("/false-records/<int:case_id>")
@allow(Role.COORDINATOR, Role.APPROVER)
def case(case_id: int) -> Any:
    """One case: what would follow now, or what did; the buttons of the second person."""
    return _case_page(case_id, AnswerForm(formdata=None))


def _case_page(case_id: int, form: AnswerForm) -> Any:
    found = _case(case_id)
    audit.record_view(found.person_id, "false_records")
    items = attendances_of(found.person_id, [one.attendance_id for one in found.items])
    is_open = found.state is CaseState.PROPOSED
    excluded = services.why_not_decide(found, _actor()) if is_open else None
    return page(
        f"{TEMPLATES}/case.html",
        form,
        case=found,
        items=items,
        before={one.attendance_id: one.points for one in found.items},
        follows=consequences(found.person_id, items) if is_open else None,
        why_not=excluded[1] if excluded else "",
        is_decider=Role.APPROVER in viewer().roles,
        undone_by=user_name(found.undone_by_user_id),
        may_undo=viewer().user_id != found.decided_by_user_id,
        state_labels=CASE_STATE_LABELS,
        reason_labels=FALSE_REASON_LABELS,
        looks=LOOKS,
    )


@blueprint.post("/false-records/<int:case_id>/decision")
@allow(Role.APPROVER, fresh=True)
def decide(case_id: int) -> Any:
    """A second person agrees that the records are false: everything follows in one act."""
    return _answer(case_id, services.decide)


@blueprint.post("/false-records/<int:case_id>/dismissal")
@allow(Role.APPROVER, fresh=True)
def drop(case_id: int) -> Any:
    """A second person finds the records right: nothing changes."""
    return _answer(case_id, services.drop)


@blueprint.post("/false-records/<int:case_id>/undoing")
@allow(Role.APPROVER, fresh=True)
def undo(case_id: int) -> Any:
    """An objection was right."""
    return _answer(case_id, services.undo)


def _answer(case_id: int, service: Callable[[int, Actor, str], FalseRecordCase]) -> Any:
    form = AnswerForm()
    _case(case_id)
    if not form.validate_on_submit():
        return _case_page(case_id, form)
    try:
        return act_once(
            form,
            lambda: service(case_id, _actor(), form.reason.data),
            lambda made: url_for(".case", case_id=made.id, done=made.state.value),
            subject=f"false_record:{case_id}",
        )
    except DomainError as error:
        error.facts.setdefault("back_url", url_for(".case", case_id=case_id))
        raise


def _actor() -> Actor:
    who = viewer()
    return Actor(who.user_id or 0, who.own_person_id)


def _person(person_id: int) -> Person:
    found = person_or_none(person_id)
    if found is None:
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    return found


def _case(case_id: int) -> FalseRecordCase:
    found = case_or_none(case_id)
    if found is None:
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    return found
