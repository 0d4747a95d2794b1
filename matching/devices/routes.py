"""The page of a device, the same for everybody and without a person in it, and its worker for times offline."""

import hashlib
import json
from pathlib import Path

from flask import Blueprint, Response, current_app, make_response, render_template, request, url_for

from volunteer.core.headers import scans_codes
from volunteer.core.i18n import EASY, LANGUAGES, in_language, is_language, language
from volunteer.core.permissions import PUBLIC, allow
from volunteer.core.ruby import ruby
from volunteer.core.static_files import static_url

blueprint = Blueprint("devices", __name__)

SCRIPTS = ("js/kiosk/*.js", "js/scanner.js", "js/scanner/*.js", "vendor/zxing-wasm-*/**/*.[jw]*s*")
STYLES = (
    "vendor/digital-agency-design-tokens-*/tokens.css",
    *(
        f"css/{name}.css"
        for name in ("base", "layout", "forms", "components", "data", "screens", "print", "kiosk")
    ),
)
PICTURES = ("favicon.svg", "icons.svg", "kiosk.webmanifest")


@blueprint.get("/kiosk")
@allow(PUBLIC)
@scans_codes
def kiosk() -> Response:
    """The page of every device; who is expected comes later, through the device's own key."""
    wish = request.args.get("lang")
    response = make_response(_page(wish if wish and is_language(wish) else language()))
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _page(code: str) -> str:
    """The page in one language, whatever the reader's own: the worker keeps all of them."""
    with in_language(code):
        html = render_template("matching/devices/kiosk.html")
    return ruby(html) if code == EASY else html


@blueprint.get("/kiosk-worker.js")
@allow(PUBLIC)
def worker() -> Response:
    """The service worker: what it keeps, and a version that changes exactly when any of it does."""
    pages = {url_for(".kiosk", lang=code): _page(code) for code in LANGUAGES}
    files = [static_url(name) for name in _files()]
    seen = hashlib.sha256("".join((*pages.values(), *files)).encode()).hexdigest()[:16]
    lines = (
        f"self.VERSION = {json.dumps(seen)};",
        f"self.PAGES = {json.dumps(list(pages))};",
        f"self.FILES = {json.dumps(files)};",
        f"importScripts({json.dumps(static_url('js/kiosk/worker.js'))});",
    )
    response = make_response("\n".join(lines) + "\n")
    response.mimetype = "text/javascript"
    response.headers["Cache-Control"] = "no-cache"
    return response


def _files() -> list[str]:
    """Everything the page loads, by name below static/."""
    root = Path(str(current_app.static_folder))
    patterns = (*STYLES, *PICTURES, *SCRIPTS)
    found = {path for pattern in patterns for path in root.glob(pattern) if path.is_file()}
    names = (path.relative_to(root).as_posix() for path in found)
    return sorted(name for name in names if name != "js/kiosk/worker.js")
