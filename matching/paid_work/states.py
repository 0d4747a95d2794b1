"""Who speaks about paid work, where a call-back and an objection stand, why a time waits for somebody's word."""

from enum import StrEnum

from matching.paid_tasks.states import By
from volunteer.core.i18n import _l

BY_LABELS = {
    By.STUDENT: _l("学生"),
    By.ORDERER: _l("依頼した方"),
    By.STAFF: _l("センター"),
    By.SYSTEM: _l("自動"),
}
"""Who says something about the time."""


class CallState(StrEnum):
    """waiting → confirmed, differs or not_reached (the desk telephoned), or needless (they said so themselves)."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    DIFFERS = "differs"
    NOT_REACHED = "not_reached"
    NEEDLESS = "needless"


CALL_STATE_LABELS = {
    CallState.WAITING: _l("電話で確かめるのを待っています"),
    CallState.CONFIRMED: _l("電話で確かめました"),
    CallState.DIFFERS: _l("電話で聞くと、ちがいました"),
    CallState.NOT_REACHED: _l("何度かけても、つながりませんでした"),
    CallState.NEEDLESS: _l("ご本人が確認したので、電話はいりません"),
}

CALL_ANSWERS = (CallState.CONFIRMED, CallState.DIFFERS, CallState.NOT_REACHED)
"""What the desk writes after telephoning."""


class WorkDisputeState(StrEnum):
    """open → decided (by staff)."""

    OPEN = "open"
    DECIDED = "decided"


WORK_DISPUTE_LABELS = {
    WorkDisputeState.OPEN: _l("センターが確かめています"),
    WorkDisputeState.DECIDED: _l("センターが決めました"),
}

ALLOWED_MOVES = {WorkDisputeState.OPEN: {WorkDisputeState.DECIDED}}


class Waits(StrEnum):
    """Why a reported time is not confirmed by silence."""

    LONGER = "longer"
    """It costs more than was agreed: only the orderer can say yes to that."""
    NOT_SEEN = "not_seen"
    """It is longer than the record of coming and going."""
    CALL = "call"
    """The signature was drawn for a telephone call."""


WAITS_LABELS = {
    Waits.LONGER: _l("約束より料金が多くなる"),
    Waits.NOT_SEEN: _l("受付の記録より長い"),
    Waits.CALL: _l("署名を電話で確かめていない"),
}


class ConsentWay(StrEnum):
    """How the household said that the family may read of the work."""

    LINK = "link"
    TELEPHONE = "telephone"
    PAPER = "paper"


CONSENT_WAY_LABELS = {
    ConsentWay.LINK: _l("ご自分の画面で"),
    ConsentWay.TELEPHONE: _l("電話で"),
    ConsentWay.PAPER: _l("紙で"),
}
