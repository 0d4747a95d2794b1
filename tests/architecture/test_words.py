"""No text lacks its English; no mail goes out without somebody having read it in full."""

import json
import os
from typing import Any

import pytest
from flask import Flask
from jinja2.meta import find_undeclared_variables

from tests.architecture.tree import ROOT, name_of
from tests.cast import NOW, Cast
from volunteer.core import catalogues
from volunteer.core.crypto import seal
from volunteer.core.i18n import LANGUAGES
from volunteer.core.models import Notice
from volunteer.core.outbox import render

MAILS = ROOT / "templates" / "mail"
GOLDEN = ROOT / "tests" / "golden" / "mail"
"""`<package>/<feature>/<name>.txt`: a mail in every language, as it reads with the values of given.json.

In there, `{"sealed": "123456", "for": "…"}` stands for a value that the outbox keeps sealed.
"""
OF_EVERY_MAIL = {"_", "ngettext", "center", "base_url", "queued_at"}
"""What a mail template has without being given it."""


def test_no_text_lacks_its_english() -> None:
    missing = catalogues.missing_english()
    assert not missing, "\n".join(missing)


def _names() -> list[str]:
    """Mails by package, feature and name; what lies above is part of others."""
    return sorted(
        path.relative_to(MAILS).with_suffix("").as_posix() for path in MAILS.glob("*/*/*.txt")
    )


def _given(name: str) -> dict[str, Any]:
    every = json.loads((GOLDEN / "given.json").read_text(encoding="utf-8"))
    return {**every["every mail"], **every.get(name, {})}


@pytest.mark.parametrize("name", _names())
def test_the_mail_reads_as_agreed(app: Flask, cast: Cast, name: str) -> None:
    """With UPDATE_GOLDEN=1 the texts are written anew; read them before you commit."""
    template = app.jinja_env.parse((MAILS / f"{name}.txt").read_text(encoding="utf-8"))
    given = _given(name)
    unknown = find_undeclared_variables(template) - OF_EVERY_MAIL - set(given)
    assert not unknown, f"given.json has no {', '.join(unknown)}"
    params = {key: _sealed(value) for key, value in given.items()}
    text = "\n".join(_read_in(language, name, params) for language in LANGUAGES)
    golden = GOLDEN / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDEN") == "1":
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert golden.exists(), f"{name_of(golden)} is missing; UPDATE_GOLDEN=1 writes it"
    assert text == golden.read_text(encoding="utf-8")


def _sealed(value: Any) -> Any:
    if isinstance(value, dict) and set(value) == {"sealed", "for"}:
        return seal(value["sealed"], value["for"])
    return value


def _read_in(language: str, name: str, params: dict[str, Any]) -> str:
    notice = Notice(template=name, language=language, params=params, queued_at=NOW)
    subject, text = render(notice)
    return f"──── {language} ────\n{subject}\n\n{text}"


def test_no_golden_mail_is_left_over() -> None:
    known = set(_names())
    left = [
        name_of(path)
        for path in GOLDEN.rglob("*.txt")
        if path.relative_to(GOLDEN).with_suffix("").as_posix() not in known
    ]
    assert not left, "\n".join(left)
