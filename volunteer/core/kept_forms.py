"""What was typed into a form that came too late (signed out, identity not proved lately), for the way back to it.

It waits in the browser's own signed cookie, sealed and bound to the user, for a quarter of an hour, and is taken out by
the first look. Secrets are never kept: those fields come back empty.
"""

import json
import re
import zlib
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, request, session
from werkzeug.datastructures import MultiDict

from volunteer.core import clock
from volunteer.core.crypto import Damaged, KeyTrouble, seal, unseal

KEY = "kept_form"
KEPT_FOR = timedelta(minutes=15)
SEALED_MAX = 2400
"""A cookie holds 4 kB; a longer text is not kept, and the page says so."""
SECRET = re.compile(
    r"password|code|pin|number|account|token|secret|holder|symbol|csrf", re.IGNORECASE
)
NO_SECRET = frozenset(
    {"postcode", "category_code", "numbers", "leader_number", "registration_number"}
)
"""They sound like secrets; sent back empty, the postcode of an address would be lost without a word."""


def keep(user_id: int | None) -> bool:
    """Keep what this request has sent, for `user_id`; whether it fits and there is anything to keep."""
    if user_id is None or (request.content_length or 0) > (request.max_content_length or 0) > 0:
        return False  # nobody to keep it for, or too large to be read at all
    fields = [
        (name, value) for name, value in request.form.items(multi=True) if not is_secret(name)
    ]
    if not [value for name, value in fields if name != "form_key" and value]:
        return False
    pages = [request.path, urlsplit(request.referrer or "").path]
    body = {"pages": pages, "at": clock.now().isoformat(), "fields": fields}
    packed = zlib.compress(json.dumps(body, ensure_ascii=False).encode())
    sealed = seal(packed, _context(user_id))
    if len(sealed) > SEALED_MAX:
        return False
    session[KEY] = sealed
    return True


def is_secret(name: str) -> bool:
    """Whether a field of this name is never kept."""
    return name.rpartition("-")[2] not in NO_SECRET and bool(SECRET.search(name))


def take(user_id: int | None, names: set[str]) -> MultiDict[str, str] | None:
    """What was kept for this page and user, if the form with these field names can hold it. It is kept no longer."""
    if KEY not in session or user_id is None or request.method != "GET":
        return None
    body = _opened(user_id)
    if body is None:
        session.pop(KEY)
        return None
    typed = {name.partition("-")[0] for name, _value in body["fields"]}
    if request.path not in body["pages"] or not typed <= names:
        return None
    session.pop(KEY)
    return MultiDict([(name, value) for name, value in body["fields"]])


def _opened(user_id: int) -> dict[str, Any] | None:
    try:
        body: dict[str, Any] = json.loads(zlib.decompress(unseal(session[KEY], _context(user_id))))
    except (Damaged, KeyTrouble, ValueError, zlib.error):
        return None
    is_late = clock.now() - datetime.fromisoformat(body["at"]) > KEPT_FOR
    return None if is_late else body


def last_user_id() -> int | None:
    """Whose sign-in this browser carries, also one that has ended; told by the package that knows users."""
    ask = current_app.extensions.get("otagai.last_user")
    found: int | None = ask() if ask else None
    return found


def _context(user_id: int) -> str:
    return f"form kept for user {user_id}"
