"""Pages of the staff about help requests: check, publish, send back, enter one for somebody who calls."""

from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matching.categories.states import PRIORITY_MEANINGS
from matching.help_requests import priorities, queries, services, wizard
from matching.help_requests.forms import AS_CATEGORY, PriorityForm, SendBackForm
from matching.help_requests.models import HelpRequest
from matching.help_requests.states import OVER, HelpRequestState
from volunteer.core.audit import record_view
from volunteer.core.errors import DomainError, NotFound
from volunteer.core.forms import ButtonForm, act_once, page, refuse
from volunteer.core.i18n import _l
from volunteer.core.permissions import Role, allow, viewer
from volunteer.users.states import PartyKind

blueprint = Blueprint("help_requests_desk", __name__, url_prefix="/desk/requests")

PLACE = wizard.Place("help_requests_desk", "layouts/desk.html")

STAGES: dict[str, tuple[Any, tuple[HelpRequestState, ...]]] = {
    "submitted": (_l("確認待ち"), (HelpRequestState.SUBMITTED,)),
    "published": (_l("募集中"), (HelpRequestState.PUBLISHED,)),
    "with_asker": (_l("下書き・返したもの"), (HelpRequestState.DRAFT, HelpRequestState.SENT_BACK)),
    "over": (_l("終わったもの"), (HelpRequestState.CLOSED, HelpRequestState.CANCELLED)),
}


@blueprint.get("")
@allow(Role.COORDINATOR)
def help_requests() -> str:
    """All help requests by where they stand."""
    stage = request.args.get("stage", "submitted")
    if stage not in STAGES:
        raise NotFound(_l("そのページはありません。"))
    number = max(1, request.args.get("page", 1, int))
    found, count = queries.desk_requests(STAGES[stage][1], number)
    counts = queries.state_counts()
    return render_template(
        "matching/help_requests/desk_list.html",
        help_requests=found,
        stage=stage,
        stages=[
            (
                url_for("help_requests_desk.help_requests", stage=name),
                label,
                sum(counts.get(state, 0) for state in states),
                name == stage,
            )
            for name, (label, states) in STAGES.items()
        ],
        number=number,
        pages=max(1, -(-count // queries.PAGE)),
    )


@blueprint.get("/<int:help_request_id>")
@allow(Role.COORDINATOR)
def help_request(help_request_id: int) -> ResponseReturnValue:
    """One request with the buttons of the decision and its history; a look at a home is logged."""
    return _show(help_request_id, SendBackForm())


def _seen(help_request_id: int) -> HelpRequest:
    """The request; where it is about somebody's home, the look is logged."""
    found = queries.help_request(help_request_id)
    if found.requester.kind is PartyKind.HOUSEHOLD:
        record_view(found.requester_party_id, "exact_place")
    return found


def _show(help_request_id: int, form: SendBackForm) -> tuple[str, int]:
    found = _seen(help_request_id)
    return page(
        "matching/help_requests/desk_help_request.html",
        form,
        help_request=found,
        decisions=queries.decisions(help_request_id),
        priorities=queries.priorities(help_request_id),
        is_own=_is_own(found),
        is_household=found.requester.kind is PartyKind.HOUSEHOLD,
        button=ButtonForm(),
        ways=PLACE,
    )


def _is_own(found: HelpRequest) -> bool:
    """Whether it is asked for by an organization whose member is looking: others decide."""
    parties = {found.requester_party_id, found.host_party_id or found.requester_party_id}
    return queries.is_member(viewer().user_id or 0, parties)


@blueprint.post("/<int:help_request_id>/publication")
@allow(Role.COORDINATOR)
def publish(help_request_id: int) -> Response:
    """Put the request on the board."""
    user_id = viewer().user_id or 0
    return act_once(
        ButtonForm(),
        lambda: services.publish_help_request(help_request_id, user_id),
        lambda _made: PLACE.url("help_request", help_request_id=help_request_id, done="published"),
        subject=f"help_request:{help_request_id}",
    )


@blueprint.post("/<int:help_request_id>/return")
@allow(Role.COORDINATOR)
def send_back(help_request_id: int) -> ResponseReturnValue:
    """Give the request back with a reason."""
    form = SendBackForm()
    user_id = viewer().user_id or 0
    if form.validate_on_submit():
        try:
            return act_once(
                form,
                lambda: services.send_back_help_request(help_request_id, form.reason.data, user_id),
                lambda _made: PLACE.url(
                    "help_request", help_request_id=help_request_id, done="sent_back"
                ),
                subject=f"help_request:{help_request_id}",
            )
        except DomainError as error:
            if error.status != 422:
                raise
            refuse(form, error)
    return _show(help_request_id, form)


def _priority_of(help_request_id: int) -> dict[str, str]:
    """What stands, by the name of the field; a reason is given anew each time."""
    own = queries.help_request(help_request_id).own_priority
    return {"priority": AS_CATEGORY if own is None else str(own)}


@blueprint.route("/<int:help_request_id>/priority", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def priority(help_request_id: int) -> ResponseReturnValue:
    """How pressing this one request is: the desk's decision, with a reason."""
    found, user_id = queries.help_request(help_request_id), viewer().user_id or 0
    form = PriorityForm(stands=lambda: _priority_of(help_request_id))
    form.offer(found.category.priority)
    if form.validate_on_submit():
        wanted, reason = form.wanted(), form.reason.data
        try:
            return act_once(
                form,
                lambda: priorities.set_priority(help_request_id, wanted, reason, user_id),
                lambda _made: PLACE.url(
                    "help_request", help_request_id=help_request_id, done="priority"
                ),
                subject=f"help_request:{help_request_id}",
            )
        except DomainError as error:
            refuse(form, error)
            found = queries.help_request(help_request_id)
    return page(
        "matching/help_requests/priority.html",
        form,
        help_request=found,
        priorities=queries.priorities(help_request_id),
        meanings={str(int(one)): words for one, words in PRIORITY_MEANINGS.items()},
        is_own=_is_own(found),
        is_over=found.state in OVER,
    )


@blueprint.get("/new")
@allow(Role.COORDINATOR)
def new() -> str:
    """For whom the request is entered: an organization or a household."""
    words = request.args.get("q", "").strip()
    return render_template(
        "matching/help_requests/desk_new.html",
        words=words,
        askers=queries.possible_askers(words),
    )


@blueprint.route("/new/<int:party_id>", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def new_for(party_id: int) -> ResponseReturnValue:
    """The first question, asked on the telephone."""
    asker = queries.asker(party_id)
    user_id = viewer().user_id or 0
    start = (
        services.start_for_household
        if asker.kind is PartyKind.HOUSEHOLD
        else services.start_for_organization
    )
    return wizard.first_step(
        PLACE,
        lambda answers: start(party_id, answers, user_id),
        {"back": url_for("help_requests_desk.new"), "asker": asker},
    )


@blueprint.route("/<int:help_request_id>/<step>", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def step(help_request_id: int, step: str) -> ResponseReturnValue:
    """One question of the wizard."""
    return wizard.step(PLACE, _seen(help_request_id), step)


@blueprint.post("/<int:help_request_id>/shifts/<int:shift_id>/removal")
@allow(Role.COORDINATOR)
def remove_shift(help_request_id: int, shift_id: int) -> Response:
    """Take a day out of a draft."""
    return wizard.remove_shift(PLACE, queries.help_request(help_request_id), shift_id)


@blueprint.route("/<int:help_request_id>/check", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def check(help_request_id: int) -> ResponseReturnValue:
    """Check all answers and send them."""
    return wizard.check(PLACE, _seen(help_request_id))


@blueprint.get("/<int:help_request_id>/sent")
@allow(Role.COORDINATOR)
def sent(help_request_id: int) -> str:
    """The receipt number, to be told to the caller."""
    return render_template(
        "matching/help_requests/sent.html",
        help_request=queries.help_request(help_request_id),
        ways=PLACE,
    )
