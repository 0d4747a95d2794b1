"""The desk's pages of a shift: who comes, whom to ask, answers by telephone, changes."""

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from matching.assignments import hosting, queries, services
from matching.assignments.forms import WithdrawForm
from matching.assignments.states import HOLDS_SEAT
from matching.help_requests import desk as requests_desk
from matching.help_requests.queries import help_request, shift_with_request
from matching.help_requests.wizard import Place
from volunteer.core.errors import DomainError
from volunteer.core.forms import ButtonForm, act_once, page, refuse
from volunteer.core.permissions import Role, allow, viewer

blueprint = Blueprint("assignments_desk", __name__, url_prefix="/desk")

PLACE = Place("assignments_desk", "layouts/desk.html")


@blueprint.get("/shifts/<int:shift_id>")
@allow(Role.COORDINATOR)
def people(shift_id: int) -> ResponseReturnValue:
    """Who comes to a shift."""
    return hosting.people(PLACE, shift_with_request(shift_id))


@blueprint.route("/shifts/<int:shift_id>/offer", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def offer(shift_id: int) -> ResponseReturnValue:
    """Ask somebody for a shift."""
    return hosting.offer(PLACE, shift_with_request(shift_id), None)


@blueprint.route("/shifts/<int:shift_id>/change", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def change(shift_id: int) -> ResponseReturnValue:
    """Change date, headcount or place after publication."""
    return hosting.change(PLACE, shift_with_request(shift_id))


@blueprint.route("/shifts/<int:shift_id>/calling-off", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def call_off(shift_id: int) -> ResponseReturnValue:
    """Call a shift off."""
    return hosting.call_off(PLACE, shift_with_request(shift_id))


@blueprint.route("/requests/<int:help_request_id>/calling-off", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def call_off_request(help_request_id: int) -> ResponseReturnValue:
    """Take a whole request back."""
    return hosting.call_off_request(PLACE, requests_desk.PLACE, help_request(help_request_id))


@blueprint.route("/requests/<int:help_request_id>/details", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def rewrite(help_request_id: int) -> ResponseReturnValue:
    """Write anew what to bring, dangers and contact of a published request."""
    return hosting.rewrite(PLACE, requests_desk.PLACE, help_request(help_request_id))


@blueprint.post("/applications/<int:participation_id>/acceptance")
@allow(Role.COORDINATOR)
def accept_application(participation_id: int) -> Response:
    """Take an applicant."""
    return hosting.accept_application(PLACE, queries.participation(participation_id))


@blueprint.route("/applications/<int:participation_id>/refusal", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def decline_application(participation_id: int) -> ResponseReturnValue:
    """Not take an applicant this time."""
    return hosting.decline_application(PLACE, queries.participation(participation_id))


@blueprint.post("/offers/<int:participation_id>/acceptance")
@allow(Role.COORDINATOR)
def accept_offer(participation_id: int) -> Response:
    """The asked person said yes on the telephone."""
    found, user_id = queries.participation(participation_id), viewer().user_id
    shift_id = found.shift_id
    return act_once(
        ButtonForm(),
        lambda: services.accept_offer(participation_id, user_id),
        lambda _made: PLACE.url("people", shift_id=shift_id, done="said_yes"),
        subject=f"participation:{participation_id}",
    )


@blueprint.post("/offers/<int:participation_id>/refusal")
@allow(Role.COORDINATOR)
def decline_offer(participation_id: int) -> Response:
    """The asked person said no on the telephone."""
    found, user_id = queries.participation(participation_id), viewer().user_id
    shift_id = found.shift_id
    return act_once(
        ButtonForm(),
        lambda: services.decline_offer(participation_id, user_id),
        lambda _made: PLACE.url("people", shift_id=shift_id, done="said_no"),
        subject=f"participation:{participation_id}",
    )


@blueprint.route("/places/<int:participation_id>/withdrawal", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def withdraw(participation_id: int) -> ResponseReturnValue:
    """Somebody calls that they cannot come; asked once more, because a wrong press gives a seat away."""
    found, user_id = queries.participation(participation_id), viewer().user_id
    shift_id, form = found.shift_id, WithdrawForm()
    if form.validate_on_submit():
        try:
            return act_once(
                form,
                lambda: services.withdraw(participation_id, user_id, form.reason.data or ""),
                lambda _made: PLACE.url("people", shift_id=shift_id, done="withdrawn"),
                subject=f"participation:{participation_id}",
            )
        except DomainError as error:
            refuse(form, error)
    return page(
        "matching/assignments/desk_withdraw.html",
        form,
        found=found,
        shift=found.shift,
        is_coming=hosting.is_coming(found.shift) and found.state in HOLDS_SEAT,
        back=PLACE.url("people", shift_id=shift_id),
    )
