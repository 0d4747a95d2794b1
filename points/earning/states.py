"""Where an award stands."""

from enum import StrEnum

from volunteer.core.i18n import _l


class AwardState(StrEnum):
    """pending → credited → settled; or refused, reversed. Awards of 0 points are settled at once."""

    PENDING = "pending"
    CREDITED = "credited"
    SETTLED = "settled"
    REFUSED = "refused"
    REVERSED = "reversed"


LIVE = (AwardState.PENDING, AwardState.CREDITED, AwardState.SETTLED)
"""States in which an award stands for its activity and counts against the caps."""

AWARD_STATE_LABELS = {
    AwardState.PENDING: _l("確認待ち"),
    AwardState.CREDITED: _l("確定前"),
    AwardState.SETTLED: _l("確定"),
    AwardState.REFUSED: _l("確認できませんでした"),
    AwardState.REVERSED: _l("訂正ずみ"),
}
