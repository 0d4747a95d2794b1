"""States of a participation and the moves that are allowed."""

from enum import StrEnum
from typing import Any

from volunteer.core.i18n import _l


class ParticipationState(StrEnum):
    """offered, applied, waiting → accepted; declined, withdrawn, cancelled."""

    OFFERED = "offered"
    APPLIED = "applied"
    WAITING = "waiting"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"

    @property
    def label(self) -> Any:
        """The word for people."""
        return PARTICIPATION_STATE_LABELS[self]


PARTICIPATION_STATE_LABELS = {
    ParticipationState.OFFERED: _l("お願いが届いています"),
    ParticipationState.APPLIED: _l("申し込みずみ（返事待ち）"),
    ParticipationState.WAITING: _l("空き待ち"),
    ParticipationState.ACCEPTED: _l("参加が決まりました"),
    ParticipationState.DECLINED: _l("今回は見送り"),
    ParticipationState.WITHDRAWN: _l("取り消しました"),
    ParticipationState.CANCELLED: _l("活動が中止になりました"),
}

HOLDS_SEAT = (ParticipationState.APPLIED, ParticipationState.ACCEPTED)
"""States that occupy a seat: these rows and `shift.seats_taken` must agree."""

OPEN_STATES = (
    ParticipationState.OFFERED,
    ParticipationState.APPLIED,
    ParticipationState.WAITING,
    ParticipationState.ACCEPTED,
)

PARTICIPATION_MOVES = {
    ParticipationState.OFFERED: {
        ParticipationState.ACCEPTED,
        ParticipationState.DECLINED,
        ParticipationState.WAITING,
        ParticipationState.CANCELLED,
    },
    ParticipationState.APPLIED: {
        ParticipationState.ACCEPTED,
        ParticipationState.DECLINED,
        ParticipationState.WITHDRAWN,
        ParticipationState.CANCELLED,
    },
    ParticipationState.WAITING: {
        ParticipationState.APPLIED,
        ParticipationState.ACCEPTED,
        ParticipationState.WITHDRAWN,
        ParticipationState.CANCELLED,
    },
    ParticipationState.ACCEPTED: {ParticipationState.WITHDRAWN, ParticipationState.CANCELLED},
    ParticipationState.DECLINED: {
        ParticipationState.APPLIED,
        ParticipationState.WAITING,
        ParticipationState.ACCEPTED,
        ParticipationState.OFFERED,
    },
    ParticipationState.WITHDRAWN: {
        ParticipationState.APPLIED,
        ParticipationState.WAITING,
        ParticipationState.ACCEPTED,
        ParticipationState.OFFERED,
    },
    ParticipationState.CANCELLED: {ParticipationState.ACCEPTED},
}
