"""A sentence for people that pure code can return: a Japanese msgid with its numbers, translated by the page."""

from dataclasses import dataclass, field

Fact = str | int


def N_(msgid: str) -> str:  # noqa: N802 - the name by which message extraction finds the text
    """Mark a Japanese text for the translators and leave it as it is."""
    return msgid


@dataclass(frozen=True, slots=True)
class Wording:
    """A page translates it with ``_(wording.message, **wording.facts)``; ``str`` is the Japanese."""

    message: str
    facts: dict[str, Fact] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.message % self.facts if self.facts else self.message


def say(message: str, **facts: Fact) -> Wording:
    """A wording whose whole numbers are written with thousands separators (5,000)."""
    return Wording(message, {k: f"{v:,}" if isinstance(v, int) else v for k, v in facts.items()})
