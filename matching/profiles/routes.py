"""The own profile: what I want to do, when I am free, how I come."""

from typing import Any

from flask import Blueprint, Response

from matching.profiles import editing
from matching.profiles.editing import Place
from volunteer.core.errors import NotFound
from volunteer.core.i18n import _l
from volunteer.core.permissions import PERSON, allow, viewer

blueprint = Blueprint("profiles", __name__, url_prefix="/me/profile")


def _place() -> Place:
    person_id = viewer().person_id
    if person_id is None:
        raise NotFound(_l("その方は見つかりませんでした。"))
    return Place("profiles", "layouts/member.html", {}, person_id)


@blueprint.get("")
@allow(PERSON)
def profile() -> Any:
    """Everything I said."""
    return editing.overview(_place())


@blueprint.route("/<section>", methods=["GET", "POST"])
@allow(PERSON)
def edit(section: str) -> Any:
    """One part of it."""
    return editing.edit(_place(), section)


@blueprint.route("/days", methods=["GET", "POST"])
@allow(PERSON)
def days() -> Any:
    """Days that differ from the week."""
    return editing.days(_place())


@blueprint.post("/days/<int:exception_id>/removal")
@allow(PERSON)
def remove_day(exception_id: int) -> Response:
    """These days are as every week again."""
    return editing.remove_day(_place(), exception_id)


@blueprint.post("/pause/end")
@allow(PERSON)
def end_pause() -> Response:
    """I am back before the day I had named."""
    return editing.end_pause(_place())
