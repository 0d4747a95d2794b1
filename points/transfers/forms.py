"""What a member types to give points."""

from volunteer.core.fields import IntegerField, KanaField, LineField, Needed
from volunteer.core.forms import BaseForm
from volunteer.core.i18n import _l
from volunteer.core.typed import half_width

POINTS_MAX = 10_000_000


class NumberField(LineField):
    """The number on a member's card; full width and small letters are forgiven."""

    def read(self, text: str) -> str:
        """The number as it is printed."""
        return half_width(text).upper()


class GiveForm(BaseForm):
    """To whom, and how many."""

    number = NumberField(
        _l("相手の登録番号"), [Needed(_l("相手の登録番号を入れてください"))], length_max=20
    )
    kana = KanaField(_l("相手のフリガナ"), [Needed(_l("相手のフリガナを入れてください"))])
    points = IntegerField(
        _l("何ポイントをゆずりますか"),
        [Needed(_l("ポイントの数を入れてください"))],
        least=1,
        most=POINTS_MAX,
    )
