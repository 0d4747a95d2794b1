"""Forms of paid work: a signature, a time, an answer to it, the family."""

from typing import Any

from wtforms import HiddenField

from matching.paid_work.models import WORDS_MAX
from matching.paid_work.rules import MINUTES_MAX
from matching.paid_work.states import (
    CALL_ANSWERS,
    CALL_STATE_LABELS,
    CONSENT_WAY_LABELS,
    ConsentWay,
)
from matching.paid_work.strokes import TEXT_MAX, NoSignature, cleaned
from volunteer.core import typed
from volunteer.core.fields import (
    ChoiceField,
    EmailField,
    IntegerField,
    LineField,
    NameField,
    Needed,
    ReasonField,
    TextField,
    TimeField,
    TypedField,
)
from volunteer.core.forms import BaseForm
from volunteer.core.i18n import _, _l

ID_DIGITS_MAX = 9


class StrokesField(TypedField):
    """What a finger has drawn, as our own path; whatever else was sent is thrown away."""

    empty = ""
    length_max = TEXT_MAX

    def read(self, text: str) -> str:
        """The path, written anew."""
        try:
            return cleaned(text)
        except NoSignature as error:
            raise typed.Unreadable(str(error)) from error

    def explain(self, reason: str) -> Any:
        """A dot is no name; anything else is no drawing of our field."""
        if reason == "small":
            return _("署名が短すぎます。もう一度、お名前を書いてもらってください")
        return _(
            "署名を読みとれませんでした。「消して書きなおす」を押して、もう一度書いてもらってください"
        )

    def _value(self) -> str:
        return str(self.data or "")


class SignForm(BaseForm):
    """From when to when, and the name of whoever ordered: drawn or typed."""

    came = TimeField(_l("来た時刻"), [Needed(_l("来た時刻を入れてください"))])
    left = TimeField(_l("終わった時刻"), [Needed(_l("終わった時刻を入れてください"))])
    strokes = StrokesField(_l("依頼した方の署名"))
    signer = NameField(_l("指で書けないときは、お名前を入力"))

    def is_signed(self) -> bool:
        """Whether anything stands there; the field says what is missing."""
        if not self.strokes.data and not self.signer.data:
            self.signer.errors = [_("署名を書いてもらうか、お名前を入れてもらってください")]
        return not self.errors


class ReportForm(BaseForm):
    """How long it took, and a few words."""

    minutes = IntegerField(
        _l("仕事をした時間"),
        [Needed(_l("時間を分で入れてください（例：120）"))],
        least=1,
        most=MINUTES_MAX,
    )
    words = TextField(_l("したこと・ようす"), length_max=WORDS_MAX)


class _AboutReport(BaseForm):
    """An answer to the report that was shown."""

    report_id = HiddenField()

    @property
    def about(self) -> int:
        """The report that was shown; 0 where nonsense was sent."""
        shown = str(self.report_id.data or "")
        return int(shown) if shown.isdecimal() and len(shown) <= ID_DIGITS_MAX else 0


class ConfirmForm(_AboutReport):
    """Yes."""


class ConfirmByStaffForm(_AboutReport):
    """Yes, as staff have heard it."""

    note = LineField(_l("だれに、どう聞きましたか"), [Needed(_l("だれに聞いたかを入れてください"))])


class ObjectForm(_AboutReport):
    """No, it was another time."""

    minutes = IntegerField(
        _l("ほんとうの時間"),
        [Needed(_l("時間を分で入れてください（来ていないときは0）"))],
        least=0,
        most=MINUTES_MAX,
    )
    words = TextField(
        _l("どこがちがいますか"),
        [Needed(_l("どこがちがうかを入れてください"))],
        length_max=WORDS_MAX,
    )


class SayForm(BaseForm):
    """Something more to say."""

    words = TextField(
        _l("伝えたいこと"), [Needed(_l("伝えたいことを入れてください"))], length_max=WORDS_MAX
    )


class DecideForm(BaseForm):
    """Staff decide how long it was, and say why to both sides."""

    minutes = IntegerField(
        _l("決めた時間"),
        [Needed(_l("時間を分で入れてください（来ていないときは0）"))],
        least=0,
        most=MINUTES_MAX,
    )
    reason = ReasonField()


class CallForm(BaseForm):
    """What the orderer said on the telephone."""

    answer = ChoiceField(
        _l("電話の返事"),
        [Needed(_l("どれかをえらんでください"))],
        choices=[(one.value, CALL_STATE_LABELS[one]) for one in CALL_ANSWERS],
    )
    minutes = IntegerField(_l("ちがうとき：依頼した方のいう時間"), least=0, most=MINUTES_MAX)
    note = LineField(_l("だれが、どう言いましたか"), [Needed(_l("聞いたことを入れてください"))])


class FamilyForm(BaseForm):
    """Whom of the family the household wants to know how it went."""

    name = NameField(_l("ご家族のお名前"), [Needed(_l("ご家族のお名前を入れてください"))])
    relation = LineField(_l("続柄"), length_max=20)
    email = EmailField(_l("メールアドレス"))


class FamilyByStaffForm(FamilyForm):
    """The same, as staff have heard it."""

    way = ChoiceField(
        _l("世帯の方の返事の受け方"),
        [Needed(_l("どう聞いたかをえらんでください"))],
        choices=[
            (one.value, CONSENT_WAY_LABELS[one]) for one in (ConsentWay.TELEPHONE, ConsentWay.PAPER)
        ],
    )
