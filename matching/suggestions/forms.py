"""The form of a saved search."""

from collections.abc import Iterable
from typing import Any

from matching.profiles.forms import PART_HOURS, PART_LABELS, WEEKDAYS
from matching.profiles.week import PARTS, Part
from volunteer.core.fields import ChoiceField, ListField, SeveralField
from volunteer.core.forms import BaseForm
from volunteer.core.i18n import _l

DAY = (0, 1440)


class SearchForm(BaseForm):
    """Of which new requests somebody wants to hear; what is left open means any. The view fills the lists."""

    category = ListField(_l("活動の種類"), message=_l("一覧からえらんでください"))
    area = ListField(_l("地区"), message=_l("一覧からえらんでください"))
    weekdays = SeveralField(
        _l("曜日"),
        choices=[(str(day), name) for day, name in enumerate(WEEKDAYS)],
        description=_l("1つもえらばないと、どの曜日でも"),
        message=_l("曜日をえらびなおしてください"),
    )
    part = ChoiceField(
        _l("始まる時間"),
        default="",
        choices=[
            ("", _l("いつでも")),
            *(
                (part.value, _l("%(part)s（%(hours)s）", part=PART_LABELS[part], hours=hours))
                for part, hours in PART_HOURS.items()
            ),
        ],
    )

    def offer(self, categories: Iterable[Any], areas: Iterable[Any]) -> None:
        """Fill the lists."""
        self.category.choices = [("", _l("すべて")), *((one.code, one.name) for one in categories)]
        self.area.choices = [("", _l("すべて")), *((str(one.id), one.name) for one in areas)]

    def wanted(self) -> dict[str, Any]:
        """As columns of a saved search."""
        start, end = PARTS[Part(self.part.data)] if self.part.data else DAY
        return {
            "category_code": self.category.data or None,
            "area_id": int(self.area.data) if self.area.data else None,
            "weekdays": sum(1 << int(one) for one in set(self.weekdays.data or ())),
            "from_minute": start,
            "until_minute": end,
        }
