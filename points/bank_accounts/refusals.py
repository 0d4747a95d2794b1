"""Why bank data cannot be used, in words that say what to do.

Usable without a framework: `msgid` is a Japanese text with named places, `facts` fills them and
`message` is the filled sentence. A page in another language shows
``_(error.msgid, **error.facts)``.
Facts may reach the audit trail, so they never hold a whole name or an account number.
"""

from typing import ClassVar

from volunteer.core.errors import Refused

Fact = str | int


def N_(msgid: str) -> str:
    """Mark a Japanese text for the translators (extraction knows this name) and leave it as is."""
    return msgid


class BankDataRefused(Refused, ValueError):
    """Base of all refusals of bank data; each child gives its own `code` and `msgid`."""

    msgid: ClassVar[str] = N_("口座の情報を確かめてください。")

    def __init__(self, **facts: Fact) -> None:
        super().__init__(self.msgid % facts, None, **facts)

    def __str__(self) -> str:
        return str(self.message)
