"""Pages of organizations: apply, and who acts for us."""

import json
from typing import Any

from flask import Blueprint, Response, redirect, session, url_for

from volunteer.areas.queries import areas
from volunteer.core.crypto import Damaged, KeyTrouble, seal, unseal_text
from volunteer.core.errors import DomainError
from volunteer.core.forms import ButtonForm, act_once, page, refuse
from volunteer.core.permissions import MEMBER, PUBLIC, allow, viewer
from volunteer.organizations import queries, services
from volunteer.organizations.forms import ApplyForm, MemberForm
from volunteer.organizations.rules import Application
from volunteer.organizations.states import OrganizationKind
from volunteer.users.email_codes import count_sending, try_code
from volunteer.users.forms import CodeForm
from volunteer.users.sessions import put_into_cookie
from volunteer.users.states import CodePurpose
from volunteer.users.visit import browser, client, device, language

blueprint = Blueprint("organizations", __name__)

SEALED_FOR = "application under way"


@blueprint.route("/organizations/apply", methods=["GET", "POST"])
@allow(PUBLIC)
def apply() -> Any:
    """What an organization tells; it waits, sealed, in this browser until the address is proved."""
    form = ApplyForm()
    form.offer_areas(areas())
    name = device()
    if form.validate_on_submit():
        wanted = form.wanted()
        try:
            count_sending(wanted.email, client(), device())
            response = act_once(
                form,
                lambda: services.ask_to_apply(wanted.email, name, language()),
                lambda _result: url_for("organizations.apply_code"),
            )
            values = {**vars(wanted), "kind": wanted.kind.value}
            session["application"] = seal(json.dumps(values), SEALED_FOR)
            return response
        except DomainError as error:
            refuse(form, error)
    return page("volunteer/organizations/apply.html", form)


def _kept() -> Application | None:
    try:
        values = json.loads(unseal_text(session["application"], SEALED_FOR))
    except (KeyError, Damaged, KeyTrouble, ValueError):
        return None
    return Application(**{**values, "kind": OrganizationKind(values["kind"])})


@blueprint.route("/organizations/apply/code", methods=["GET", "POST"])
@allow(PUBLIC)
def apply_code() -> Any:
    """The code of the mail; the organization exists from here on and waits for approval."""
    wanted, form = _kept(), CodeForm()
    if wanted is None:
        return redirect(url_for("organizations.apply"), 303)
    if form.validate_on_submit():
        tokens: list[str] = []

        def accept() -> int:
            party_id, token = services.apply(proof, wanted, language(), browser())
            tokens.append(token)
            return party_id

        try:
            proof = try_code(CodePurpose.JOIN, form.code.data, device(), client())
            response = act_once(
                form,
                accept,
                lambda _party_id: url_for("organizations.applied"),
                subject=lambda party_id: f"organization:{party_id}",
            )
            if tokens:
                put_into_cookie(tokens[-1])
            return response
        except DomainError as error:
            refuse(form, error)
    return page("volunteer/organizations/apply_code.html", form, email=wanted.email)


@blueprint.get("/organizations/applied")
@allow(MEMBER)
def applied() -> Any:
    """What was done and what happens next."""
    own = queries.organization(viewer().organization_id)
    return page("volunteer/organizations/applied.html", organization=own)


@blueprint.route("/o/members", methods=["GET", "POST"])
@allow(MEMBER)
def members() -> Any:
    """Who acts for us; one more by name and address."""
    party_id, user_id = viewer().organization_id or 0, viewer().user_id or 0
    form = MemberForm()
    if form.validate_on_submit():
        email, name = form.email.data, form.name.data
        try:
            count_sending(email, client(), device())
            return act_once(
                form,
                lambda: services.invite_member(party_id, email, name, user_id, language()),
                lambda _user: url_for("organizations.members", done="invited"),
                subject=f"organization:{party_id}",
            )
        except DomainError as error:
            refuse(form, error)
    return page(
        "volunteer/organizations/members.html",
        form,
        organization=queries.organization(party_id),
        members=queries.members(party_id),
        button=ButtonForm(),
    )


@blueprint.post("/o/members/<int:user_id>/removal")
@allow(MEMBER)
def remove(user_id: int) -> Response:
    """This member no longer acts for us."""
    party_id, by_user_id = viewer().organization_id or 0, viewer().user_id or 0
    return act_once(
        ButtonForm(),
        lambda: services.remove_member(party_id, user_id, by_user_id),
        lambda _result: url_for("organizations.members", done="removed"),
        subject=f"organization:{party_id}",
    )
