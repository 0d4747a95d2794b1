"""What staff choose to try: rules from the shelf, rules that are loaded, or a file."""

from flask_wtf.file import FileField

from volunteer.core.fields import ListField, Needed
from volunteer.core.forms import BaseForm
from volunteer.core.i18n import _l


class TryForm(BaseForm):
    """Whose history, and by which rules. A file goes before what was chosen from the list."""

    programme_id = ListField(
        _l("どの制度の記録で"), [Needed(_l("制度をえらんでください"))], coerce=int
    )
    rules = ListField(_l("ためすきまり"), coerce=str)
    file = FileField(_l("制度のファイル（TOML）"))
