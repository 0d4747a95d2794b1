"""What no form hopes for: letters that run, hide or break, numbers no column holds, days no calendar knows.

`VALUES` are sent one at a time among good answers and in all fields at once. Whatever is stored is shown somewhere,
so every value that could run carries `MARK` as the name of a tag.
"""

import random
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

MARK = "zq9"
VALUES: dict[str, Any] = {
    "html": f"\"'><script>alert(1)</script><{MARK} onload=alert(1)>",
    "template": "{{ 7*7 }}{% raise %} %(name)s %s %% ${x}",
    "two lines": "花子\r\nBcc: someone@example.com\r\n\r\n本文",
    "bidi and hidden": "\u202e花\u200b子\u2066\ufeff\u2028行",
    "nul": "花\x00子",
    "controls": "\x01\x08\x1b[31m花子\x7f\x85\x9f",
    "lone surrogate": b"\xed\xa0\x80\xed\xbf\xbf",
    "not utf-8": b"\xff\xfe\xc3\x28\x80",
    "not a character": "\ufffe\uffff\U0010ffff",
    "long": "長" * 100_000,
    "60 letters": "ナ" * 60,
    "200 letters": "長" * 200,
    "2,000 letters": "長" * 2000,
    "10^30": "1" + "0" * 30,
    "2^63": "9223372036854775808",
    "2^31": "2147483648",
    "negative": "-5",
    "not a number": "NaN",
    "other digits": "²Ⅷ٣𝟛",
    "formula": '=HYPERLINK("http://example.com","x")',
    "year 9999": "9999-12-31",
    "year 1": "0001-01-01",
    "no such day": "2027-02-29",
    "late": "23:59",
    "spaces": " \u3000\t ",
    "path": "../../etc/passwd\\",
    "address": "//example.com/\\@example.org",
    "emoji": "👨‍👩‍👧‍👦𠮷葛󠄀",
    "several": ["1", "x", "-1", "99999999999"],
}

FULL = "200 letters"
"""What just fits where a field takes as much, so that the column must take it too."""

GOOD: dict[str, Any] = {
    "account_type": "1", "address": "みなと市花園9-9", "bank": "0501", "branch": "001",
    "birth_on-era": "西暦", "birth_on-year": "1980", "birth_on-month": "2", "birth_on-day": "3",
    "came": "10:00", "left": "11:00", "code": "0123456789", "email": "new@example.jp",
    "checked_on": "11/1", "covers_from": "2027-04-01", "covers_to": "2028-03-31", "ends": "12:00",
    "starts": "10:00", "on": "12/5", "starts_on": "2026-12-01", "ends_on": "2027-01-31",
    "valid_from": "2026-04-01", "valid_until": "2027-03-31", "kana": "テスト", "holder": "サトウ ハナコ",
    "households": "1", "households_count": "1", "number": "1234567", "postcode": "047-0001",
    "position": "9", "seats": "4", "weeks": "1", "age_min": "18", "points": "1000", "total": "1000",
    "method": "bank_transfer", "pay_on": "11/27", "guardian_agreed_on": "2026-04-01",
    "language": "ja", "step": "decided", "counts": "present", "sure": "1", "next": "/", "symbol": "12340",
    "from_on": "12/29", "to_on": "12/30", "until": "2027-01-31", "times": "2", "hours": "3",
    **{f"exact_{day}": "9:30〜11:00" for day in range(7)},
}  # fmt: skip
"""An answer that could be right, by the name of the field; where a page offers choices, the first of them."""

ALSO = (
    "next",
    "language",
    "who",
    "acting",
    "seen",
    "sure",
    "step",
    "chosen",
    "points",
    "method",
    "person",
)
"""Fields that are read without being on every page."""


def good_answer(name: str) -> Any:
    """Something this field could hold."""
    return GOOD.get(name, "0134000000" if name.endswith("telephone") else "テスト")


class Reader(HTMLParser):
    """The forms of a page with POST: address → {field: good answer}."""

    def __init__(self, page: str, html: str) -> None:
        super().__init__()
        self.page = page
        self.forms: dict[str, dict[str, Any]] = {}
        self._here: dict[str, Any] | None = None
        self._select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep every field with what it could hold."""
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            is_post = found.get("method", "get").lower() == "post"
            address = (found.get("action") or self.page).split("?")[0]
            self._here = self.forms.setdefault(address, {}) if is_post else None
        elif self._here is not None and tag in {"input", "textarea", "select", "button", "option"}:
            self._keep(tag, found)

    def _keep(self, tag: str, found: dict[str, str]) -> None:
        assert self._here is not None
        name, value = found.get("name", ""), found.get("value", "")
        if tag == "select":
            self._select = name
            return
        if tag == "option":
            name = self._select
        if name in {"", "form_key", "csrf_token"}:
            return
        offered = tag in {"option", "button"} or found.get("type") in {
            "radio",
            "checkbox",
            "hidden",
        }
        if offered and value:
            self._here.setdefault(name, value)
        elif tag != "option":
            self._here[name] = value or good_answer(name)


def bodies(
    fields: dict[str, Any], dice: random.Random, each: int
) -> Iterator[tuple[str, dict[str, Any]]]:
    """What to send: values in all fields at once, and `each` values in every single field among good ones."""
    everywhere = sorted({*fields, *ALSO})
    for what in dice.sample(sorted(VALUES), min(2 * each, len(VALUES))):
        yield f"{what} everywhere", dict.fromkeys(everywhere, VALUES[what])
    yield "nothing", {}
    for name in sorted(fields):
        for what in sorted({*dice.sample(sorted(VALUES), each), FULL}):
            yield f"{what} in {name}", {**fields, name: VALUES[what]}
    for name in dice.sample(sorted(fields), min(each, len(fields))):
        yield f"no {name}", {one: fields[one] for one in fields if one != name}
