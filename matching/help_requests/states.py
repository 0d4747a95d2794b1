"""States of help requests and shifts, and the moves that are allowed."""

from enum import StrEnum
from typing import Any

from volunteer.core.i18n import _l


class HelpRequestState(StrEnum):
    """draft → submitted → published → closed, with sent_back and cancelled."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    SENT_BACK = "sent_back"
    PUBLISHED = "published"
    CLOSED = "closed"
    CANCELLED = "cancelled"

    @property
    def label(self) -> Any:
        """The word for people."""
        return HELP_REQUEST_STATE_LABELS[self]


HELP_REQUEST_STATE_LABELS = {
    HelpRequestState.DRAFT: _l("下書き"),
    HelpRequestState.SUBMITTED: _l("センターが確認中"),
    HelpRequestState.SENT_BACK: _l("直してほしいところがあります"),
    HelpRequestState.PUBLISHED: _l("募集中"),
    HelpRequestState.CLOSED: _l("終わりました"),
    HelpRequestState.CANCELLED: _l("取りやめ"),
}

HELP_REQUEST_MOVES = {
    HelpRequestState.DRAFT: {HelpRequestState.SUBMITTED, HelpRequestState.CANCELLED},
    HelpRequestState.SUBMITTED: {
        HelpRequestState.PUBLISHED,
        HelpRequestState.SENT_BACK,
        HelpRequestState.CANCELLED,
    },
    HelpRequestState.SENT_BACK: {HelpRequestState.SUBMITTED, HelpRequestState.CANCELLED},
    HelpRequestState.PUBLISHED: {HelpRequestState.CLOSED, HelpRequestState.CANCELLED},
    HelpRequestState.CLOSED: set(),
    HelpRequestState.CANCELLED: set(),
}

EDITABLE = (HelpRequestState.DRAFT, HelpRequestState.SENT_BACK)
OVER = (HelpRequestState.CLOSED, HelpRequestState.CANCELLED)


class ShiftState(StrEnum):
    """planned until published; open → full ⇄ open → ended, cancelled."""

    PLANNED = "planned"
    OPEN = "open"
    FULL = "full"
    ENDED = "ended"
    CANCELLED = "cancelled"

    @property
    def label(self) -> Any:
        """The word for people."""
        return SHIFT_STATE_LABELS[self]


SHIFT_STATE_LABELS = {
    ShiftState.PLANNED: _l("公開前"),
    ShiftState.OPEN: _l("募集中"),
    ShiftState.FULL: _l("満員"),
    ShiftState.ENDED: _l("終了"),
    ShiftState.CANCELLED: _l("中止"),
}

PUBLIC_SHIFT_STATES = (ShiftState.OPEN, ShiftState.FULL)


class Effort(StrEnum):
    """How hard the work is on the body."""

    LIGHT = "light"
    MEDIUM = "medium"
    HARD = "hard"

    @property
    def label(self) -> Any:
        """The word for people."""
        return EFFORT_LABELS[self]


EFFORT_LABELS = {
    Effort.LIGHT: _l("軽い"),
    Effort.MEDIUM: _l("ふつう"),
    Effort.HARD: _l("力がいる"),
}


class ChangeAnswerKind(StrEnum):
    """What an accepted person says to a change made after publication."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    LEFT = "left"
