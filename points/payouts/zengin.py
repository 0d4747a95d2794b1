"""The bank file of a payout batch: 全銀協規定フォーマット, 総合振込, as bytes.

Source: the layout of the Japanese Bankers Association in the wording of several banks: records of
120 bytes, one header, the payments, one trailer, one end; numbers right-aligned with zeros, text
left-aligned with spaces, one byte a letter (JIS X 0201). Whether the transfer date is a business
day and who may send the file is decided elsewhere. The same input always gives the same bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from points.bank_accounts.kana import DEFAULT_SYMBOLS, NAME_BYTES, KanaRefused, normalise
from points.bank_accounts.refusals import N_, BankDataRefused

RECORD_BYTES = 120
MAX_AMOUNT_YEN = 9_999_999_999  # ten digits
MAX_TOTAL_YEN = 999_999_999_999  # twelve digits
MAX_RECORDS = 999_999  # six digits
MAX_PAYMENT_ID = 9_999_999_999  # ten digits of 顧客コード1

_SERVICE, _CODE_KIND = "21", "0"  # 総合振込, JIS
_ORIGINATOR_TYPES = frozenset("129")  # 普通, 当座, その他
_PAYEE_TYPES = frozenset("1249")  # 普通, 当座, 貯蓄, その他
_ENCODING = "cp932"  # half-width kana are the single bytes of JIS X 0201


class Separator(StrEnum):
    """What follows each record; banks take CR LF or nothing, never one of the two."""

    CRLF = "CRLF"
    NONE = "none"


class ClearingHouse(StrEnum):
    """How the unused 手形交換所番号 is filled; banks differ."""

    ZEROS = "zeros"
    SPACES = "spaces"


class ChangeMark(StrEnum):
    """新規コード: whether the payee is the same as in the last file."""

    OTHER = "0"
    FIRST = "1"
    CHANGED = "2"


class TransferKind(StrEnum):
    """振込指定区分: by wire or by letter."""

    WIRE = "7"
    LETTER = "8"


@dataclass(frozen=True)
class Profile:
    """What the center's bank wants; the defaults are those of most banks.

    `symbols` are the signs accepted in names, `max_records` the payments one file may hold.
    """

    separator: Separator = Separator.CRLF
    clearing_house: ClearingHouse = ClearingHouse.ZEROS
    wo_to_o: bool = True
    symbols: str = DEFAULT_SYMBOLS
    transfer_kind: TransferKind = TransferKind.WIRE
    max_records: int = MAX_RECORDS


@dataclass(frozen=True)
class Originator:
    """The center as its bank knows it.

    `code` has the 10 digits the bank gave, `account_type` is 1 普通, 2 当座 or 9 その他. Names are
    kana; those of bank and branch may be left out.
    """

    code: str
    name: str
    bank: str
    branch: str
    account_type: str
    account_number: str
    bank_name: str = ""
    branch_name: str = ""


@dataclass(frozen=True)
class Payment:
    """One payee. `id` becomes 顧客コード1, by which the bank's answer is matched to the cash-out.

    `account_type` is 1 普通, 2 当座, 4 貯蓄 or 9 その他; `name` the holder's kana as confirmed.
    """

    id: int
    bank: str
    branch: str
    account_type: str
    account_number: str
    name: str
    amount_yen: int
    bank_name: str = ""
    branch_name: str = ""
    change_mark: ChangeMark = ChangeMark.OTHER


class ZenginError(BankDataRefused):
    """No file is made; the batch or the settings must be put right first."""


class EmptyBatch(ZenginError):
    """There is nobody to pay."""

    code = "zengin_empty"
    msgid = N_("振込が1件もありません。承認ずみの換金を選んでから作ってください。")


class TooManyRecords(ZenginError):
    """More payments than the file, or the bank, can take."""

    code = "zengin_too_many"
    msgid = N_("振込が%(count)d件あります。%(most)d件までに分けて作ってください。")


class AmountTooSmall(ZenginError):
    """Zero or less; leaving such a record out would hide a mistake."""

    code = "zengin_amount_too_small"
    msgid = N_("振込%(payment)sの金額が1円より少なくなっています。金額を確かめてください。")


class AmountTooLarge(ZenginError):
    """The amount has more than ten digits."""

    code = "zengin_amount_too_large"
    msgid = N_("振込%(payment)sの金額が10桁を超えています。金額を確かめてください。")


class TotalTooLarge(ZenginError):
    """The total has more than twelve digits."""

    code = "zengin_total_too_large"
    msgid = N_("合計が12桁を超えています。振込を分けて作ってください。")


class PaymentIdRefused(ZenginError):
    """The id does not fit into ten digits."""

    code = "zengin_payment_id"
    msgid = N_(
        "振込%(payment)sの番号が1から10桁までの数ではありません。センターの管理者に知らせてください。"
    )


class PaymentTwice(ZenginError):
    """Two payments bear the same id, so the bank's answer could not be told apart."""

    code = "zengin_payment_twice"
    msgid = N_("振込%(payment)sが2回入っています。1つを除いてください。")


class AccountTypeRefused(ZenginError):
    """The kind of account is unknown in this place."""

    code = "zengin_account_type"
    msgid = N_("%(where)sの預金種目「%(value)s」は使えません。口座の情報を確かめてください。")


class DigitsRefused(ZenginError):
    """A code or number has not exactly the digits of its field; padding would be guessing."""

    code = "zengin_digits"
    msgid = N_("%(where)sの%(field)sは%(width)d桁の数字です（足りないときは前に0を付けます）。")


class NumberZero(ZenginError):
    """A bank code or account number of zeros only."""

    code = "zengin_number_zero"
    msgid = N_("%(where)sの%(field)sがすべて0です。口座の情報を確かめてください。")


class NameRefused(ZenginError):
    """A name holds letters the file cannot hold; `reason` says which."""

    code = "zengin_name"
    msgid = N_("%(where)sの%(field)sを書けません。%(reason)s")


class NameTooLong(ZenginError):
    """A name, other than a payee's, is longer than its field."""

    code = "zengin_name_too_long"
    msgid = N_("%(where)sの%(field)sは%(width)d文字（濁点も1文字）までです。短くしてください。")


def zengin_file(
    originator: Originator,
    transfer_date: date,
    payments: Sequence[Payment],
    profile: Profile | None = None,
) -> bytes:
    """The whole file, ready for the bank.

    Names are brought into the bank's letters once more, which changes nothing in a name that was
    confirmed under the same profile; of a payee's name the first 30 bytes are written.

    Args:
        originator: the center's own account.
        transfer_date: 振込指定日; only month and day are in the file.
        payments: at least one, in the order they are written.
        profile: what the center's bank wants.

    Raises:
        ZenginError: one of its children, naming the payment and what to put right.
    """
    wanted = profile or Profile()
    _check_batch(payments, wanted)
    records = [_header(originator, transfer_date, wanted)]
    records += [_data(payment, wanted) for payment in payments]
    records += [_trailer(payments), "9".ljust(RECORD_BYTES)]
    line_end = "\r\n" if wanted.separator is Separator.CRLF else ""
    return "".join(record + line_end for record in records).encode(_ENCODING)


def _check_batch(payments: Sequence[Payment], profile: Profile) -> None:
    most = min(profile.max_records, MAX_RECORDS)
    if not payments:
        raise EmptyBatch()
    if len(payments) > most:
        raise TooManyRecords(count=len(payments), most=most)
    seen: set[int] = set()
    for payment in payments:
        _check_payment(payment)
        if payment.id in seen:
            raise PaymentTwice(payment=payment.id)
        seen.add(payment.id)
    if sum(payment.amount_yen for payment in payments) > MAX_TOTAL_YEN:
        raise TotalTooLarge()


def _check_payment(payment: Payment) -> None:
    if not 1 <= payment.id <= MAX_PAYMENT_ID:
        raise PaymentIdRefused(payment=payment.id)
    if payment.amount_yen < 1:
        raise AmountTooSmall(payment=payment.id)
    if payment.amount_yen > MAX_AMOUNT_YEN:
        raise AmountTooLarge(payment=payment.id)


def _header(originator: Originator, transfer_date: date, profile: Profile) -> str:
    where = _Where("振込依頼人", profile)
    return _record(
        "1",
        _SERVICE,
        _CODE_KIND,
        where.digits("依頼人コード", originator.code, 10),
        where.text("名前", originator.name, 40),
        f"{transfer_date:%m%d}",
        where.code("銀行番号", originator.bank, 4),
        where.optional_text("銀行名", originator.bank_name, 15),
        where.digits("支店番号", originator.branch, 3),
        where.optional_text("支店名", originator.branch_name, 15),
        where.account_type(originator.account_type, _ORIGINATOR_TYPES),
        where.code("口座番号", originator.account_number, 7),
    )


def _data(payment: Payment, profile: Profile) -> str:
    where = _Where(f"振込{payment.id}", profile)
    return _record(
        "2",
        where.code("銀行番号", payment.bank, 4),
        where.optional_text("銀行名", payment.bank_name, 15),
        where.digits("支店番号", payment.branch, 3),
        where.optional_text("支店名", payment.branch_name, 15),
        ("0" if profile.clearing_house is ClearingHouse.ZEROS else " ") * 4,
        where.account_type(payment.account_type, _PAYEE_TYPES),
        where.code("口座番号", payment.account_number, 7),
        where.kana("口座名義", payment.name)[:NAME_BYTES].ljust(NAME_BYTES),
        f"{payment.amount_yen:010d}",
        payment.change_mark,
        f"{payment.id:010d}",
        "0" * 10,  # 顧客コード2, unused
        profile.transfer_kind,
    )


def _trailer(payments: Sequence[Payment]) -> str:
    total_yen = sum(payment.amount_yen for payment in payments)
    return _record("8", f"{len(payments):06d}", f"{total_yen:012d}")


def _record(*fields: str) -> str:
    """The fields one after the other; the rest of every record is spaces."""
    return "".join(fields).ljust(RECORD_BYTES)


@dataclass(frozen=True)
class _Where:
    """Whose record is being written, so that a refusal can name it."""

    name: str
    profile: Profile

    def digits(self, field: str, value: str, width: int) -> str:
        if len(value) != width or not (value.isascii() and value.isdigit()):
            raise DigitsRefused(where=self.name, field=field, width=width)
        return value

    def code(self, field: str, value: str, width: int) -> str:
        """Digits that are not all zero. (Some banks do have a branch 000.)"""
        if not self.digits(field, value, width).strip("0"):
            raise NumberZero(where=self.name, field=field)
        return value

    def account_type(self, value: str, known: frozenset[str]) -> str:
        if value not in known:
            raise AccountTypeRefused(where=self.name, value=value)
        return value

    def kana(self, field: str, value: str) -> str:
        try:
            wo_to_o, symbols = self.profile.wo_to_o, self.profile.symbols
            return normalise(value, wo_to_o=wo_to_o, symbols=symbols).text
        except KanaRefused as refused:
            raise NameRefused(where=self.name, field=field, reason=str(refused)) from refused

    def text(self, field: str, value: str, width: int) -> str:
        kana = self.kana(field, value)
        if len(kana) > width:
            raise NameTooLong(where=self.name, field=field, width=width)
        return kana.ljust(width)

    def optional_text(self, field: str, value: str, width: int) -> str:
        return self.text(field, value, width) if value else " " * width
