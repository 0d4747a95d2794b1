"""Dates in four parts, with the era chosen from a list."""

from datetime import date
from typing import Any

from wtforms import Field
from wtforms.validators import StopValidation
from wtforms.widgets import TextInput

from volunteer.core import clock, typed, wareki
from volunteer.core.i18n import _


class DateWithEraField(Field):
    """A date in four parts: era (or 西暦), year, month, day, each as text; full width and 元 are understood.

    `parts` is what was typed (or what `data` gives), `eras` what can be chosen; drawn by components/form.html.
    """

    widget = TextInput()
    eras_offered = ("西暦", "昭和", "平成", "令和")

    def __init__(
        self, label: Any = None, validators: Any = None, *, past_only: bool = True, **kwargs: Any
    ) -> None:
        self.past_only = past_only
        self._typed: dict[str, str] | None = None
        super().__init__(label, validators, **kwargs)

    @property
    def eras(self) -> list[tuple[str, str]]:
        """The choices of the first part."""
        shown = {"西暦": _("西暦"), "昭和": _("昭和"), "平成": _("平成"), "令和": _("令和")}
        return [(name, str(shown[name])) for name in self.eras_offered]

    @property
    def parts(self) -> dict[str, str]:
        """era, year, month, day as text."""
        if self._typed is not None:
            return self._typed
        if isinstance(self.data, date):
            year = wareki.to_era(self.data)
            if year.era.name in self.eras_offered:
                era, number = year.era.name, year.year
            else:
                era, number = wareki.WESTERN, self.data.year
            return {
                "era": era,
                "year": str(number),
                "month": str(self.data.month),
                "day": str(self.data.day),
            }
        return {"era": wareki.WESTERN, "year": "", "month": "", "day": ""}

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Take the four parts from the form, else the date given."""
        super().process(None, self.default if data is None or not isinstance(data, date) else data)
        names = {part: f"{self.name}-{part}" for part in ("era", "year", "month", "day")}
        if formdata is None or not any(name in formdata for name in names.values()):
            return
        self._typed = {
            part: str(formdata.get(name) or "")[:20].strip() for part, name in names.items()
        }
        self.raw_data = [self._typed[part] for part in ("year", "month", "day")]
        self.data = None
        if any(self.raw_data):
            try:
                self.data = self._read(self._typed)
            except ValueError as error:
                self.process_errors = [str(error)]

    def _read(self, parts: dict[str, str]) -> date:
        missing = [
            word
            for part, word in (("year", _("年")), ("month", _("月")), ("day", _("日")))
            if not parts[part]
        ]
        if missing:
            raise ValueError(_("%(parts)sを入れてください", parts="・".join(missing)))
        try:
            year = wareki.read_year(parts["year"])
            month = typed.read_integer(parts["month"].rstrip("月"))
            day = typed.read_integer(parts["day"].rstrip("日"))
        except ValueError as error:
            raise ValueError(_("年・月・日は数字で入れてください")) from error
        era = parts["era"] or wareki.WESTERN
        if era == wareki.WESTERN and year < 1000:
            raise ValueError(_("西暦の年は4けたで入れるか、年号をえらんでください"))
        return self._checked(era, year, month, day)

    def _checked(self, era: str, year: int, month: int, day: int) -> date:
        try:
            found = wareki.from_era(era, year, month, day)
        except wareki.NoSuchDate as error:
            raise ValueError(
                {
                    "outside_era": _("その年号に、その日はありません。年号と年を確かめてください"),
                    "unknown_era": _("年号をえらんでください"),
                }.get(error.reason, _("その日はこよみにありません。月と日を確かめてください"))
            ) from error
        if self.past_only and found > clock.today():
            raise ValueError(_("これから先の日になっています。年号と年を確かめてください"))
        return found

    def pre_validate(self, form: Any) -> None:
        """Say one thing at a time."""
        if self.process_errors or (not any(self.raw_data or []) and not self.flags.required):
            raise StopValidation


class BirthDateField(DateWithEraField):
    """A birth date of somebody alive."""

    oldest_years = 120

    def _checked(self, era: str, year: int, month: int, day: int) -> date:
        found = super()._checked(era, year, month, day)
        if clock.today().year - found.year > self.oldest_years:
            raise ValueError(_("生年月日の年を確かめてください"))
        return found
