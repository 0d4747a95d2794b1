"""ゆうちょ: from the 記号 and 番号 of a bankbook to bank, branch, kind and number of a transfer.

Source: the rule published by Japan Post Bank
(記号番号から振込用の店名・預金種目・口座番号への変換).
"""

import re
import unicodedata
from dataclasses import dataclass

from points.bank_accounts.refusals import N_, BankDataRefused

BANK_CODE = "9900"
ORDINARY, CURRENT, SAVINGS = "1", "2", "4"

# a single digit may stand between 記号 and 番号 (the bankbook was re-issued); it means nothing here
_SYMBOL = re.compile(r"(?P<symbol>[0-9]{5})(-[0-9])?")
_NUMBER = re.compile(r"([0-9]-)?(?P<number>[0-9]+)")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−─━ー", "-") | {" ": ""})


@dataclass(frozen=True)
class TransferAccount:
    """An account as other banks address it; `account_type` is the digit of the bank file."""

    bank: str
    branch: str
    account_type: str
    number: str


class YuchoRefused(BankDataRefused):
    """記号 or 番号 cannot be those of an account."""


class SymbolRefused(YuchoRefused):
    """The 記号 is not five digits."""

    code = "yucho_symbol"
    msgid = N_("記号は5桁の数字です。通帳の最初のページを見て入力してください。")


class SymbolStart(YuchoRefused):
    """The 記号 begins with neither 1 nor 0."""

    code = "yucho_symbol_start"
    msgid = N_("記号は1か0で始まります。通帳の最初のページを見て入力してください。")


class NumberRefused(YuchoRefused):
    """The 番号 is no number, or has more digits than its kind of account can have."""

    code = "yucho_number"
    msgid = N_("番号は%(most)d桁までの数字です。通帳の最初のページを見て入力してください。")


class NumberEnd(YuchoRefused):
    """The 番号 of a bankbook account does not end in 1."""

    code = "yucho_number_end"
    msgid = N_(
        "記号が1で始まる口座の番号は、最後が1です。番号を終わりまで（最後の1も）入力してください。"
    )


class NumberZero(YuchoRefused):
    """Nothing but zeros would remain of the 番号."""

    code = "yucho_number_zero"
    msgid = N_("番号がすべて0になっています。通帳の最初のページを見て入力してください。")


class NoSavings(YuchoRefused):
    """A 振替口座 was said to be a savings account."""

    code = "yucho_no_savings"
    msgid = N_("記号が0で始まる口座は振替口座です。「貯蓄」を選ばずに入力してください。")


def transfer_account(symbol: str, number: str, *, savings: bool = False) -> TransferAccount:
    """The account a 記号 and 番号 stand for.

    記号 1xxyy: branch = its 2nd and 3rd digit and 8, number = 番号 without its final 1.
    記号 0xxyy: branch = its 2nd and 3rd digit and 9, number = 番号 as it is, kind 当座.

    Args:
        symbol: 記号, in any width, with or without the single digit after it (10530-2).
        number: 番号, in any width.
        savings: True for 通常貯蓄貯金 (the bankbook says 貯蓄), False for 総合口座 and 通常貯金.

    Raises:
        YuchoRefused: one of its children, saying what to look at in the bankbook.
    """
    symbol_parts = _SYMBOL.fullmatch(_plain(symbol))
    if symbol_parts is None:
        raise SymbolRefused()
    digits = symbol_parts["symbol"]
    if digits[0] == "1":
        kind = SAVINGS if savings else ORDINARY
        return _account(digits[1:3] + "8", kind, _bankbook_number(number))
    if digits[0] != "0":
        raise SymbolStart()
    if savings:
        raise NoSavings()
    return _account(digits[1:3] + "9", CURRENT, _digits(number, most=6))


def _plain(typed: str) -> str:
    """Half-width digits and hyphens without spaces."""
    return unicodedata.normalize("NFKC", typed).translate(_DASHES)


def _digits(number: str, *, most: int) -> str:
    parts = _NUMBER.fullmatch(_plain(number))
    if parts is None or len(parts["number"]) > most:
        raise NumberRefused(most=most)
    return parts["number"]


def _bankbook_number(number: str) -> str:
    digits = _digits(number, most=8)
    if not digits.endswith("1"):
        raise NumberEnd()
    return digits[:-1]


def _account(branch: str, account_type: str, number: str) -> TransferAccount:
    if not number.strip("0"):
        raise NumberZero()
    return TransferAccount(BANK_CODE, branch, account_type, number.zfill(7))
