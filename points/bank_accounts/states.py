"""Kinds of bank accounts, ways of typing one in, and how long a change is held back."""

from datetime import timedelta
from enum import StrEnum

from volunteer.core.i18n import _l


class AccountType(StrEnum):
    """預金種目, by the digit of the bank file."""

    ORDINARY = "1"
    CURRENT = "2"
    SAVINGS = "4"


ACCOUNT_TYPE_LABELS = {
    AccountType.ORDINARY: _l("普通"),
    AccountType.CURRENT: _l("当座"),
    AccountType.SAVINGS: _l("貯蓄"),
}


class Entry(StrEnum):
    """What the bankbook shows: codes and number of a bank, or 記号 and 番号 of ゆうちょ."""

    BANK = "bank"
    YUCHO = "yucho"


ENTRY_LABELS = {
    Entry.BANK: _l("銀行・信用金庫など"),
    Entry.YUCHO: _l("ゆうちょ銀行（記号・番号）"),
}

HELD_BACK = timedelta(days=7)
"""A changed account is not paid to this long, so that its owner can object (a first account is no change)."""
