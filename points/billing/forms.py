"""Forms of the desk about charges and money, and of what stands on papers beside the sum."""

from typing import Any

from wtforms import BooleanField, HiddenField, ValidationError

from points.bank_accounts.details import AccountDetails
from points.bank_accounts.forms import HOLDER_MAX, AccountForm, BankForm, YuchoForm
from points.bank_accounts.states import ACCOUNT_TYPE_LABELS, AccountType
from points.billing.registration import RegistrationRefused, read_registration
from points.billing.shares import Share
from points.billing.states import (
    ANEW_REASONS,
    CHARGE_YEN_MAX,
    DESK_METHODS,
    Direction,
    PaperKind,
)
from points.billing.wording import METHOD_LABELS, REASON_LABELS
from volunteer.core.fields import (
    ChoiceField,
    DateField,
    IntegerField,
    LineField,
    ListField,
    Needed,
    ReasonField,
)
from volunteer.core.forms import BaseForm
from volunteer.core.i18n import _l

ANY = ""


class ListForm(BaseForm):
    """Which charges to show. Sent by GET, changes nothing."""

    class Meta:
        """Reading needs no protection against forged requests."""

        csrf = False

    method = ListField(_l("払い方"), choices=[])
    first = DateField(_l("この日から"), prefer_past=True)
    last = DateField(_l("この日まで"), prefer_past=True)


class MoneyForm(BaseForm):
    """Cash or a transfer: how much, when. `direction` is what the page was opened for."""

    direction = HiddenField(default=Direction.IN.value)
    amount_yen = IntegerField(
        _l("金額"), [Needed(_l("金額を入れてください"))], least=1, most=CHARGE_YEN_MAX
    )
    method = ChoiceField(
        _l("お金の形"),
        [Needed(_l("現金か銀行振込かをえらんでください"))],
        choices=[(one.value, METHOD_LABELS[one]) for one in DESK_METHODS],
    )
    received_on = DateField(
        _l("受けとった日"), [Needed(_l("日にちを入れてください"))], prefer_past=True
    )

    @property
    def chosen_direction(self) -> Direction:
        """In, unless the page was opened to give back."""
        return Direction.BACK if self.direction.data == Direction.BACK.value else Direction.IN


class AnewSumForm(BaseForm):
    """What is finally due of a charge. Sent by GET, changes nothing."""

    class Meta:
        """Reading needs no protection against forged requests."""

        csrf = False

    payee_yen = IntegerField(
        _l("活動した人の報酬"),
        [Needed(_l("金額を入れてください"))],
        least=0,
        most=CHARGE_YEN_MAX,
        description=_l("ぜんぶで、いくらにするか。0なら、払ってもらいません"),
    )
    fee_yen = IntegerField(_l("センターの手数料"), least=0, most=CHARGE_YEN_MAX)


class AnewForm(BaseForm):
    """Why, in words; the sum and what it does come with it as they were shown."""

    payee_yen = HiddenField()
    fee_yen = HiddenField()
    seen = HiddenField()
    reason = ChoiceField(
        _l("わけ"),
        [Needed(_l("1つえらんでください"))],
        choices=[(one.value, REASON_LABELS[one]) for one in ANEW_REASONS],
    )
    words = ReasonField(_l("くわしく"))
    heard = BooleanField(_l("払う人に聞いて、承知してもらいました"))

    @property
    def due(self) -> Share:
        """What was shown as due in all; nonsense is nothing."""
        return Share(_whole(self.payee_yen.data), _whole(self.fee_yen.data))

    def take(self, due: Share, seen: str) -> None:
        """Show this sum and what it does."""
        self.payee_yen.data, self.fee_yen.data = str(due.payee_yen), str(due.fee_yen)
        self.seen.data = seen

    def validate_heard(self, field: BooleanField) -> None:
        """Nobody owes more than they agreed to before they were asked."""
        is_more = any(part not in ("", "0") for part in str(self.seen.data or "").split("-")[2:4])
        if is_more and not field.data:
            raise ValidationError(_l("多くするときは、先に払う人に聞いてください"))


def _whole(text: Any) -> int:
    """A number of yen in a hidden field."""
    words = str(text or "")
    return int(words) if words.isascii() and words.isdigit() and len(words) < 10 else 0


class PaperForm(BaseForm):
    """The button that prints a paper."""

    kind = HiddenField()
    desk_payment = HiddenField()

    @property
    def chosen_kind(self) -> PaperKind | None:
        """Which paper; None for nonsense."""
        names = {one.value: one for one in PaperKind}
        return names.get(str(self.kind.data))

    @property
    def desk_payment_id(self) -> int | None:
        """Of which payment at the desk, for a receipt."""
        return _whole(self.desk_payment.data) or None


class PayersPaperForm(PaperForm):
    """The same button on the payer's page, where several charges stand."""

    charge = HiddenField()

    @property
    def charge_id(self) -> int:
        """Of which charge; 0 for nonsense."""
        return _whole(self.charge.data)


class _SettingForm(AccountForm):
    """What both ways of typing an account have in common; `details` and `registration` after `validate`."""

    holder = LineField(_l("口座名義（カナ）"), length_max=HOLDER_MAX)
    registration_number = LineField(
        _l("インボイスの登録番号"),
        length_max=40,
        description=_l("Tと13けたの数字。登録していなければ、あけておきます（専門家に確認）"),
    )
    reason = LineField(
        _l("変える理由"),
        [Needed(_l("変える理由を入れてください（例：口座を作った）"))],
        length_max=200,
        description=_l("履歴に残ります"),
    )
    registration: str = ""

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether everything can be printed; all refusals stand at their fields at once."""
        is_good = bool(BaseForm.validate(self, extra_validators))
        try:
            self.registration = read_registration(self.registration_number.data)
        except RegistrationRefused as error:
            self.registration_number.errors = [error.message]
            is_good = False
        return self.takes_account() and is_good


class BankSettingForm(_SettingForm, BankForm):
    """An account at a bank; everything left empty means that transfers are not taken."""

    bank = LineField(_l("銀行コード（4桁）か 銀行の名前"))
    branch = LineField(_l("支店コード（店番・3桁）か 支店の名前"))
    account_type = ChoiceField(
        _l("口座の種類"),
        choices=[(one.value, ACCOUNT_TYPE_LABELS[one]) for one in AccountType],
        default=AccountType.ORDINARY.value,
    )
    number = LineField(_l("口座番号"))

    def read(self) -> AccountDetails | None:
        """The account, None where nothing was typed or its kind is nonsense."""
        if self.account_type.errors:
            return None
        typed = (self.bank, self.branch, self.number, self.holder)
        if not any(one.data for one in typed):
            return None
        self.account_type.data = self.account_type.data or AccountType.ORDINARY.value
        return super().read()


class YuchoSettingForm(_SettingForm, YuchoForm):
    """A ゆうちょ account by 記号 and 番号."""
