"""The only file that knows all three packages: settings, extensions, the three wirings, error pages."""

from flask import Flask
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

import matching.wiring
import points.wiring
import volunteer.wiring
from volunteer.core import (
    addresses,
    headers,
    i18n,
    logs,
    navigation,
    permissions,
    start_checks,
    static_files,
)
from volunteer.core import db as database
from volunteer.core.config import Settings, load_settings
from volunteer.core.permissions import viewer

BODY_MAX_BYTES = 2 * 1024 * 1024


def create_app(settings: Settings | None = None) -> Flask:
    """The application. Settings come from the environment unless handed in; raises `ConfigError` in one line."""
    settings = settings or load_settings()
    app = Flask(__name__)
    _configure(app, settings)
    addresses.init_app(app)
    database.init_app(app, settings)
    CSRFProtect(app)
    headers.init_app(app, production=settings.is_production, personal=lambda: viewer().is_signed_in)
    logs.init_app(app, settings)
    static_files.init_app(app)
    i18n.init_app(app, lambda: viewer().language)
    navigation.init_app(app)
    volunteer.wiring.init_app(app)
    points.wiring.init_app(app)
    matching.wiring.init_app(app)
    permissions.init_app(app)
    start_checks.check(app, settings)
    return app


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
        MAX_CONTENT_LENGTH=BODY_MAX_BYTES,
        MAX_FORM_PARTS=500,
        TRUSTED_HOSTS=start_checks.trusted_hosts(settings),
        **settings.flask,
    )
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
