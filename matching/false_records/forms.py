"""What staff type about false records."""

from matching.false_records.states import FALSE_REASON_LABELS, FalseReason
from volunteer.core.fields import ChoiceField, Needed, ReasonField, SeveralField
from volunteer.core.forms import BaseForm
from volunteer.core.i18n import _l

YES, NO = "yes", "no"


class ProposeForm(BaseForm):
    """Which attendances, why, and what is known."""

    attendance = SeveralField(_l("事実とちがう活動"), choices=[])
    reason = ChoiceField(
        _l("何がちがいましたか（本人に届きます）"),
        [Needed(_l("理由を1つえらんでください"))],
        choices=list(FALSE_REASON_LABELS.items()),
    )
    note = ReasonField(_l("わかったこと（職員だけが見ます）"))
    suspension = ChoiceField(
        _l("参加のお休み"), [Needed(_l("1つえらんでください"))], choices=[], default=YES
    )

    @property
    def chosen_ids(self) -> list[int]:
        """The attendances."""
        return sorted(int(one) for one in self.attendance.data or [] if str(one).isdecimal())

    @property
    def wants_rest(self) -> bool:
        """Whether taking part rests; the field is taken out where the rules know no such thing."""
        return bool(self.suspension and self.suspension.data == YES)

    @property
    def chosen_reason(self) -> FalseReason:
        """The reason code."""
        return FalseReason(self.reason.data)


class AnswerForm(BaseForm):
    """The words the person reads."""

    reason = ReasonField(_l("本人へのことば（本人に届きます）"))
