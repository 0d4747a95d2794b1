"""Forms of cash-outs."""

from collections.abc import Iterable
from typing import Any

from wtforms import HiddenField

from points.redemption.methods.method import Method
from points.redemption.states import Step
from volunteer.core.fields import ChoiceField, IntegerField, LineField, Needed, ReasonField
from volunteer.core.forms import BaseForm
from volunteer.core.i18n import _l

POINTS_MAX = 10_000_000


class CalculateForm(BaseForm):
    """How many points, and how to receive them. Sent by GET, changes nothing: the page shows the amounts."""

    class Meta:
        """Reading needs no protection against forged requests."""

        csrf = False

    points = IntegerField(
        _l("何ポイントを換金しますか"),
        [Needed(_l("ポイントの数を入れてください"))],
        least=1,
        most=POINTS_MAX,
    )
    method = ChoiceField(_l("受けとり方"), [Needed(_l("受けとり方をえらんでください"))], choices=[])
    target = ChoiceField(_l("寄付先（寄付するとき）"), choices=[])

    def offer(self, methods: Iterable[Method], targets: Iterable[str] = ()) -> None:
        """Offer these ways of being paid, and these targets of a donation where the programme names some."""
        offer_ways(self, methods, targets)


class CalculateYenForm(CalculateForm):
    """How much of what paid work earned, and how to receive it."""

    points = IntegerField(
        _l("いくら受けとりますか"),
        [Needed(_l("金額を入れてください"))],
        least=1,
        most=POINTS_MAX,
    )


class RequestForm(BaseForm):
    """The button that asks for what was calculated."""

    points = HiddenField()
    method = HiddenField()
    target = HiddenField()

    @property
    def wanted_points(self) -> int:
        """The number of points; 0 for nonsense, which the rules refuse."""
        text = str(self.points.data or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


class ProxyForm(BaseForm):
    """Staff ask for somebody: the same, with the mandate and why."""

    points = IntegerField(
        _l("何ポイントを換金しますか"),
        [Needed(_l("ポイントの数を入れてください"))],
        least=1,
        most=POINTS_MAX,
    )
    method = ChoiceField(_l("受けとり方"), [Needed(_l("受けとり方をえらんでください"))], choices=[])
    target = ChoiceField(_l("寄付先（寄付するとき）"), choices=[])
    mandate = LineField(
        _l("委任状・申請書のある場所"), [Needed(_l("委任状や申請書のある場所を入れてください"))]
    )
    reason = ReasonField(_l("職員が申し込む理由"))

    def offer(self, methods: Iterable[Method], targets: Iterable[str] = ()) -> None:
        """Offer these ways of being paid, and these targets of a donation where the programme names some."""
        offer_ways(self, methods, targets)


class ProxyYenForm(ProxyForm):
    """The same of what paid work earned."""

    points = IntegerField(
        _l("いくら受けとりますか"),
        [Needed(_l("金額を入れてください"))],
        least=1,
        most=POINTS_MAX,
    )


def offer_ways(form: Any, methods: Iterable[Method], targets: Iterable[str]) -> None:
    """The choices of a form that asks for a cash-out; without targets it does not ask for one."""
    form.method.choices = [(one.code, one.label) for one in methods]
    form.target.choices = [(one, one) for one in targets]
    if not form.target.choices:
        del form.target


class RejectForm(BaseForm):
    """Turning down, with the reason the person will read; `step` says as whom (approver or payer)."""

    step = HiddenField(default=Step.DECIDED.value)
    reason = ReasonField(_l("おことわりの理由（本人に届きます）"))

    @property
    def chosen_step(self) -> Step:
        """Whose decision it is."""
        return Step.BATCHED if self.step.data == Step.BATCHED.value else Step.DECIDED


class WithdrawForStaffForm(BaseForm):
    """Staff take a request back for somebody."""

    reason = ReasonField(_l("取り下げの理由"))


def fill_hidden(form: RequestForm, points: int, method: str, target: str) -> Any:
    """The request form that carries what was calculated."""
    form.points.data, form.method.data, form.target.data = str(points), method, target
    return form
