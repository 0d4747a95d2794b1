"""Forms of the desk for insurance and qualifications."""

import re
from typing import Any

from wtforms.validators import ValidationError

from volunteer.core.fields import ChoiceField, DateField, LineField, Needed
from volunteer.core.forms import BaseForm
from volunteer.core.i18n import _, _l
from volunteer.credentials.kinds import KIND_LABELS, PLAN_LABELS

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
    """A qualification: which, since when, until when. The code is the one a category asks for."""

    kind = LineField(
        _l("資格・研修の記号"),
        [Needed(_l("資格か研修の記号を入れてください"))],
        length_max=40,
    )
    label = LineField(_l("資格・研修の名前"), length_max=80)
    valid_from = DateField(
        _l("受けた日・取った日"),
        [Needed(_l("受けた日を入れてください"))],
        prefer_past=True,
    )
    valid_until = DateField(_l("有効期限"))

    def validate_kind(self, field: Any) -> None:
        """A code in small letters, as categories write it."""
        if not CODE.fullmatch(field.data):
            raise ValidationError(
                _("記号を、英小文字・数字・_ で入れてください（例：snow_briefing）")
            )

    def validate_valid_until(self, field: Any) -> None:
        """It does not end before it began."""
        if field.data and self.valid_from.data and field.data < self.valid_from.data:
            raise ValidationError(_("有効期限が、受けた日より前になっています"))

    def chosen(self) -> tuple[str, str]:
        """(code, name) of the kind; a usual kind brings its own name."""
        kind = self.kind.data
        return kind, self.label.data or str(KIND_LABELS.get(kind, kind))
