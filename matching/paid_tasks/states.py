"""How far a piece of paid work is, who does something about it, and how an orderer agreed."""

from enum import StrEnum
from typing import Any

from volunteer.core.i18n import _l


class PaidTaskState(StrEnum):
    """quoted → agreed → reported → confirmed; disputed between the last two; called off, nobody came."""

    QUOTED = "quoted"
    """A student has accepted; the orderer has not agreed to the price and the terms."""
    AGREED = "agreed"
    REPORTED = "reported"
    """The student said how long it took."""
    DISPUTED = "disputed"
    """The orderer says otherwise; staff decide."""
    CONFIRMED = "confirmed"
    CALLED_OFF = "called_off"
    NO_SHOW = "no_show"

    @property
    def label(self) -> Any:
        """The word for people."""
        return PAID_TASK_STATE_LABELS[self]


PAID_TASK_STATE_LABELS = {
    PaidTaskState.QUOTED: _l("依頼した方の返事待ち"),
    PaidTaskState.AGREED: _l("約束ができました"),
    PaidTaskState.REPORTED: _l("時間の確かめ待ち"),
    PaidTaskState.DISPUTED: _l("センターが確かめています"),
    PaidTaskState.CONFIRMED: _l("終わりました"),
    PaidTaskState.CALLED_OFF: _l("取りやめ"),
    PaidTaskState.NO_SHOW: _l("来なかった・いなかった"),
}

_ENDS = {PaidTaskState.CALLED_OFF, PaidTaskState.NO_SHOW}

PAID_TASK_MOVES = {
    PaidTaskState.QUOTED: {PaidTaskState.AGREED, *_ENDS},
    PaidTaskState.AGREED: {PaidTaskState.REPORTED, *_ENDS},
    PaidTaskState.REPORTED: {PaidTaskState.CONFIRMED, PaidTaskState.DISPUTED, *_ENDS},
    PaidTaskState.DISPUTED: {PaidTaskState.CONFIRMED, *_ENDS},
    PaidTaskState.CONFIRMED: set(),
    PaidTaskState.CALLED_OFF: set(),
    PaidTaskState.NO_SHOW: set(),
}

OVER = (PaidTaskState.CONFIRMED, PaidTaskState.CALLED_OFF, PaidTaskState.NO_SHOW)
OPEN = tuple(state for state in PaidTaskState if state not in OVER)
BOUND = tuple(state for state in PaidTaskState if state is not PaidTaskState.QUOTED)
"""The orderer has agreed, or it is over: time and price stay as they are."""


class By(StrEnum):
    """Who moved a paid task."""

    STUDENT = "student"
    ORDERER = "orderer"
    STAFF = "staff"
    SYSTEM = "system"


class AgreedBy(StrEnum):
    """How the orderer agreed."""

    ORGANIZATION = "organization"
    """A member, signed in."""
    LINK = "link"
    """A household, by its one-purpose link."""
    TELEPHONE = "telephone"
    """Staff wrote down what the orderer said."""


class Whose(StrEnum):
    """Who was not there."""

    STUDENT = "student"
    ORDERER = "orderer"
