"""Forms of the desk for insurance and qualifications."""

import re
from typing import Any

from wtforms.validators import ValidationError

from volunteer.core.fields import ChoiceField, DateField, LineField, ListField, Needed
from volunteer.core.forms import BaseForm
from volunteer.core.i18n import _, _l
from volunteer.credentials.kinds import KIND_LABELS, OTHER, PLAN_LABELS

CODE = re.compile(r"[a-z][a-z0-9_]{1,39}")


class InsuranceForm(BaseForm):
    """A cover: plan, first and last day."""

    plan = ChoiceField(
        _l("プラン"),
        [Needed(_l("プランをえらんでください"))],
        choices=list(PLAN_LABELS.items()),
    )
    covers_from = DateField(
        _l("いつから"),
        [Needed(_l("保険の始まりの日を入れてください"))],
        description=_l("ふつうは、手続きの次の日からです"),
    )
    covers_to = DateField(
        _l("いつまで"),
        [Needed(_l("保険の終わりの日を入れてください"))],
        description=_l("この日まで使えます。ふつうは3月31日です"),
    )

    def validate_covers_to(self, field: Any) -> None:
        """The last day does not lie before the first."""
        if self.covers_from.data and field.data and field.data < self.covers_from.data:
            raise ValidationError(_("終わりの日が、始まりの日より前になっています"))


class QualificationForm(BaseForm):
    """A qualification: which, since when, until when. The view fills the kinds."""

    kind = ListField(
        _l("資格・研修"),
        [Needed(_l("資格か研修をえらんでください"))],
        message=_l("資格か研修をえらんでください"),
    )
    label = LineField(
        _l("ほかの資格の名前"),
        length_max=80,
        description=_l("「ほかの資格・研修」をえらんだときに入れます"),
    )
    code = LineField(
        _l("ほかの資格の記号"),
        length_max=40,
        description=_l("活動の種類の設定に書いてある記号（英小文字。例：knife_handling）"),
    )
    valid_from = DateField(
        _l("受けた日・取った日"),
        [Needed(_l("受けた日を入れてください"))],
        prefer_past=True,
    )
    valid_until = DateField(
        _l("有効期限"), description=_l("この日まで有効です。期限がなければ、空けておきます")
    )

    def offer_kinds(self, entered: list[tuple[str, str]]) -> None:
        """Fill the list: the usual kinds, those entered before, and another one."""
        usual: list[tuple[str, Any]] = list(KIND_LABELS.items())
        before = [(kind, label) for kind, label in entered if kind not in KIND_LABELS]
        self.kind.choices = [
            ("", _l("えらんでください")),
            *usual,
            *before,
            (OTHER, _l("ほかの資格・研修")),
        ]

    def validate_label(self, field: Any) -> None:
        """Another kind needs a name."""
        if self.kind.data == OTHER and not field.data:
            raise ValidationError(_("資格の名前を入れてください"))

    def validate_code(self, field: Any) -> None:
        """Another kind needs a code in small letters."""
        if self.kind.data == OTHER and not CODE.fullmatch(field.data or ""):
            raise ValidationError(
                _("記号を、英小文字・数字・_ で入れてください（例：knife_handling）")
            )

    def validate_valid_until(self, field: Any) -> None:
        """It does not end before it began."""
        if field.data and self.valid_from.data and field.data < self.valid_from.data:
            raise ValidationError(_("有効期限が、受けた日より前になっています"))

    def chosen(self) -> tuple[str, str]:
        """(code, name) of the kind."""
        if self.kind.data == OTHER:
            return self.code.data, self.label.data
        return self.kind.data, str(dict(self.kind.choices)[self.kind.data])
