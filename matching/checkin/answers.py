"""The kind answer to each scan that does not check in: what is the matter, and what to do now. Pure words."""

from dataclasses import dataclass
from typing import Any

from matching.checkin.rules import Outcome
from matching.checkin.tokens import Verdict
from volunteer.core.errors import DomainError
from volunteer.core.i18n import _l

NO_TICKET = "no_ticket"
TICKET_EXPIRED = "ticket_expired"
OTHER_SHIFT = "other_shift"
TYPE_INSTEAD = frozenset(
    {Verdict.EXPIRED, Verdict.OTHER_BROWSER, NO_TICKET, TICKET_EXPIRED, OTHER_SHIFT}
)
"""Troubles with the code itself: the volunteer may type the number of the venue instead."""

OTHER_DAY = "other_day"
NO_MORE = "no_more"
UNKNOWN_POSTER = "unknown_poster"
UNTOLD = frozenset({NO_TICKET, UNKNOWN_POSTER})
"""Troubles of which the desk hears nothing: it is not known who, or where."""

OWN = "own_attendance"
FULL = "full"
UNKNOWN_CARD = "unknown_card"
REVOKED_CARD = "revoked_card"


@dataclass(frozen=True)
class Stop:
    """What a page says that lets nobody in: a heading and what to do."""

    heading: Any
    todo: Any


_AGAIN = _l("会場の画面にいま出ているQRを、もう一度読んでください。")
_HOST = _l("会場の担当の人に声をかけてください。担当の人が名前で受付できます。")

STOPS: dict[str, Stop] = {
    Outcome.CANCELLED: Stop(
        _l("この活動は中止になりました"),
        _l("今日の受付はありません。わからないときは、センターに電話してください。"),
    ),
    Outcome.WRONG_SHIFT: Stop(
        _l("ここは別の活動の受付です"),
        _l("あなたの今の活動は下のとおりです。その会場のQRを読んでください。"),
    ),
    Outcome.TOO_EARLY: Stop(
        _l("受付はまだ始まっていません"),
        _l("下の時刻になったら、会場のQRをもう一度読んでください。"),
    ),
    Outcome.OVER: Stop(
        _l("受付の時間は終わりました"),
        _l(
            "参加したのに受付していないときは、会場の担当の人かセンターに伝えてください。あとから記録できます。"
        ),
    ),
    Outcome.NOT_PARTICIPANT: Stop(
        _l("この活動の参加者ではありません"),
        _l(
            "参加がまだ決まっていません。会場の担当の人に声をかけるか、センターに電話してください。"
        ),
    ),
    Outcome.INSURANCE_MISSING: Stop(
        _l("保険の確認がいります"),
        _l("この日のボランティア活動保険が、まだ登録されていません。センターに電話してください。"),
    ),
    Outcome.TRAINING_MISSING: Stop(
        _l("講習の確認がいります"),
        _l("この活動に必要な講習が、まだ登録されていません。センターに電話してください。"),
    ),
    Outcome.NOT_REGISTERED: Stop(
        _l("登録がすんでいません"),
        _l(
            "ボランティア登録がすむと受付できます。今日参加したいときは、センターに電話してください。"
        ),
    ),
    Outcome.SOURCE_NOT_ACCEPTED: Stop(_l("この方法では受付できません"), _HOST),
    Outcome.REFUSED_BEFORE: Stop(
        _l("前の受付は、みとめられませんでした"),
        _l(
            "今いるときは、会場の担当の人に声をかけてください。理由は、メールかセンターで分かります。"
        ),
    ),
    Verdict.EXPIRED: Stop(
        _l("このQRは時間がすぎました"),
        _l("会場のQRは30秒ごとに変わります。いま画面に出ているQRを、もう一度読んでください。"),
    ),
    Verdict.NOT_YET: Stop(_l("このQRは、まだ使えません"), _AGAIN),
    Verdict.FORGED: Stop(
        _l("このQRでは受付できません"),
        _l("おたがいの受付QRではないようです。会場の画面に出ているQRを読んでください。"),
    ),
    Verdict.WRONG_PURPOSE: Stop(
        _l("これは会場のQRではありません"),
        _l(
            "カードのQRは、会場の担当の人が読みます。自分で受付するときは、会場の画面のQRを読んでください。"
        ),
    ),
    Verdict.OTHER_BROWSER: Stop(
        _l("別の端末で開いたQRです"),
        _l("受付は、QRを読んだその端末でできます。この端末で、会場のQRを読んでください。"),
    ),
    NO_TICKET: Stop(
        _l("会場のQRを読んでください"),
        _l(
            "受付は、会場の画面のQRを読むとできます。読めないときは、会場の担当の人に声をかけてください。"
        ),
    ),
    TICKET_EXPIRED: Stop(
        _l("QRを読んでから15分がすぎました"), _l("お手数ですが、会場のQRをもう一度読んでください。")
    ),
    OTHER_SHIFT: Stop(_l("別の活動のQRを読んでいます"), _AGAIN),
    OTHER_DAY: Stop(
        _l("今日は、ここの受付はありません"),
        _l("次の活動は、下の日時です。その日に来て、もう一度このQRを読んでください。"),
    ),
    NO_MORE: Stop(
        _l("ここの活動は終わりました"),
        _l(
            "これからの予定はありません。参加したのに受付していないときは、センターに伝えてください。あとから記録できます。"
        ),
    ),
    UNKNOWN_POSTER: Stop(
        _l("このQRの活動が見つかりません"),
        _l(
            "古いポスターかもしれません。会場の担当の人に声をかけるか、センターに電話してください。"
        ),
    ),
    FULL: Stop(
        _l("この活動は、もう満員です"),
        _l(
            "手伝いに来てくださって、ありがとうございます。人数を増やせるか、会場の担当の人に聞いてください。"
        ),
    ),
    OWN: Stop(
        _l("ご自分やご家族の受付は、確認できません"),
        _l(
            "ほかの担当の人か、センターにたのんでください。自分の受付は、自分の端末で会場のQRを読んでください。"
        ),
    ),
    UNKNOWN_CARD: Stop(
        _l("このカードの番号は登録されていません"),
        _l("1文字ずつ確かめてください。それでもちがうときは、名前から受付してください。"),
    ),
    REVOKED_CARD: Stop(
        _l("このカードは、もう使えません"),
        _l("新しいカードが出ています。今日は名前から受付してください。"),
    ),
}

FOR_HOST: dict[str, Any] = {
    Outcome.CANCELLED: _l("この活動は中止になっています。"),
    Outcome.WRONG_SHIFT: _l(
        "この人の今の活動は、ここではありません。行き先を教えてあげてください。"
    ),
    Outcome.TOO_EARLY: _l("受付はまだ始まっていません。始まりの60分前からできます。"),
    Outcome.OVER: _l("受付の時間は終わりました。来ていた人は、センターに伝えると記録できます。"),
    Outcome.NOT_PARTICIPANT: _l(
        "この人は、この活動の参加者ではありません。センターに電話してください。"
    ),
    Outcome.INSURANCE_MISSING: _l("この日の保険が確認できません。センターに電話してください。"),
    Outcome.TRAINING_MISSING: _l("必要な講習が確認できません。センターに電話してください。"),
    Outcome.NOT_REGISTERED: _l(
        "この人は、いま活動できる登録になっていません。センターに電話してください。"
    ),
    Outcome.SOURCE_NOT_ACCEPTED: _l(
        "この活動では、この方法の受付は使えません。会場のQRで受付してもらってください。"
    ),
    Outcome.REFUSED_BEFORE: _l(
        "この人の受付は、前にみとめられませんでした。センターに電話してください。"
    ),
    FULL: _l("満員です。主催者かセンターが人数を増やすと、受付できます。"),
}
"""The same answers for whoever receives people by name or card."""


FOR_STAFF: dict[str, Any] = {
    Outcome.OVER: _l(
        "受付の時間は終わりました。来ていた人は、「紙の名簿から入力する」で記録できます。"
    ),
    Outcome.NOT_PARTICIPANT: _l(
        "この人は、この活動の参加者ではありません。来ていた人は、「紙の名簿から入力する」で記録できます。"
    ),
    Outcome.INSURANCE_MISSING: _l(
        "この日の保険が記録にありません。入っている人なら、その人の「保険」に入れてから受付してください。"
    ),
    Outcome.TRAINING_MISSING: _l(
        "必要な講習が記録にありません。受けた人なら、その人の「資格・研修」に入れてから受付してください。"
    ),
    Outcome.NOT_REGISTERED: _l(
        "この人は、いま活動できる登録になっていません。その人の「登録」を確かめてください。"
    ),
    Outcome.REFUSED_BEFORE: _l(
        "この人の受付は、前にみとめられませんでした。まちがいなら、「確かめること」で直してください。"
    ),
    OWN: _l("ご自分やご家族の受付は、ほかの職員が確かめます。"),
}
"""Where those who receive are the center themselves: nobody else to call."""


def for_host(error: DomainError, *, by_staff: bool = False) -> Any:
    """What a host, or staff at the desk, read when somebody could not be checked in."""
    known = {**FOR_HOST, **FOR_STAFF} if by_staff else FOR_HOST
    return known.get(error.code, error.message)


def stop(code: str) -> Stop:
    """The answer to a code; an unknown one sends to the people at the venue."""
    return STOPS.get(code, Stop(_l("受付できませんでした"), _HOST))


def ticket_code(verdict: Verdict) -> str:
    """The code of a ticket that is not good."""
    return TICKET_EXPIRED if verdict is Verdict.EXPIRED else verdict.value
