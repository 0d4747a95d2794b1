"""POST /api/device/own: a card and its PIN show, for a moment, the own plans and points. Nothing can be done there."""

from datetime import UTC, timedelta
from typing import Any

from flask import Response, g

from matching.assignments.queries import plan
from matching.assignments.states import ParticipationState
from matching.checkin.answers import REVOKED_CARD, UNKNOWN_CARD
from matching.devices import queries
from matching.devices.api import (
    answer,
    blueprint,
    in_their_language,
    object_sent,
    stopped,
    text_of,
    throttled,
)
from matching.devices.models import Device
from matching.devices.readings import Read, read
from matching.devices.states import DeviceKind
from points.earning.queries import programmes_with
from points.ledger.queries import balances
from points.programmes.queries import enrolments_of
from volunteer.core import audit, clock
from volunteer.core.attempts import count_attempt
from volunteer.core.db import run_turn
from volunteer.core.errors import Refused
from volunteer.core.i18n import _l
from volunteer.core.models import Outcome
from volunteer.core.permissions import DEVICE, allow
from volunteer.pins.services import forget_tries
from volunteer.pins.trying import try_pin

ACT = "device_api.own"
TRIES, WINDOW = 60, timedelta(minutes=10)
"""Of one device, whatever cards are tried; those of one card are counted by its PIN."""

SHOWN_SECONDS, IDLE_SECONDS = 180, 60
SHIFTS_SHOWN = 5


@blueprint.post("/own")
@allow(DEVICE)
@in_their_language
def own() -> Response:
    """The own next shifts and points of whoever has the card and knows its PIN; on a kiosk only."""
    device: Device = g.device
    if refusal := throttled("own", device) or stopped(device, clock.now()):
        return refusal
    if device.kind is not DeviceKind.KIOSK:
        return answer({"error": "not_a_kiosk"}, 403)
    body = object_sent()
    card, pin = text_of(body, "card"), text_of(body, "pin", most=40)
    device_id = device.id
    count_attempt("own_view", str(device_id), TRIES, WINDOW)
    subject = f"device:{device_id}"
    try:
        known = _of_card(card)
        subject = f"person:{known.person_id}"
        sealed = try_pin(known.person_id, pin)
    except Refused as error:
        run_turn(audit.record, ACT, subject, Outcome.REFUSED, error.code)
        told = {"error": error.code, "words": str(error.message), **error.facts}
        return answer(told, error.status)
    run_turn(_remember, known.person_id, sealed)
    return answer(_shown(known))


def _of_card(text: str) -> queries.Known:
    reading = read(text)
    found = queries.person_of_card(reading.value) if reading.kind is Read.CARD else None
    if found is None:
        raise Refused(
            _l("このカードの番号は登録されていません。1文字ずつ確かめてください。"),
            code=UNKNOWN_CARD,
        )
    known, revoked_at = found
    if revoked_at is not None:
        raise Refused(
            _l("このカードは、もう使えません。新しいカードを使ってください。"), code=REVOKED_CARD
        )
    return known


def _remember(person_id: int, sealed: str) -> None:
    forget_tries(person_id, sealed)
    audit.record(ACT, f"person:{person_id}")


def _shown(known: queries.Known) -> dict[str, Any]:
    taken = [one for one in plan(known.person_id) if one.state is ParticipationState.ACCEPTED]
    enrolled = [one.programme_id for one in enrolments_of(known.person_id) if one.ends_on is None]
    return {
        "name": known.name,
        "number": known.number,
        "shifts": [_shift(one.shift) for one in taken[:SHIFTS_SHOWN]],
        "more_shifts": max(0, len(taken) - SHIFTS_SHOWN),
        "programmes": [
            _points(known.person_id, one) for one in programmes_with(known.person_id, enrolled)
        ],
        "seconds": SHOWN_SECONDS,
        "idle_seconds": IDLE_SECONDS,
    }


def _shift(shift: Any) -> dict[str, Any]:
    return {
        "title": shift.help_request.title,
        "place": shift.help_request.public_place,
        "starts_at": shift.starts_at.astimezone(UTC).isoformat(),
        "ends_at": shift.ends_at.astimezone(UTC).isoformat(),
    }


def _points(person_id: int, programme: Any) -> dict[str, Any]:
    sums = balances(person_id, programme.id)
    return {
        "name": programme.name,
        "points": sums.in_lots,
        "unsettled": sums.unsettled,
        "owed": sums.owed,
        "expiring": [
            {"until": day.isoformat(), "points": points} for day, points in sums.by_expiry
        ],
    }
