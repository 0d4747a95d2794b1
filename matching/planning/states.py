"""Where a run stands, what a plan says of a pair, what staff decided, and the moves that are allowed."""

from enum import StrEnum
from typing import Any

from volunteer.core.i18n import _l


class Purpose(StrEnum):
    """Why a plan is made: for days to come, or anew at short notice, with as few changes as possible."""

    WEEK = "week"
    ANEW = "anew"


PURPOSE_LABELS = {
    Purpose.WEEK: _l("ふだんの割り当て案"),
    Purpose.ANEW: _l("急な変更の組みなおし"),
}


class RunState(StrEnum):
    """waiting → running → ready → decided; or failed, cancelled, discarded."""

    WAITING = "waiting"
    RUNNING = "running"
    READY = "ready"
    DECIDED = "decided"
    DISCARDED = "discarded"
    CANCELLED = "cancelled"
    FAILED = "failed"

    @property
    def label(self) -> Any:
        """The word for people."""
        return RUN_STATE_LABELS[self]


RUN_STATE_LABELS = {
    RunState.WAITING: _l("これから計算します"),
    RunState.RUNNING: _l("計算しています"),
    RunState.READY: _l("案ができました"),
    RunState.DECIDED: _l("すべて決めました"),
    RunState.DISCARDED: _l("使わないことにしました"),
    RunState.CANCELLED: _l("計算をやめました"),
    RunState.FAILED: _l("計算がとちゅうで止まりました"),
}

LIVE = (RunState.WAITING, RunState.RUNNING)
"""A run that somebody works at, or will in a moment; there is one of them in a center."""

FINISHED = (RunState.READY, RunState.DECIDED, RunState.DISCARDED)
"""A plan came of it, whatever was decided about it."""


class Stage(StrEnum):
    """What a running plan is busy with."""

    READING = "reading"
    SOLVING = "solving"
    CHECKING = "checking"
    WRITING = "writing"


STAGE_LABELS = {
    Stage.READING: _l("依頼と空いている人を読んでいます"),
    Stage.SOLVING: _l("よい組み合わせをさがしています"),
    Stage.CHECKING: _l("決まりに合っているか確かめています"),
    Stage.WRITING: _l("案を書いています"),
}


class Failure(StrEnum):
    """Why a run came to nothing."""

    LOST = "lost"
    NOTHING = "nothing"
    DISK = "disk"
    FILE = "file"
    SOLVER = "solver"
    LATE = "late"
    WRONG = "wrong"
    START = "start"


FAILURE_WORDS = {
    Failure.LOST: _l(
        "計算していたプログラムが止まりました（サーバーの再起動など）。何も決まっていません。もう一度作ってください。"
    ),
    Failure.NOTHING: _l(
        "この期間には、人をさがしている活動がありません。ほかの日をえらんでください。"
    ),
    Failure.DISK: _l(
        "サーバーの空き容量が足りません。何も決まっていません。管理者に知らせてから、もう一度作ってください。"
    ),
    Failure.FILE: _l(
        "計算のとちゅうのファイルがなくなりました。何も決まっていません。もう一度作ってください。"
    ),
    Failure.SOLVER: _l(
        "計算がうまくいきませんでした。何も決まっていません。日を短くして、もう一度作ってください。"
    ),
    Failure.LATE: _l(
        "時間までに案ができませんでした。日を短くするか、計算の時間を長くしてください。"
    ),
    Failure.WRONG: _l(
        "できた案が決まりに合わなかったので、使いません。何も決まっていません。管理者に知らせてください。"
    ),
    Failure.START: _l(
        "計算を始められませんでした。何も決まっていません。少しあとで、もう一度作ってください。"
    ),
}


class PairKind(StrEnum):
    """How a pair of the plan differs from what stands: new, asked already and still right, or away from another."""

    NEW = "new"
    KEPT = "kept"
    MOVE = "move"


CHANGES = (PairKind.NEW, PairKind.MOVE)
"""What somebody has to decide on."""


class PairState(StrEnum):
    """proposed → chosen → asked or refused; or dropped. A kept pair needs no act."""

    PROPOSED = "proposed"
    CHOSEN = "chosen"
    ASKED = "asked"
    REFUSED = "refused"
    DROPPED = "dropped"

    @property
    def label(self) -> Any:
        """The word for people."""
        return PAIR_STATE_LABELS[self]


PAIR_STATE_LABELS = {
    PairState.PROPOSED: _l("まだ決めていません"),
    PairState.CHOSEN: _l("これから お願いを送ります"),
    PairState.ASKED: _l("お願いを送りました"),
    PairState.REFUSED: _l("お願いできませんでした"),
    PairState.DROPPED: _l("外しました"),
}
MOVED_LABEL = _l("移ってもらいました")


class MarkKind(StrEnum):
    """What every later plan has to heed about a pair."""

    PINNED = "pinned"
    DROPPED = "dropped"


class Decision(StrEnum):
    """What was decided about a pair."""

    ASKED = "asked"
    MOVED = "moved"
    REFUSED = "refused"
    PINNED = "pinned"
    DROPPED = "dropped"
    RELEASED = "released"


DECISION_LABELS = {
    Decision.ASKED: _l("お願いを送った"),
    Decision.MOVED: _l("本人に聞いて、移ってもらった"),
    Decision.REFUSED: _l("お願いできなかった"),
    Decision.PINNED: _l("案で動かさないことにした"),
    Decision.DROPPED: _l("候補から外した"),
    Decision.RELEASED: _l("しるしを取った"),
}
