"""Forms of disputes: what was different, words, the decision."""

from matching.disputes.states import DISPUTE_KIND_LABELS, DisputeKind, DisputeState
from volunteer.core.fields import ChoiceField, Needed, ReasonField, TextField, TimeField
from volunteer.core.forms import BaseForm
from volunteer.core.i18n import _l

WORDS_MAX = 400
_TIMES = (
    ("came", _l("来た時刻を入れてください")),
    ("left", _l("終わった時刻を入れてください")),
)


class _WithTimes(BaseForm):
    """Two times that are needed only for some answers."""

    came = TimeField(_l("来た時刻"))
    left = TimeField(_l("終わった時刻"))

    def need_times(self) -> bool:
        """Whether both times stand there; the fields say what is missing."""
        for name, words in _TIMES:
            if self[name].data is None:
                self[name].errors = [words]
        return not self.errors


class DisputeForm(_WithTimes):
    """What was different."""

    kind = ChoiceField(_l("何がちがいますか"), [Needed(_l("どれかをえらんでください"))])
    words = TextField(_l("センターに伝えたいこと"), length_max=WORDS_MAX)

    def offer(self, kinds: tuple[DisputeKind, ...]) -> None:
        """What can be wrong about this record."""
        self.kind.choices = [(one.value, DISPUTE_KIND_LABELS[one]) for one in kinds]

    def is_complete(self) -> bool:
        """Whether all that the chosen kind needs was typed."""
        return self.kind.data == DisputeKind.NOT_THERE or self.need_times()


class SayForm(BaseForm):
    """Something more to say."""

    words = TextField(
        _l("伝えたいこと"), [Needed(_l("伝えたいことを入れてください"))], length_max=WORDS_MAX
    )


class DecideForm(_WithTimes):
    """Staff decide, and say why to both sides."""

    outcome = ChoiceField(
        _l("決めること"),
        [Needed(_l("どちらかをえらんでください"))],
        choices=[
            (DisputeState.CORRECTED.value, _l("記録を直す")),
            (DisputeState.STANDS.value, _l("記録のままにする")),
        ],
    )
    reason = ReasonField()

    def is_complete(self, kind: DisputeKind) -> bool:
        """Whether all that the chosen decision needs was typed."""
        needs = self.outcome.data == DisputeState.CORRECTED and kind is not DisputeKind.NOT_THERE
        return not needs or self.need_times()
