"""The staff's first page (要対応), the desk's page of a person, the settings of the center."""

from typing import Any

from flask import Blueprint, render_template, request, url_for

from matching.assignments.states import PARTICIPATION_STATE_LABELS
from matching.categories.queries import all_categories
from matching.home import queries
from matching.home.forms import CenterForm
from matching.home.routes import accounts_of
from matching.home.services import change_center_contact
from matching.home.waiting import kinds_of, sorted_lines
from points.programmes.models import Programme, RuleVersion
from points.programmes.queries import programmes, rules_of, version_in_force
from points.redemption.queries import Waiting, waiting_by_state
from points.redemption.states import CashOutState
from volunteer.areas.queries import areas
from volunteer.core import clock
from volunteer.core.audit import record_view
from volunteer.core.center import the_center
from volunteer.core.errors import DomainError, NotFound
from volunteer.core.forms import act_once, page, refuse
from volunteer.core.hooks import WaitingItem, hooks
from volunteer.core.i18n import _, _l
from volunteer.core.permissions import STAFF, Role, allow, viewer
from volunteer.core.waiting import waiting_for
from volunteer.people.queries import person as person_of
from volunteer.people.rules import age_on
from volunteer.people.states import PERSON_STATE_LABELS, TIE_LABELS

blueprint = Blueprint("home_desk", __name__, url_prefix="/desk")
LINES_MAX = 40
MONEY_WORDS = {"requested": _l("承認を待つ"), "approved": _l("支払を待つ")}
MONEY_ROLES = frozenset({Role.APPROVER, Role.PAYER, Role.AUDITOR})


@blueprint.get("")
@allow(STAFF)
def desk() -> str:
    """What waits for this member of staff, most urgent first, and today's arrivals."""
    now = clock.now()
    everything = sorted_lines(_waiting(), viewer().roles, now)
    kind = request.args.get("kind", "")
    lines = [line for line in everything if not kind or line.item.kind == kind]
    coordinates = Role.COORDINATOR in viewer().roles
    handles_money = bool(MONEY_ROLES & viewer().roles)
    return render_template(
        "matching/home/desk.html",
        lines=lines[:LINES_MAX],
        total=len(lines),
        kinds=[(code, f"{label}（{count}）") for code, label, count in kinds_of(everything)],
        kind=kind,
        now=now,
        arrivals=queries.arrivals_on(clock.today()) if coordinates else None,
        unfilled=sum(line.item.kind == "unfilled" for line in everything),
        money=_money() if handles_money else [],
    )


def _money() -> list[tuple[str, str, Waiting]]:
    """(address, words, how much) of what waits for the second person, and of what may be paid."""
    waiting = waiting_by_state()
    steps = (("requested", CashOutState.REQUESTED), ("approved", CashOutState.APPROVED))
    return [
        (url_for("redemption_desk.cash_outs", tab=tab), str(MONEY_WORDS[tab]), waiting[state])
        for tab, state in steps
    ]


def _waiting() -> list[WaitingItem]:
    return waiting_for(role.value for role in viewer().roles)


@blueprint.get("/people/<int:person_id>")
@allow(Role.COORDINATOR, Role.APPROVER)
def person(person_id: int) -> str:
    """A person as the desk sees them; the look is logged. Approvers see name, number and points only."""
    if person_of(person_id) is None:
        raise NotFound(_("この人は見つかりませんでした。"))
    coordinates = Role.COORDINATOR in viewer().roles
    record_view(person_id, "person" if coordinates else "person:points")
    found = queries.person_of(person_id)
    return render_template(
        "matching/home/person.html",
        person=found,
        participations=queries.latest_participations(person_id) if coordinates else [],
        accounts=accounts_of(person_id),
        links=_links(person_id),
        age=age_on(found.birth_on, clock.today()),
        may_coordinate=coordinates,
        person_labels=PERSON_STATE_LABELS,
        participation_labels=PARTICIPATION_STATE_LABELS,
        tie_labels=TIE_LABELS,
    )


def _links(person_id: int) -> list[tuple[str, str]]:
    """The pages about this person that other features have hung here (navigation place "person")."""
    own = {role.value for role in viewer().roles}
    items = sorted(
        (one for one in hooks.navigation if one.place == "person"), key=lambda one: one.position
    )
    return [
        (url_for(item.endpoint, person_id=person_id), str(item.label))
        for item in items
        if not item.roles or own & {str(getattr(role, "value", role)) for role in item.roles}
    ]


@blueprint.route("/settings", methods=["GET", "POST"])
@allow(Role.ADMINISTRATOR)
def settings() -> Any:
    """What this town is made of: center, programmes in force, categories, districts; its contact can be changed."""
    town, today = the_center(), clock.today()
    form = CenterForm(stands=queries.kept_contact)
    if form.validate_on_submit():
        typed = (form.telephone.data, form.address.data, form.opening_hours.data)
        try:
            return act_once(
                form,
                lambda: change_center_contact(*typed),
                lambda _result: url_for("home_desk.settings", done="saved"),
                subject="center:1",
            )
        except DomainError as error:
            refuse(form, error)
    return page(
        "matching/home/settings.html",
        form,
        town=town,
        year_starts_on=clock.year_bounds(today, town.fiscal_year_start)[0],
        programmes=[_in_force(programme) for programme in programmes()],
        categories=all_categories(),
        areas=areas(),
    )


def _in_force(programme: Programme) -> tuple[Programme, RuleVersion | None, int]:
    """The programme, its rules of today, and how many of them are still examples."""
    version = version_in_force(programme.id, clock.today())
    return programme, version, len(rules_of(version.id).unconfirmed) if version else 0
