"""Forms of the card printing: whose cards, and which hundred has been printed."""

import re
import unicodedata

from wtforms import HiddenField

from volunteer.cards.rules import Wanted
from volunteer.cards.states import CHOICE_LABELS, CardChoice
from volunteer.core.fields import ChoiceField, DateField, Needed, TextField
from volunteer.core.forms import BaseForm
from volunteer.core.i18n import _l

NUMBERS_LENGTH = 5000


class PrintForm(BaseForm):
    """Whose cards are printed."""

    choice = ChoiceField(
        _l("だれのカードを印刷しますか"),
        [Needed(_l("だれのカードかをえらんでください"))],
        choices=[(choice.value, label) for choice, label in CHOICE_LABELS.items()],
        default=CardChoice.UNPRINTED.value,
    )
    since = DateField(
        _l("いつからの登録か"),
        prefer_past=True,
        description=_l("「ある日からあとに登録した人」のときだけ入れます（例：2026年4月1日）"),
    )
    numbers = TextField(
        _l("登録番号"),
        description=_l("「登録番号でえらんだ人」のときだけ入れます。空白や改行で区切ります"),
        length_max=NUMBERS_LENGTH,
    )

    def wanted(self) -> Wanted:
        """What was chosen; numbers in half width and capitals."""
        typed = unicodedata.normalize("NFKC", self.numbers.data or "").upper()
        numbers = [one for one in re.split(r"[\s,、，]+", typed) if one]
        return Wanted(CardChoice(self.choice.data), self.since.data, tuple(dict.fromkeys(numbers)))


class PortionForm(BaseForm):
    """These cards have come out of the printer."""

    number = HiddenField()
