"""A volunteer's own places: apply, undo, the plan, answers to offers and changes."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matching.assignments import changes, hosting, queries, services
from matching.assignments.board import exact_place, place_opens_at, shift_url, worth_now
from matching.assignments.calendar import Entry, calendar_file
from matching.assignments.forms import WithdrawForm
from matching.assignments.models import Participation
from matching.assignments.preview import own_previews
from matching.assignments.states import HOLDS_SEAT, ParticipationState
from matching.help_requests.models import Shift
from matching.help_requests.queries import own_help_request
from matching.help_requests.routes import PLACE as REQUESTS
from matching.help_requests.wizard import Place
from points.earning.rules import Preview
from volunteer.core import clock
from volunteer.core.config import settings
from volunteer.core.errors import DomainError
from volunteer.core.forms import ButtonForm, act_once, page, refuse
from volunteer.core.i18n import _
from volunteer.core.permissions import MEMBER, PERSON, VOLUNTEER, allow, own_or_404, viewer

blueprint = Blueprint("assignments", __name__)

State = ParticipationState

HOST = Place("assignments", "layouts/member.html")


@blueprint.post("/shifts/<int:shift_id>/application")
@allow(PERSON)
def apply(shift_id: int) -> Response:
    """Take a seat, or stand on the waiting list."""
    who = viewer()
    try:
        return act_once(
            ButtonForm(),
            lambda: services.apply(who.person_id or 0, shift_id, who.user_id),
            lambda _made: url_for("assignments.applied", shift_id=shift_id),
            subject=f"shift:{shift_id}",
        )
    except DomainError as error:
        error.facts.setdefault("back_url", shift_url(shift_id))
        raise


@blueprint.get("/shifts/<int:shift_id>/applied")
@allow(VOLUNTEER)
def applied(shift_id: int) -> str:
    """What was done, with 取り消す."""
    mine = queries.participation_at(viewer().person_id or 0, shift_id)
    own_or_404(mine is not None)
    assert mine is not None
    return render_template(
        "matching/assignments/applied.html",
        mine=mine,
        shift=mine.shift,
        form=ButtonForm(),
        place_opens_at=place_opens_at(mine.shift),
        can_undo=_can_withdraw(mine),
    )


def _can_withdraw(mine: Participation) -> bool:
    states = (*HOLDS_SEAT, State.WAITING)
    return mine.state in states and mine.shift.starts_at > clock.now()


@blueprint.post("/shifts/<int:shift_id>/undoing")
@allow(VOLUNTEER)
def undo(shift_id: int) -> Response:
    """取り消す on the page that says what was done."""
    who = viewer()
    mine = queries.participation_at(who.person_id or 0, shift_id)
    own_or_404(mine is not None)
    assert mine is not None
    participation_id = mine.id
    return act_once(
        ButtonForm(),
        lambda: services.withdraw(participation_id, who.user_id),
        lambda _made: shift_url(shift_id, done="undone"),
        subject=f"participation:{participation_id}",
    )


@blueprint.get("/me/plan")
@allow(PERSON)
def plan() -> str:
    """予定: what asks for an answer, what comes, what was."""
    person_id = viewer().person_id or 0
    coming = queries.plan(person_id)
    changed = queries.unanswered_changes(person_id)
    past = queries.past_plan(person_id)
    asks = [one for one in coming if one.state is State.OFFERED or one.id in changed]
    return render_template(
        "matching/assignments/plan.html",
        asks=asks,
        changed=changed,
        coming=[one for one in coming if one not in asks],
        past=past,
        arrived=queries.arrived_among([one.id for one in past]),
        previews=_previews([one.shift for one in coming]),
        form=ButtonForm(),
    )


def _previews(shifts: list[Shift]) -> dict[int, Preview]:
    """What each shift would bring the reader, by its id."""
    person = queries.person(viewer().person_id or 0)
    return own_previews(person, shifts) if person and person.is_registered else {}


def _own(participation_id: int) -> Participation:
    return queries.own_participation(participation_id, viewer().person_id)


@blueprint.get("/me/plan/<int:participation_id>")
@allow(PERSON)
def participation(participation_id: int) -> str:
    """One of my plans: place, contact, what waits for my answer."""
    mine = _own(participation_id)
    place = exact_place(mine.shift, mine.state, viewer())
    change = queries.open_change(mine.id)
    is_over = mine.shift.ends_at <= clock.now()
    return render_template(
        "matching/assignments/participation.html",
        preview=_previews([mine.shift]).get(mine.shift_id)
        if mine.shift.starts_at > clock.now()
        else None,
        mine=mine,
        shift=mine.shift,
        exact=place,
        place_opens_at=place_opens_at(mine.shift),
        worth=worth_now(mine.shift),
        change=change,
        was_at=_moment(change.change_notice.before.get("starts_at")) if change else None,
        events=queries.events_of(mine.id),
        can_withdraw=_can_withdraw(mine),
        was_there=is_over and queries.has_arrived(mine.id),
        is_over=is_over,
        form=ButtonForm(),
    )


def _moment(kept: str | None) -> datetime | None:
    return datetime.fromisoformat(kept) if kept else None


@blueprint.get("/me/plan/<int:participation_id>.ics")
@allow(PERSON)
def calendar(participation_id: int) -> Response:
    """The plan for one's own calendar; without the exact place, which is shown on our page only."""
    mine = _own(participation_id)
    help_request = mine.shift.help_request
    base = settings().base_url or request.url_root.rstrip("/")
    entry = Entry(
        uid=f"participation-{mine.id}@{urlsplit(base).hostname}",
        starts_at=mine.shift.starts_at,
        ends_at=mine.shift.ends_at,
        changed_at=max(mine.changed_at, queries.last_change_at(mine.shift_id) or mine.changed_at),
        summary=f"{help_request.category.name} {help_request.public_place}",
        location=help_request.public_place,
        description=_("くわしい場所と連絡先は、前の日の17時から「予定」のページに出ます。"),
        url=base + url_for("assignments.participation", participation_id=mine.id),
        is_cancelled=mine.state is not State.ACCEPTED,
    )
    name = f"otagai-{mine.id}.ics"
    return Response(
        calendar_file(entry),
        mimetype="text/calendar",
        headers={"Content-Disposition": f"attachment; filename={name}"},
    )


@blueprint.route("/me/plan/<int:participation_id>/withdrawal", methods=["GET", "POST"])
@allow(PERSON)
def withdraw(participation_id: int) -> ResponseReturnValue:
    """One confirmation, a reason if one likes."""
    mine = _own(participation_id)
    form = WithdrawForm()
    user_id = viewer().user_id
    if form.validate_on_submit():
        try:
            return act_once(
                form,
                lambda: services.withdraw(participation_id, user_id, form.reason.data or ""),
                lambda _made: _plan_url(participation_id, "withdrawn"),
                subject=f"participation:{participation_id}",
            )
        except DomainError as error:
            refuse(form, error)
    return page(
        "matching/assignments/withdraw.html",
        form,
        mine=mine,
        shift=mine.shift,
        can_withdraw=_can_withdraw(mine),
        may_call=exact_place(mine.shift, mine.state, viewer()) is not None,
    )


def _plan_url(participation_id: int, done: str) -> str:
    return url_for("assignments.participation", participation_id=participation_id, done=done)


def _answer(participation_id: int, service: Callable[[], Any], done: str) -> Response:
    own_id = _own(participation_id).id
    try:
        return act_once(
            ButtonForm(),
            service,
            lambda _made: _plan_url(own_id, done),
            subject=f"participation:{own_id}",
        )
    except DomainError as error:
        shift_id = _own(participation_id).shift_id
        error.facts.setdefault("back_url", shift_url(shift_id))
        raise


@blueprint.post("/me/plan/<int:participation_id>/acceptance")
@allow(PERSON)
def accept(participation_id: int) -> Response:
    """Say yes to an offer."""
    user_id = viewer().user_id
    return _answer(
        participation_id, lambda: services.accept_offer(participation_id, user_id), "accepted"
    )


@blueprint.post("/me/plan/<int:participation_id>/refusal")
@allow(PERSON)
def decline(participation_id: int) -> Response:
    """Say no to an offer; no reason is asked."""
    user_id = viewer().user_id
    return _answer(
        participation_id, lambda: services.decline_offer(participation_id, user_id), "declined"
    )


@blueprint.post("/me/plan/<int:participation_id>/change/confirmation")
@allow(PERSON)
def confirm_change(participation_id: int) -> Response:
    """Come all the same."""
    user_id = viewer().user_id
    return _answer(
        participation_id, lambda: changes.confirm_change(participation_id, user_id), "confirmed"
    )


@blueprint.post("/me/plan/<int:participation_id>/change/leaving")
@allow(PERSON)
def leave_after_change(participation_id: int) -> Response:
    """Not come because of the change."""
    user_id = viewer().user_id
    return _answer(
        participation_id, lambda: changes.leave_after_change(participation_id, user_id), "left"
    )


def _hosted(shift_id: int) -> Shift:
    return queries.shift_for_host(shift_id, viewer().organization_id)


def _applicant(participation_id: int) -> Participation:
    """Somebody in a shift of this organization; elsewhere it answers like a missing one."""
    found = queries.participation(participation_id)
    _hosted(found.shift_id)
    return found


@blueprint.get("/o/shifts/<int:shift_id>")
@allow(MEMBER)
def people(shift_id: int) -> ResponseReturnValue:
    """Who comes to a shift."""
    return hosting.people(HOST, _hosted(shift_id))


@blueprint.route("/o/shifts/<int:shift_id>/offer", methods=["GET", "POST"])
@allow(MEMBER)
def offer_by_host(shift_id: int) -> ResponseReturnValue:
    """Ask somebody for one of the organization's shifts."""
    return hosting.offer(HOST, _hosted(shift_id), viewer().organization_id)


@blueprint.route("/o/shifts/<int:shift_id>/change", methods=["GET", "POST"])
@allow(MEMBER)
def change(shift_id: int) -> ResponseReturnValue:
    """Change date, headcount or place after publication."""
    return hosting.change(HOST, _hosted(shift_id))


@blueprint.route("/o/shifts/<int:shift_id>/calling-off", methods=["GET", "POST"])
@allow(MEMBER)
def call_off(shift_id: int) -> ResponseReturnValue:
    """Call a shift off."""
    return hosting.call_off(HOST, _hosted(shift_id))


@blueprint.route("/o/requests/<int:help_request_id>/calling-off", methods=["GET", "POST"])
@allow(MEMBER)
def call_off_request(help_request_id: int) -> ResponseReturnValue:
    """Take a whole request back."""
    found = own_help_request(help_request_id, viewer().organization_id)
    return hosting.call_off_request(HOST, REQUESTS, found)


@blueprint.route("/o/requests/<int:help_request_id>/details", methods=["GET", "POST"])
@allow(MEMBER)
def rewrite(help_request_id: int) -> ResponseReturnValue:
    """Write anew what to bring, dangers and contact of a published request."""
    found = own_help_request(help_request_id, viewer().organization_id)
    return hosting.rewrite(HOST, REQUESTS, found)


@blueprint.post("/o/applications/<int:participation_id>/acceptance")
@allow(MEMBER)
def accept_application(participation_id: int) -> Response:
    """Take an applicant."""
    return hosting.accept_application(HOST, _applicant(participation_id))


@blueprint.route("/o/applications/<int:participation_id>/refusal", methods=["GET", "POST"])
@allow(MEMBER)
def decline_application(participation_id: int) -> ResponseReturnValue:
    """Not take an applicant this time."""
    return hosting.decline_application(HOST, _applicant(participation_id))
