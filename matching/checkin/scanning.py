"""The venue code and the scan ticket as a browser carries them: keys, cookie, headers that let nothing leak."""

from datetime import datetime

from flask import Response, request, url_for

from matching.checkin import evidence, tokens
from matching.checkin.tokens import TicketReading, VenueReading, Verdict
from volunteer.core import clock
from volunteer.core.crypto import purpose_key
from volunteer.core.links import absolute
from volunteer.users.visit import device

COOKIE = "scan_ticket"
PAID_STEP_SECONDS = 15
"""Where money depends on it the code changes twice as often."""


def key() -> bytes:
    """The key of all check-in tokens; their first byte tells them apart."""
    return purpose_key("check-in tokens")


def step_seconds(is_paid: bool) -> int:
    """How long one venue code is shown."""
    return PAID_STEP_SECONDS if is_paid else tokens.STEP_SECONDS


def venue_address(shift_id: int, is_paid: bool, at: datetime) -> str:
    """The short address in the QR at the venue, of the step that holds `at`."""
    token = tokens.venue_token(key(), shift_id, at, step_seconds(is_paid))
    return absolute(url_for("checkin.scan", token=token))


def read_venue_code(token: str) -> VenueReading:
    """Judge a scanned code now, by the step of its shift."""
    moment = clock.now()
    reading = tokens.read_venue_token(key(), token, moment)
    is_good = reading.verdict is Verdict.OK and reading.shift_id is not None
    if is_good and evidence.is_paid(reading.shift_id or 0):
        return tokens.read_venue_token(key(), token, moment, PAID_STEP_SECONDS)
    return reading


def give_ticket(response: Response, reading: VenueReading) -> None:
    """This browser may check in at this shift during the next 15 minutes."""
    ticket = tokens.scan_ticket(
        key(), reading.shift_id or 0, clock.now(), device(), reading.age_seconds or 0
    )
    response.set_cookie(
        COOKIE,
        ticket,
        max_age=tokens.TICKET_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure,
    )


def read_ticket() -> TicketReading | None:
    """The ticket of this browser, judged now; None when there is none."""
    ticket = request.cookies.get(COOKIE, "")
    return tokens.read_scan_ticket(key(), ticket, clock.now(), device()) if ticket else None


def keep_private(response: Response) -> Response:
    """An address with a token is told to nobody and kept nowhere."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response
