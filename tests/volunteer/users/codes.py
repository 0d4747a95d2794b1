"""Reads the code out of the newest mail to an address."""

import re

from tests.mail import Outbox


def code_in_mail(outbox: Outbox, to: str) -> str:
    """The six digits of the newest mail."""
    found = re.search(r"^\s+(\d{6})$", outbox.last(to).text, re.MULTILINE)
    assert found, outbox.last(to).text
    return found[1]


def wrong(code: str) -> str:
    """Six digits that are not `code`."""
    return f"{(int(code) + 1) % 1_000_000:06d}"
