"""Forms around erasing a person."""

from wtforms import BooleanField

from volunteer.core.fields import ChoiceField, Needed
from volunteer.core.forms import BaseForm
from volunteer.core.i18n import _l
from volunteer.privacy.states import BECAUSE_LABELS, DESK_REASONS

AGREE_NEEDED = _l("元にもどせないことを確かめて、印を入れてください")


class EraseForm(BaseForm):
    """The second step of one's own erasure."""

    agree = BooleanField(
        _l("元にもどせないことと、ポイントや予定もなくなることがわかりました"),
        [Needed(AGREE_NEEDED)],
    )


class EraseAtDeskForm(BaseForm):
    """An erasure by staff: why, from a list."""

    because = ChoiceField(
        _l("理由"),
        [Needed(_l("理由をえらんでください"))],
        choices=[(one.value, BECAUSE_LABELS[one]) for one in DESK_REASONS],
    )
    agree = BooleanField(
        _l("本人（亡くなったときは家族）の希望だと確かめました。元にもどせないことがわかりました"),
        [Needed(AGREE_NEEDED)],
    )
