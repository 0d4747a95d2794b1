"""The passbook of a person at the desk: read aloud on the telephone, printed for those without e-mail."""

from flask import Blueprint, render_template

from points.earning.routes import asked_for
from volunteer.core.audit import record_view
from volunteer.core.permissions import Role, allow

blueprint = Blueprint("earning_desk", __name__, url_prefix="/desk")


@blueprint.get("/people/<int:person_id>/points")
@allow(Role.COORDINATOR, Role.APPROVER)
def passbook(person_id: int) -> str:
    """The passbook as the person sees it."""
    shelf = asked_for(person_id)
    record_view(person_id, "passbook")
    return render_template("points/earning/desk_passbook.html", shelf=shelf, book=shelf.book)


@blueprint.get("/people/<int:person_id>/points/print")
@allow(Role.COORDINATOR, Role.APPROVER)
def printed(person_id: int) -> str:
    """One fiscal year on paper, to be handed over."""
    shelf = asked_for(person_id)
    record_view(person_id, "passbook")
    return render_template(
        "points/earning/print.html",
        shelf=shelf,
        book=shelf.book,
        at_desk=True,
    )
