"""Forms of the desk about charges and money."""

from wtforms import HiddenField

from points.billing.states import CHARGE_YEN_MAX, DESK_METHODS, Direction, PaperKind
from points.billing.wording import METHOD_LABELS
from volunteer.core.fields import ChoiceField, DateField, IntegerField, ListField, Needed
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
        text = str(self.desk_payment.data or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
