"""The form of the settings page."""

from volunteer.core.fields import LineField, Needed, PhoneField
from volunteer.core.forms import BaseForm
from volunteer.core.i18n import _l


class CenterForm(BaseForm):
    """How people reach the center; the rest of the settings comes from the town's file."""

    telephone = PhoneField(
        _l("電話番号"),
        [Needed(_l("電話番号を入れてください"))],
        description=_l("すべてのページの下と、メールに出ます"),
    )
    address = LineField(_l("住所"), [Needed(_l("住所を入れてください"))])
    opening_hours = LineField(_l("開いている時間"), description=_l("例：月〜金 9:00〜17:00"))
