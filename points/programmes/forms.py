"""What staff type about programmes: who takes part from when, and a file with rules."""

from flask_wtf.file import FileField
from wtforms import HiddenField, TextAreaField
from wtforms.validators import Length

from points.programmes.toml_reader import LARGEST_FILE
from volunteer.core.fields import DateField, ListField, Needed
from volunteer.core.forms import BaseForm
from volunteer.core.i18n import _l


class EnrolForm(BaseForm):
    """A person takes part in a programme from a day on."""

    programme_id = ListField(_l("制度"), [Needed(_l("制度をえらんでください"))], coerce=int)
    starts_on = DateField(_l("いつから"), [Needed(_l("参加を始める日を入れてください"))])


class EndForm(BaseForm):
    """The first day on which the person no longer takes part."""

    ends_on = DateField(
        _l("いつから参加しないか"), [Needed(_l("参加しなくなる最初の日を入れてください"))]
    )


class LoadForm(BaseForm):
    """A rule version: one from the shelf, a file, or the text that was shown and perhaps changed.

    `seen` names the text whose effects were shown; only that one is loaded.
    """

    preset = ListField(_l("もとにする制度"), coerce=str)
    file = FileField(_l("制度のファイル（TOML）"))
    text = TextAreaField(_l("ファイルの中身"), [Length(max=LARGEST_FILE)])
    seen = HiddenField()

    def offer(self, presets: dict[str, str]) -> None:
        """The shelf to choose from; first a line for those who have a file."""
        self.preset.choices = [("", _l("えらばない（ファイルを使う）")), *presets.items()]
