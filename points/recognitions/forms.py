"""What staff type about a letter of thanks."""

from volunteer.core.fields import ChoiceField, DateField, Needed
from volunteer.core.forms import BaseForm
from volunteer.core.i18n import _l


class HandOverForm(BaseForm):
    """Which letter, on which day."""

    letter = ChoiceField(_l("お礼状"), [Needed(_l("お礼状をえらんでください"))], choices=[])
    given_on = DateField(_l("渡した日"), [Needed(_l("渡した日を入れてください"))])
