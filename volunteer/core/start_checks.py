"""What is looked at before the first request: a demo in production, an unsafe SQLite, foreign hosts."""

import logging
from urllib.parse import urlsplit

from flask import Flask, request
from sqlalchemy import inspect
from sqlalchemy.exc import OperationalError

from volunteer.core.center import center_or_none
from volunteer.core.config import ConfigError, Settings
from volunteer.core.db import db, sqlite_is_safe, sqlite_module

log = logging.getLogger("otagai.start")

THIS_MACHINE = ("localhost", "127.0.0.1", "[::1]", "::1")
PROXY_HEADERS = ("Forwarded", "Via", "X-Forwarded", "X-Real-Ip")
"""How the names of headers begin that only a proxy adds."""


def trusted_hosts(settings: Settings) -> list[str]:
    """Host names we answer to: the public one in production, this machine only otherwise."""
    own = urlsplit(settings.base_url).hostname if settings.base_url else None
    names = [name for name in THIS_MACHINE if name != "::1"]
    return [own, *names] if settings.is_production and own else names


def check(app: Flask, settings: Settings) -> None:
    """Refuse a start that would be dangerous, with one clear line."""
    if settings.is_sqlite and not sqlite_is_safe():
        words = f"SQLite {sqlite_module.sqlite_version} is older than 3.51.3 and can corrupt a WAL database"
        if settings.is_production and not settings.allow_old_sqlite:
            raise ConfigError(f"{words}; install pysqlite3 or set OTAGAI_ALLOW_OLD_SQLITE=1")
        log.warning(words)
    if settings.is_production:
        with app.app_context():
            if _is_demo():
                raise ConfigError(
                    "this database is a demo town and cannot be used with OTAGAI_ENV=production; "
                    "make a new one with `flask --app wsgi center new FILE`"
                )


def _is_demo() -> bool:
    try:
        if not inspect(db.engine).has_table("center"):
            return False
    except OperationalError as error:
        raise ConfigError(f"the database does not answer: {error.orig}") from error
    center = center_or_none()
    db.session.rollback()
    return center is not None and center.is_demo


def is_this_machine() -> bool:
    """Whether this request came to a loopback socket, for this machine's name, through no proxy (decision 15)."""
    bound = request.environ.get("SERVER_NAME", "")
    host = request.host.rsplit(":", 1)[0] if not request.host.endswith("]") else request.host
    return (
        bound in THIS_MACHINE
        and (request.environ.get("REMOTE_ADDR") or "") in {"127.0.0.1", "::1"}
        and host in THIS_MACHINE
        and not any(name.title().startswith(PROXY_HEADERS) for name, _value in request.headers)
    )


def demo_is_open() -> bool:
    """Whether demo entry and the mail page may answer: a demo database, asked from this machine."""
    center = center_or_none()
    return center is not None and center.is_demo and is_this_machine()
