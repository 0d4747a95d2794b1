"""Where a payout batch and each of its lines stand."""

from enum import StrEnum

from volunteer.core.i18n import _l


class BatchState(StrEnum):
    """made (frozen, file may be downloaded) → paid (the bank has executed it); or dropped before that."""

    MADE = "made"
    PAID = "paid"
    DROPPED = "dropped"


BATCH_STATE_LABELS = {
    BatchState.MADE: _l("振込データ作成ずみ"),
    BatchState.PAID: _l("支払ずみ"),
    BatchState.DROPPED: _l("取りやめ"),
}


class LineState(StrEnum):
    """in_file → paid, or returned by the bank (組戻し)."""

    IN_FILE = "in_file"
    PAID = "paid"
    RETURNED = "returned"
    DROPPED = "dropped"


LINE_STATE_LABELS = {
    LineState.IN_FILE: _l("振込データに入っています"),
    LineState.PAID: _l("支払ずみ"),
    LineState.RETURNED: _l("銀行から戻り"),
    LineState.DROPPED: _l("取りやめ"),
}
