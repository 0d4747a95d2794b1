"""Structured logs, one JSON line each, without personal data: routes and ids, never addresses or bodies."""

import json
import logging
import sys
import time
from typing import Any

from flask import Flask, Response, g, has_request_context, request

from volunteer.core.config import Settings
from volunteer.core.headers import request_id
from volunteer.core.permissions import viewer

log = logging.getLogger("otagai.requests")


class JsonLines(logging.Formatter):
    """A log record as one line of JSON; newlines cannot forge further lines."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, Any] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "log": record.name,
            "says": record.getMessage(),
        }
        line.update(getattr(record, "facts", {}))
        if has_request_context():
            line["request"] = request_id()
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def init_app(app: Flask, settings: Settings) -> None:
    """Write our logs to standard error as JSON lines and one line per request."""
    root = logging.getLogger("otagai")
    if not root.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(JsonLines())
        root.addHandler(handler)
        root.propagate = False
    root.setLevel(settings.log_level)
    app.logger.handlers = root.handlers
    app.logger.setLevel(settings.log_level)
    app.before_request(_start)
    app.after_request(_finish)


def _start() -> None:
    g.started = time.perf_counter()


def _finish(response: Response) -> Response:
    if request.endpoint != "static":
        facts = {
            "method": request.method,
            "route": str(request.url_rule or "-"),
            "status": response.status_code,
            "ms": round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 1),
            "user": viewer().user_id,
        }
        log.info("answered", extra={"facts": facts})
    return response
