"""No text lacks its English; no mail goes out without somebody having read it in full."""

import json
import os
import re
from typing import Any

import pytest
from flask import Flask
from jinja2.meta import find_undeclared_variables

from tests.architecture.tree import ROOT, name_of
from tests.cast import NOW, Cast
from volunteer.core import catalogues
from volunteer.core.center import the_center
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
OF_OLD_ROWS = {"was_day", "was_time"}
"""What rows queued by older versions hold instead of a moment."""
_JAPANESE = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uff01-\uffef]")


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_no_text_lacks_its_translation(language: str) -> None:
    missing = catalogues.missing(language)
    assert not missing, "\n".join(missing)


FORBIDDEN = {
    r"\be-mail": "email",
    r"\bcentre|colour|neighbour|favour|licence|metres?\b|ancell(?:ed|ing)|enrolment|cheque": "American spelling",
    r"(?<![(%])\bprogrammes?\b": "program",
    r"\borgani[sz]er": "host",
    r"\b(?:is|are|becomes?|once|after|not|already)\b[^.]{0,12}\bfinal\b": "settled",
    r"\blog(?:ged|ging|s)?[ -](?:in|out)\b|\blogin\b": "sign in, sign out",
    r"\bcashout|\bcash-outs? (?:points|your)\b": "cash out (verb), cash-out (noun)",
    r"\btelephone": "phone",
    r"\bperson in charge": "contact person",
    r"\bQR of (?:the|that) venue": "venue QR",
    r"\bpostcode|\bzip code": "postal code",
    r"\b(?:a|the|your|this|new|open) requests?\b": "help request, or ask",
    r"[a-z]\(s\)": "words that fit every number",
    r"\b[Rr]ead(?:ing)? (?:the|this) QR": "scan",
    r"\w'\w": "a round apostrophe (’)",
}
"""What the English catalogue does not say, and what it says instead: one word for one thing (docs/glossary.md)."""


def test_english_has_one_word_for_one_thing() -> None:
    found = []
    for message in catalogues.read("en"):
        texts = [message.string] if isinstance(message.string, str) else list(message.string or ())
        for pattern, instead in FORBIDDEN.items():
            if message.id and any(re.search(pattern, text, re.IGNORECASE) for text in texts):
                found.append(f"{texts[0]}  →  {instead}")
    assert not found, "\n".join(found)


def test_english_quotes_are_round() -> None:
    """Except where somebody must type straight ones into a file."""
    texts = [str(message.string) for message in catalogues.read("en") if message.id]
    straight = [
        text for text in texts if '"' in text and not re.search(r"TOML|\[\"|as \"|between", text)
    ]
    assert not straight, "\n".join(straight)


def test_a_word_of_easy_japanese_has_one_reading() -> None:
    """But for the few characters that are read in several ways."""
    readings: dict[str, set[str]] = {}
    for message in catalogues.read("ja@easy"):
        if message.id:
            for word, reading in re.findall(r"\{([^|{}]+)\|([^{}]+)\}", str(message.string)):
                readings.setdefault(word, set()).add(reading)
    several = {word: sorted(found) for word, found in readings.items() if len(found) > 1}
    assert {
        word: found for word, found in several.items() if word not in READ_IN_SEVERAL_WAYS
    } == {}


def test_easy_japanese_has_a_reading_over_every_kanji() -> None:
    bare = []
    for message in catalogues.read("ja@easy"):
        text = re.sub(r"\{[^{}]*\}", "", str(message.string))
        if message.id and re.search("[一-鿿]", text):
            bare.append(text)
    assert not bare, "\n".join(bare)


READ_IN_SEVERAL_WAYS = set("人来出紙数日入少分開中何行年時上外月小金")


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
    unknown = find_undeclared_variables(template) - OF_EVERY_MAIL - OF_OLD_ROWS - set(given)
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


@pytest.mark.parametrize("name", _names())
def test_an_english_mail_has_no_japanese_but_names_and_typed_words(
    app: Flask, cast: Cast, name: str
) -> None:
    """Names, titles and reasons are people's own words; days, sums and all the rest are ours."""
    given = _given(name)
    text = _read_in("en", name, {key: _sealed(value) for key, value in given.items()})
    center = the_center()
    typed = [value for value in given.values() if isinstance(value, str)]
    for words in sorted([*typed, center.name, center.opening_hours], key=len, reverse=True):
        text = text.replace(words, "")
    assert not _JAPANESE.findall(text), text


def test_a_row_of_an_older_version_is_still_written(app: Flask, cast: Cast) -> None:
    """Their days and hours are finished words."""
    old = {
        "day": "令和8年11月28日（土）",
        "hours": "10時00分〜12時00分",
        "was_day": "令和8年11月27日（金）",
        "was_time": "9時00分",
        "answer_by": "11月25日（水）17時00分",
        "ended": "11時20分",
    }
    written = {
        "matching/assignments/changed": ("day", "hours", "was_day", "was_time"),
        "matching/assignments/offered": ("day", "hours", "answer_by"),
        "matching/checkin/ended_early": ("day", "hours", "ended"),
        "points/earning/expiry": ("day",),
    }
    for name, shown in written.items():
        given = {key: value for key, value in _given(name).items() if not key.endswith("_at")}
        text = _read_in("ja", name, {**given, **old})
        assert [old[key] for key in shown if old[key] not in text] == []


def test_no_golden_mail_is_left_over() -> None:
    known = set(_names())
    left = [
        name_of(path)
        for path in GOLDEN.rglob("*.txt")
        if path.relative_to(GOLDEN).with_suffix("").as_posix() not in known
    ]
    assert not left, "\n".join(left)
