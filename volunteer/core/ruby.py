"""Readings over kanji. The easy catalogue writes {活動|かつどう}; pages show ruby, mails brackets.

One pass over the finished page is enough: the pattern allows nothing but Japanese letters and digits
on the left and hiragana on the right, so text typed by people can neither break nor inject markup.
"""

import re

_READING = re.compile(r"\{([0-9ぁ-ゖァ-ヺー々〆ヶ一-鿿]{1,24})\|([ぁ-ゖー]{1,40})\}")
_NO_RUBY = "title|option|textarea|script|style|svg"
_PARTS = re.compile(rf"(<!--.*?-->|<({_NO_RUBY})\b.*?</\2\s*>|<[^>]*>)", re.DOTALL | re.IGNORECASE)
_RUBY = r"<ruby>\1<rp>（</rp><rt>\2</rt><rp>）</rp></ruby>"


def ruby(html: str) -> str:
    """The page with <ruby> where text is shown, and without readings in tags and in title, option, svg …"""
    if "{" not in html:
        return html
    parts = _PARTS.split(html)
    # split() yields text, whole tag or element, its name, text, …
    for index in range(0, len(parts), 3):
        parts[index] = _with_ruby(parts[index])
        if index + 1 < len(parts):
            parts[index + 1] = without_readings(parts[index + 1])
            parts[index + 2] = ""
    return "".join(part for part in parts if part)


def _with_ruby(text: str) -> str:
    # One run of text stays one element: in a flex box every ruby would become an item of its own.
    shown, count = _READING.subn(_RUBY, text)
    if count == 0:
        return text
    inner = shown.strip()
    start = shown.index(inner)
    return f"{shown[:start]}<span>{inner}</span>{shown[start + len(inner) :]}"


def plain_reading(text: str) -> str:
    """活動（かつどう）: for mails and other plain text."""
    return _READING.sub(r"\1（\2）", text)


def without_readings(text: str) -> str:
    """活動: for attributes, titles and drawings."""
    return _READING.sub(r"\1", text)
