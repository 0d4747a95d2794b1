"""Where the visit of a group stands, who says something about it, and what was said."""

from enum import StrEnum

from volunteer.core.i18n import _l


class VisitState(StrEnum):
    """open → settled (the time for names is over) or withdrawn (it was recorded by mistake, nobody was named)."""

    OPEN = "open"
    SETTLED = "settled"
    WITHDRAWN = "withdrawn"


VISIT_STATE_LABELS = {
    VisitState.OPEN: _l("名前を加えられます"),
    VisitState.SETTLED: _l("しめきりました"),
    VisitState.WITHDRAWN: _l("取り消しました"),
}

ALLOWED_MOVES = {VisitState.OPEN: {VisitState.SETTLED, VisitState.WITHDRAWN}}


class Side(StrEnum):
    """On whose behalf somebody acts at a visit."""

    HOST = "host"
    STAFF = "staff"
    LEADER = "leader"
    PROGRAM = "program"


SIDE_LABELS = {
    Side.HOST: _l("主催者"),
    Side.STAFF: _l("センター"),
    Side.LEADER: _l("グループの代表"),
    Side.PROGRAM: _l("自動"),
}


class VisitEventKind(StrEnum):
    """What happened to a visit."""

    RECORDED = "recorded"
    HEADS_CORRECTED = "heads_corrected"
    NAME_TAKEN_OUT = "name_taken_out"
    LEFT = "left"
    LINK_OPENED = "link_opened"
    LINK_CLOSED = "link_closed"
    SETTLED = "settled"
    WITHDRAWN = "withdrawn"


VISIT_EVENT_LABELS = {
    VisitEventKind.RECORDED: _l("グループを受付した"),
    VisitEventKind.HEADS_CORRECTED: _l("人数を直した"),
    VisitEventKind.NAME_TAKEN_OUT: _l("名前を外した"),
    VisitEventKind.LEFT: _l("グループが帰った"),
    VisitEventKind.LINK_OPENED: _l("代表の人のページを作った"),
    VisitEventKind.LINK_CLOSED: _l("代表の人のページを閉じた"),
    VisitEventKind.SETTLED: _l("名前の受付をしめきった"),
    VisitEventKind.WITHDRAWN: _l("グループの受付を取り消した"),
}
