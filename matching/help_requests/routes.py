"""Pages of an organization about what it asks for."""

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matching.help_requests import queries, services, wizard
from matching.help_requests.states import EDITABLE
from volunteer.core.errors import Refused
from volunteer.core.forms import ButtonForm
from volunteer.core.i18n import _l
from volunteer.core.permissions import MEMBER, allow, viewer

blueprint = Blueprint("help_requests", __name__, url_prefix="/o/requests")

PLACE = wizard.Place("help_requests", "layouts/member.html")


def page_number() -> int:
    """Which page of a list is asked for, from 1."""
    return max(1, request.args.get("page", 1, int))


def page_count(count: int, per_page: int = queries.PAGE) -> int:
    """How many pages a list of `count` has."""
    return max(1, -(-count // per_page))


def _own(help_request_id: int) -> queries.HelpRequest:
    return queries.own_help_request(help_request_id, viewer().organization_id)


@blueprint.get("")
@allow(MEMBER)
def help_requests() -> str:
    """What the organization has asked for, and how full it is."""
    number = page_number()
    found, count = queries.organization_requests(viewer().organization_id or 0, number)
    return render_template(
        "matching/help_requests/list.html",
        help_requests=found,
        count=count,
        number=number,
        pages=page_count(count),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@allow(MEMBER)
def new() -> ResponseReturnValue:
    """The first question of a new request."""
    who = viewer()
    if not who.is_approved:
        raise Refused(
            _l(
                "団体の登録がすむと、依頼を出せます。センターが確かめています。"
                "お急ぎのときは、お電話ください。"
            ),
            code="organization_not_approved",
        )
    return wizard.first_step(
        PLACE,
        lambda answers: services.start_for_organization(
            who.organization_id or 0, answers, who.user_id or 0
        ),
        {"back": url_for("help_requests.help_requests")},
    )


@blueprint.get("/<int:help_request_id>")
@allow(MEMBER)
def help_request(help_request_id: int) -> str:
    """One request: where it stands, its days, what was decided."""
    found = _own(help_request_id)
    return render_template(
        "matching/help_requests/help_request.html",
        help_request=found,
        decisions=queries.decisions(help_request_id),
        is_editable=found.state in EDITABLE,
        ways=PLACE,
        form=ButtonForm(),
    )


@blueprint.route("/<int:help_request_id>/<step>", methods=["GET", "POST"])
@allow(MEMBER)
def step(help_request_id: int, step: str) -> ResponseReturnValue:
    """One question of the wizard."""
    return wizard.step(PLACE, _own(help_request_id), step)


@blueprint.post("/<int:help_request_id>/shifts/<int:shift_id>/removal")
@allow(MEMBER)
def remove_shift(help_request_id: int, shift_id: int) -> Response:
    """Take a day out of a draft."""
    return wizard.remove_shift(PLACE, _own(help_request_id), shift_id)


@blueprint.route("/<int:help_request_id>/check", methods=["GET", "POST"])
@allow(MEMBER)
def check(help_request_id: int) -> ResponseReturnValue:
    """Check all answers and send them."""
    return wizard.check(PLACE, _own(help_request_id))


@blueprint.get("/<int:help_request_id>/sent")
@allow(MEMBER)
def sent(help_request_id: int) -> str:
    """The receipt number and what happens next."""
    return render_template(
        "matching/help_requests/sent.html", help_request=_own(help_request_id), ways=PLACE
    )
