"""The form of a category."""

import re
from typing import Any

from wtforms import BooleanField, SelectMultipleField
from wtforms.validators import ValidationError

from matching.categories.models import Category
from matching.categories.states import PRIORITY_LABELS
from volunteer.core.fields import (
    ChoiceField,
    IntegerField,
    LineField,
    ListField,
    NameField,
    Needed,
    as_choices,
)
from volunteer.core.forms import BaseForm, columns_of
from volunteer.core.i18n import _, _l

ICONS = {
    "shovel": _l("雪かき"),
    "meal": _l("食事"),
    "school": _l("学校"),
    "event": _l("行事"),
    "paid": _l("有償"),
    "person": _l("人"),
    "group": _l("集まり"),
    "car": _l("車"),
    "building": _l("施設"),
    "home": _l("家"),
    "snow": _l("雪"),
    "phone": _l("電話"),
    "calendar": _l("こよみ"),
    "info": _l("その他"),
}
"""Icons of static/icons.svg that suit a kind of activity."""

SOURCES = {
    "venue_code": _l("会場のQR（30秒ごとに変わる）"),
    "host_code": _l("受付係が本人のQRを読む"),
    "card_code": _l("受付係がカードの番号を打つ"),
    "name_list": _l("受付係が名簿からえらぶ"),
    "poster": _l("はり紙のQR"),
    "shift_code": _l("会場の番号を本人が打つ"),
    "staff_entry": _l("センターの職員が入れる"),
}
"""Ways of check-in, as written in the column `accepted_sources`."""

YEN_PER_HOUR_MAX = 100_000

CODE = re.compile(r"[a-z][a-z0-9_]{1,39}")


class CodePart(BaseForm):
    """What programmes know a category by: asked first, and only once."""

    code = LineField(
        _l("記号"),
        [Needed(_l("記号を入れてください（例：snow）"))],
        length_max=40,
        description=_l("半角の英小文字。制度のファイルと結ぶ名前で、あとから変えられません"),
    )

    def validate_code(self, field: Any) -> None:
        """A code is small letters, digits and underscores."""
        if not CODE.fullmatch(field.data):
            raise ValidationError(
                _("記号は、半角の英小文字・数字・「_」で入れてください（例：snow）")
            )


class CategoryForm(BaseForm):
    """Everything but the code, which never changes once it is used."""

    name = NameField(_l("名前"), [Needed(_l("名前を入れてください（例：雪かき）"))])
    summary = LineField(
        _l("ひとこと説明"), length_max=200, description=_l("えらぶときに名前の下に出ます")
    )
    icon = ListField(_l("絵"), [Needed(_l("絵をえらんでください"))], choices=list(ICONS.items()))
    is_paid = BooleanField(_l("有償の活動（ポイントはつきません）"))
    yen_per_hour = IntegerField(
        _l("1時間の金額"),
        least=1,
        most=YEN_PER_HOUR_MAX,
        description=_l("有償のときだけ。公開した依頼の金額は、あとから変わりません"),
    )
    usual_priority = ChoiceField(
        _l("ふだんの優先度"),
        [Needed(_l("ふだんの優先度を1つえらんでください"))],
        choices=[(int(one), words) for one, words in PRIORITY_LABELS.items()],
        coerce=int,
        message=_l("ふだんの優先度を1つえらんでください"),
        description=_l(
            "人が足りないとき、割り当て案はこの順にうめます。みんなのページには出ません"
        ),
    )
    needs_insurance = BooleanField(_l("ボランティア活動保険が必要"))
    qualification_kind = LineField(
        _l("必要な研修・資格の記号"),
        length_max=40,
        description=_l("いらないときは、あけておきます。例：snow_briefing"),
    )
    qualification_label = LineField(
        _l("必要な研修・資格の名前"), length_max=80, description=_l("例：雪かきの安全講習")
    )
    accepted_sources = SelectMultipleField(
        _l("みとめる受付の方法"),
        choices=as_choices(SOURCES.items()),
        description=_l("1つもえらばないと、どの方法でも受け付けます"),
    )
    position = IntegerField(_l("ならび順"), least=0, most=999)

    def validate_yen_per_hour(self, field: Any) -> None:
        """Only paid work has a price."""
        if field.data and not self.is_paid.data:
            raise ValidationError(_("金額を入れるときは、「有償の活動」にしるしをつけてください"))

    def validate_qualification_kind(self, field: Any) -> None:
        """A code is a code; its words stand beside it."""
        if field.data and not CODE.fullmatch(field.data):
            raise ValidationError(
                _("記号は、半角の英小文字・数字・「_」で入れてください（例：snow_briefing）")
            )
        if field.data and not self.qualification_label.data:
            self.qualification_label.errors = []
            raise ValidationError(_("研修・資格の名前も入れてください"))


class NewCategoryForm(CategoryForm, CodePart):
    """A new category with its code."""


def typed_columns(form: CategoryForm) -> dict[str, Any]:
    """What was typed, as columns of the category, without the code."""
    skipped = {"csrf_token", "form_key", "shown", "code"}
    found = {name: value for name, value in form.data.items() if name not in skipped}
    return {**found, "position": found["position"] or 0}


def kept_columns(category: Category) -> dict[str, Any]:
    """What the fields hold when a category is opened."""
    return columns_of(category, CategoryForm)
