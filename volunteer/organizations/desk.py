"""Staff pages of organizations: list, one, approve, refuse, rest."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, request, url_for

from volunteer.core.errors import DomainError, NotFound
from volunteer.core.forms import ButtonForm, act_once, page, refuse
from volunteer.core.hooks import WaitingItem
from volunteer.core.i18n import _
from volunteer.core.permissions import Role, allow, viewer
from volunteer.organizations import queries, services
from volunteer.organizations.forms import DecisionForm
from volunteer.organizations.models import Organization
from volunteer.organizations.states import (
    ORGANIZATION_KIND_LABELS,
    ORGANIZATION_STATE_LABELS,
    OrganizationState,
)

blueprint = Blueprint("organizations_desk", __name__, url_prefix="/desk/organizations")

ANSWER_WITHIN = timedelta(days=3)
BY_REASON: dict[str, Callable[[int, int, str], None]] = {
    "refusal": services.refuse,
    "suspension": services.suspend,
}


def waiting_items() -> list[WaitingItem]:
    """Organizations that wait for approval."""
    return [
        WaitingItem(
            "organization",
            one.name,
            f"organization:{one.party_id}",
            url_for("organizations_desk.organization", party_id=one.party_id),
            one.applied_at + ANSWER_WITHIN,
            frozenset({Role.COORDINATOR.value}),
            "building",
        )
        for one in queries.waiting()
    ]


@blueprint.get("")
@allow(Role.COORDINATOR)
def organizations() -> Any:
    """All organizations by state, with a search."""
    words = request.args.get("q", "")
    wanted = request.args.get("state", "")
    state = next((one for one in OrganizationState if one.value == wanted), None)
    return page(
        "volunteer/organizations/desk_list.html",
        found=queries.organizations_page(words, state, request.args.get("page", 1, type=int)),
        words=words,
        state=state,
        states=OrganizationState,
        counts=queries.counts(),
        labels=ORGANIZATION_STATE_LABELS,
        kinds=ORGANIZATION_KIND_LABELS,
    )


def _or_404(party_id: int) -> Organization:
    found = queries.organization(party_id)
    if found is None:
        raise NotFound(_("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    return found


@blueprint.get("/<int:party_id>")
@allow(Role.COORDINATOR)
def organization(party_id: int) -> Any:
    """One organization with its members and decisions."""
    found = _or_404(party_id)
    return page(
        "volunteer/organizations/desk_one.html",
        organization=found,
        members=queries.members(party_id),
        decisions=queries.decisions(party_id),
        labels=ORGANIZATION_STATE_LABELS,
        kinds=ORGANIZATION_KIND_LABELS,
        is_own=queries.is_member(viewer().user_id or 0, party_id),
        button=ButtonForm(),
    )


@blueprint.post("/<int:party_id>/approval")
@allow(Role.COORDINATOR)
def approve(party_id: int) -> Response:
    """The organization may ask for help."""
    return _by_button(party_id, services.approve, "approved")


@blueprint.post("/<int:party_id>/resumption")
@allow(Role.COORDINATOR)
def resume(party_id: int) -> Response:
    """The organization may ask again."""
    return _by_button(party_id, services.resume, "resumed")


def _by_button(party_id: int, service: Callable[[int, int], None], done: str) -> Response:
    by_user_id = viewer().user_id or 0
    return act_once(
        ButtonForm(),
        lambda: service(party_id, by_user_id),
        lambda _result: url_for("organizations_desk.organization", party_id=party_id, done=done),
        subject=f"organization:{party_id}",
    )


@blueprint.route("/<int:party_id>/<any(refusal, suspension):act>", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def decide(party_id: int, act: str) -> Any:
    """Refuse or suspend, with a reason that the organization reads."""
    found, form = _or_404(party_id), DecisionForm()
    by_user_id = viewer().user_id or 0
    if form.validate_on_submit():
        reason = form.reason.data
        try:
            return act_once(
                form,
                lambda: BY_REASON[act](party_id, by_user_id, reason),
                lambda _result: url_for(
                    "organizations_desk.organization", party_id=party_id, done=act
                ),
                subject=f"organization:{party_id}",
            )
        except DomainError as error:
            refuse(form, error)
    return page("volunteer/organizations/desk_decide.html", form, organization=found, act=act)
