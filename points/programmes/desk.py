"""Programmes at the desk: the rules in words, a new version from a file, who takes part."""

from collections.abc import Callable
from contextlib import closing
from typing import Any

from flask import Blueprint, url_for

from points.programmes.describing_duties import LOST_PAPER
from points.programmes.files import MOST_BYTES, one_form, preset_text, presets, text_of_bytes
from points.programmes.forms import EndForm, EnrolForm, LoadForm
from points.programmes.models import Enrolment
from points.programmes.overview import overview
from points.programmes.planning import plan_for
from points.programmes.queries import enrolments_of, person_or_none, programmes, rules_at
from points.programmes.rule_version import ProgrammeFileError
from points.programmes.services import end_enrolment, enrol, load_rule_version
from volunteer.core import clock
from volunteer.core.errors import DomainError
from volunteer.core.forms import act_once, page, refuse
from volunteer.core.i18n import _, _l
from volunteer.core.permissions import STAFF, Role, allow, own_or_404, viewer
from volunteer.people.models import Person

blueprint = Blueprint("programmes_desk", __name__, url_prefix="/desk")

NOTHING = _l("制度をえらぶか、ファイルをえらんでください")
MISTAKES = _l("このファイルは、まだ使えません。直すところは、上の一覧にあります")


@blueprint.get("/programmes", endpoint="programmes")
@allow(STAFF)
def programmes_page() -> Any:
    """Each programme with its versions in words."""
    return page("points/programmes/programmes.html", found=overview(), today=clock.today())


@blueprint.route("/programmes/new", methods=["GET", "POST"])
@allow(Role.ADMINISTRATOR, fresh=True)
def load() -> Any:
    """A new rule version: its mistakes with their lines, or what it changes for whom; then the same text is loaded."""
    form = LoadForm()
    form.offer(presets())
    if not form.validate_on_submit():
        return page("points/programmes/load.html", form)
    try:
        text = _text_of(form)
        if text is None:
            form.file.errors = [str(NOTHING)]
            return page("points/programmes/load.html", form)
        plan = plan_for(text)
    except ProgrammeFileError as error:
        form.file.errors = [str(MISTAKES)]
        return page("points/programmes/load.html", form, mistakes=error.mistakes)
    if plan.refusal is None and form.seen.data == plan.digest:
        try:
            return _load(form, text)
        except DomainError as error:
            refuse(form, error)
    elif plan.refusal is not None:
        refuse(form, plan.refusal)
    form.seen.data, form.text.data = plan.digest, text
    return page("points/programmes/load.html", form, plan=plan)


def _text_of(form: LoadForm) -> str | None:
    """The file that was chosen, else the preset, else the text of the page; None when there is none."""
    if form.file.data:
        with closing(form.file.data) as stream:
            found = text_of_bytes(stream.read(MOST_BYTES + 1))
    elif form.preset.data:
        found = preset_text(form.preset.data)
    else:
        found = one_form(form.text.data or "")
    form.text.data = found
    return found if found.strip() else None


def _load(form: LoadForm, text: str) -> Any:
    return act_once(
        form,
        lambda: load_rule_version(text, viewer().user_id),
        lambda _loaded: url_for("programmes_desk.programmes", done="loaded"),
        lambda loaded: f"rule_version:{loaded.version.id}",
    )


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
    own_or_404(found is not None and (found.ends_on is None or found.ends_on > clock.today()))
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
    found = enrolments_of(person.party_id)
    return page(
        "points/programmes/enrolments.html",
        form,
        person=person,
        found=found,
        lost=[_(LOST_PAPER)] if any(_loses_paper(row.programme_id) for row in found) else [],
        today=clock.today(),
    )


def _loses_paper(programme_id: int) -> bool:
    """Whether the programme says that points are lost with a card or booklet (P2)."""
    rules = rules_at(programme_id, clock.today())
    return rules is not None and not rules.replaced_card_keeps_points
