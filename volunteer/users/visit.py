"""What we know of the browser that asks: a random name of ours, its address, what it calls itself."""

import secrets

from flask import request, session

from volunteer.core.i18n import language
from volunteer.users.browsers import browser_words

__all__ = ["browser", "client", "device", "language"]


def device() -> str:
    """The random name of this browser, kept in its signed cookie; codes are bound to it."""
    if "device" not in session:
        session["device"] = secrets.token_urlsafe(24)
    return str(session["device"])


def client() -> str:
    """The network address, for counting attempts only; behind trusted proxies the one they report."""
    return request.remote_addr or "unknown"


def browser() -> str:
    """A short name for the list of sign-ins."""
    return browser_words(request.user_agent.string)
