"""Fields of our forms. They accept what people really type, store one form of it, and say kindly what to type.

What was typed is shown again when something is wrong anywhere in the form. A field left empty has the data None
(texts: ""); add `Needed(…)` where that is not allowed.
"""

from datetime import date, time
from typing import Any

from wtforms import Field
from wtforms.validators import StopValidation
from wtforms.widgets import TextArea, TextInput

from volunteer.core import clock, typed
from volunteer.core.choice_fields import ChoiceField, ListField, SeveralField, as_choices
from volunteer.core.codes import EMAIL_CODE_DIGITS, CodeKind, Fault, normalise_digits, read_code
from volunteer.core.era_fields import BirthDateField, DateWithEraField
from volunteer.core.i18n import _, _l

__all__ = [
    "BirthDateField", "ChoiceField", "CodeField", "DateField", "DateWithEraField", "EmailCodeField",
    "EmailField", "IntegerField", "KanaField", "LineField", "ListField", "NameField", "Needed",
    "PhoneField", "PostcodeField", "ReasonField", "SeveralField", "TextField", "TimeField",
    "TypedField", "as_choices",
]  # fmt: skip

NAME_MAX = 40
KANA_MAX = 60
EMAIL_MAX = 254
LINE_MAX = 200
REASON_MAX = 200
TEXT_MAX = 2000


class Needed:
    """The field must be filled in; `message` says with what."""

    field_flags = {"required": True}

    def __init__(self, message: Any) -> None:
        self.message = message

    def __call__(self, form: Any, field: Any) -> None:
        """Stop with the message when nothing (or only spaces) was typed."""
        if not any(str(part).strip() for part in field.raw_data or []):
            field.errors = []
            raise StopValidation(str(self.message))


class TypedField(Field):
    """A line of text that becomes a value through `read`."""

    widget = TextInput()
    inputmode = ""
    empty: Any = None
    length_max = LINE_MAX

    def read(self, text: str) -> Any:
        """The value meant by `text` (never empty); raises `typed.Unreadable`."""
        return typed.one_line(text)

    def explain(self, reason: str) -> Any:
        """What to tell somebody whose text could not be read for `reason`."""
        return _("もう一度入れてください")

    def show(self, value: Any) -> str:
        """The value as it stands in the field when the form is opened."""
        return "" if value is None else str(value)

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else self.show(self.data)

    def process_data(self, value: Any) -> None:
        """Take a value the form is opened with."""
        self.data = self.empty if value is None else value

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was typed."""
        text = str(valuelist[0]) if valuelist else ""
        self.data = self.empty
        if not text.strip():
            return
        if len(text) > max(4 * self.length_max, 100):
            raise ValueError(_too_long(self.length_max))
        try:
            value = self.read(text)
        except typed.Unreadable as error:
            raise ValueError(str(self.explain(error.reason))) from error
        if isinstance(value, str) and len(value) > self.length_max:
            raise ValueError(_too_long(self.length_max))
        self.data = value

    def pre_validate(self, form: Any) -> None:
        """Say one thing at a time: what cannot be read is not checked further, nor is an optional empty field."""
        is_empty = not any(str(part).strip() for part in self.raw_data or [])
        if self.process_errors or (is_empty and not self.flags.required):
            raise StopValidation


def _too_long(most: int) -> str:
    return str(_("長すぎます。%(most)s文字までにしてください", most=most))


class LineField(TypedField):
    """One line of text."""

    empty = ""

    def __init__(self, *args: Any, length_max: int = LINE_MAX, **kwargs: Any) -> None:
        self.length_max = length_max
        super().__init__(*args, **kwargs)


class TextField(TypedField):
    """Several lines of text."""

    widget = TextArea()
    empty = ""

    def __init__(self, *args: Any, length_max: int = TEXT_MAX, **kwargs: Any) -> None:
        self.length_max = length_max
        super().__init__(*args, **kwargs)
        self.type = "TextAreaField"  # drawn as one by components/form.html

    def read(self, text: str) -> str:
        """The lines, trimmed."""
        return typed.several_lines(text)


class ReasonField(TextField):
    """Why staff decide something; the person concerned may read it."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        needed = [Needed(_l("理由を入れてください"))]
        super().__init__(
            label or _l("理由"),
            needed if validators is None else validators,
            length_max=REASON_MAX,
            **kwargs,
        )


class NameField(TypedField):
    """The name of a person or thing; kanji stay exactly as typed."""

    empty = ""
    length_max = NAME_MAX


class KanaField(TypedField):
    """The reading of a name: hiragana, katakana or half width; kept as full-width katakana."""

    empty = ""
    length_max = KANA_MAX

    def read(self, text: str) -> str:
        """Full-width katakana."""
        return typed.read_kana(text)

    def explain(self, reason: str) -> Any:
        """Which letters may be used."""
        return _("フリガナは、ひらがなかカタカナで入れてください（例：さとう はなこ）")


class EmailField(TypedField):
    """An e-mail address, loosely checked: the code sent to it is the real test."""

    empty = ""
    length_max = EMAIL_MAX
    inputmode = "email"

    def read(self, text: str) -> str:
        """The address with its domain in small letters."""
        return typed.read_email(text)

    def explain(self, reason: str) -> Any:
        """What is missing."""
        return {
            "at": _("メールアドレスには「@」が1つ必要です（例：hanako@example.jp）"),
            "domain": _("「@」のあとを確かめてください（例：hanako@example.jp）"),
            "local": _("「@」の前を入れてください（例：hanako@example.jp）"),
        }.get(reason, _("メールアドレスは、半角の英字・数字・記号で入れてください"))


class PhoneField(TypedField):
    """A Japanese telephone number; kept as digits."""

    empty = ""
    inputmode = "tel"

    def read(self, text: str) -> str:
        """Ten or eleven digits."""
        return typed.read_telephone(text)

    def explain(self, reason: str) -> Any:
        """What is wrong with the number."""
        return {
            "short": _("電話番号の けた数が足りません（10けたか11けた）"),
            "long": _("電話番号の けた数が多すぎます（10けたか11けた）"),
            "first": _("電話番号は、市外局番の0から入れてください（例：0134-00-0000）"),
        }.get(reason, _("電話番号は数字で入れてください（例：0134-00-0000）"))


class PostcodeField(TypedField):
    """A postcode; kept as 047-0001."""

    empty = ""
    inputmode = "numeric"

    def read(self, text: str) -> str:
        """Seven digits with the hyphen."""
        return typed.read_postcode(text)

    def explain(self, reason: str) -> Any:
        """How many digits."""
        return _("郵便番号は数字7けたで入れてください（例：047-0001）")


class IntegerField(TypedField):
    """A whole number between two bounds (both included); `unit` stands in its messages."""

    inputmode = "numeric"

    def __init__(
        self,
        label: Any = None,
        validators: Any = None,
        *,
        least: int = 0,
        most: int = 999_999_999,
        **kwargs: Any,
    ) -> None:
        self.least, self.most = least, most
        super().__init__(label, validators, **kwargs)

    def read(self, text: str) -> int:
        """The number, if it lies within the bounds."""
        value = typed.read_integer(text)
        if value < self.least:
            raise typed.Unreadable("least")
        if value > self.most:
            raise typed.Unreadable("most")
        return value

    def explain(self, reason: str) -> Any:
        """A number, and which."""
        if reason == "least":
            return _("%(least)s以上の数を入れてください", least=f"{self.least:,}")
        if reason == "most":
            return _("%(most)s以下の数を入れてください", most=f"{self.most:,}")
        return _("数字で入れてください（例：%(example)s）", example=f"{max(self.least, 1):,}")


class DateField(TypedField):
    """A day typed as 11/21, 11月21日, 2026-11-21 or 令和8年11月21日; without a year the next such day.

    `prefer_past=True` for days that lie behind us: then it is the last such day.
    """

    def __init__(self, *args: Any, prefer_past: bool = False, **kwargs: Any) -> None:
        self.prefer_past = prefer_past
        super().__init__(*args, **kwargs)

    def read(self, text: str) -> date:
        """The day."""
        return typed.read_date(text, clock.today(), prefer_past=self.prefer_past)

    def explain(self, reason: str) -> Any:
        """How to write a day."""
        return {
            "no_such_day": _("その日はこよみにありません。月と日を確かめてください"),
            "outside_era": _("その年号に、その日はありません。年号と年を確かめてください"),
            "era": _("年は西暦4けたか、年号をつけて入れてください（例：2026年、令和8年）"),
        }.get(reason, _("日にちを入れてください（例：11/21、2026年11月21日）"))

    def show(self, value: Any) -> str:
        """2026年11月21日, which can be read back."""
        return f"{value.year}年{value.month}月{value.day}日" if value else ""


class TimeField(TypedField):
    """A time typed as 9:30, 9時半, 930 or 午後1時."""

    def read(self, text: str) -> time:
        """The time."""
        return typed.read_time(text)

    def explain(self, reason: str) -> Any:
        """How to write a time."""
        if reason == "no_such_time":
            return _("時刻は 0:00 から 23:59 までで入れてください")
        return _("時刻を入れてください（例：9:30、9時半、午後1時）")

    def show(self, value: Any) -> str:
        """9:30."""
        return f"{value.hour}:{value.minute:02d}" if value is not None else ""


class CodeField(TypedField):
    """A printed code (card, shift, telephone) typed by hand: spaces, hyphens and look-alikes are forgiven."""

    empty = ""
    length_max = 20

    def __init__(self, *args: Any, kind: CodeKind = CodeKind.CARD, **kwargs: Any) -> None:
        self.kind = kind
        super().__init__(*args, **kwargs)

    def read(self, text: str) -> str:
        """The eight characters."""
        found = read_code(text, self.kind)
        if found.fault is not None:
            raise typed.Unreadable(found.fault.value)
        return found.code

    def explain(self, reason: str) -> Any:
        """What to look at again."""
        return {
            Fault.LENGTH: _("コードは8文字です。もう一度、最初から入れてください"),
            Fault.OTHER_KIND: _("これは別の種類のコードです。カードか会場の表示を確かめてください"),
            Fault.KIND: _("これは別の種類のコードです。カードか会場の表示を確かめてください"),
        }.get(Fault(reason), _("コードが合いません。1文字ずつ確かめてください"))


class EmailCodeField(TypedField):
    """The six digits of a sign-in mail; kept as text."""

    empty = ""
    inputmode = "numeric"
    length_max = 20

    def read(self, text: str) -> str:
        """Six digits."""
        digits = normalise_digits(text)
        if not (digits.isascii() and digits.isdigit() and len(digits) == EMAIL_CODE_DIGITS):
            raise typed.Unreadable("digits")
        return digits

    def explain(self, reason: str) -> Any:
        """How many digits."""
        return _("確認番号は数字6けたです")
