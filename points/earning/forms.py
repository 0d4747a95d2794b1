"""What a person types about their points: which extension to take up."""

from volunteer.core.fields import ChoiceField, Needed
from volunteer.core.forms import BaseForm
from volunteer.core.i18n import _l


class ExtensionForm(BaseForm):
    """One of the extensions the programme leaves to the person."""

    extension = ChoiceField(_l("のばすポイント"), [Needed(_l("のばすものをえらんでください"))])
