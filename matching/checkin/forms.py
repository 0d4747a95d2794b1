"""Forms of the check-in: typed codes, real times, reasons."""

from wtforms import HiddenField

from matching.checkin.states import WITNESS_LABELS
from volunteer.core import typed
from volunteer.core.codes import CodeKind, Fault, read_code
from volunteer.core.fields import (
    ChoiceField,
    CodeField,
    IntegerField,
    Needed,
    ReasonField,
    SeveralField,
    TimeField,
)
from volunteer.core.forms import BaseForm
from volunteer.core.i18n import _, _l

HOUSEHOLDS_MAX = 200


class KindCodeField(CodeField):
    """A typed code that says what it was given when that is a code of another kind.

    A USB reader types the whole address of a QR: the code is the end of it.
    """

    def read(self, text: str) -> str:
        """The eight characters; the reason of a wrong kind carries the kind."""
        *before, text = text.replace("／", "/").rstrip("/").split("/")
        if before and before[-1] == "p":
            raise typed.Unreadable(f"kind:{CodeKind.PHONE.value}")
        found = read_code(text, self.kind)
        if found.fault in (Fault.OTHER_KIND, Fault.KIND):
            raise typed.Unreadable(f"kind:{found.kind.value if found.kind else ''}")
        return super().read(text)

    def explain(self, reason: str) -> object:
        """What was typed, and what is wanted here."""
        if not reason.startswith("kind:"):
            return super().explain(reason)
        kinds: dict[CodeKind | None, str] = {
            CodeKind.CARD: _("これはボランティアカードの番号です。"),
            CodeKind.SHIFT: _("これは会場に出ている「活動の番号」です。"),
            CodeKind.PHONE: _("これはスマートフォン用の番号です。"),
        }
        given = kinds.get(_kind(reason), _("これは受付の番号ではありません。"))
        wanted = {
            CodeKind.CARD: _("ここには、カードの番号（Cで始まる8文字）を入れてください"),
            CodeKind.SHIFT: _("ここには、会場に出ている番号（Kで始まる8文字）を入れてください"),
        }[self.kind]
        return given + wanted


def _kind(reason: str) -> CodeKind | None:
    letter = reason.partition(":")[2]
    return CodeKind(letter) if letter else None


class ShiftCodeForm(BaseForm):
    """The volunteer types the code that stands on the venue's screen or poster."""

    code = KindCodeField(
        _l("会場に出ている番号"), [Needed(_l("番号を入れてください"))], kind=CodeKind.SHIFT
    )


class CardForm(BaseForm):
    """The host types the code of a card."""

    code = KindCodeField(
        _l("カードの番号"), [Needed(_l("カードの番号を入れてください"))], kind=CodeKind.CARD
    )


class LeaveForm(BaseForm):
    """The person goes home; `sure` when they have read that it is early."""

    sure = HiddenField()


class RefuseForm(BaseForm):
    """Somebody was not there."""

    reason = ReasonField()


class TimesForm(BaseForm):
    """The real times of somebody who was there, and why they are put right."""

    came = TimeField(_l("来た時刻"), [Needed(_l("来た時刻を入れてください"))])
    left = TimeField(_l("終わった時刻"), [Needed(_l("終わった時刻を入れてください"))])
    households = IntegerField(
        _l("訪問した世帯の数"), [Needed(_l("数を入れてください"))], most=HOUSEHOLDS_MAX, default=1
    )
    reason = ReasonField()


class SheetForm(BaseForm):
    """Rows of a paper list are typed in; which list it was is said once for all of them."""

    reason = ReasonField(_l("どの名簿か"), [Needed(_l("どの名簿からの入力かを入れてください"))])


class EarlyEndForm(BaseForm):
    """The shift ends before its time."""

    counts = ChoiceField(
        _l("時間の数え方"),
        [Needed(_l("時間の数え方をえらんでください"))],
        choices=[
            ("present", _l("いた時間だけ数える")),
            ("planned", _l("仕事は全部終わったので、予定の時間を数える")),
        ],
        default="present",
    )
    reason = ReasonField()


class ConfirmForm(BaseForm):
    """All that is ticked was so."""

    attendance = SeveralField(
        _l("確かめた受付"),
        [Needed(_l("確かめた人にしるしをつけてください"))],
        message=_l("一覧が変わりました。いまの一覧で、もう一度えらんでください。"),
        choices=[],
    )

    def offer(self, attendance_ids: list[int]) -> None:
        """What may be ticked by whoever looks at the list."""
        self.attendance.choices = [(str(one), str(one)) for one in attendance_ids]

    @property
    def ticked(self) -> list[int]:
        """The chosen attendances."""
        return sorted({int(one) for one in self.attendance.data or []})


class DayForm(ConfirmForm):
    """The desk confirms the claims of a day, and says by what it knows."""

    witness = ChoiceField(
        _l("何で確かめましたか"),
        [Needed(_l("どれか1つをえらんでください"))],
        choices=list(WITNESS_LABELS.items()),
    )
