"""Addresses of our own CSS, icons and scripts with the hash of their content, so they may be kept for a year."""

import hashlib
import re
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, current_app, request, url_for
from flask.sessions import SecureCookieSessionInterface, SessionMixin

_YEAR_SECONDS = 365 * 24 * 3600
_VENDORED = re.compile(r"/static/vendor/[^/]+-[0-9][0-9.]*/")


class NotOnFiles(SecureCookieSessionInterface):
    """Sessions of pages only: a file that caches keep for a year carries nobody's cookie."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write the cookie unless a file is answered."""
        if request.endpoint != "static":
            super().save_session(app, session, response)


def init_app(app: Flask) -> None:
    """Give templates `static_url` and let browsers keep what has a content hash."""
    app.session_interface = NotOnFiles()
    app.jinja_env.globals["static_url"] = static_url
    app.after_request(_keep_for_long)


def static_url(filename: str) -> str:
    """/static/css/base.css?v=…; the query changes exactly when the content does.

    Raises `FileNotFoundError` for a file that is not there, so a typing error is found by any test.
    """
    path = Path(str(current_app.static_folder)) / filename
    return url_for("static", filename=filename, v=_hash(path, path.stat().st_mtime_ns))


@lru_cache(maxsize=512)
def _hash(path: Path, _changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _keep_for_long(response: Response) -> Response:
    """What has its hash or, as folders of vendored files do, its version in the address never changes there."""
    if (
        request.endpoint == "static"
        and response.status_code in (200, 206, 304)
        and ("v" in request.args or _VENDORED.match(request.path))
    ):
        response.headers["Cache-Control"] = f"public, max-age={_YEAR_SECONDS}, immutable"
    return response
