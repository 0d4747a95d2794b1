"""Kinds of accounts and journals."""

from enum import StrEnum

from volunteer.core.i18n import _l


class Unit(StrEnum):
    """Separate ledgers that never mix in one posting."""

    POINTS = "points"
    YEN = "yen"


class AccountKind(StrEnum):
    """System accounts (balance derived) and accounts of a holder (balance kept by trigger)."""

    ISSUED = "issued"
    PAID = "paid"
    EXPIRED = "expired"
    FORFEITED = "forfeited"
    ADJUST = "adjust"
    PENDING = "pending"
    LOT = "lot"
    HOLD = "hold"
    OWED = "owed"


SYSTEM_KINDS = (
    AccountKind.ISSUED,
    AccountKind.PAID,
    AccountKind.EXPIRED,
    AccountKind.FORFEITED,
    AccountKind.ADJUST,
)
HOLDER_KINDS = (AccountKind.PENDING, AccountKind.LOT, AccountKind.HOLD, AccountKind.OWED)


ACCOUNT_KIND_LABELS = {
    AccountKind.ISSUED: _l("発行"),
    AccountKind.LOT: _l("みなさんの手もと"),
    AccountKind.PENDING: _l("確認待ち"),
    AccountKind.HOLD: _l("換金の申し込み中（預り）"),
    AccountKind.OWED: _l("不足（次のポイントから引く分）"),
    AccountKind.PAID: _l("支払ずみ"),
    AccountKind.EXPIRED: _l("期限切れ"),
    AccountKind.FORFEITED: _l("確認できず取り消し"),
    AccountKind.ADJUST: _l("調整"),
}


class JournalKind(StrEnum):
    """Why units moved; one journal is one act (仕訳)."""

    CREDIT = "credit"
    CONFIRM = "confirm"
    REFUSE = "refuse"
    HOLD = "hold"
    SETTLE = "settle"
    VOID = "void"
    RETURN = "return"
    EXPIRE = "expire"
    REVERSE = "reverse"
    TRANSFER = "transfer"
    ADJUST = "adjust"


JOURNAL_KIND_LABELS = {
    JournalKind.CREDIT: _l("付与"),
    JournalKind.CONFIRM: _l("確認"),
    JournalKind.REFUSE: _l("確認できず取り消し"),
    JournalKind.HOLD: _l("換金の申し込み（預り）"),
    JournalKind.SETTLE: _l("換金の支払"),
    JournalKind.VOID: _l("換金の取り消し（戻り）"),
    JournalKind.RETURN: _l("銀行からの戻り"),
    JournalKind.EXPIRE: _l("期限切れ"),
    JournalKind.REVERSE: _l("訂正"),
    JournalKind.TRANSFER: _l("受け渡し"),
    JournalKind.ADJUST: _l("調整"),
}


EARNED_UNTIL = "earned_until:"
"""Begins the reason of a hold which could take only points of activities up to a day; the day follows."""


class CapPeriod(StrEnum):
    """Over which time a cap counts."""

    DAY = "day"
    YEAR = "year"
    EXCHANGE_YEAR = "exchange_year"
