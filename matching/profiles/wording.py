"""What somebody said, in words, as it stands on the overview."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from matching.profiles.forms import PART_LABELS
from matching.profiles.queries import RequestWishes
from matching.profiles.rules import DayOff, Said
from matching.profiles.states import (
    LANGUAGES,
    REQUEST_TRAIT_LABELS,
    TRAIT_LABELS,
    Trait,
    WishKind,
)
from matching.profiles.week import DAY, Window, show_spans, ticks_and_rest
from volunteer.core.i18n import _, show

A_MONDAY = date(2024, 1, 1)
WEEK = 7


def _and(words: Iterable[Any]) -> str:
    return str(_("、")).join(str(one) for one in words)


def weekday(day: int) -> str:
    """月 for 0."""
    return str(show("weekday", A_MONDAY + timedelta(days=day)))


def week_lines(windows: Iterable[Window]) -> list[str]:
    """「月・水：午前」; days with the same times stand together."""
    ticks, rest = ticks_and_rest(windows)
    said: dict[str, list[int]] = {}
    for day in range(WEEK):
        parts = [PART_LABELS[part] for part in PART_LABELS if (day, part) in ticks]
        words = _and([*parts, *([show_spans(rest[day])] if day in rest else [])])
        if words:
            said.setdefault(words, []).append(day)
    return [_("%(days)s：%(times)s", days=_days(days), times=times) for times, days in said.items()]


def _days(days: list[int]) -> str:
    if len(days) == WEEK:
        return str(_("毎日"))
    return str(_("・")).join(weekday(day) for day in days)


def day_off_words(off: DayOff) -> str:
    """「12月29日〜1月3日：行けない」."""
    words = show("date", off.from_on)
    if off.to_on != off.from_on:
        words = _("%(first)s〜%(last)s", first=words, last=show("date", off.to_on))
    if off.span != (0, DAY):
        words = _("%(day)s %(times)s", day=words, times=show_spans([off.span]))
    return str(
        _("%(day)s：行ける", day=words) if off.is_free else _("%(day)s：行けない", day=words)
    )


def wish_lines(said: Said, names: Mapping[str, str]) -> list[str]:
    """One line for each answer that was given."""
    found = []
    for kind, codes in ((kind, said.of_kind(kind)) for kind in WishKind):
        listed = _and(name for code, name in names.items() if code in codes)
        if listed:
            found.append(_("%(answer)s：%(names)s", answer=kind.label, names=listed))
    return found


def travel_lines(said: Said, area: str) -> list[str]:
    """District, way, limit."""
    found = [_("%(area)sから", area=area)] if area else []
    if said.travel_mode:
        found.append(said.travel_mode.label)
    if said.travel_minutes_max:
        found.append(_("片道%(n)s分まで", n=said.travel_minutes_max))
    return [str(one) for one in found]


def ability_lines(said: Said, skills: Mapping[int, str]) -> list[str]:
    """Skills, languages, what was told of oneself."""
    lists = (
        [name for skill_id, name in skills.items() if skill_id in said.skills],
        [name for code, name in LANGUAGES.items() if code in said.languages],
        [TRAIT_LABELS[one] for one in Trait if one in said.traits],
    )
    return [_and(one) for one in lists if one]


def wished_lines(wishes: RequestWishes) -> list[str]:
    """What those who are helped wish of whoever comes."""
    lists = (
        [REQUEST_TRAIT_LABELS[one] for one in Trait if one in wishes.traits],
        [
            _("%(language)sを話せる人に来てほしい", language=name)
            for code, name in LANGUAGES.items()
            if code in wishes.languages
        ],
    )
    return [str(one) for words in lists for one in words]


def limit_lines(said: Said) -> list[str]:
    """How much a week."""
    found = []
    if said.times_per_week_max:
        found.append(_("週に%(n)s回まで", n=said.times_per_week_max))
    if said.minutes_per_week_max:
        found.append(_("週に%(time)sまで", time=show("minutes", said.minutes_per_week_max)))
    return found
