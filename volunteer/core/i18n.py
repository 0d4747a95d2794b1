"""Languages of the pages: Japanese (the msgids), やさしい日本語 (ja@easy) and English.

Which one: the language saved by the reader, else the cookie, else the browser's wish, else Japanese.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, has_app_context, has_request_context, request
from flask_babel import Babel, force_locale, get_locale, ngettext, refresh
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from volunteer.core.formats import EASY, ENGLISH, FORMATS, JAPANESE
from volunteer.core.ruby import plain_reading, ruby, without_readings

__all__ = [
    "COOKIE", "EASY", "ENGLISH", "JAPANESE", "LANGUAGES", "_", "_l", "html_lang", "in_language",
    "init_app", "is_language", "language", "ngettext", "plain_reading", "remember_language", "show",
    "without_readings",
]  # fmt: skip

LANGUAGES = {JAPANESE: "日本語", EASY: "やさしい", ENGLISH: "English"}
"""Every language with the word that stands for it in the header."""

COOKIE = "language"
TRANSLATIONS = Path(__file__).resolve().parents[2] / "translations"
_COOKIE_SECONDS = 365 * 24 * 3600
_EXTENSION = "otagai.language"


def init_app(app: Flask, saved_language: Callable[[], str | None] | None = None) -> None:
    """Make `_`, the filters and the language switch work in `app`.

    `saved_language` answers the language the signed-in reader has chosen, or None.
    """
    app.extensions[_EXTENSION] = saved_language
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", str(TRANSLATIONS))
    app.config.setdefault("BABEL_DEFAULT_LOCALE", JAPANESE)
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", "Asia/Tokyo")
    Babel(app, locale_selector=_choose)
    for name in FORMATS:
        app.jinja_env.filters[name] = partial(show, name)
    app.jinja_env.filters["plain_reading"] = plain_reading
    app.jinja_env.globals.update(
        language=language, languages=LANGUAGES, html_lang=html_lang, is_easy=is_easy
    )
    # A test may keep one context for several requests; each has its own language.
    app.before_request(refresh)
    app.after_request(_with_readings)


def language() -> str:
    """The language of the page or mail being made: "ja", "ja@easy" or "en"."""
    if not has_app_context() or "babel" not in current_app.extensions:
        return JAPANESE
    return str(get_locale() or JAPANESE)


def is_language(code: str | None) -> bool:
    """Whether pages exist in `code`."""
    return code in LANGUAGES


def is_easy() -> bool:
    """Whether the page is in やさしい日本語."""
    return language() == EASY


def html_lang() -> str:
    """The value of <html lang>: easy Japanese is Japanese."""
    return "en" if language() == ENGLISH else "ja"


@contextmanager
def in_language(code: str | None) -> Iterator[None]:
    """Everything inside is written in `code` (a mail to somebody else); unknown codes mean Japanese."""
    with force_locale(code if code in LANGUAGES else JAPANESE):
        yield


def remember_language(response: Response, code: str) -> None:
    """Keep the choice in a cookie for a year. Raises `ValueError` for a language we do not have."""
    if not is_language(code):
        raise ValueError(code)
    response.set_cookie(
        COOKIE,
        code,
        max_age=_COOKIE_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure,
    )


def show(name: str, value: Any, *more: Any) -> Any:
    """`value` as the template filter `name` writes it in the reader's language; nothing for None."""
    if value is None:
        return ""
    return FORMATS[name](value, *more, language())


def _choose() -> str:
    if not has_request_context():
        return JAPANESE
    ask = current_app.extensions[_EXTENSION]
    for code in (ask() if ask else None, request.cookies.get(COOKIE)):
        if code in LANGUAGES:
            return str(code)
    return request.accept_languages.best_match([JAPANESE, ENGLISH]) or JAPANESE


def _with_readings(response: Response) -> Response:
    if response.mimetype != "text/html" or response.direct_passthrough or response.is_streamed:
        return response
    if language() == EASY:
        response.set_data(ruby(response.get_data(as_text=True)))
    return response
