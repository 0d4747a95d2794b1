"""What the code of a poster leads to, and the paper of a host's own shifts."""

from datetime import timedelta

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from matching.checkin import answers, evidence, posters, services
from matching.checkin.posters import PosterAnswer
from matching.checkin.rules import REPEATED, Outcome
from matching.checkin.states import Source
from matching.checkin.stopping import device_hash, refused, stopped, tell_desk
from matching.checkin.tokens import Verdict
from matching.help_requests.models import Shift
from matching.help_requests.queries import own_help_request, shift_with_request
from matching.paper import sheets
from matching.paper.forms import PosterForm
from matching.paper.queries import shifts_of_day
from volunteer.core import clock
from volunteer.core.attempts import count_attempt
from volunteer.core.codes import CodeKind, Fault, read_code
from volunteer.core.errors import DomainError
from volunteer.core.forms import act_once, page
from volunteer.core.permissions import MEMBER, PERSON, PUBLIC, allow, own_or_404, viewer
from volunteer.users.visit import client

blueprint = Blueprint("paper", __name__)

UNKNOWN_TRIES, UNKNOWN_WINDOW = 60, timedelta(minutes=10)
"""So many codes that do not exist may be opened from one address: a café's guests share it."""


@blueprint.get("/w/<code>")
@allow(PUBLIC)
def poster(code: str) -> ResponseReturnValue:
    """One page with one button, as at the venue's screen; opening it changes nothing, signed in or not."""
    found = _meant_by(code)
    if isinstance(found, str):
        return stopped(found)
    shift = shift_with_request(found.shift_id)
    if not found.is_open:
        tell_desk(found.shift_id, found.problem, Source.POSTER)
        return stopped(found.problem, at=found.at, shift=shift)
    name, is_walk_in, person_id = "", False, viewer().person_id
    if person_id is not None:
        facts = evidence.shift_facts(shift.id)
        person = evidence.person_facts(person_id, facts)
        answer = services.judge(facts, person, Source.POSTER, clock.now())
        if answer.outcome in REPEATED:
            return redirect(url_for("checkin.result", shift_id=shift.id, again=1))
        if not answer.checks_in:
            tell_desk(shift.id, answer.outcome.value, Source.POSTER)
            facts_told = {"at": answer.at, "other_shift_id": answer.shift_id}
            return stopped(answer.outcome.value, shift=shift, **facts_told)
        name, is_walk_in = person.name, answer.outcome is Outcome.WALK_IN
    return page(
        "matching/checkin/arrive.html",
        form=PosterForm(formdata=None, data={"shift_id": shift.id}),
        action=url_for(".claim", code=code),
        here=url_for(".poster", code=code),
        is_claim=True,
        shift=shift,
        name=name,
        is_walk_in=is_walk_in,
        now=clock.now(),
    )


def _meant_by(code: str) -> PosterAnswer | str:
    """The shift a poster leads this reader to, or the code of the trouble with what was read."""
    typed = read_code(code, CodeKind.SHIFT)
    if typed.fault is Fault.OTHER_KIND:
        return Verdict.WRONG_PURPOSE.value
    found = None
    if typed.fault is None:
        found = posters.meant_by(typed.code, viewer().person_id, clock.now())
    if found is None:
        count_attempt("poster_code", client(), UNKNOWN_TRIES, UNKNOWN_WINDOW)
        return answers.UNKNOWN_POSTER
    return found


@blueprint.post("/w/<code>")
@allow(PERSON)
def claim(code: str) -> ResponseReturnValue:
    """受付する: a claim to be here, pending until the host confirms it (or as the program says)."""
    form, who = PosterForm(), viewer()
    typed = read_code(code, CodeKind.SHIFT)
    typed_id = str(form.shift_id.data)
    shift_id = (
        int(typed_id) if typed_id.isdecimal() and len(typed_id) < 10 else 0
    )  # fits its column
    if typed.fault or not posters.is_at_the_place(shift_id, typed.code):
        return stopped(answers.UNKNOWN_POSTER)
    scan = services.Scan(
        shift_id,
        who.person_id or 0,
        Source.POSTER,
        str(form.form_key.data),
        who.user_id,
        device=device_hash(),
    )
    try:
        return act_once(
            form,
            lambda: services.check_in(scan),
            lambda done: url_for(
                "checkin.result", shift_id=shift_id, again=None if done.is_new else 1
            ),
            subject=lambda done: f"attendance:{done.attendance_id}",
        )
    except DomainError as error:
        return refused(shift_id, error, Source.POSTER)


def _hosted(shift_id: int) -> Shift:
    """A shift this organization is the host of; a foreign one answers like a missing one."""
    shift = shift_with_request(shift_id)
    host = shift.help_request.host_party_id
    own_or_404(host is not None and host == viewer().organization_id)
    return shift


@blueprint.get("/o/shifts/<int:shift_id>/poster")
@allow(MEMBER)
def shift_poster(shift_id: int) -> str:
    """The A4 poster of one day."""
    shift = _hosted(shift_id)
    return sheets.show_poster(
        sheets.poster_of_shift(shift),
        back=url_for("checkin.host", shift_id=shift_id),
        other=url_for(".place_poster", help_request_id=shift.help_request_id),
    )


@blueprint.get("/o/help-requests/<int:help_request_id>/poster")
@allow(MEMBER)
def place_poster(help_request_id: int) -> str:
    """The A4 poster of a place, for all its days."""
    found = own_help_request(help_request_id, viewer().organization_id)
    return sheets.show_poster(
        sheets.poster_of_place(found),
        back=url_for("help_requests.help_request", help_request_id=help_request_id),
        other="",
    )


@blueprint.get("/o/shifts/<int:shift_id>/name-list")
@allow(MEMBER)
def name_list(shift_id: int) -> str:
    """The name list of one shift, for a power cut."""
    back = url_for("checkin.host", shift_id=shift_id)
    return sheets.show_name_lists([_hosted(shift_id)], back=back)


@blueprint.get("/o/name-lists")
@allow(MEMBER)
def name_lists() -> str:
    """The name lists of the own shifts of a day, ten in one print."""
    day, number = sheets.day_asked_for(), request.args.get("page", 1, type=int)
    found = shifts_of_day(day, viewer().organization_id, number)
    return sheets.show_name_lists(found.shifts, back="/", day=day, of_day=found)
