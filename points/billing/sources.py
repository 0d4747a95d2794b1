"""What a charge is for, in words: asked of the features above (`hooks.charge_words`), with a plain answer otherwise."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from points.billing.states import Collects
from volunteer.core.hooks import hooks
from volunteer.core.i18n import _l


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of the source of a charge."""

    title: Any
    """What was done, such as 雪かき."""
    url: str = ""
    """Its page at the desk; "" where there is none."""
    collects: Collects = Collects.AGENT
    """As what the center took the money, fixed when the work was agreed."""
    own_url: str = ""
    """Its page for the payee."""
    payer_url: str = ""
    """Its page for an organization that pays; "" for a household."""


PLAIN = Told(_l("有償のお手伝い"))


def told_of(sources: Iterable[str]) -> dict[str, Told]:
    """What is known of each source. Every source has an answer."""
    wanted = sorted(set(sources))
    found = dict.fromkeys(wanted, PLAIN)
    for ask in hooks.charge_words:
        found |= {name: one for name, one in ask(wanted).items() if name in found}
    return found


def told(source: str) -> Told:
    """What is known of one source."""
    return told_of([source])[source]
