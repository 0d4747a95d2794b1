"""Forms of the payer."""

from typing import Any

from wtforms import BooleanField, SelectMultipleField
from wtforms.validators import ValidationError

from points.bank_accounts.kana import KanaRefused, normalise
from points.bank_accounts.states import ACCOUNT_TYPE_LABELS, AccountType
from points.payouts.bank_file import Sender
from points.payouts.models import Originator
from points.payouts.zengin import ClearingHouse, Separator
from volunteer.core.codes import normalise_digits
from volunteer.core.fields import (
    ChoiceField,
    DateField,
    IntegerField,
    LineField,
    Needed,
    ReasonField,
)
from volunteer.core.forms import BaseForm
from volunteer.core.i18n import _, _l

TOTAL_MAX = 999_999_999


class MakeBatchForm(BaseForm):
    """Which cash-outs, on which day, and the total typed by hand."""

    chosen = SelectMultipleField(_l("振りこむ換金"), coerce=int, choices=[], validate_choice=False)
    pay_on = DateField(_l("振込の日"), [Needed(_l("振込の日を入れてください"))])
    total = IntegerField(
        _l("合計金額"),
        [Needed(_l("合計金額を打って、金額を確かめてください"))],
        least=1,
        most=TOTAL_MAX,
    )


class ReturnForm(BaseForm):
    """Why the bank did not pay."""

    reason = ReasonField(_l("銀行から戻った理由（本人に届きます）"))


class CashForm(BaseForm):
    """By which paper the person was recognised."""

    seen = ChoiceField(
        _l("本人確認"),
        [Needed(_l("本人確認に使った書類をえらんでください"))],
        choices=[
            ("運転免許証", _l("運転免許証")),
            ("マイナンバーカード", _l("マイナンバーカード")),
            ("資格確認書・保険証", _l("資格確認書・保険証")),
            ("その他の書類", _l("その他の書類（2種類）")),
            ("顔を知っている", _l("職員が顔を知っている")),
        ],
    )


class DonationForm(BaseForm):
    """Which donations were passed on, to whom where nobody chose, by which paper, and the total typed by hand."""

    chosen = SelectMultipleField(_l("とどけた寄付"), coerce=int, choices=[], validate_choice=False)
    recipient = LineField(_l("寄付先の名前"), [Needed(_l("どこにとどけたかを入れてください"))])
    proof = LineField(
        _l("とどけたことがわかる書類"),
        [Needed(_l("寄付先の領収書や、振込の控えのある場所を入れてください"))],
    )
    total = IntegerField(
        _l("合計金額"),
        [Needed(_l("合計金額を打って、金額を確かめてください"))],
        least=1,
        most=TOTAL_MAX,
    )


class OriginatorForm(BaseForm):
    """The center's own account as its bank wrote it in the contract for transfers."""

    code = LineField(
        _l("依頼人コード（10桁）"), [Needed(_l("銀行からもらった10桁のコードを入れてください"))]
    )
    name = LineField(
        _l("依頼人の名前（カナ）"), [Needed(_l("センターの名前をカナで入れてください"))]
    )
    bank = LineField(_l("銀行コード（4桁）"), [Needed(_l("銀行コードを入れてください"))])
    branch = LineField(_l("支店コード（3桁）"), [Needed(_l("支店コードを入れてください"))])
    account_type = ChoiceField(
        _l("口座の種類"),
        [Needed(_l("口座の種類をえらんでください"))],
        choices=[
            (one.value, ACCOUNT_TYPE_LABELS[one])
            for one in (AccountType.ORDINARY, AccountType.CURRENT)
        ],
        default=AccountType.ORDINARY.value,
    )
    number = LineField(_l("口座番号（7桁）"), [Needed(_l("口座番号を入れてください"))])
    separator = ChoiceField(
        _l("行の終わり"),
        [Needed(_l("1つえらんでください"))],
        choices=[
            (Separator.CRLF.value, _l("改行を入れる（CR LF）")),
            (Separator.NONE.value, _l("改行を入れない")),
        ],
        default=Separator.CRLF.value,
    )
    clearing_house = ChoiceField(
        _l("手形交換所番号"),
        [Needed(_l("1つえらんでください"))],
        choices=[
            (ClearingHouse.ZEROS.value, _l("0を入れる")),
            (ClearingHouse.SPACES.value, _l("空白を入れる")),
        ],
        default=ClearingHouse.ZEROS.value,
    )
    wo_to_o = BooleanField(_l("名義の「ヲ」を「オ」にする"), default=True)

    def validate_code(self, field: LineField) -> None:
        """Ten digits."""
        self._digits(field, 10)

    def validate_bank(self, field: LineField) -> None:
        """Four digits."""
        self._digits(field, 4)

    def validate_branch(self, field: LineField) -> None:
        """Three digits."""
        self._digits(field, 3)

    def validate_number(self, field: LineField) -> None:
        """Seven digits."""
        self._digits(field, 7)

    def validate_name(self, field: LineField) -> None:
        """Letters a bank file can hold."""
        try:
            kana = normalise(field.data, wo_to_o=bool(self.wo_to_o.data))
        except KanaRefused as error:
            raise ValidationError(_(error.msgid, **error.facts)) from error
        if len(kana.text) > 40:
            raise ValidationError(_("名前は、濁点も1文字と数えて40文字までです。"))

    def _digits(self, field: LineField, width: int) -> None:
        digits = normalise_digits(field.data)
        if not (digits.isascii() and digits.isdigit() and len(digits) == width):
            raise ValidationError(_("数字%(width)s桁で入れてください", width=width))
        field.data = digits

    @property
    def sender(self) -> Sender:
        """What was typed, after a successful `validate`."""
        return Sender(
            code=self.code.data,
            name=normalise(self.name.data, wo_to_o=bool(self.wo_to_o.data)).text,
            bank=self.bank.data,
            branch=self.branch.data,
            account_type=self.account_type.data,
            account_number=self.number.data,
            separator=self.separator.data,
            clearing_house=self.clearing_house.data,
            wo_to_o=bool(self.wo_to_o.data),
        )


def kept_originator(row: Originator | None) -> dict[str, Any]:
    """What the fields hold when the account is opened; the number is typed anew each time."""
    if row is None:
        return {}
    names = ("code", "account_type", "separator", "clearing_house", "wo_to_o", "number_sealed")
    fields = {"name": row.name_kana, "bank": row.bank_code, "branch": row.branch_code}
    return {**fields, **{name: getattr(row, name) for name in names}}


class RepaymentForm(BaseForm):
    """For how many points money was brought back."""

    points = IntegerField(
        _l("何ポイント分を受けとりましたか"),
        [Needed(_l("ポイントの数を入れてください"))],
        least=1,
        most=10_000_000,
    )
