"""What a device shows for each outcome: a heading and what to do. Pure words; moments are put in by the page."""

from typing import Any

from matching.checkin import answers as checkin
from matching.checkin.answers import Stop
from matching.devices.readings import Read
from volunteer.core.i18n import _l

IN, OUT = "in", "out"
NOT_HERE = "not_here"
NO_SHIFT_NOW = "no_shift_now"
NOT_ON_LIST = "not_on_list"
UNKNOWN_PERSON = "unknown_person"
UNREADABLE = "unreadable"
PHONE_EXPIRED = "phone_expired"
PHONE_FORGED = "phone_forged"
NOT_IN = "not_in"
CLOSED_BY_JOB = "closed_by_job"
CAME_EARLIER = "came_earlier"
TOO_MANY = "too_many_codes"

REVOKED = "revoked"
OVER = "device_over"
TOO_OLD = "too_old"
OUR_FAULT = "our_fault"
QUARANTINE = (REVOKED, OVER, TOO_OLD, OUR_FAULT)

_AT_THE_DESK = _l(
    "記録はセンターに届きました。センターが確かめて、まちがいがなければポイントをつけます。"
)
_BY_NAME = _l("名前からさがすか、担当の人に声をかけてください。")

STOPS: dict[str, Stop] = {
    NOT_HERE: Stop(
        _l("この端末では受付できない活動です"),
        _l("この活動の担当の人に声をかけてください。"),
    ),
    NO_SHIFT_NOW: Stop(
        _l("いま受付している活動はありません"),
        _l("受付は、始まりの60分前からできます。時間になったら、もう一度読んでください。"),
    ),
    NOT_ON_LIST: Stop(
        _l("この活動の名簿にいません"), _l("カードかスマートフォンのQRを読んでください。")
    ),
    UNKNOWN_PERSON: Stop(_l("だれのQRか分かりませんでした"), _BY_NAME),
    UNREADABLE: Stop(_l("読みとれませんでした"), _l("もう一度、ゆっくり読んでください。")),
    PHONE_EXPIRED: Stop(
        _l("スマートフォンのQRの期限が切れています"),
        _l(
            "スマートフォンでQRの画面を開きなおすと、新しいQRが出ます。カードや名前でも受付できます。"
        ),
    ),
    PHONE_FORGED: Stop(
        _l("このQRでは受付できません"),
        _l("おたがいのQRではないようです。わたしのQRか、カードを見せてください。"),
    ),
    NOT_IN: Stop(
        _l("まだ受付していません"),
        _l("終わりの前に、受付がいります。来たときの時刻は、担当の人かセンターに伝えてください。"),
    ),
    CLOSED_BY_JOB: Stop(
        _l("もう予定の時刻で終わりになっています"),
        _l("終わった時刻がちがうことは、センターに届きました。センターが直します。"),
    ),
    CAME_EARLIER: Stop(
        _l("もっと後の時刻で受付されています"),
        _l("先に来ていたことは、センターに届きました。センターが時刻を直します。"),
    ),
    TOO_MANY: Stop(
        _l("番号のまちがいがつづいたので、少し止めています"),
        _l("10分ほど待つか、名前から受付してください。"),
    ),
    REVOKED: Stop(_l("この端末は、もう受付に使えません"), _AT_THE_DESK),
    OVER: Stop(_l("この端末の使える日は終わりました"), _AT_THE_DESK),
    TOO_OLD: Stop(_l("72時間より前の記録です"), _AT_THE_DESK),
    OUR_FAULT: Stop(_l("こちらの具合が悪いようです"), _AT_THE_DESK),
    Read.VENUE: Stop(
        _l("これは会場のQRです"),
        _l(
            "会場のQRは、ご自分のスマートフォンで読みます。ここには、わたしのQRかカードを見せてください。"
        ),
    ),
    Read.SHIFT: Stop(
        _l("これは活動のポスターの番号です"),
        _l("ここには、わたしのQRか、カードの番号（Cで始まる8文字）を入れてください。"),
    ),
    Read.DEVICE: Stop(
        _l("これは端末を登録するための番号です"),
        _l("ここには、わたしのQRか、カードの番号（Cで始まる8文字）を入れてください。"),
    ),
    Read.MISTYPED: Stop(
        _l("カードの番号にまちがいがあります"),
        _l("Cで始まる8文字です。1文字ずつ確かめてください。"),
    ),
    Read.FOREIGN: Stop(
        _l("受付のQRでも、カードの番号でもありません"),
        _l(
            "わたしのQRかボランティアカードを見せるか、カードの番号（Cで始まる8文字）を入れてください。"
        ),
    ),
}
"""What is the matter with what was read, with the device or with the time."""

TAKEN: dict[str, Stop] = {
    "ok": Stop(
        _l("受付しました"), _l("ありがとうございます。活動の終わりにも、ここで読んでください。")
    ),
    "walk_in": Stop(
        _l("当日の参加として受付しました"),
        _l("ありがとうございます。活動の終わりにも、ここで読んでください。"),
    ),
    "out": Stop(_l("おつかれさまでした"), _l("活動を終わりました。ありがとうございました。")),
    "already_in": Stop(_l("すでに受付ずみです"), _l("もう一度する必要はありません。")),
    "already_out": Stop(_l("もう活動を終わっています"), _l("もう一度する必要はありません。")),
    "offer_check_out": Stop(
        _l("活動を終わりますか"),
        _l("帰るときは「終わる」を押してください。まだつづけるときは、何もしなくてかまいません。"),
    ),
}

FOR_LEADER: dict[str, Any] = dict(checkin.FOR_HOST)


def words_of(outcome: str, *, for_leader: bool) -> Stop:
    """Heading and words of an outcome, for whoever stands before a kiosk or holds the phone of a leader."""
    found = TAKEN.get(outcome) or STOPS.get(outcome) or checkin.stop(outcome)
    if for_leader and outcome in FOR_LEADER:
        return Stop(found.heading, FOR_LEADER[outcome])
    return found
