"""Words of billing on pages: ways of paying, states, reasons, troubles, papers."""

from typing import Any

from points.billing.desk_queries import Row
from points.billing.gateway import PaymentState
from points.billing.states import DecisionReason, Direction, PaperKind, PayMethod
from points.billing.steps import Ask
from volunteer.core.i18n import _l

METHOD_LABELS = {
    PayMethod.CARD: _l("カード"),
    PayMethod.CASH: _l("現金"),
    PayMethod.BANK_TRANSFER: _l("銀行振込"),
}
STATE_LABELS = {
    PaymentState.OPEN: _l("払うのを待っています"),
    PaymentState.EXPIRED: _l("払われないまま閉じました"),
    PaymentState.HELD: _l("カードで確保しました"),
    PaymentState.RELEASED: _l("受けとらずに放しました"),
    PaymentState.CAPTURED: _l("受けとりました"),
}
REASON_LABELS = {
    DecisionReason.DONE: _l("活動がおわった"),
    DecisionReason.CALLED_OFF: _l("取りやめ"),
    DecisionReason.NO_SHOW: _l("来なかった"),
    DecisionReason.COMPLAINT: _l("申し出について職員が決めた"),
    DecisionReason.CORRECTED: _l("まちがいを直した"),
    DecisionReason.OTHER_WAY: _l("別の料金で払う"),
}
DIRECTION_LABELS = {Direction.IN: _l("受けとった"), Direction.BACK: _l("返した")}
ASK_LABELS = {
    Ask.OPEN: _l("払うページを開く"),
    Ask.CAPTURE: _l("引き落とす"),
    Ask.RELEASE: _l("確保を放す"),
    Ask.REFUND: _l("払いもどす"),
}
PAPER_LABELS = {
    PaperKind.RECEIPT: _l("領収書"),
    PaperKind.CARD_RECEIPT: _l("領収書（カード）"),
    PaperKind.INVOICE: _l("請求書"),
    PaperKind.REMINDER: _l("お支払いのお願い"),
}
TROUBLES: dict[str, tuple[Any, Any]] = {
    "hold_lost": (
        _l("カードの確保が切れた"),
        _l("受けとれませんでした。払う人に、もう一度払ってもらってください。"),
    ),
    "took_less": (
        _l("少なく受けとった"),
        _l("決めた金額より少なく受けとりました。足りない分は、新しい料金にしてください。"),
    ),
    "took_more": (
        _l("多く受けとった"),
        _l(
            "決めた金額より多く受けとりました。決済会社の画面で、だれかが手で動かした可能性があります。"
        ),
    ),
    "gave_more": (
        _l("多く返した"),
        _l(
            "決めた金額より多く返しました。決済会社の画面で、だれかが手で動かした可能性があります。"
        ),
    ),
    "disputed": (
        _l("カード会社への申し立て"),
        _l("決済会社の画面で、期限までに答えてください。それまで、この報酬は受けとれません。"),
    ),
    "wrong_money": (
        _l("金額か通貨がちがう"),
        _l("頼んだのとちがう金額か通貨になっています。記録には入れていません。"),
    ),
    "missing": (
        _l("決済会社に見つからない"),
        _l("決済会社に、この支払いが見つかりません。管理者に知らせてください。"),
    ),
}


def troubles_of(row: Row) -> list[tuple[Any, Any]]:
    """(tag, sentence) of everything about this charge that a person has to look at."""
    codes = [one.partition(":")[0] for one in row.payment.troubles.split()]
    if row.is_disputed and "disputed" not in codes:
        codes.append("disputed")
    found = [TROUBLES[one] for one in codes if one in TROUBLES]
    if row.hold_ends:
        words = _l(
            "活動がおわっていたら、先に時間と金額を決めてください。まだなら、もう一度カードの手つづきをしてもらいます。"
        )
        found.append((_l("確保がまもなく切れる"), words))
    return found


def standing_of(row: Row) -> tuple[Any, str, str]:
    """(words, look, icon) of how far a charge is, for its tag."""
    if row.payment.troubles or row.is_disputed:
        return _l("人が見ます"), "bad", "warning"
    if row.hold_ends:
        return _l("確保がまもなく切れる"), "warn", "clock"
    if row.missing_yen < 0:
        return _l("返すお金があります"), "warn", "yen"
    if row.is_replaced:
        return _l("別の料金に替わった"), "", "check"
    if row.decided_yen == 0:
        return _l("料金なし"), "", "check"
    if row.missing_yen == 0:
        return _l("受けとりずみ"), "ok", "check"
    if row.paid_yen:
        return _l("一部を受けとった"), "warn", "yen"
    return _standing_unpaid(row)


def _standing_unpaid(row: Row) -> tuple[Any, str, str]:
    state = row.payment.state
    if state is PaymentState.HELD:
        return STATE_LABELS[state], "kind", "check"
    if state in (PaymentState.EXPIRED, PaymentState.RELEASED):
        return STATE_LABELS[state], "", "cross"
    is_over = row.age_days >= 0 and (row.decided_yen is not None or row.age_days > 0)
    return (_l("まだ入っていません"), "warn", "clock") if is_over else (_l("これから"), "", "clock")
