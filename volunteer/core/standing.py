"""Nobody writes over what they have not seen: a page carries a fingerprint of the values that stood on it."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from datetime import date, time
from typing import Any

from flask import current_app, request

from volunteer.core import audit
from volunteer.core.db import db, hold
from volunteer.core.errors import WrittenMeanwhile
from volunteer.core.i18n import _, _l, show

Stands = Callable[[], Mapping[str, Any]]
"""Reads the values that stand now, by the names of the fields."""


def fingerprint(values: Mapping[str, Any]) -> str:
    """The same for the same values: by it a page knows again what it showed."""
    return hashlib.sha256(repr(sorted(values.items())).encode()).hexdigest()[:32]


def check(shown: str, stands: Stands, subject: str) -> None:
    """In a write turn: what was `shown` still stands, and stays so until the turn ends.

    Two at once are safe because both hold `subject` before they read. Raises `WrittenMeanwhile` (who, when, now). A
    program that sends no fingerprint has seen no page and is not asked.
    """
    if not shown:
        return
    hold(subject or request.path)
    db.session.expire_all()
    now = dict(stands())
    if fingerprint(now) != shown:
        raise _written_meanwhile(subject, now)


def _written_meanwhile(subject: str, now: Mapping[str, Any]) -> WrittenMeanwhile:
    user_id, at = audit.last_done(subject) if subject else (None, None)
    who = current_app.extensions["otagai.user_name"](user_id) if user_id else ""
    if who and at:
        words = _l(
            "%(who)sさんが %(when)sに書きかえました。あなたの入力は、まだ入っていません。"
            "いまの内容を見て、よければもう一度送ってください。",
            who=who,
            when=show("datetime", at),
        )
    else:
        words = _l(
            "画面を開いたあとに、ほかの人が書きかえました。あなたの入力は、まだ入っていません。"
            "いまの内容を見て、よければもう一度送ってください。"
        )
    return WrittenMeanwhile(words, who=who, when=at, now=now)


def differences(fields: Iterable[Any], now: Mapping[str, Any]) -> list[str]:
    """A line for each field in which something else stands now than what was typed."""
    return [
        _(
            "%(field)s：いまは「%(now)s」",
            field=one.label.text,
            now=_in_words(one, now[one.short_name]),
        )
        for one in fields
        if one.short_name in now and _plain(now[one.short_name]) != _plain(one.data)
    ]


def _plain(value: Any) -> Any:
    return "" if value is None else value


def _choices(field: Any) -> dict[Any, Any]:
    if not getattr(field, "choices", None):
        return {}
    return {one[0]: one[1] for one in field.iter_choices()}


def _in_words(field: Any, value: Any) -> str:
    choices = _choices(field)
    if isinstance(value, bool):
        words = _("はい") if value else _("いいえ")
    elif isinstance(value, list | tuple | set):
        words = _("、").join(str(choices.get(one, one)) for one in value)
    elif value in choices:
        words = choices[value]
    elif isinstance(value, date):
        words = show("date_plain", value)
    elif isinstance(value, time):
        words = f"{value:%H:%M}"
    else:
        words = _plain(value)
    return str(words) or str(_("なし"))
