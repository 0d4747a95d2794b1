"""Where a case stands, and what was false."""

from enum import StrEnum

from volunteer.core.i18n import _l


class CaseState(StrEnum):
    """proposed → decided or dropped; decided → undone (an objection was right)."""

    PROPOSED = "proposed"
    DECIDED = "decided"
    DROPPED = "dropped"
    UNDONE = "undone"


CASE_STATE_LABELS = {
    CaseState.PROPOSED: _l("決定を待っています"),
    CaseState.DECIDED: _l("取り消しました"),
    CaseState.DROPPED: _l("記録は正しいと決めました"),
    CaseState.UNDONE: _l("申し出により元にもどしました"),
}


class FalseReason(StrEnum):
    """What was not as recorded. Free words stand beside it, outside of the frozen tables."""

    NOT_THERE = "not_there"
    OTHER_PERSON = "other_person"
    OTHER_TIME = "other_time"
    OTHER_WORK = "other_work"
    TWO_PLACES = "two_places"


FALSE_REASON_LABELS = {
    FalseReason.NOT_THERE: _l("その日は参加していなかった"),
    FalseReason.OTHER_PERSON: _l("ほかの人が代わりに受付をしていた"),
    FalseReason.OTHER_TIME: _l("時間が実際とちがっていた"),
    FalseReason.OTHER_WORK: _l("記録された活動をしていなかった"),
    FalseReason.TWO_PLACES: _l("同じ時間に2か所の記録があった"),
}
