"""The own PIN, set by somebody who has just proved who they are."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from volunteer.core.errors import DomainError
from volunteer.core.forms import act_once, page, refuse
from volunteer.core.permissions import VOLUNTEER, allow, own_or_404, viewer
from volunteer.people import queries as people
from volunteer.pins import queries, services
from volunteer.pins.forms import PinForm
from volunteer.pins.states import PinReason

blueprint = Blueprint("pins", __name__)


@blueprint.route("/me/pin", methods=["GET", "POST"])
@allow(VOLUNTEER, fresh=True)
def pin() -> ResponseReturnValue:
    """Set the PIN for the own card."""
    person = people.person(viewer().person_id)
    own_or_404(person is not None)
    assert person is not None
    form, person_id, by = PinForm(), person.party_id, viewer().user_id or 0
    if form.validate_on_submit():
        try:
            sealed = services.sealed_pin(person_id, services.check_pin(person, form.pin.data or ""))
            return act_once(
                form,
                lambda: services.set_pin(person_id, sealed, PinReason.OWNER, by),
                lambda _result: url_for(".pin", done="set"),
                subject=f"person:{person_id}",
            )
        except DomainError as error:
            refuse(form, error)
    return page("volunteer/pins/own.html", form, stands=queries.pin_of(person_id))
