"""Kinds of devices, what an upload asked for, and what became of it."""

from enum import StrEnum

from volunteer.core.i18n import _l


class DeviceKind(StrEnum):
    """A tablet that stands at a place, or the phone of somebody who receives people."""

    KIOSK = "kiosk"
    LEADER = "leader"


DEVICE_KIND_LABELS = {
    DeviceKind.KIOSK: _l("受付タブレット"),
    DeviceKind.LEADER: _l("担当者のスマートフォン"),
}


class How(StrEnum):
    """How the device came to know whom it is about."""

    CAMERA = "camera"
    TYPED = "typed"
    PHOTO = "photo"
    READER = "reader"
    LIST = "list"


class Asked(StrEnum):
    """Coming, going, or whatever fits."""

    AUTO = "auto"
    IN = "in"
    OUT = "out"


class ScanStatus(StrEnum):
    """What became of one upload. `QUARANTINED` waits for the desk and credits nothing."""

    ACCEPTED = "accepted"
    AGAIN = "again"
    OFFER_OUT = "offer_out"
    REFUSED = "refused"
    QUARANTINED = "quarantined"


TONES = {
    ScanStatus.ACCEPTED: "ok",
    ScanStatus.AGAIN: "again",
    ScanStatus.OFFER_OUT: "again",
    ScanStatus.REFUSED: "stop",
    ScanStatus.QUARANTINED: "stop",
}
"""Which of the three sounds and colours an answer has."""


class Decision(StrEnum):
    """What the desk made of an upload that credited nothing."""

    ACCEPTED = "accepted"
    DISMISSED = "dismissed"


DECISION_LABELS = {
    Decision.ACCEPTED: _l("記録した"),
    Decision.DISMISSED: _l("記録しなかった"),
}
