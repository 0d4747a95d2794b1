"""The link in the mail: it names one ask and when the link ends, signed for this purpose only. No personal data in it.

When an answer still counts is judged by the ask and its shift, not here.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from volunteer.core.crypto import sign, verify

PURPOSE = "asking answer"
DIGITS_MAX = 12


@dataclass(frozen=True, slots=True)
class Link:
    """Which ask, and until when the page can be opened."""

    ask_id: int
    until: datetime

    def is_over(self, now: datetime) -> bool:
        """Whether the link has ended."""
        return now >= self.until


def token_of(ask_id: int, until: datetime) -> str:
    """The last part of the address."""
    facts = f"{ask_id}.{int(until.timestamp())}"
    return f"{facts}.{sign(PURPOSE, facts)}"


def read_token(token: str) -> Link | None:
    """The link of a token of ours; None for anything else."""
    facts, _dot, signature = token.rpartition(".")
    if not verify(PURPOSE, facts, signature):
        return None
    ask_id, _dot, until = facts.partition(".")
    if not (ask_id.isdecimal() and until.isdecimal() and len(until) <= DIGITS_MAX):
        return None
    return Link(int(ask_id), datetime.fromtimestamp(int(until), UTC))
