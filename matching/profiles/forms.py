"""The forms of a profile, each one part of it; every answer may be left out."""

from collections.abc import Iterable, Mapping
from typing import Any

from wtforms.validators import ValidationError

from matching.profiles.rules import Said
from matching.profiles.states import (
    LANGUAGES,
    REQUEST_TRAIT_LABELS,
    TRAIT_LABELS,
    TRAVEL_LABELS,
    WishKind,
)
from matching.profiles.week import (
    WINDOWS_A_DAY_MAX,
    Part,
    Window,
    read_spans,
    show_spans,
    ticks_and_rest,
    windows_of,
)
from volunteer.core import clock, typed
from volunteer.core.fields import (
    ChoiceField,
    DateField,
    IntegerField,
    LineField,
    ListField,
    Needed,
    ReasonField,
    SeveralField,
    TypedField,
)
from volunteer.core.forms import BaseForm
from volunteer.core.i18n import _, _l

WEEKDAYS = (
    _l("月曜日"), _l("火曜日"), _l("水曜日"), _l("木曜日"), _l("金曜日"), _l("土曜日"), _l("日曜日"),
)  # fmt: skip
PART_LABELS = {
    Part.MORNING: _l("午前"),
    Part.AFTERNOON: _l("午後"),
    Part.EVENING: _l("夜"),
}
PART_HOURS = {
    Part.MORNING: _l("6時から12時"),
    Part.AFTERNOON: _l("12時から17時"),
    Part.EVENING: _l("17時から21時"),
}
MINUTES = (15, 30, 45, 60, 90)


class SpansField(TypedField):
    """One or several times of a day: 9:30〜11:00、午後2時〜4時. Kept as text that can be read again."""

    empty = ""

    def read(self, text: str) -> str:
        """The same times, merged and in order."""
        return show_spans(read_spans(text))

    def explain(self, reason: str) -> Any:
        """What to look at."""
        return {
            "order": _("終わりの時刻は、始まりより後にしてください（例：9:30〜11:00）"),
            "no_such_time": _("時刻は 0:00 から 24:00 までで入れてください"),
            "many": _("1日に入れられるのは%(n)sつまでです", n=WINDOWS_A_DAY_MAX),
        }.get(reason, _("「9:30〜11:00」のように入れてください"))


class TimesForm(BaseForm):
    """When somebody is free every week: a grid, and exact times for those who want them."""

    parts = SeveralField(
        _l("空いている曜日と時間"),
        choices=[
            (f"{day}-{part.value}", _l("%(day)sの%(part)s", day=name, part=PART_LABELS[part]))
            for day, name in enumerate(WEEKDAYS)
            for part in Part
        ],
        message=_l("表の中からえらんでください"),
    )
    exact_0 = SpansField(WEEKDAYS[0])
    exact_1 = SpansField(WEEKDAYS[1])
    exact_2 = SpansField(WEEKDAYS[2])
    exact_3 = SpansField(WEEKDAYS[3])
    exact_4 = SpansField(WEEKDAYS[4])
    exact_5 = SpansField(WEEKDAYS[5])
    exact_6 = SpansField(WEEKDAYS[6])

    def windows(self) -> list[Window]:
        """What was ticked and written, as windows."""
        ticks = [(int(one[0]), Part(one[2:])) for one in self.parts.data or ()]
        texts = {day: self[f"exact_{day}"].data for day in range(7)}
        return windows_of(ticks, {day: read_spans(text) for day, text in texts.items() if text})


def times_of(said: Said) -> dict[str, Any]:
    """What the page of the week is opened with."""
    ticks, rest = ticks_and_rest(said.windows)
    exact = {f"exact_{day}": show_spans(rest.get(day, ())) for day in range(7)}
    return {"parts": sorted(f"{day}-{part.value}" for day, part in ticks), **exact}


class WishesForm(BaseForm):
    """Kinds of activity: wanted, rather not, never. The view fills them."""

    wanted = SeveralField(_l("したい活動"), choices=[])
    rather_not = SeveralField(
        _l("できれば ほかの活動がいい"),
        choices=[],
        description=_l("ほかに人がいないときだけ、ご案内します"),
    )
    never = SeveralField(_l("しない活動"), choices=[], description=_l("ご案内しません"))

    def offer(self, categories: Iterable[tuple[str, str]]) -> None:
        """Fill the lists with (code, name)."""
        offered = list(categories)
        self.names = dict(offered)
        for field in (self.wanted, self.rather_not, self.never):
            field.choices = offered

    def validate_wanted(self, field: Any) -> None:
        """Nobody wants what they never do."""
        self._apart(field.data, [*(self.rather_not.data or ()), *(self.never.data or ())])

    def validate_rather_not(self, field: Any) -> None:
        """Rather not is not never."""
        self._apart(field.data, self.never.data or ())

    def _apart(self, ours: Iterable[str] | None, theirs: Iterable[str]) -> None:
        both = [self.names[code] for code in ours or () if code in set(theirs)]
        if both:
            raise ValidationError(
                _(
                    "「%(names)s」が2か所でえらばれています。1つにしてください",
                    names=_("、").join(both),
                )
            )

    def wishes(self) -> dict[str, WishKind]:
        """Code → what was said."""
        return {code: kind for kind in WishKind for code in self[kind.value].data or ()}


def wishes_of(said: Said) -> dict[str, Any]:
    """What the page of wishes is opened with."""
    return {kind.value: sorted(said.of_kind(kind)) for kind in WishKind}


class TravelForm(BaseForm):
    """Where one sets out, how, and how far. The view fills the districts."""

    area = ListField(
        _l("お住まいの地区"),
        message=_l("地区を一覧からえらんでください"),
        description=_l("近い活動からご案内します。番地は使いません"),
    )
    mode = ChoiceField(
        _l("どうやって行きますか"),
        choices=[*TRAVEL_LABELS.items(), ("", _l("決めていない"))],
    )
    minutes = ChoiceField(
        _l("片道どのくらいまで行けますか"),
        choices=[
            *((str(one), _l("%(n)s分まで", n=one)) for one in MINUTES),
            ("", _l("決めていない")),
        ],
    )

    def offer(self, areas: Iterable[Any]) -> None:
        """Fill the list of districts."""
        self.area.choices = [("", _l("えらばない")), *((str(one.id), one.name) for one in areas)]

    def keep_minutes(self, minutes: int | None) -> None:
        """A limit told elsewhere stays among the choices."""
        if minutes is not None and minutes not in MINUTES:
            kept = [(one[0], one[1]) for one in self.minutes.choices]
            self.minutes.choices = [(str(minutes), _l("%(n)s分まで", n=minutes)), *kept]


def travel_of(said: Said, area_id: int | None) -> dict[str, Any]:
    """What the page of travel is opened with."""
    return {
        "area": str(area_id or ""),
        "mode": said.travel_mode.value if said.travel_mode else "",
        "minutes": str(said.travel_minutes_max or ""),
    }


class AbilitiesForm(BaseForm):
    """Skills, languages, and what some households like to know. The view fills the skills."""

    skills = SeveralField(_l("得意なこと"), choices=[])
    languages = SeveralField(_l("日本語のほかに話せることば"), choices=list(LANGUAGES.items()))
    traits = SeveralField(
        _l("よければ教えてください"),
        choices=list(TRAIT_LABELS.items()),
        description=_l("訪問する家から希望があるときだけ使います。えらばなくても、かまいません"),
    )

    def offer(self, skills: Iterable[Any]) -> None:
        """Fill the center's list of skills."""
        self.skills.choices = [(str(one.id), one.name) for one in skills]


def abilities_of(said: Said, offered: Iterable[int]) -> dict[str, Any]:
    """What the page of abilities is opened with; skills that are switched off are not asked for."""
    return {
        "skills": sorted(str(one) for one in said.skills & set(offered)),
        "languages": sorted(said.languages),
        "traits": sorted(said.traits),
    }


class AtMostField(IntegerField):
    """A limit: none at all is not a limit but a rest."""

    def explain(self, reason: str) -> Any:
        """What to do instead of 0."""
        if reason == "least":
            return _("0にはできません。しばらく休むときは「お休み」を使ってください")
        return super().explain(reason)


class LimitsForm(BaseForm):
    """How much a week at most."""

    times = AtMostField(_l("1週間に何回まで"), least=1, most=21)
    hours = AtMostField(_l("1週間に何時間まで"), least=1, most=60)


def limits_of(said: Said) -> dict[str, Any]:
    """What the page of limits is opened with."""
    minutes = said.minutes_per_week_max
    return {
        "times": said.times_per_week_max,
        "hours": None if minutes is None else max(1, minutes // 60),
    }


class PauseForm(BaseForm):
    """A rest until a day."""

    until = DateField(
        _l("また始める日"),
        [Needed(_l("また始める日を入れてください（例：4/1）"))],
        description=_l("この日の前は、ご案内しません。決まっている予定は、そのままです"),
    )


def pause_of(said: Said) -> dict[str, Any]:
    """What the page of the rest is opened with; a rest that is over is not shown."""
    until = said.paused_until
    return {"until": until if until is not None and until > clock.today() else None}


class DayOffForm(BaseForm):
    """Days that differ from the week."""

    kind = ChoiceField(
        _l("どんな日ですか"),
        [Needed(_l("「行けない」か「行ける」をえらんでください"))],
        choices=[("off", _l("行けない")), ("free", _l("いつもとちがって、行ける"))],
        message=_l("「行けない」か「行ける」をえらんでください"),
    )
    from_on = DateField(_l("いつ"), [Needed(_l("日にちを入れてください（例：12/29）"))])
    to_on = DateField(_l("いつまで"), description=_l("1日だけのときは、空けておきます"))
    times = SpansField(
        _l("時間"), description=_l("1日中のときは、空けておきます（例：13:00〜17:00）")
    )

    def validate_to_on(self, field: Any) -> None:
        """It does not end before it begins."""
        if field.data and self.from_on.data and field.data < self.from_on.data:
            raise ValidationError(_("終わりの日が、始まりの日より前になっています"))

    def spans(self) -> list[tuple[int, int]]:
        """The times of these days."""
        return read_spans(self.times.data) if self.times.data else [(0, 24 * 60)]


class HouseholdWishesForm(BaseForm):
    """What a household wishes of whoever comes to it."""

    traits = SeveralField(_l("希望"), choices=list(REQUEST_TRAIT_LABELS.items()))
    languages = SeveralField(
        _l("日本語のほかに話せてほしいことば"), choices=list(LANGUAGES.items())
    )


class RequestWishesForm(HouseholdWishesForm):
    """What a request asks besides. The view fills the skills."""

    skills = SeveralField(_l("必要な得意なこと"), choices=[])

    def offer(self, skills: Iterable[Any]) -> None:
        """Fill the center's list of skills."""
        self.skills.choices = [(str(one.id), one.name) for one in skills]


class SkillForm(BaseForm):
    """One more skill for the center's list."""

    name = LineField(
        _l("得意なことの名前"),
        [Needed(_l("名前を入れてください（例：庭の手入れ）"))],
        length_max=40,
    )


class PairForm(BaseForm):
    """With whom somebody is never brought together, and why. The view fills who was found."""

    other = ChoiceField(
        _l("だれと"), [Needed(_l("相手をえらんでください"))], choices=[],
        message=_l("相手をえらんでください"),
    )  # fmt: skip
    reason = ReasonField(
        description=_l("職員だけが読みます。体や家のことは、いるところだけ書いてください")
    )

    def offer(self, found: Mapping[int, str]) -> None:
        """Fill those who were found."""
        self.other.choices = [(str(party_id), words) for party_id, words in found.items()]


def plain(words: str) -> str:
    """A search word as it was meant: full-width letters and spaces around it do not matter."""
    return typed.half_width(words)[:60]
