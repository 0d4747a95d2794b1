"""Trying a programme over the center's history: ask for it, leave, come back, compare. Sums only, no people."""

from contextlib import closing
from typing import Any

from flask import Blueprint, url_for

from points.programmes.files import MOST_BYTES, preset_text, presets, text_of_bytes
from points.programmes.models import RuleVersion
from points.programmes.queries import programmes
from points.programmes.rule_version import ProgrammeFileError, parse_rule_version
from points.simulation.forms import TryForm
from points.simulation.picture import draw, lines_of
from points.simulation.queries import loaded_versions, newest_simulations, simulation_or_none
from points.simulation.services import ask
from points.simulation.states import SIMULATION_STATE_LABELS
from volunteer.core import formats
from volunteer.core.errors import DomainError
from volunteer.core.forms import act_once, page, refuse
from volunteer.core.i18n import _l, language
from volunteer.core.permissions import Role, allow, own_or_404, viewer

blueprint = Blueprint("simulation_desk", __name__, url_prefix="/desk/programmes/simulations")

NOTHING = _l("きまりをえらぶか、ファイルをえらんでください")
MISTAKES = _l("このファイルは、まだ使えません。直すところは、上の一覧にあります")
READERS = (Role.COORDINATOR, Role.APPROVER, Role.AUDITOR)
PRESET, VERSION = "preset:", "version:"


@blueprint.get("", endpoint="simulations")
@allow(*READERS)
def simulations() -> Any:
    """What was tried last, and how far each is."""
    found = newest_simulations()
    return page("points/simulation/simulations.html", found=found, labels=SIMULATION_STATE_LABELS)


@blueprint.route("/new", methods=["GET", "POST"])
@allow(*READERS)
def new() -> Any:
    """Whose history, and which rules."""
    form = TryForm()
    form.programme_id.choices = [(str(one.id), one.name) for one in programmes()]
    form.rules.choices = [("", _l("えらばない（ファイルを使う）")), *_shelf()]
    if not form.validate_on_submit():
        return page("points/simulation/new.html", form)
    try:
        text = _text_of(form)
        if text is None:
            form.file.errors = [str(NOTHING)]
            return page("points/simulation/new.html", form)
        parse_rule_version(text)
        return _ask(form, text)
    except ProgrammeFileError as error:
        form.file.errors = [str(MISTAKES)]
        return page("points/simulation/new.html", form, mistakes=error.mistakes)
    except DomainError as error:
        refuse(form, error)
        return page("points/simulation/new.html", form)


def _ask(form: TryForm, text: str) -> Any:
    return act_once(
        form,
        lambda: ask(form.programme_id.data, text, viewer().user_id or 0),
        lambda made: url_for("simulation_desk.simulation", simulation_id=made.id),
        lambda made: f"simulation:{made.id}",
    )


@blueprint.get("/<int:simulation_id>", endpoint="simulation")
@allow(*READERS)
def simulation(simulation_id: int) -> Any:
    """How far it is; when it is done, both programmes side by side."""
    found = simulation_or_none(simulation_id)
    own_or_404(found is not None)
    assert found is not None
    lines = lines_of(found.result["months"]) if found.result else []
    return page(
        "points/simulation/simulation.html",
        simulation=found,
        labels=SIMULATION_STATE_LABELS,
        result=found.result,
        lines=lines,
        picture=draw(lines),
    )


def _shelf() -> list[tuple[str, str]]:
    loaded = [(f"{VERSION}{one.id}", _version_name(one)) for one in loaded_versions()]
    return [*loaded, *((f"{PRESET}{stem}", name) for stem, name in presets().items())]


def _version_name(one: RuleVersion) -> str:
    day = formats.date_plain(one.valid_from, language())
    return str(_l("%(name)s（%(day)sからの版）", name=one.programme.name, day=day))


def _text_of(form: TryForm) -> str | None:
    """The text of the file, else of what was chosen; None when there is neither."""
    if form.file.data:
        with closing(form.file.data) as stream:
            return text_of_bytes(stream.read(MOST_BYTES + 1))
    chosen = form.rules.data or ""
    if chosen.startswith(PRESET):
        return preset_text(chosen.removeprefix(PRESET))
    number = chosen.removeprefix(VERSION)
    return next((one.source for one in loaded_versions() if str(one.id) == number), None)
