"""A bank account as typed from the bankbook, read into what the bank file needs. Pure but for the names."""

import re
from dataclasses import asdict, dataclass

from points.bank_accounts import directory
from points.bank_accounts.kana import HolderKana, normalise
from points.bank_accounts.refusals import N_, BankDataRefused
from points.bank_accounts.states import AccountType
from points.bank_accounts.yucho import BANK_CODE, transfer_account
from volunteer.core.codes import normalise_digits

_CODE = re.compile(r"[0-9]+")


class BankUnknown(BankDataRefused):
    """Neither a code of four digits nor the name of a bank."""

    code = "bank_unknown"
    msgid = N_("銀行コードは4桁の数字です。銀行の名前（例：北洋銀行）でもかまいません。")


class BranchUnknown(BankDataRefused):
    """Neither a code of three digits nor the name of a branch of this bank."""

    code = "branch_unknown"
    msgid = N_("支店コード（店番）は3桁の数字です。支店の名前（例：小樽）でもかまいません。")


class YuchoByCode(BankDataRefused):
    """ゆうちょ has its own page: its bankbook shows no code."""

    code = "bank_is_yucho"
    msgid = N_("ゆうちょ銀行は「ゆうちょ銀行（記号・番号）」をえらんで入力してください。")


class NumberUnreadable(BankDataRefused):
    """The account number is not one to seven digits."""

    code = "account_number"
    msgid = N_("口座番号は7桁までの数字です。通帳を見て入力してください。")


class NumberAllZero(BankDataRefused):
    """Nothing but zeros."""

    code = "account_number_zero"
    msgid = N_("口座番号がすべて0になっています。通帳を見て入力してください。")


@dataclass(frozen=True)
class AccountDetails:
    """An account ready to be confirmed and stored. `number` has seven digits and is never shown whole."""

    bank_code: str
    bank_name: str
    branch_code: str
    branch_name: str
    account_type: str
    number: str
    holder_kana: str
    holder_as_typed: str

    @property
    def number_tail(self) -> str:
        """The last three digits, all that is ever shown."""
        return self.number[-3:]

    @property
    def fingerprint(self) -> str:
        """What two accounts have in common when they are the same one."""
        return f"{self.bank_code}-{self.branch_code}-{self.account_type}-{self.number}"

    def as_dict(self) -> dict[str, str]:
        """For a sealed draft."""
        return asdict(self)


def read_bank(
    bank: str, branch: str, account_type: str, number: str, holder: str
) -> AccountDetails:
    """The details of an account at a bank.

    Args:
        bank: the code (4 digits) or the name of the bank.
        branch: the code (3 digits) or the name of the branch.
        account_type: 1 普通, 2 当座, 4 貯蓄.
        number: up to seven digits; shorter ones get zeros in front, as banks do.
        holder: the holder's kana as in the bankbook.

    Raises:
        BankDataRefused: one of its children, saying what to look at.
    """
    bank_code = _bank_code(bank)
    if bank_code == BANK_CODE:
        raise YuchoByCode()
    return _details(
        bank_code, _branch_code(bank_code, branch), account_type, _number(number), holder
    )


def read_yucho(symbol: str, number: str, holder: str, *, savings: bool = False) -> AccountDetails:
    """The details of a ゆうちょ account from 記号 and 番号; raises `BankDataRefused`."""
    found = transfer_account(symbol, number, savings=savings)
    return _details(found.bank, found.branch, found.account_type, found.number, holder)


def confirmed_kana(details: AccountDetails) -> HolderKana:
    """What was changed in the holder's name, and what the person should compare with the bankbook."""
    return normalise(details.holder_as_typed)


def _details(
    bank_code: str, branch_code: str, account_type: str, number: str, holder: str
) -> AccountDetails:
    return AccountDetails(
        bank_code=bank_code,
        bank_name=directory.bank_name(bank_code) or "",
        branch_code=branch_code,
        branch_name=directory.branch_name(bank_code, branch_code) or "",
        account_type=AccountType(account_type).value,
        number=number,
        holder_kana=normalise(holder).in_file,
        holder_as_typed=holder.strip(),
    )


def _bank_code(typed: str) -> str:
    digits = normalise_digits(typed)
    if len(digits) == 4 and _CODE.fullmatch(digits) and digits.strip("0"):
        return digits
    found = None if _CODE.fullmatch(digits) else directory.bank_code(typed)
    if found is None:
        raise BankUnknown()
    return found


def _branch_code(bank_code: str, typed: str) -> str:
    digits = normalise_digits(typed)
    if len(digits) == 3 and _CODE.fullmatch(digits):
        return digits
    found = None if _CODE.fullmatch(digits) else directory.branch_code(bank_code, typed)
    if found is None:
        raise BranchUnknown()
    return found


def _number(typed: str) -> str:
    digits = normalise_digits(typed)
    if not (_CODE.fullmatch(digits) and len(digits) <= 7):
        raise NumberUnreadable()
    if not digits.strip("0"):
        raise NumberAllZero()
    return digits.zfill(7)
