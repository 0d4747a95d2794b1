"""Forms of the desk and of organizers: a new device, what is decided about an upload."""

from datetime import date, timedelta

from matching.checkin.forms import HOUSEHOLDS_MAX
from matching.devices.rules import PIN_SHAPE
from volunteer.core import clock, typed
from volunteer.core.choice_fields import ListField, SeveralField
from volunteer.core.codes import normalise_digits
from volunteer.core.fields import DateField, IntegerField, LineField, Needed, ReasonField, TimeField
from volunteer.core.forms import BaseForm
from volunteer.core.i18n import _, _l

DAYS_MAX = 366


class PinField(LineField):
    """4 to 8 digits, full width or half."""

    def read(self, text: str) -> str:
        """The digits."""
        found = normalise_digits(text)
        if not PIN_SHAPE.fullmatch(found):
            raise typed.Unreadable("pin")
        return found

    def explain(self, reason: str) -> object:
        """How many, and of what."""
        if reason == "pin":
            return _("4けたから8けたの数字で入れてください")
        return super().explain(reason)


class NewKioskForm(BaseForm):
    """A tablet for a place, an organization or chosen activities, for some days."""

    name = LineField(_l("端末の名前"), [Needed(_l("端末の名前を入れてください"))], length_max=60)
    host = ListField(_l("どの団体の活動か"), choices=[("", _l("どの団体の活動でも"))])
    place = ListField(_l("どの場所の活動か"), choices=[("", _l("どの場所の活動でも"))])
    shifts = SeveralField(_l("この活動だけにする"), choices=[])
    starts_on = DateField(_l("使う最初の日"), [Needed(_l("最初の日を入れてください"))])
    ends_on = DateField(_l("使う最後の日"), [Needed(_l("最後の日を入れてください"))])
    pin = PinField(
        _l("設定を開くための暗証番号"), [Needed(_l("暗証番号を入れてください"))], length_max=20
    )

    def validate(self, extra_validators: object = None) -> bool:
        """Bound to something, and not for ever."""
        is_good = super().validate(extra_validators)
        if not (self.host.data or self.place.data or self.shifts.data):
            self.problems.append(_("団体、場所、活動のどれかをえらんでください。"))
            is_good = False
        return self._days_are_good() and is_good

    def _days_are_good(self) -> bool:
        first, last = self.starts_on.data, self.ends_on.data
        if not isinstance(first, date) or not isinstance(last, date):
            return False
        words = ""
        if last < first:
            words = _("最後の日は、最初の日と同じか、後にしてください")
        elif last < clock.today():
            words = _("最後の日は、今日か、後にしてください")
        elif last - first > timedelta(days=DAYS_MAX):
            words = _("1年までにしてください")
        if words:
            self.ends_on.errors = [*self.ends_on.errors, words]
        return not words


class AcceptScanForm(BaseForm):
    """An upload is written down by staff: the real times, and why they believe it."""

    came = TimeField(_l("来た時刻"), [Needed(_l("来た時刻を入れてください"))])
    left = TimeField(_l("終わった時刻"), [Needed(_l("終わった時刻を入れてください"))])
    households = IntegerField(
        _l("訪問した世帯の数"), [Needed(_l("数を入れてください"))], most=HOUSEHOLDS_MAX, default=1
    )
    reason = ReasonField()


class DismissScanForm(BaseForm):
    """An upload credits nothing, and why."""

    reason = ReasonField()
