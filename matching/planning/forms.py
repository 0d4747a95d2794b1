"""Which days a plan is for, and what is said when somebody is no candidate."""

from datetime import date, timedelta
from typing import Any

from matching.planning.rules import SECONDS, Wanted, weeks_ahead
from matching.planning.states import Purpose
from volunteer.core import formats
from volunteer.core.fields import ChoiceField, DateField, Needed, ReasonField
from volunteer.core.forms import BaseForm
from volunteer.core.i18n import _l, language

OWN_DAYS = "days"

PURPOSES = (
    (Purpose.WEEK.value, _l("ふだんの割り当て（よりよい組み合わせをさがす）")),
    (Purpose.ANEW.value, _l("急な変更（雪・休み）。もうお願いした人は、できるだけ動かさない")),
)
TIMES = dict(
    zip(SECONDS, (_l("30秒（急ぐとき）"), _l("1分"), _l("5分（活動が多いとき）")), strict=True)
)


class PlanForm(BaseForm):
    """A proposal for many shifts at once."""

    days = ChoiceField(_l("いつの活動"), [Needed(_l("いつの活動かをえらんでください"))])
    from_on = DateField(_l("始めの日"), description=_l("「日をえらぶ」のときだけ。例：11/28"))
    last_on = DateField(_l("終わりの日"), description=_l("この日もふくみます"))
    purpose = ChoiceField(
        _l("何のため"),
        [Needed(_l("どちらかをえらんでください"))],
        choices=[*PURPOSES],
        default=Purpose.WEEK.value,
    )
    seconds = ChoiceField(
        _l("計算にかける時間"),
        [Needed(_l("時間をえらんでください"))],
        choices=[(str(value), words) for value, words in TIMES.items()],
        default=str(SECONDS[1]),
    )

    def offer_days(self, today: date) -> None:
        """Fill the choice of days, by today's date."""
        self.days.choices = [
            ("now", _l("今日と明日")),
            *((f"week{n}", _span(*days)) for n, days in enumerate(weeks_ahead(today))),
            (OWN_DAYS, _l("日をえらぶ")),
        ]

    def validate(self, extra_validators: Any = None) -> bool:
        """Days that one chooses oneself have a beginning and an end."""
        is_valid = bool(super().validate(extra_validators))
        if self.days.data != OWN_DAYS:
            return is_valid
        if self.from_on.data is None and not self.from_on.errors:
            self.from_on.errors = [_l("始めの日を入れてください（例：11/28）")]
        if self.last_on.data is None and not self.last_on.errors:
            self.last_on.errors = [_l("終わりの日を入れてください（例：11/30）")]
        if self.from_on.data and self.last_on.data and self.last_on.data < self.from_on.data:
            self.last_on.errors = [_l("始めの日よりあとの日を入れてください")]
        return is_valid and not (self.from_on.errors or self.last_on.errors)

    def wanted(self, today: date) -> Wanted:
        """What was chosen."""
        from_on, until_on = self._period(today)
        return Wanted(Purpose(self.purpose.data), from_on, until_on, int(self.seconds.data))

    def _period(self, today: date) -> tuple[date, date]:
        if self.days.data == OWN_DAYS:
            return self.from_on.data, self.last_on.data + timedelta(days=1)
        if self.days.data == "now":
            return today, today + timedelta(days=2)
        return weeks_ahead(today)[int(self.days.data.removeprefix("week"))]


def _span(from_on: date, until_on: date) -> Any:
    last = until_on - timedelta(days=1)
    if last == from_on:
        return formats.date_short(from_on, language())
    return _l(
        "%(first)sから%(last)sまで",
        first=formats.date_short(from_on, language()),
        last=formats.date_short(last, language()),
    )


class DropForm(BaseForm):
    """Why somebody is no candidate for a shift."""

    reason = ReasonField(
        _l("外す理由"),
        description=_l("職員が読みます。本人が記録を見たいと言ったときは、見せます"),
    )
