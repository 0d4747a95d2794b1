"""Forms of the PIN. What was typed in it is never shown again."""

from wtforms import PasswordField
from wtforms.validators import ValidationError

from volunteer.core.codes import normalise_digits
from volunteer.core.fields import ChoiceField, Needed
from volunteer.core.forms import BaseForm
from volunteer.core.i18n import _l
from volunteer.pins.states import PIN_REASON_LABELS, PinReason


class PinForm(BaseForm):
    """The digits twice, because they are not seen."""

    pin = PasswordField(_l("新しい暗証番号"), [Needed(_l("暗証番号を入れてください"))])
    pin_again = PasswordField(
        _l("もう一度、同じ暗証番号"), [Needed(_l("もう一度、同じ暗証番号を入れてください"))]
    )

    def validate_pin_again(self, field: PasswordField) -> None:
        """Both are the same."""
        if self.pin.data and normalise_digits(field.data) != normalise_digits(self.pin.data):
            raise ValidationError(_l("2つの暗証番号がちがいます。同じ数字を入れてください"))


class DeskPinForm(PinForm):
    """Staff say why."""

    because = ChoiceField(
        _l("決める理由"),
        [Needed(_l("理由をえらんでください"))],
        choices=[
            (reason.value, label)
            for reason, label in PIN_REASON_LABELS.items()
            if reason is not PinReason.OWNER
        ],
    )
