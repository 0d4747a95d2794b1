"""The fake over a socket of this machine: the API for the SDK, the payment pages for a browser, webhooks to us.

One process holds the account, so that web and jobs processes see the same one. It answers loopback callers that name
this machine, and nobody behind a proxy.
"""

import json
import os
import secrets
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from stripe import APIConnectionError
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from points.billing.adapters.fake.client import FakeStripe
from points.billing.adapters.fake.courier import Courier
from points.billing.adapters.fake.payment_page import PaymentPages

HOST = "127.0.0.1"
NAMES = {"127.0.0.1", "localhost"}
BODY_MAX_BYTES = 64 * 1024
ROUND_SECONDS = 0.3


class Service:
    """The WSGI application."""

    def __init__(self, fake: FakeStripe) -> None:
        self.fake, self.pages = fake, PaymentPages(fake)

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        """Answer; a connection that chaos cuts is cut."""
        request = Request(environ)
        request.max_content_length = BODY_MAX_BYTES
        try:
            response = self._answer(request)
        except APIConnectionError as cut:
            raise ConnectionError(str(cut)) from cut
        return response(environ, start_response)

    def _answer(self, request: Request) -> Response:
        parts = request.path.strip("/").split("/")
        if not _is_here(request):
            return Response("not found\n", 404, mimetype="text/plain")
        if parts[0] == "v1":
            return self._api(request)
        if parts == ["page.css"]:
            return self.pages.style()
        if parts[:2] == ["c", "pay"] and len(parts) in (3, 4):
            return self.pages.answer(request, parts[2], "/".join(parts[3:]))
        return Response("not found\n", 404, mimetype="text/plain")

    def _api(self, request: Request) -> Response:
        body = request.get_data(as_text=True) or request.query_string.decode("ascii", "replace")
        text, status, headers = self.fake.request(
            request.method, f"http://{HOST}{request.path}", dict(request.headers), body
        )
        return Response(text, status, dict(headers))


def _is_here(request: Request) -> bool:
    headers = {name.lower() for name in request.headers.keys()}  # noqa: SIM118 - pairs of names and values else
    is_passed_on = any(
        name in ("forwarded", "via") or name.startswith("x-forwarded-") for name in headers
    )
    return (
        request.remote_addr == HOST and request.host.partition(":")[0] in NAMES and not is_passed_on
    )


class Quiet(WSGIRequestHandler):
    """Answers without a line for each."""

    def log_request(self, *_facts: Any) -> None:
        """Say nothing."""

    def connection_dropped(self, error: BaseException, environ: Any = None) -> None:
        """Nothing is answered: the caller hears at once that the connection was cut."""
        self.close_connection = True


def listen(fake: FakeStripe, port: int = 0) -> BaseWSGIServer:
    """A server on this machine, on a free port if none is named; not yet serving."""
    server = make_server(HOST, port, Service(fake), threaded=True, request_handler=Quiet)
    fake.machine.pages = f"http://{HOST}:{server.server_port}"
    return server


class Kept:
    """The account in a file, so that a demo town that is started again finds its payments."""

    def __init__(self, fake: FakeStripe, path: Path) -> None:
        self.fake, self.path, self.before = fake, path, ""

    def read(self) -> None:
        """Go on where the file ends; an account that begins has names that no other has had."""
        if self.path.exists():
            self.before = self.path.read_text(encoding="utf-8")
            self.fake.read(json.loads(self.before))
        else:
            self.fake.machine.series = f"{secrets.token_hex(4)}_"

    def write(self) -> None:
        """What changed, in one piece."""
        now = json.dumps(self.fake.written())
        if now != self.before:
            beside = self.path.with_suffix(".new")
            beside.write_text(now, encoding="utf-8")
            os.replace(beside, self.path)
            self.before = now


def serve(server: BaseWSGIServer, courier: Courier, kept: Kept, ended: threading.Event) -> None:
    """Serve until `ended`, bring webhooks and keep the account meanwhile."""
    answering = threading.Thread(target=server.serve_forever, daemon=True)
    answering.start()
    try:
        while not ended.wait(ROUND_SECONDS):
            courier.bring()
            kept.write()
    finally:
        server.shutdown()
        kept.write()
