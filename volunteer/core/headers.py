"""What every answer carries: a strict content policy, no sniffing, no leaking referrers, a request number.

A view may set one of these headers itself; only what is missing is added. An answer under an address with a token in
it, also a refusal, sends `Referrer-Policy: no-referrer`.
"""

import secrets
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, request

_HSTS = "max-age=31536000; includeSubDomains"
_PERMISSIONS = (
    "accelerometer=(), autoplay=(self), camera=(self), display-capture=(), geolocation=(), gyroscope=(), "
    "magnetometer=(), microphone=(), midi=(), payment=(), screen-wake-lock=(self), usb=()"
)
_EXTENSION = "otagai.headers"

View = TypeVar("View", bound=Callable[..., Any])


def init_app(
    app: Flask, *, production: bool = False, personal: Callable[[], bool] | None = None
) -> None:
    """Add the headers to every answer of `app`.

    `production` turns on HSTS. `personal` tells whether the page is somebody's own; such pages are
    never stored by a browser or a proxy. Without it every page counts as personal.
    """
    app.extensions[_EXTENSION] = (production, personal)
    app.before_request(_number_request)
    app.after_request(_add_headers)
    app.jinja_env.globals.update(csp_nonce=csp_nonce, request_id=request_id)


def csp_nonce() -> str:
    """The nonce of this answer, for <script nonce="…">."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    nonce: str = g.csp_nonce
    return nonce


def request_id() -> str:
    """The number of this request, shown on error pages and written in the log: 8F3A-21C7."""
    if "request_id" not in g:
        digits = secrets.token_hex(4).upper()
        g.request_id = f"{digits[:4]}-{digits[4:]}"
    number: str = g.request_id
    return number


def scans_codes(view: View) -> View:
    """Mark a view whose page reads QR codes: its policy lets our decoder, compiled to WebAssembly, run.

    That is all it adds; eval and scripts from elsewhere stay forbidden.
    """
    view.scans_codes = True  # type: ignore[attr-defined]
    return view


def scans(view: Callable[..., Any] | None) -> bool:
    """Whether this view is marked by `scans_codes`."""
    return getattr(view, "scans_codes", False) is True


def content_policy(nonce: str, *, wasm: bool = False) -> str:
    """The Content-Security-Policy: everything from here, nothing inline, no frames."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'nonce-{nonce}'" + (" 'wasm-unsafe-eval'" if wasm else ""),
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            "worker-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def _number_request() -> None:
    g.pop("request_id", None)
    g.pop("csp_nonce", None)
    request_id()


def _add_headers(response: Response) -> Response:
    headers, wanted = response.headers, _always()
    is_page = response.mimetype == "text/html"
    if request.endpoint != "static":
        wanted["Cache-Control"] = _cache_control(is_page=is_page)
        if is_page:
            response.vary.update(("Cookie", "Accept-Language"))
    there = {name.lower() for name in headers.keys()}  # noqa: SIM118 - pairs of names and values else
    for name, value in wanted.items():
        if name.lower() not in there:
            headers.add(name, value)
    return response


def _always() -> dict[str, str]:
    production, _ = current_app.extensions[_EXTENSION]
    view = current_app.view_functions.get(request.endpoint or "")
    headers = {
        "Content-Security-Policy": content_policy(csp_nonce(), wasm=scans(view)),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer" if "token" in (request.view_args or {}) else "same-origin",
        "Permissions-Policy": _PERMISSIONS,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Request-ID": request_id(),
    }
    if production:
        headers["Strict-Transport-Security"] = _HSTS
    return headers


def _cache_control(*, is_page: bool) -> str:
    _, personal = current_app.extensions[_EXTENSION]
    if is_page and personal is not None and not personal():
        return "private, no-cache"
    return "no-store"
