"""What somebody says who has looked."""

from matching.anomalies.states import LOOKED_AT_LABELS, LookedAt
from volunteer.core.fields import ChoiceField, Needed, ReasonField
from volunteer.core.forms import BaseForm
from volunteer.core.i18n import _l


class AnswerForm(BaseForm):
    """Fine, or on to a case of false records; with the reason."""

    outcome = ChoiceField(
        _l("見てわかったこと"),
        [Needed(_l("どちらかをえらんでください"))],
        choices=list(LOOKED_AT_LABELS.items()),
    )
    reason = ReasonField(_l("理由（だれに、何を確かめましたか）"))

    @property
    def chosen(self) -> LookedAt:
        """The outcome."""
        return LookedAt(self.outcome.data)
