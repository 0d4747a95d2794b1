"""/api/device: what kiosks and other makers' devices talk to (docs/api.md). JSON, no cookies, no token of a form."""

import hashlib
import json
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache, wraps
from typing import Any, cast

from flask import Blueprint, Flask, Response, current_app, g, request
from werkzeug.datastructures import LanguageAccept
from werkzeug.exceptions import HTTPException
from werkzeug.http import parse_accept_header

from matching.devices import queries, services, showing, throttle, uploads
from matching.devices.intake import take_all
from matching.devices.models import Device
from matching.devices.whom import Asking
from volunteer.core import clock
from volunteer.core.attempts import count_attempt
from volunteer.core.db import database_name, db, run_turn
from volunteer.core.error_pages import answer_below
from volunteer.core.errors import DomainError, TooManyAttempts
from volunteer.core.headers import request_id
from volunteer.core.i18n import ENGLISH, JAPANESE, in_language, is_language
from volunteer.core.permissions import DEVICE, PUBLIC, allow
from volunteer.users.visit import client

blueprint = Blueprint("device_api", __name__, url_prefix="/api/device")
log = logging.getLogger(__name__)

BODY_MAX_BYTES = 128 * 1024
_as_json = json.JSONEncoder(separators=(",", ":")).encode
CODE_TRIES, CODE_WINDOW = 30, timedelta(minutes=10)
SEEN_EVERY = timedelta(seconds=60)


def init_app(app: Flask) -> None:
    """Let the floor know devices by their token; nothing here needs the token of a form."""
    app.extensions["otagai.device"] = _device_of
    app.extensions["csrf"].exempt(blueprint)
    answer_below(app, str(blueprint.url_prefix), _elsewhere)


KNOWN_SECONDS = 10.0
KNOWN_MAX = 1000
_known: dict[tuple[str, str], tuple[float, Device]] = {}
"""Devices by their token as this process read them last. What of them may change (whether they stand, what they have
sent) is asked in every turn and before anything is told; the rest never does."""


def _device_of(token: str) -> Device | None:
    if not services.TOKEN_SHAPE.fullmatch(token):
        return None
    key = (database_name(), services.hash_token(token))
    read_at, kept = _known.get(key, (0.0, None))
    if kept is not None and time.monotonic() - read_at < KNOWN_SECONDS:
        return kept
    found = queries.device_of_token(key[1])
    if found is not None:
        db.session.expunge(found)
        if len(_known) >= KNOWN_MAX:
            _known.clear()
        _known[key] = (time.monotonic(), found)
    return found


def forget() -> None:
    """Read every device anew (another database, another test)."""
    _known.clear()


class BadBody(Exception):
    """What was sent is no such thing."""


def _language() -> str:
    asked = request.args.get("lang", "")
    if is_language(asked):
        return asked
    return _best_language(request.headers.get("Accept-Language", ""))


@lru_cache(maxsize=256)
def _best_language(accepted: str) -> str:
    return parse_accept_header(accepted, LanguageAccept).best_match([JAPANESE, ENGLISH]) or JAPANESE


def in_their_language(view: Callable[[], Any]) -> Callable[[], Any]:
    """The view answers in the language that is asked for."""

    @wraps(view)
    def speaking() -> Any:
        with in_language(_language()):
            return view()

    return speaking


def object_sent() -> dict[str, Any]:
    """The JSON object that was sent. Raises `BadBody`."""
    body = _body()
    if not isinstance(body, dict):
        raise BadBody("an object was expected")
    return body


def _body() -> Any:
    request.max_content_length = BODY_MAX_BYTES
    try:
        return json.loads(request.get_data(cache=False))
    except (ValueError, RecursionError):
        raise BadBody("the body is not JSON") from None


def text_of(body: dict[str, Any], name: str, *, most: int = 200) -> str:
    """A text of the object that was sent. Raises `BadBody`."""
    value = body.get(name, "")
    if not isinstance(value, str) or len(value) > most:
        raise BadBody(f"{name}: text of at most {most} characters was expected")
    return value


def answer(body: Any, status: int = 200) -> Response:
    """JSON that nobody keeps."""
    response = Response(_as_json(body), status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/enrolment")
@allow(PUBLIC, cookies=False)
@in_their_language
def enrol() -> Response:
    """A code from the desk and a token that the device made: from now on it is ours."""
    body = object_sent()
    code, token = text_of(body, "code"), text_of(body, "token")
    count_attempt("device_code", client(), CODE_TRIES, CODE_WINDOW)
    device, is_new = run_turn(services.enrol, code, token)
    return answer({"device": showing.device(device)}, 201 if is_new else 200)


@blueprint.get("/state")
@allow(DEVICE)
@in_their_language
def state() -> Response:
    """Everything the screen shows: who this is, the shifts of today, who is expected and who has come."""
    device: Device = g.device
    if refusal := throttled("state", device):
        return refusal
    moment = clock.now()
    if refusal := stopped(device, moment):
        return refusal
    body = showing.state(device, moment)
    tag = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:32]
    _note_seen(device)
    body = showing.with_time(body, moment)
    response = answer(body)
    response.set_etag(tag)
    response.headers["X-Server-Time"] = body["server_time"]
    return cast("Response", response.make_conditional(request))


@blueprint.post("/scans")
@allow(DEVICE)
@in_their_language
def scans() -> Response:
    """1 to 50 scans, each taken in a write turn of its own and answered in its place."""
    device: Device = g.device
    if refusal := throttled("scans", device):
        return refusal
    try:
        _sent_at, found = uploads.read_body(_body())
    except uploads.Unreadable as error:
        raise BadBody(str(error)) from None
    asking = Asking.of(device)
    _note_seen(device)
    taken = take_all(asking, found)
    return answer(
        {
            "server_time": clock.now().astimezone(UTC).isoformat(),
            "answers": showing.answers(asking, taken),
        }
    )


def stopped(device: Device, moment: datetime) -> Response | None:
    """Nothing is told to a device that was revoked or whose days are over."""
    if queries.is_revoked(device.id):
        return answer({"error": "revoked"}, 403)
    return answer({"error": "over"}, 403) if device.is_over(moment) else None


def throttled(where: str, device: Device) -> Response | None:
    """The answer to a device that asks too often."""
    wait = throttle.wait_seconds(where, device.id)
    if not wait:
        return None
    response = answer({"error": "too_many_requests", "retry_after_s": wait}, 429)
    response.headers["Retry-After"] = str(wait)
    return response


def _note_seen(device: Device) -> None:
    seen = device.last_seen_at
    if seen is None or abs(clock.now() - seen) > SEEN_EVERY:
        run_turn(services.note_seen, device.id)
        device.last_seen_at = clock.now()


@blueprint.errorhandler(BadBody)
def _bad_body(error: BadBody) -> Response:
    return answer({"error": "bad_body", "detail": str(error)}, 422)


@blueprint.errorhandler(DomainError)
def _refused(error: DomainError) -> Response:
    with in_language(_language()):
        response = answer({"error": error.code, "words": str(error.message)}, error.status)
    if isinstance(error, TooManyAttempts):
        response.headers["Retry-After"] = str(int(CODE_WINDOW.total_seconds()))
    return response


@blueprint.errorhandler(HTTPException)
def _http_error(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return cast("Response", error.get_response())
    response = answer({"error": error.name.lower().replace(" ", "_")}, error.code)
    for name, value in error.get_headers():
        response.headers.setdefault(name, value)  # Allow, Retry-After
    return response


def _elsewhere(error: Exception) -> Response:
    """An error of an address below ours which is no call, or is asked for in no way we know."""
    handler: Any = _our_fault
    if isinstance(error, HTTPException | DomainError):
        handler = _http_error if isinstance(error, HTTPException) else _refused
    return cast("Response", handler(error))


@blueprint.after_request
def _kept_nowhere(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.errorhandler(Exception)
def _our_fault(error: Exception) -> Response:
    if current_app.testing:
        raise error
    log.exception("request %s failed at %s", request_id(), request.endpoint)
    return answer({"error": "our_fault", "request": request_id()}, 500)
