"""How an attendance is known, how much that is worth, and where it stands."""

from enum import StrEnum

from volunteer.core.i18n import _l


class Source(StrEnum):
    """How a check-in or check-out reached us (design: five sources, one record)."""

    VENUE_CODE = "venue_code"
    HOST_CODE = "host_code"
    CARD_CODE = "card_code"
    NAME_LIST = "name_list"
    POSTER = "poster"
    SHIFT_CODE = "shift_code"
    STAFF_ENTRY = "staff_entry"


SOURCE_LABELS = {
    Source.VENUE_CODE: _l("会場のコード"),
    Source.HOST_CODE: _l("受付係がよみとり"),
    Source.CARD_CODE: _l("カードの番号"),
    Source.NAME_LIST: _l("名簿から"),
    Source.POSTER: _l("ポスターのコード"),
    Source.SHIFT_CODE: _l("活動の番号"),
    Source.STAFF_ENTRY: _l("センターで入力"),
}


class Grade(StrEnum):
    """How strong the evidence is: somebody was seen, somebody says so, the host signed for it."""

    ON_SITE = "on_site"
    CLAIMED = "claimed"
    HOST_SIGNED = "host_signed"


GRADE_LABELS = {
    Grade.ON_SITE: _l("その場で確認"),
    Grade.CLAIMED: _l("本人の申告（確認待ち）"),
    Grade.HOST_SIGNED: _l("主催者の署名あり"),
}

CREDITED_AT_ONCE = {Grade.ON_SITE, Grade.HOST_SIGNED}
SETTLES_BY_ITSELF = {Grade.ON_SITE}


class AttendanceState(StrEnum):
    """open → closed → settled or refused; settled → refused when false, refused → closed when that was wrong."""

    OPEN = "open"
    CLOSED = "closed"
    SETTLED = "settled"
    REFUSED = "refused"


ATTENDANCE_STATE_LABELS = {
    AttendanceState.OPEN: _l("活動中"),
    AttendanceState.CLOSED: _l("終了（確認待ち）"),
    AttendanceState.SETTLED: _l("確定"),
    AttendanceState.REFUSED: _l("みとめられませんでした"),
}

ALLOWED_MOVES = {
    AttendanceState.OPEN: {AttendanceState.CLOSED, AttendanceState.REFUSED},
    AttendanceState.CLOSED: {AttendanceState.SETTLED, AttendanceState.REFUSED},
    AttendanceState.SETTLED: {AttendanceState.REFUSED},
    AttendanceState.REFUSED: {AttendanceState.CLOSED},
}


class Direction(StrEnum):
    """Coming or going, each once per person and shift; then what somebody decided about it."""

    CHECK_IN = "check_in"
    CHECK_OUT = "check_out"
    CONFIRMATION = "confirmation"
    CORRECTION = "correction"
    REFUSAL = "refusal"


DIRECTION_LABELS = {
    Direction.CHECK_IN: _l("受付"),
    Direction.CHECK_OUT: _l("終了"),
    Direction.CONFIRMATION: _l("確認"),
    Direction.CORRECTION: _l("訂正"),
    Direction.REFUSAL: _l("みとめない"),
}


class Witness(StrEnum):
    """By what the desk knows that somebody was at a household: the second witness of a visit."""

    HOUSEHOLD = "household"
    HELPER = "helper"
    REPORT = "report"
    NONE = "none"


WITNESS_LABELS = {
    Witness.HOUSEHOLD: _l("世帯の方に聞いた"),
    Witness.HELPER: _l("地区の協力者に聞いた"),
    Witness.REPORT: _l("報告や写真を見た"),
    Witness.NONE: _l("ほかの記録と合っている"),
}

FLAG_LABELS = {
    "late": _l("おそい到着"),
    "early": _l("早い到着"),
    "walk_in": _l("当日の参加"),
    "claimed": _l("本人の申告"),
    "desk_sample": _l("センターも確かめる"),
    "paper": _l("紙からの入力"),
    "old_ticket": _l("QRを読んでから時間がたった受付"),
    "auto_closed": _l("終わりの受付なし"),
    "own_shift": _l("主催者ご自身の参加"),
    "shared_device": _l("同じ端末で何人か受付"),
    "uninsured": _l("保険の登録なし"),
    "ended_early": _l("早めに終了"),
    "offline": _l("あとから届いた受付"),
    "clock": _l("端末の時計がちがう受付"),
    "name_touched": _l("受付の端末で名前から受付"),
    "named_by_leader": _l("グループの代表が名前を加えた"),
    "named_later": _l("活動のあとで名前を加えた"),
    "called_off": _l("中止になった活動での記録"),
    "phone_late": _l("担当者の端末から15分以上あとで届いた受付"),
    "work_slip": _l("依頼した方の用紙のQRで受付"),
    "work_signature": _l("依頼した方がスマホに署名"),
}

DRAWN = "desk_sample"
"""A claim that would settle by itself but was drawn by lot: the desk looks at it."""

LATE_BY_PHONE = "phone_late"
"""Their own phone said much later that somebody had come: another one than its owner looks at it."""

TO_LOOK_AT = (
    "late",
    "auto_closed",
    "walk_in",
    "claimed",
    "own_shift",
    "uninsured",
    "old_ticket",
    "clock",
    "name_touched",
    LATE_BY_PHONE,
)
"""Flags for which the host (or the desk) is asked to look once; everything else settles unseen."""
