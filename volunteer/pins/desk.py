"""The desk sets the PIN of a card holder, first or anew, with a reason."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from volunteer.core.errors import DomainError, NotFound, Refused
from volunteer.core.forms import act_once, page, refuse
from volunteer.core.i18n import _l
from volunteer.core.permissions import Role, allow, viewer
from volunteer.people import queries as people
from volunteer.pins import queries, services
from volunteer.pins.forms import DeskPinForm
from volunteer.pins.states import PIN_REASON_LABELS, PinReason

blueprint = Blueprint("pins_desk", __name__, url_prefix="/desk/people")


@blueprint.route("/<int:person_id>/pin", methods=["GET", "POST"])
@allow(Role.COORDINATOR, fresh=True)
def pin(person_id: int) -> ResponseReturnValue:
    """A new PIN, which the card holder types at the desk; it also ends a lock."""
    person = people.person(person_id)
    if person is None:
        raise NotFound(_l("見つかりませんでした。"))
    form, by = DeskPinForm(), viewer().user_id or 0
    if form.validate_on_submit():
        reason = PinReason(form.because.data)
        try:
            if viewer().own_person_id == person_id:
                raise Refused(
                    _l("ご自分の暗証番号は、ボランティアとして入って決めてください。"),
                    code="own_record",
                )
            sealed = services.sealed_pin(person_id, services.check_pin(person, form.pin.data or ""))
            return act_once(
                form,
                lambda: services.set_pin(person_id, sealed, reason, by),
                lambda _result: url_for(".pin", person_id=person_id, done="set"),
                subject=f"person:{person_id}",
            )
        except DomainError as error:
            refuse(form, error)
    return page(
        "volunteer/pins/desk.html",
        form,
        person=person,
        stands=queries.pin_of(person_id),
        labels=PIN_REASON_LABELS,
    )
