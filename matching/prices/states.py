"""For whom the center takes the orderer's money."""

from enum import StrEnum
from typing import Any

from volunteer.core.i18n import _l


class Collects(StrEnum):
    """In whose name the money of paid help is asked for; terms, receipt and invoice follow it."""

    AGENT = "agent"
    """As the student's agent: the contract is between orderer and student (収納代行)."""
    SELLER = "seller"
    """The center sells the help itself and pays the student."""

    @property
    def label(self) -> Any:
        """The word for people."""
        return COLLECTS_LABELS[self]


COLLECTS_LABELS = {
    Collects.AGENT: _l("学生に代わって受けとる（約束は 依頼した方と学生の間）"),
    Collects.SELLER: _l("センターが受けとる（約束は 依頼した方とセンターの間）"),
}
