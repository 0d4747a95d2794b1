"""Why a PIN was set."""

from enum import StrEnum

from volunteer.core.i18n import _l


class PinReason(StrEnum):
    """Why a PIN was set."""

    FIRST = "first"
    FORGOTTEN = "forgotten"
    LOCKED = "locked"
    SEEN = "seen"
    OWNER = "owner"


PIN_REASON_LABELS = {
    PinReason.FIRST: _l("はじめて決める"),
    PinReason.FORGOTTEN: _l("忘れた"),
    PinReason.LOCKED: _l("5回まちがえて、とまった"),
    PinReason.SEEN: _l("ほかの人に知られたかもしれない"),
    PinReason.OWNER: _l("本人が変えた"),
}
