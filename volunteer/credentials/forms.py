"""Forms of the desk for insurance and qualifications."""

from typing import Any

from wtforms.validators import ValidationError

from volunteer.core.fields import ChoiceField, DateField, LineField, ListField, Needed
from volunteer.core.forms import BaseForm
from volunteer.core.i18n import _, _l
from volunteer.credentials.kinds import OTHER_KIND, PLAN_LABELS


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
        _l("資格・研修の種類"), [Needed(_l("資格か研修の種類をえらんでください"))], choices=[]
    )
    label = LineField(
        _l("資格・研修の名前"),
        length_max=80,
        description=_l("「その他」のときに入れます（例：手話奉仕員の研修）"),
    )
    valid_from = DateField(
        _l("受けた日・取った日"),
        [Needed(_l("受けた日を入れてください"))],
        prefer_past=True,
    )
    valid_until = DateField(_l("有効期限"))

    def offer_kinds(self, kinds: dict[str, Any]) -> None:
        """Fill the list: what is known here, then anything else by its name."""
        self.kinds = kinds
        self.kind.choices = [
            ("", _l("えらんでください")),
            *kinds.items(),
            (OTHER_KIND, _l("その他（名前を下に入れる）")),
        ]
        if self.kind.data == OTHER_KIND:
            self.label.validators = [Needed(_l("資格・研修の名前を入れてください"))]
            self.label.flags.required = True

    def validate_valid_until(self, field: Any) -> None:
        """It does not end before it began."""
        if field.data and self.valid_from.data and field.data < self.valid_from.data:
            raise ValidationError(_("有効期限が、受けた日より前になっています"))

    def chosen(self) -> tuple[str, str]:
        """(code, name) of the kind; a known kind brings its own name."""
        kind = self.kind.data
        return kind, self.label.data if kind == OTHER_KIND else str(self.kinds[kind])
