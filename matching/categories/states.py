"""How pressing help is: four words of the center, from what cannot wait to what can. Plans cover them in this order."""

from enum import IntEnum
from typing import Any

from volunteer.core.i18n import _l


class Priority(IntEnum):
    """The smaller, the more pressing; the numbers are those of the engine, and nobody reads them on a page."""

    LIFE = 0
    URGENT = 1
    USUAL = 2
    SPARE = 3

    @property
    def label(self) -> Any:
        """The word for people."""
        return PRIORITY_LABELS[self]

    @property
    def is_urgent(self) -> bool:
        """Whether lists mark it."""
        return self < Priority.USUAL


PRIORITY_LABELS = {
    Priority.LIFE: _l("命にかかわる"),
    Priority.URGENT: _l("急ぎ"),
    Priority.USUAL: _l("ふつう"),
    Priority.SPARE: _l("余裕のあるときに"),
}

PRIORITY_MEANINGS = {
    Priority.LIFE: _l("だれも行かないと、命やけがの心配がある"),
    Priority.URGENT: _l("待つと、くらしにこまる（雪かき、食事など）"),
    Priority.USUAL: _l("決めた日に、人がそろえばよい"),
    Priority.SPARE: _l("人が足りないときは、あとでよい"),
}
"""What each word means, for whoever has to choose one."""
