"""The auditor's request to read a name, with a reason, and the names that stand open just now."""

from typing import Any

from flask import Blueprint, Response, request, url_for

from volunteer.core.errors import Refused
from volunteer.core.forms import act_once, page, refuse
from volunteer.core.permissions import Role, allow, own_or_404, viewer
from volunteer.core.routes import safe_next
from volunteer.names import queries, services
from volunteer.names.forms import FindNameForm, OpenNameForm
from volunteer.names.reading import OPEN_FOR, names_of

blueprint = Blueprint("names_desk", __name__, url_prefix="/desk/names")
MINUTES = int(OPEN_FOR.total_seconds() // 60)


@blueprint.route("", methods=["GET", "POST"])
@allow(Role.AUDITOR)
def names() -> Any:
    """The names that stand open, and the way to somebody whose number is not known."""
    form = FindNameForm()
    if form.validate_on_submit():
        try:
            return _find(form)
        except Refused as error:
            refuse(form, error)
    known = names_of(viewer())
    return page(
        "volunteer/names/names.html",
        form=form,
        names=known,
        people=list(queries.people_by_id(known.until).values()),
        minutes=MINUTES,
    )


def _find(form: FindNameForm) -> Response:
    name, reason = str(form.name.data), form.reason
    return act_once(
        form,
        lambda: services.open_names_called(name, reason),
        lambda _found: url_for("names_desk.names", done="opened"),
    )


@blueprint.route("/<int:person_id>", methods=["GET", "POST"])
@allow(Role.AUDITOR)
def open_name(person_id: int) -> Any:
    """Say why, then the name is shown wherever this person appears."""
    person = queries.person_or_none(person_id)
    own_or_404(person is not None)
    back = safe_next(request.args.get("next"), url_for("names_desk.names"))
    form = OpenNameForm()
    if form.validate_on_submit():
        reason = form.reason
        return act_once(
            form,
            lambda: services.open_name(person_id, reason),
            lambda _opened: back,
            subject=f"person:{person_id}",
        )
    return page(
        "volunteer/names/open_name.html",
        form=form,
        person=person,
        names=names_of(viewer()),
        back_url=back,
        minutes=MINUTES,
    )
