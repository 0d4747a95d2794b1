"""Programmes at the desk: the rules in words, a new version from a file, who takes part."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, url_for

from points.programmes.forms import EndForm, EnrolForm, LoadForm
from points.programmes.models import Enrolment
from points.programmes.overview import overview
from points.programmes.queries import enrolments_of, person_or_none, programmes
from points.programmes.rule_version import ProgrammeFileError
from points.programmes.services import end_enrolment, enrol, load_rule_version
from volunteer.core import clock
from volunteer.core.errors import DomainError
from volunteer.core.forms import act_once, page, refuse
from volunteer.core.i18n import _l
from volunteer.core.permissions import STAFF, Role, allow, own_or_404, viewer
from volunteer.people.models import Person

blueprint = Blueprint("programmes_desk", __name__, url_prefix="/desk")

NO_TEXT = _l("文字として読めません。UTF-8で保存した TOML のファイルをえらんでください")


@blueprint.get("/programmes", endpoint="programmes")
@allow(STAFF)
def programmes_page() -> Any:
    """Each programme with its versions in words."""
    return page("points/programmes/programmes.html", found=overview(), today=clock.today())


@blueprint.route("/programmes/new", methods=["GET", "POST"])
@allow(Role.ADMINISTRATOR, fresh=True)
def load() -> Any:
    """A new rule version from a file; every mistake of the file is shown with its line."""
    form = LoadForm()
    if not form.validate_on_submit():
        return page("points/programmes/load.html", form)
    try:
        text = form.file.data.read().decode("utf-8")
    except UnicodeDecodeError:
        form.file.errors = [str(NO_TEXT)]
        return page("points/programmes/load.html", form)
    try:
        return act_once(
            form,
            lambda: load_rule_version(text, viewer().user_id),
            lambda _loaded: url_for("programmes_desk.programmes", done="loaded"),
            lambda loaded: f"rule_version:{loaded.version.id}",
        )
    except ProgrammeFileError as error:
        form.file.errors = ["…"]
        return page("points/programmes/load.html", form, mistakes=error.mistakes)
    except DomainError as error:
        refuse(form, error)
        return page("points/programmes/load.html", form)


@blueprint.route("/people/<int:person_id>/enrolments", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def enrolments(person_id: int) -> Any:
    """Which programmes a person takes part in, from when; a form for one more."""
    person = _person(person_id)
    form = EnrolForm(starts_on=clock.today())
    form.programme_id.choices = [(str(one.id), one.name) for one in programmes()]
    if not form.validate_on_submit():
        return _enrolments(person, form)
    return _acting(
        form,
        person,
        lambda: enrol(
            person_id, form.programme_id.data, form.starts_on.data, by_user_id=viewer().user_id
        ),
    ) or _enrolments(person, form)


@blueprint.route(
    "/people/<int:person_id>/enrolments/<int:enrolment_id>/end", methods=["GET", "POST"]
)
@allow(Role.COORDINATOR)
def end(person_id: int, enrolment_id: int) -> Any:
    """The person takes part no longer from a day on."""
    person = _person(person_id)
    found = next((one for one in enrolments_of(person_id) if one.id == enrolment_id), None)
    own_or_404(found is not None and found.ends_on is None)
    form = EndForm(ends_on=clock.today())
    if form.validate_on_submit():
        done = _acting(form, person, lambda: end_enrolment(enrolment_id, form.ends_on.data))
        if done is not None:
            return done
    return page("points/programmes/end.html", form, person=person, enrolment=found)


def _person(person_id: int) -> Person:
    person = person_or_none(person_id)
    own_or_404(person is not None)
    assert person is not None
    return person


def _acting(form: Any, person: Person, service: Callable[[], Enrolment | None]) -> Any:
    """The redirect after the service, or None with the refusal in the form."""
    person_id = person.party_id
    try:
        return act_once(
            form,
            service,
            lambda _made: url_for("programmes_desk.enrolments", person_id=person_id, done="saved"),
            f"person:{person_id}",
        )
    except DomainError as error:
        refuse(form, error)
        return None


def _enrolments(person: Person, form: EnrolForm) -> Any:
    return page(
        "points/programmes/enrolments.html",
        form,
        person=person,
        found=enrolments_of(person.party_id),
        today=clock.today(),
    )
