"""わたしのQR: the personal code on a volunteer's phone, also without a network; and what it tells a stranger."""

import hashlib
import json
from datetime import timedelta
from pathlib import Path

from flask import Blueprint, Response, current_app, make_response, render_template, url_for
from flask.typing import ResponseReturnValue

from matching.checkin import scanning, tokens
from volunteer.core import clock
from volunteer.core.codes import format_code
from volunteer.core.i18n import _
from volunteer.core.links import absolute
from volunteer.core.permissions import PERSON, PUBLIC, allow, own_or_404, viewer
from volunteer.core.qr import qr_svg
from volunteer.core.static_files import static_url
from volunteer.people import queries as people

blueprint = Blueprint("phone", __name__)

TEMPLATES = "matching/phone"
UNTIL = "X-Code-Until"
"""Only the page with a code carries it: the worker in the browser keeps that page and no other."""

FILES = (
    "vendor/digital-agency-design-tokens-*/tokens.css",
    *(
        f"css/{name}.css"
        for name in ("base", "layout", "forms", "components", "data", "screens", "print")
    ),
    *("favicon.svg", "icons.svg", "otagai.webmanifest"),
    *("js/code/page.js", "js/kiosk/awake.js"),
)
"""What draws the page, by name below static/."""


@blueprint.get("/me/code")
@allow(PERSON)
def code() -> ResponseReturnValue:
    """The personal code, good until the end of tomorrow; the browser keeps this page for times offline."""
    person = people.person(viewer().person_id)
    own_or_404(person is not None)
    assert person is not None
    if not viewer().is_registered:
        return render_template("volunteer/people/no_card.html", person=person)
    moment = clock.now()
    until = tokens.end_of_tomorrow(moment)
    token = tokens.person_token(scanning.key(), person.party_id, moment)
    card = people.live_card(person.party_id)
    html = render_template(
        f"{TEMPLATES}/code.html",
        person=person,
        card=format_code(card.code) if card else "",
        drawing=qr_svg(absolute(url_for(".found", token=token)), _("わたしのQR")),
        last_day=clock.to_tokyo(until).date() - timedelta(days=1),
        until_ms=int(until.timestamp() * 1000),
    )
    response = scanning.keep_private(make_response(html))
    response.headers[UNTIL] = until.isoformat()
    return response


@blueprint.get("/me/code-worker.js")
@allow(PUBLIC)
def worker() -> Response:
    """The service worker of that one page: what draws it, and a version that changes exactly when any of it does."""
    root = Path(str(current_app.static_folder))
    found = sorted(path for pattern in FILES for path in root.glob(pattern) if path.is_file())
    files = [static_url(path.relative_to(root).as_posix()) for path in found]
    lines = (
        f"self.VERSION = {json.dumps(hashlib.sha256(''.join(files).encode()).hexdigest()[:16])};",
        f"self.FILES = {json.dumps(files)};",
        f"importScripts({json.dumps(static_url('js/code/worker.js'))});",
    )
    response = make_response("\n".join(lines) + "\n")
    response.mimetype = "text/javascript"
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/p/<token>")
@allow(PUBLIC)
def found(token: str) -> ResponseReturnValue:
    """What this code is for, for whoever opens it with the camera of a phone.

    The token is not looked at: the page is the same for every code, good, old or never made, so it tells nobody
    anything about anybody.
    """
    return scanning.keep_private(make_response(render_template(f"{TEMPLATES}/found.html")))
