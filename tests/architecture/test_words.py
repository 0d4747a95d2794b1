"""No text lacks its English; no mail goes out without somebody having read it in full."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.architecture.tree import ROOT, name_of
from tests.cast import NOW, Cast
from volunteer.core import catalogues
from volunteer.core.i18n import LANGUAGES
from volunteer.core.models import Notice
from volunteer.core.outbox import render

MAILS = ROOT / "templates" / "mail"
GOLDEN = ROOT / "tests" / "golden" / "mail"
"""Beside `<package>/<feature>/<name>.json` (what the mail is given) lie its texts, one for each language."""


def test_no_text_lacks_its_english() -> None:
    assert catalogues.missing_english() == []


def _names() -> list[str]:
    return sorted(
        path.relative_to(MAILS).with_suffix("").as_posix() for path in MAILS.rglob("*.txt")
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", _names())
def test_the_mail_reads_as_agreed(app: Flask, cast: Cast, name: str, language: str) -> None:
    """With UPDATE_GOLDEN=1 the texts are written anew; read them before you commit."""
    facts = GOLDEN / f"{name}.json"
    assert facts.exists(), f"{name_of(facts)} is missing: what the mail is given, as JSON"
    text = "\n\n".join(_rendered(name, language, json.loads(facts.read_text(encoding="utf-8"))))
    golden = Path(f"{GOLDEN / name}.{language}.txt")
    if os.environ.get("UPDATE_GOLDEN") == "1":
        golden.write_text(text, encoding="utf-8")
    assert golden.exists(), f"{name_of(golden)} is missing; UPDATE_GOLDEN=1 writes it"
    assert text == golden.read_text(encoding="utf-8")


def _rendered(name: str, language: str, params: dict[str, Any]) -> tuple[str, str]:
    notice = Notice(template=name, language=language, params=params, queued_at=NOW)
    return render(notice)


def test_no_golden_mail_is_left_over() -> None:
    known = set(_names())
    left = [
        name_of(path)
        for path in GOLDEN.rglob("*")
        if path.is_file() and path.relative_to(GOLDEN).as_posix().split(".")[0] not in known
    ]
    assert not left
