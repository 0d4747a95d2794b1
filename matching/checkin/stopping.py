"""What the pages of the volunteer share: nobody is let in, kindly, and the desk hears of it."""

from hashlib import sha256
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from matching.checkin import answers, evidence, services
from matching.checkin.states import Source
from matching.checkin.tokens import Verdict
from matching.help_requests.queries import shift_with_request
from volunteer.core import clock
from volunteer.core.db import run_turn
from volunteer.core.errors import DomainError
from volunteer.core.permissions import viewer
from volunteer.users.visit import device

STATUSES: dict[str, int] = {
    Verdict.FORGED: 404,
    Verdict.WRONG_PURPOSE: 404,
    answers.UNKNOWN_POSTER: 404,
    Verdict.EXPIRED: 410,
}
"""The status of a page that lets nobody in, where it is not 422."""


def device_hash() -> str:
    """What is kept of a browser: several people on one are flagged, not refused."""
    return sha256(device().encode()).hexdigest()


def tell_desk(shift_id: int | None, code: str, source: Source = Source.VENUE_CODE) -> None:
    """The desk will see that somebody we know could not check in."""
    who = viewer()
    if who.person_id is None or code == answers.NO_TICKET:  # opening an old address is no trouble
        return
    known = shift_id if shift_id and evidence.shift_exists(shift_id) else None
    run_turn(services.record_refusal, known, who.person_id, source, code, who.user_id)


def stopped(code: str, **facts: Any) -> tuple[str, int]:
    """The page that lets nobody in, kindly."""
    other = facts.get("other_shift_id")
    html = render_template(
        "matching/checkin/stop.html",
        stop=answers.stop(code),
        at=facts.get("at"),
        other=shift_with_request(other) if other else None,
        shift=facts.get("shift"),
        may_type=code in answers.TYPE_INSTEAD,
        told=code not in answers.UNTOLD,
        now=clock.now(),
    )
    return html, STATUSES.get(code, 422)


def refused(shift_id: int, error: DomainError, source: Source) -> ResponseReturnValue:
    """The page of a check-in that its service refused; other errors go on up."""
    if error.status not in (403, 422):
        raise error
    tell_desk(shift_id, error.code, source)
    return stopped(error.code, shift=shift_with_request(shift_id), **error.facts)
