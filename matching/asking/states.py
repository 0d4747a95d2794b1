"""How an asking goes on and ends."""

from enum import StrEnum
from typing import Any

from volunteer.core.i18n import _l


class AskingState(StrEnum):
    """running → ended."""

    RUNNING = "running"
    ENDED = "ended"


class EndedBecause(StrEnum):
    """Why an asking, or one unanswered ask of it, is over."""

    FILLED = "filled"
    NOBODY_LEFT = "nobody_left"
    CALLED_OFF = "called_off"
    BEGUN = "begun"
    STOPPED = "stopped"
    LAPSED = "lapsed"
    """One ask only: its time was over."""

    @property
    def label(self) -> Any:
        """The word for staff."""
        return ENDED_LABELS[self]


ENDED_LABELS = {
    EndedBecause.FILLED: _l("席がうまりました"),
    EndedBecause.NOBODY_LEFT: _l("お願いできる人がいなくなりました"),
    EndedBecause.CALLED_OFF: _l("活動が中止になりました"),
    EndedBecause.BEGUN: _l("活動が始まりました"),
    EndedBecause.STOPPED: _l("職員が止めました"),
    EndedBecause.LAPSED: _l("期限までに返事がありませんでした"),
}
