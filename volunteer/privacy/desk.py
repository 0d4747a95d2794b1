"""At the desk: a person's data printed for them, and erasing somebody who asked for it."""

from typing import Any

from flask import Blueprint, request, url_for

from volunteer.core import audit, clock
from volunteer.core.errors import DomainError, NotFound
from volunteer.core.forms import act_once, page, refuse
from volunteer.core.i18n import _l
from volunteer.core.permissions import Role, allow, viewer
from volunteer.people.models import Person
from volunteer.people.queries import person
from volunteer.privacy import queries, services
from volunteer.privacy.forms import EraseAtDeskForm
from volunteer.privacy.states import Because
from volunteer.users.own_data import pseudonym

blueprint = Blueprint("privacy_desk", __name__, url_prefix="/desk/people/<int:person_id>")


def _person_or_404(person_id: int) -> Person:
    found = person(person_id)
    if found is None:
        raise NotFound(_l("見つかりませんでした。"))
    return found


@blueprint.get("/records")
@allow(Role.COORDINATOR)
def own_data(person_id: int) -> Any:
    """What is stored about somebody, on paper for them; without bank data. Logged."""
    found = _person_or_404(person_id)
    audit.record_view(person_id, "own_data")
    return page(
        "volunteer/privacy/own_data_on_paper.html",
        person=found,
        parts=queries.own_records(person_id, with_bank_data=False),
        now=clock.now(),
    )


@blueprint.route("/erasure", methods=["GET", "POST"])
@allow(Role.COORDINATOR, fresh=True)
def erase(person_id: int) -> Any:
    """Erase somebody who asked for it: what is lost, what stands against it, why, and the act."""
    found, form = _person_or_404(person_id), EraseAtDeskForm()
    by = viewer().user_id or 0
    if request.method == "GET":
        audit.record_view(person_id, "erasure")
    if form.validate_on_submit():
        because = Because(form.because.data)
        try:
            return act_once(
                form,
                lambda: services.erase_at_desk(person_id, because, by),
                lambda _number: url_for("people_desk.record", person_id=person_id, done="erased"),
                subject=f"person:{person_id}",
            )
        except DomainError as error:
            refuse(form, error)
    return page(
        "volunteer/privacy/desk_erase.html",
        form,
        person=found,
        hindrances=queries.hindrances(person_id),
        is_oneself=viewer().own_person_id == person_id,
        is_erased=found.name == pseudonym(person_id),
    )
