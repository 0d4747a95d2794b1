"""Every error ends on a page that says what happened, what was lost (mostly nothing) and what to do."""

import logging
from collections.abc import Callable
from typing import Any

from flask import Flask, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError
from werkzeug.exceptions import HTTPException, SecurityError

from volunteer.core import kept_forms
from volunteer.core.db import db
from volunteer.core.errors import DomainError
from volunteer.core.headers import request_id

log = logging.getLogger(__name__)

_LAST_RESORT = (
    '<!doctype html><html lang="ja"><meta charset="utf-8"><title>こちらの具合が悪いようです</title>'
    "<h1>こちらの具合が悪いようです</h1><p>申しわけありません。前から保存されているものは、なくなっていません。"
    "1分ほど待ってから、もう一度ためしてください。</p><p>番号 {number}</p>"
)
# No address of ours can be made for a host we do not answer to, so this page has none.
_WRONG_HOST = (
    '<!doctype html><html lang="ja"><meta charset="utf-8"><title>アドレスがちがいます</title>'
    "<h1>アドレスがちがいます</h1><p>この名前のアドレスでは開けません。センターから届いたアドレスを使ってください。</p>"
    '<p lang="en">This site does not answer to this address.</p>'
)
Handler = Callable[[Any], ResponseReturnValue]
_EXTENSION = "otagai.error_answers"
_PAGES = {400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503}


def init_app(app: Flask) -> None:
    """Answer every error of `app` with a page of templates/errors/."""
    for kind, handler in (
        (CSRFError, _form_expired),
        (DomainError, _domain_error),
        (HTTPException, _http_error),
        (DataError, _impossible_value),
        (OverflowError, _impossible_value),
        (Exception, _our_fault),
    ):
        app.register_error_handler(kind, _unless_for_machines(handler))


def answer_below(app: Flask, prefix: str, handler: Handler) -> None:
    """Errors of addresses below `prefix`, also of those which are nowhere, are answered by `handler`, not by a page."""
    app.extensions.setdefault(_EXTENSION, {})[prefix] = handler


def _unless_for_machines(handler: Handler) -> Handler:
    def answer(error: Any) -> ResponseReturnValue:
        others: dict[str, Handler] = current_app.extensions.get(_EXTENSION, {})
        for prefix, other in others.items():
            if request.path == prefix or request.path.startswith(f"{prefix}/"):
                return other(error)
        return handler(error)

    return answer


def _form_expired(_error: CSRFError) -> ResponseReturnValue:
    return render_template("errors/form_expired.html"), 400


def _domain_error(error: DomainError) -> ResponseReturnValue:
    door = _door(error)
    if door and request.method == "GET":
        return redirect(url_for(door, next=request.full_path.rstrip("?")), 303)
    is_kept = door is not None and kept_forms.keep(kept_forms.last_user_id())
    found = _way_back(error)
    return _page(error.status, message=error.message, code=error.code, is_kept=is_kept, **found)


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error
    if isinstance(error, SecurityError):
        return _WRONG_HOST, 400
    status = error.code if error.code in _PAGES else 500 if error.code >= 500 else 400
    body, _ = _page(status, code=error.name)
    return body, error.code, [pair for pair in error.get_headers() if pair[0] != "Content-Type"]


def _impossible_value(error: Exception) -> ResponseReturnValue:
    """Something asked for in the address cannot be in any row (NUL, a number too large): there is no such page."""
    if request.method != "GET" or not request.args:
        return _our_fault(error)
    db.session.rollback()
    log.warning("request %s asked %s for an impossible value", request_id(), request.endpoint)
    return _page(404)


def _our_fault(error: Exception) -> ResponseReturnValue:
    if current_app.testing or current_app.debug:
        raise error
    # The path may hold a token, so the log names the endpoint only.
    log.exception("request %s failed at %s", request_id(), request.endpoint)
    try:
        return _page(500)
    except Exception:
        # The page itself asks the database for the center's name, which may be what is broken.
        log.exception("request %s: the error page failed too", request_id())
        return _LAST_RESORT.format(number=request_id()), 500


def _page(status: int, **context: Any) -> tuple[str, int]:
    return render_template(f"errors/{status}.html", **context), status


def _door(error: DomainError) -> str | None:
    """The page where one signs in or proves who one is, when that is all that is missing.

    Higher packages name these pages in app.config["DOORS"]: {"not_signed_in": endpoint,
    "not_signed_in_desk": endpoint, "confirm_identity": endpoint}.
    """
    if error.status != 401:
        return None
    doors = current_app.config.get("DOORS", {})
    endpoint: str | None = doors.get(error.code)
    if error.code == "not_signed_in" and request.path.startswith("/desk"):
        endpoint = doors.get("not_signed_in_desk", endpoint)
    return endpoint if endpoint in current_app.view_functions else None


def _way_back(error: DomainError) -> dict[str, Any]:
    """The address to look at after a refusal, when the rule gave one."""
    back = error.facts.get("back_url") or error.facts.get("url")
    return {"back_url": back} if back else {}
