"""What a person says is wrong about the record of their activity, and where that stands."""

from enum import StrEnum

from volunteer.core.i18n import _l


class DisputeKind(StrEnum):
    """What is said to be wrong."""

    OTHER_TIME = "other_time"
    WAS_THERE = "was_there"
    NOT_THERE = "not_there"


DISPUTE_KIND_LABELS = {
    DisputeKind.OTHER_TIME: _l("時間がちがう"),
    DisputeKind.WAS_THERE: _l("参加したのに、記録がない"),
    DisputeKind.NOT_THERE: _l("参加していないのに、記録がある"),
}


class DisputeState(StrEnum):
    """open → corrected or stands (staff decided) or withdrawn (by whoever opened it)."""

    OPEN = "open"
    CORRECTED = "corrected"
    STANDS = "stands"
    WITHDRAWN = "withdrawn"


DISPUTE_STATE_LABELS = {
    DisputeState.OPEN: _l("確かめています"),
    DisputeState.CORRECTED: _l("記録を直しました"),
    DisputeState.STANDS: _l("記録のままとしました"),
    DisputeState.WITHDRAWN: _l("取り下げました"),
}

ALLOWED_MOVES = {
    DisputeState.OPEN: {DisputeState.CORRECTED, DisputeState.STANDS, DisputeState.WITHDRAWN},
}
DECISIONS = (DisputeState.CORRECTED, DisputeState.STANDS)


class Side(StrEnum):
    """Who says something in a dispute."""

    VOLUNTEER = "volunteer"
    HOST = "host"
    STAFF = "staff"


SIDE_LABELS = {
    Side.VOLUNTEER: _l("本人"),
    Side.HOST: _l("主催者"),
    Side.STAFF: _l("センター"),
}
