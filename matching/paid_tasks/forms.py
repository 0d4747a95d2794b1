"""Forms of a paid task: agree, pay otherwise, call off, nobody was there."""

from wtforms import HiddenField

from matching.paid_tasks.states import By, Whose
from points.billing.states import PayMethod
from volunteer.core.fields import ChoiceField, LineField, Needed, ReasonField
from volunteer.core.forms import BaseForm
from volunteer.core.i18n import _l

YEN_DIGITS_MAX = 9

METHOD_LABELS = {
    PayMethod.CARD: _l("カード"),
    PayMethod.CASH: _l("現金（センターの窓口）"),
    PayMethod.BANK_TRANSFER: _l("銀行振込"),
}


class MethodForm(BaseForm):
    """How it is paid."""

    method = ChoiceField(
        _l("払い方"), [Needed(_l("払い方を1つえらんでください"))], coerce=PayMethod
    )

    def offer(self, *, has_cards: bool, but: PayMethod | None = None) -> None:
        """The ways this center knows, without the one in use."""
        self.method.choices = [
            (one.value, words)
            for one, words in METHOD_LABELS.items()
            if one is not but and (has_cards or one is not PayMethod.CARD)
        ]


class AgreeForm(MethodForm):
    """Yes to the price and the terms that stand on the page."""

    quote_hash = HiddenField()


class TelephoneForm(AgreeForm):
    """What the orderer said on the telephone."""

    words = LineField(
        _l("だれから聞きましたか"),
        [Needed(_l("だれから聞いたか、入れてください（例：山田さんの娘さん）"))],
        length_max=200,
        description=_l("例：山田さんの娘さん。11月21日に電話で"),
    )


class CallOffForm(BaseForm):
    """Why it does not take place; the other side reads it."""

    shown_yen = HiddenField()
    reason = ReasonField(_l("取りやめの理由"))

    def yen(self) -> int:
        """What the page said that it costs."""
        shown = self.shown_yen.data or ""
        return int(shown) if shown.isdecimal() and len(shown) <= YEN_DIGITS_MAX else 0


class CallOffForForm(CallOffForm):
    """Staff call off for somebody."""

    side = ChoiceField(
        _l("だれの都合ですか"),
        [Needed(_l("だれの都合か、1つえらんでください"))],
        choices=[
            (By.ORDERER.value, _l("依頼した方")),
            (By.STUDENT.value, _l("学生")),
            (By.STAFF.value, _l("天気やセンターの都合（料金はかかりません）")),
        ],
        coerce=By,
    )


class ToldForm(BaseForm):
    """The household knows that nobody comes."""

    words = LineField(
        _l("だれに伝えましたか"),
        [Needed(_l("だれに伝えたか、入れてください（例：ご本人に電話で）"))],
        length_max=200,
        description=_l("例：ご本人に電話で"),
    )


class NoShowForm(BaseForm):
    """Who was not there."""

    whose = ChoiceField(
        _l("いなかったのはだれですか"),
        [Needed(_l("いなかったのはだれか、1つえらんでください"))],
        choices=[
            (Whose.STUDENT.value, _l("学生が来なかった（料金はかかりません）")),
            (Whose.ORDERER.value, _l("学生は行ったが、依頼した方がいなかった")),
        ],
        coerce=Whose,
    )
    words = ReasonField(_l("確かめたこと"))
