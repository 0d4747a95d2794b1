"""What can be noticed, and what somebody found when they looked."""

from enum import StrEnum

from volunteer.core.i18n import _l


class AnomalyKind(StrEnum):
    """What differs from what is usual."""

    SHARED_DEVICE = "shared_device"
    BY_HAND = "by_hand"
    EXACT_CAP = "exact_cap"
    AT_NIGHT = "at_night"
    SAME_PAIR = "same_pair"
    TWO_PLACES = "two_places"


ANOMALY_LABELS = {
    AnomalyKind.SHARED_DEVICE: _l("同じ端末で何人も受付"),
    AnomalyKind.BY_HAND: _l("手で入れた受付が多い"),
    AnomalyKind.EXACT_CAP: _l("直した時間が、ちょうど上限"),
    AnomalyKind.AT_NIGHT: _l("夜中に入れた記録"),
    AnomalyKind.SAME_PAIR: _l("同じ2人の組み合わせが多い"),
    AnomalyKind.TWO_PLACES: _l("同じ時間に2つの場所"),
}


class LookedAt(StrEnum):
    """What came out of looking."""

    FINE = "fine"
    PASSED_ON = "passed_on"


LOOKED_AT_LABELS = {
    LookedAt.FINE: _l("見た・問題なし"),
    LookedAt.PASSED_ON: _l("事実とちがう記録として調べる"),
}
