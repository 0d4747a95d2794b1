"""Staff pages of households. Each look at one is logged (sensitive)."""

from typing import Any

from flask import Blueprint, Response, request, url_for

from volunteer.areas.queries import areas
from volunteer.core import audit, clock
from volunteer.core.errors import DomainError, NotFound
from volunteer.core.forms import ButtonForm, act_once, page, refuse
from volunteer.core.i18n import _
from volunteer.core.permissions import Role, allow, viewer
from volunteer.households import queries, services
from volunteer.households.forms import CONTACTS, HouseholdForm
from volunteer.households.models import Household

blueprint = Blueprint("households_desk", __name__, url_prefix="/desk/households")


def _or_404(party_id: int) -> Household:
    found = queries.household(party_id)
    if found is None:
        raise NotFound(_("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    return found


@blueprint.get("")
@allow(Role.COORDINATOR)
def households() -> Any:
    """Households that are helped, with a search; no addresses in the list."""
    words, area_id = request.args.get("q", ""), request.args.get("area", type=int)
    return page(
        "volunteer/households/households.html",
        found=queries.households_page(words, area_id, request.args.get("page", 1, type=int)),
        words=words,
        area_id=area_id,
        area_choices=[("", _("すべて")), *((one.id, one.name) for one in areas())],
    )


@blueprint.route("/new", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def new() -> Any:
    """Enter a household."""
    form = HouseholdForm(data={"checked_on": clock.today()})
    form.offer_areas(areas())
    if form.validate_on_submit():
        facts, by = form.facts(), viewer().user_id or 0
        try:
            return act_once(
                form,
                lambda: services.enter_household(facts, by),
                lambda row: url_for(
                    "households_desk.household", party_id=row.party_id, done="entered"
                ),
                subject=lambda row: f"household:{row.party_id}",
            )
        except DomainError as error:
            refuse(form, error)
    return page("volunteer/households/edit.html", form, household=None, numbers=CONTACTS)


@blueprint.get("/<int:party_id>")
@allow(Role.COORDINATOR)
def household(party_id: int) -> Any:
    """One household with address, contacts and remarks; the look is logged before the page is sent."""
    _or_404(party_id)
    audit.record_view(party_id, "household")
    found = _or_404(party_id)
    return page(
        "volunteer/households/household.html",
        household=found,
        contacts=[one for one in found.contacts if one.ended_at is None],
        remarks=queries.remarks_of(found),
        button=ButtonForm(),
    )


@blueprint.route("/<int:party_id>/edit", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def edit(party_id: int) -> Any:
    """Change what is written about a household."""
    _or_404(party_id)
    audit.record_view(party_id, "household")  # before the remarks are opened
    form = HouseholdForm(stands=lambda: _typed_before(_or_404(party_id)))
    form.offer_areas(areas())
    if form.validate_on_submit():
        facts = form.facts()
        try:
            return act_once(
                form,
                lambda: services.change_household(party_id, facts),
                lambda _result: url_for(
                    "households_desk.household", party_id=party_id, done="changed"
                ),
                subject=f"household:{party_id}",
            )
        except DomainError as error:
            refuse(form, error)
    return page(
        "volunteer/households/edit.html", form, household=_or_404(party_id), numbers=CONTACTS
    )


def _typed_before(found: Household) -> dict[str, Any]:
    values: dict[str, Any] = {
        name: getattr(found, name)
        for name in ("name", "kana", "address", "telephone", "checked_by", "checked_on")
    }
    values["area_id"] = str(found.area_id)
    values["remarks"] = queries.remarks_of(found)
    live = [one for one in found.contacts if one.ended_at is None]
    for number, one in zip(CONTACTS, live, strict=False):
        for part in ("name", "relation", "telephone"):
            values[f"contact_{number}_{part}"] = getattr(one, part)
    return values


@blueprint.post("/<int:party_id>/end")
@allow(Role.COORDINATOR)
def end(party_id: int) -> Response:
    """The household is no longer helped."""
    _or_404(party_id)
    return act_once(
        ButtonForm(),
        lambda: services.end_household(party_id),
        lambda _result: url_for("households_desk.households", done="ended"),
        subject=f"household:{party_id}",
    )
