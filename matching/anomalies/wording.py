"""What was noticed, in words: the figures beside what is usual in this town, and why it is worth a look."""

from collections.abc import Mapping
from typing import Any

from matching.anomalies.states import AnomalyKind
from volunteer.core.i18n import _l

NOTICED = {
    AnomalyKind.SHARED_DEVICE: _l(
        "1台のスマートフォンから、%(people)s人（%(homes)s世帯）が受付しました。%(days)s日ありました。"
    ),
    AnomalyKind.BY_HAND: _l(
        "受付%(of)s件のうち%(times)s件（%(percent)s％）が、名簿からえらぶか紙からの入力でした。"
    ),
    AnomalyKind.EXACT_CAP: _l(
        "時間を直した%(of)s件のうち%(times)s件が、1日の上限にちょうど合っていました。"
    ),
    AnomalyKind.AT_NIGHT: _l(
        "入力%(of)s件のうち%(times)s件が、夜中の0時から5時のあいだでした。%(days)s晩ありました。"
    ),
    AnomalyKind.SAME_PAIR: _l(
        "この人の活動%(of)s件のうち%(times)s件が、同じ1人の入力や確認でした。"
    ),
    AnomalyKind.TWO_PLACES: _l("同じ時間に2つの場所にいた記録が%(times)s回ありました。"),
}
USUAL = {
    AnomalyKind.SHARED_DEVICE: _l("このまちでは、1台につきふつう%(usual)s世帯までです。"),
    AnomalyKind.BY_HAND: _l("ほかの団体では、ふつう%(usual)s％です。"),
    AnomalyKind.EXACT_CAP: _l("このまちでは、直した時間の%(usual)s％です。"),
    AnomalyKind.AT_NIGHT: _l("このまちでは、入力の%(usual)s％です。"),
    AnomalyKind.SAME_PAIR: _l(
        "ほかの組み合わせは、ふつう%(usual)s件までです。同じ活動のほかの人では%(others)s％です。"
    ),
    AnomalyKind.TWO_PLACES: _l("ふつうは、ありません。"),
}
OFTEN_HARMLESS = {
    AnomalyKind.SHARED_DEVICE: _l(
        "近所どうしで電話を貸しているだけかもしれません。カードをわたすと、かんたんになります。"
    ),
    AnomalyKind.BY_HAND: _l(
        "スマートフォンを使わない人が多い団体かもしれません。カードや受付の端末をすすめてください。"
    ),
    AnomalyKind.EXACT_CAP: _l("上限に合わせて切りあげていないか、団体に聞いてください。"),
    AnomalyKind.AT_NIGHT: _l(
        "夜に仕事をする人かもしれません。入力の元になった名簿を見せてもらってください。"
    ),
    AnomalyKind.SAME_PAIR: _l(
        "スマートフォンのない人を、いつも同じ人が手伝っているだけかもしれません。"
    ),
    AnomalyKind.TWO_PLACES: _l("帰りの受付のわすれや、時計のずれかもしれません。"),
}


def noticed(kind: AnomalyKind, figures: Mapping[str, Any]) -> str:
    """What was counted."""
    return str(NOTICED[kind]) % figures


def usual(kind: AnomalyKind, figures: Mapping[str, Any]) -> str:
    """What is usual in this town."""
    return str(USUAL[kind]) % figures
