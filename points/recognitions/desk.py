"""お礼状 at the desk: who has reached a letter of thanks, and that it was handed over."""

from typing import Any

from flask import Blueprint, url_for

from points.programmes.queries import person_or_none
from points.recognitions.forms import HandOverForm
from points.recognitions.queries import given, reached
from points.recognitions.services import hand_over
from volunteer.core import audit, clock
from volunteer.core.errors import DomainError
from volunteer.core.forms import act_once, page, refuse
from volunteer.core.permissions import Role, allow, own_or_404, viewer

blueprint = Blueprint("recognitions_desk", __name__, url_prefix="/desk")


@blueprint.get("/recognitions")
@allow(Role.COORDINATOR)
def letters() -> Any:
    """Everybody who has reached a letter and has not got it; below those that were handed over."""
    waiting, before = reached(), given()
    people = {one.person.party_id for one in waiting} | {one.party_id for _row, one in before}
    audit.record_views(sorted(people), "recognition_list")
    return page("points/recognitions/letters.html", waiting=waiting, before=before)


@blueprint.route("/people/<int:person_id>/recognitions", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def give(person_id: int) -> Any:
    """A letter was handed over to this person."""
    person = person_or_none(person_id)
    own_or_404(person is not None)
    audit.record_view(person_id, "recognitions")
    waiting, form = {one.code: one for one in reached(person_id)}, HandOverForm()
    if not form.is_submitted():
        form.given_on.data = clock.today()
        form.letter.data = next(iter(waiting), None)
    before = {f"{row.programme_id}:{row.name}": row for row, _person in given(person_id)}
    words = {code: one.recognition.name for code, one in waiting.items()}
    form.letter.choices = [*words.items()]
    if form.is_submitted():  # the same page sent again: the letter was handed over by then
        form.letter.choices = [
            *{**{code: row.name for code, row in before.items()}, **words}.items()
        ]
    if form.validate_on_submit():
        programme_id, _sep, name = form.letter.data.partition(":")
        try:
            return act_once(
                form,
                lambda: hand_over(
                    person_id,
                    int(programme_id),
                    name,
                    form.given_on.data,
                    by_user_id=viewer().user_id or 0,
                    by_person_id=viewer().own_person_id,
                ),
                lambda _made: url_for("recognitions_desk.letters", done="given"),
                subject=f"person:{person_id}",
            )
        except DomainError as error:
            refuse(form, error)
    return page(
        "points/recognitions/give.html",
        form,
        person=person,
        waiting=waiting,
        before=before.values(),
    )
