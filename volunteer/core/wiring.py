"""Connects the floor: error pages, health, the command groups, the template variables every page has."""

from typing import Any

from flask import Flask
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from volunteer.core import (
    addresses,
    error_pages,
    headers,
    i18n,
    logs,
    navigation,
    permissions,
    routes,
    start_checks,
    static_files,
)
from volunteer.core import db as database
from volunteer.core.center import center_or_none
from volunteer.core.config import Settings
from volunteer.core.hooks import add_once, hooks
from volunteer.core.housekeeping import JOBS
from volunteer.core.permissions import viewer
from volunteer.core.start_checks import demo_is_open

BODY_MAX_BYTES = 2 * 1024 * 1024


def extend(app: Flask, settings: Settings) -> None:
    """Before any feature: the settings reach Flask, the extensions are connected."""
    _configure(app, settings)
    addresses.init_app(app)
    database.init_app(app, settings)
    CSRFProtect(app)
    headers.init_app(app, production=settings.is_production, personal=lambda: viewer().is_signed_in)
    logs.init_app(app, settings)
    static_files.init_app(app)
    i18n.init_app(app, lambda: viewer().language)
    navigation.init_app(app)


def close(app: Flask, settings: Settings) -> None:
    """After every feature: no page without a guard, no dangerous start. Raises `ConfigError` in one line."""
    permissions.init_app(app)
    start_checks.check(app, settings)


def init_app(app: Flask) -> None:
    """Connect the floor to `app`."""
    app.register_blueprint(routes.blueprint)
    app.register_blueprint(routes.desk)
    app.context_processor(_every_page)
    error_pages.init_app(app)
    add_once(hooks.jobs, *JOBS)


def _every_page() -> dict[str, Any]:
    return {"center": center_or_none(), "viewer": viewer(), "demo_is_open": demo_is_open}


def _configure(app: Flask, settings: Settings) -> None:
    secure = settings.is_production
    app.config.update(
        OTAGAI=settings,
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="__Host-otagai" if secure else "otagai",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,  # it ends when the row on the server does
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,  # pages with a token in their address send no referrer, not even to us
        MAX_CONTENT_LENGTH=BODY_MAX_BYTES,
        MAX_FORM_PARTS=500,
        TRUSTED_HOSTS=start_checks.trusted_hosts(settings),
        **settings.flask,
    )
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
