"""Forms in which a bank account is typed from the bankbook, and confirmed."""

from typing import Any

from wtforms import BooleanField, HiddenField

from points.bank_accounts.details import AccountDetails, read_bank, read_yucho
from points.bank_accounts.kana import KanaRefused
from points.bank_accounts.refusals import BankDataRefused
from points.bank_accounts.states import ACCOUNT_TYPE_LABELS, AccountType
from points.bank_accounts.yucho import SymbolRefused, SymbolStart
from volunteer.core.fields import ChoiceField, LineField, Needed, ReasonField
from volunteer.core.forms import BaseForm
from volunteer.core.i18n import _, _l

HOLDER_MAX = 80


class AccountForm(BaseForm):
    """What both ways have in common; `details` after a successful `validate`."""

    details: AccountDetails | None = None

    def read(self) -> AccountDetails | None:
        """The details, None where there need be none; raises `BankDataRefused`."""
        raise NotImplementedError

    def field_of(self, error: BankDataRefused) -> str:
        """The name of the field the refusal belongs to."""
        raise NotImplementedError

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether everything can be written into a bank file; refusals stand at their fields."""
        return bool(super().validate(extra_validators)) and self.takes_account()

    def takes_account(self) -> bool:
        """Whether the account alone can be; its `details` are there then, else a refusal at a field."""
        try:
            self.details = self.read()
        except BankDataRefused as error:
            field = self[self.field_of(error)]
            field.errors = [_(error.msgid, **error.facts)]
            return False
        return True


class BankForm(AccountForm):
    """An account at a bank, shinkin bank or cooperative."""

    bank = LineField(_l("銀行コード（4桁）か 銀行の名前"), [Needed(_l("銀行を入れてください"))])
    branch = LineField(
        _l("支店コード（店番・3桁）か 支店の名前"), [Needed(_l("支店を入れてください"))]
    )
    account_type = ChoiceField(
        _l("口座の種類"),
        [Needed(_l("口座の種類をえらんでください"))],
        choices=[(one.value, ACCOUNT_TYPE_LABELS[one]) for one in AccountType],
        default=AccountType.ORDINARY.value,
    )
    number = LineField(_l("口座番号"), [Needed(_l("口座番号を入れてください"))])
    holder = LineField(
        _l("口座名義（カナ）"),
        [Needed(_l("口座名義のカナを入れてください"))],
        length_max=HOLDER_MAX,
    )

    def read(self) -> AccountDetails | None:
        """The details of the account."""
        return read_bank(
            self.bank.data,
            self.branch.data,
            self.account_type.data,
            self.number.data,
            self.holder.data,
        )

    def field_of(self, error: BankDataRefused) -> str:
        """The field by the code of the refusal."""
        if isinstance(error, KanaRefused):
            return "holder"
        return {"branch_unknown": "branch", "bank_unknown": "bank", "bank_is_yucho": "bank"}.get(
            error.code, "number"
        )


class YuchoForm(AccountForm):
    """A ゆうちょ account by 記号 and 番号."""

    symbol = LineField(_l("記号（5桁）"), [Needed(_l("記号を入れてください"))])
    number = LineField(_l("番号（8桁まで）"), [Needed(_l("番号を入れてください"))])
    savings = BooleanField(_l("貯蓄貯金の通帳です"))
    holder = LineField(
        _l("口座名義（カナ）"),
        [Needed(_l("口座名義のカナを入れてください"))],
        length_max=HOLDER_MAX,
    )

    def read(self) -> AccountDetails:
        """The details of the account."""
        return read_yucho(
            self.symbol.data, self.number.data, self.holder.data, savings=bool(self.savings.data)
        )

    def field_of(self, error: BankDataRefused) -> str:
        """The field by the kind of the refusal."""
        if isinstance(error, KanaRefused):
            return "holder"
        if isinstance(error, SymbolRefused | SymbolStart):
            return "symbol"
        return "savings" if error.code == "yucho_no_savings" else "number"


class BankFormOfStaff(BankForm):
    """Entered at the desk: with the reason."""

    reason = ReasonField(_l("職員が入力する理由"))


class YuchoFormOfStaff(YuchoForm):
    """Entered at the desk: with the reason."""

    reason = ReasonField(_l("職員が入力する理由"))


class ConfirmForm(BaseForm):
    """The button under what goes to the bank; `seen` names the draft that was shown."""

    seen = HiddenField()
