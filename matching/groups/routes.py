"""Pages of the host about the groups at its shifts, and the one page of a group's leader."""

from flask import Blueprint, Response, make_response, redirect, url_for
from flask.typing import ResponseReturnValue

from matching.checkin.names import masked
from matching.checkin.routes import HOST
from matching.checkin.scanning import keep_private
from matching.groups import answering, pages, queries
from matching.groups.forms import RowsForm
from matching.groups.leader_links import read_token
from matching.groups.models import GroupVisit
from matching.groups.pages import Frame
from matching.groups.rules import why_closed
from matching.groups.services import WHY_CLOSED, By
from matching.groups.states import Side
from matching.help_requests.models import Shift
from matching.help_requests.queries import shift_with_request
from matching.help_requests.states import ShiftState
from volunteer.core import clock
from volunteer.core.errors import NotFound
from volunteer.core.forms import page
from volunteer.core.i18n import _l
from volunteer.core.permissions import MEMBER, PUBLIC, allow, own_or_404, viewer

blueprint = Blueprint("groups", __name__)

FRAME = Frame("groups", HOST)
GONE = _l("このページは、もう使えません。主催者かセンターに声をかけてください。")


def _hosted(shift: Shift) -> Shift:
    """A shift this organization is the host of; a foreign one answers like a missing one."""
    host = shift.help_request.host_party_id
    own_or_404(host is not None and host == viewer().organization_id)
    own_or_404(shift.state is not ShiftState.PLANNED)
    return shift


def _visit(visit_id: int) -> GroupVisit:
    found = queries.visit(visit_id)
    _hosted(found.shift)
    return found


@blueprint.route("/o/shifts/<int:shift_id>/groups/new", methods=["GET", "POST"])
@allow(MEMBER)
def new(shift_id: int) -> ResponseReturnValue:
    """A group has come."""
    return pages.new(FRAME, _hosted(shift_with_request(shift_id)))


@blueprint.route("/o/groups/<int:visit_id>", methods=["GET", "POST"])
@allow(MEMBER)
def visit(visit_id: int) -> ResponseReturnValue:
    """One group; names are added here."""
    return pages.visit(FRAME, _visit(visit_id))


@blueprint.route("/o/groups/<int:visit_id>/heads", methods=["GET", "POST"])
@allow(MEMBER)
def heads(visit_id: int) -> ResponseReturnValue:
    """How many there really were."""
    return pages.heads(FRAME, _visit(visit_id))


@blueprint.route("/o/groups/<int:visit_id>/withdrawal", methods=["GET", "POST"])
@allow(MEMBER)
def withdrawal(visit_id: int) -> ResponseReturnValue:
    """The group was recorded by mistake."""
    return pages.withdrawal(FRAME, _visit(visit_id))


@blueprint.route("/o/groups/<int:visit_id>/names/<int:name_id>/removal", methods=["GET", "POST"])
@allow(MEMBER)
def removal(visit_id: int, name_id: int) -> ResponseReturnValue:
    """A name was wrong."""
    return pages.removal(FRAME, _visit(visit_id), name_id)


@blueprint.post("/o/groups/<int:visit_id>/departure")
@allow(MEMBER)
def departure(visit_id: int) -> ResponseReturnValue:
    """The group goes home."""
    return pages.departure(FRAME, _visit(visit_id))


@blueprint.post("/o/groups/<int:visit_id>/link")
@allow(MEMBER)
def link(visit_id: int) -> ResponseReturnValue:
    """The leader gets a page of their own."""
    return pages.link(FRAME, _visit(visit_id))


@blueprint.post("/o/groups/<int:visit_id>/link/end")
@allow(MEMBER)
def end_link(visit_id: int) -> ResponseReturnValue:
    """The leader's page is closed."""
    return pages.end_link(FRAME, _visit(visit_id))


@blueprint.route("/g/<token>", methods=["GET", "POST"])
@allow(PUBLIC)
def leader(token: str) -> Response:
    """The leader's page: names are added, nothing else is to be seen or done."""
    found = read_token(pages.key(), token)
    if found is None:
        raise NotFound(GONE)
    visit = queries.visit(found.visit_id)
    is_open = visit.link_is_open and visit.link_number == found.number
    if not is_open or visit.shift.state is ShiftState.CANCELLED:
        return _gone(visit)
    who = viewer()
    form = RowsForm()
    answers: list[answering.Answer] = []
    if form.validate_on_submit():
        acting = answering.Acting(
            visit.id,
            By(Side.LEADER, who.user_id, who.own_person_id),
            "groups.leader",
            found.number,
        )
        answers = answering.add_all(acting, form, [])
        if answering.is_done(form, answers):
            n = len(answers)
            return _private(redirect(url_for(".leader", token=token, done="named", n=n), 303))
    visit = queries.visit(visit.id)
    closed = why_closed(visit.state, visit.names_until, clock.now())
    return _private(
        page(
            "matching/groups/leader.html",
            form,
            visit=visit,
            shift=visit.shift,
            answers=answers,
            names=queries.names(visit.id),
            masked=masked,
            why=WHY_CLOSED[closed] if closed else "",
            now=clock.now(),
        )
    )


def _private(answer: ResponseReturnValue) -> Response:
    return keep_private(make_response(answer))


def _gone(visit: GroupVisit) -> Response:
    html, _status = page("matching/groups/leader_gone.html", visit=visit)
    return _private((html, 410))
