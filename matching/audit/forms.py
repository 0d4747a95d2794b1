"""What the lists are narrowed by. Sent by GET; nothing is changed."""

from collections.abc import Mapping
from typing import Any

from wtforms.fields.choices import SelectChoice

from matching.audit.words import ACTS, SUBJECTS
from volunteer.core.fields import DateField, LineField, ListField
from volunteer.core.forms import BaseForm
from volunteer.core.i18n import _, _l

NOBODY = "nobody"
NUMBER_MAX = 40


class Narrowing(BaseForm):
    """The period, which both lists have."""

    class Meta:
        """Reading needs no protection against forged requests."""

        csrf = False

    since = DateField(_l("いつから"), prefer_past=True)
    until = DateField(_l("いつまで"), prefer_past=True)
    user = ListField(_l("だれが"))

    def offer(self, staff: Mapping[int, str], more: list[tuple[str, Any]]) -> None:
        """The staff to choose from, by name."""
        by_name = sorted(staff.items(), key=lambda one: one[1])
        self.user.choices = [
            ("", _("すべて")),
            *more,
            *((str(user_id), name) for user_id, name in by_name),
        ]

    @property
    def user_id(self) -> int | None:
        """The member of staff chosen."""
        return int(self.user.data) if str(self.user.data or "").isdigit() else None


class ActsForm(Narrowing):
    """Acts by who, what kind, and about what."""

    act = ListField(_l("何を"))
    about = ListField(_l("何について"))
    number = LineField(_l("番号"), length_max=NUMBER_MAX)

    def offer_words(self) -> None:
        """Every kind of act, in its group, and everything an act can be about."""
        self.act.choices = [
            SelectChoice("", _("すべて"), optgroup=_("すべての種類")),
            *(
                SelectChoice(act, words, optgroup=str(label))
                for label, acts in ACTS.values()
                for act, words in acts.items()
            ),
        ]
        self.about.choices = [("", _("すべて")), *SUBJECTS.items()]


class ViewsForm(Narrowing):
    """Looks by who has seen and whose data were seen."""

    number = LineField(_l("だれのデータ（登録番号）"), length_max=NUMBER_MAX)
