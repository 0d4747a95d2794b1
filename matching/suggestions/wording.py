"""Why a shift suits, and why another does not, in words that say what to do next."""

from typing import Any

from matching.assignments.reasons import SHORT, TEXTS
from matching.assignments.rules import Obstacle
from matching.engine.model import Mode, Rule
from matching.help_requests.models import Shift
from matching.profiles.forms import PART_LABELS
from matching.profiles.states import TRAVEL_LABELS, TravelMode
from matching.profiles.week import PARTS, Part
from matching.suggestions.rules import BY_CENTER, Judged, Why, season_of, travels_by
from volunteer.core import clock
from volunteer.core.i18n import _, _l, show

NEXT: dict[Rule, tuple[Any, Any, str]] = {
    Rule.AVAILABILITY: (
        _l("空いている時間に合わない活動"),
        _l("時間があるときは、そのまま申し込めます。空いている時間は、いつでも かえられます。"),
        "times",
    ),
    Rule.PAUSED: (
        _l("お休みの間の活動"),
        _l("お休みを終わりにすると、またご案内します。"),
        "",
    ),
    Rule.CATEGORY: (
        _l("「しない」とした活動"),
        _l("気持ちがかわったときは、「したい活動」をかえてください。"),
        "wishes",
    ),
    Rule.TRAVEL: (
        _l("遠い活動"),
        _l("もっと遠くまで行けるときは、「地区と行き方」をかえてください。"),
        "travel",
    ),
    Rule.CAR: (
        _l("車で行く活動"),
        _l("車で行けるときは、「地区と行き方」で車をえらんでください。"),
        "travel",
    ),
    Rule.MINUTES_CAP: (
        _l("1週間に決めた時間をこえる活動"),
        _l("もっとできるときは、「1週間にどのくらい」をかえてください。"),
        "limits",
    ),
    Rule.SHIFTS_CAP: (
        _l("1週間に決めた回数をこえる活動"),
        _l("もっとできるときは、「1週間にどのくらい」をかえてください。"),
        "limits",
    ),
    Rule.BUSY: (SHORT[Obstacle.OVERLAP], TEXTS[Obstacle.OVERLAP], ""),
    Rule.INSURANCE: (SHORT[Obstacle.NOT_INSURED], TEXTS[Obstacle.NOT_INSURED], ""),
    Rule.QUALIFICATION: (SHORT[Obstacle.NOT_QUALIFIED], TEXTS[Obstacle.NOT_QUALIFIED], ""),
    Rule.TOO_YOUNG: (SHORT[Obstacle.TOO_YOUNG], TEXTS[Obstacle.TOO_YOUNG], ""),
}
"""Heading, what to do, and the part of the profile where it is done."""

CENTER = (
    _l("行く人を センターが決める活動"),
    _l("行ってみたいときは、センターに電話してください。"),
    "",
)
"""For everything that households and staff wish: never said apart."""


def why(judged: Judged, shift: Shift, mode: Mode) -> list[str]:
    """「およそ1.2km」「火曜の午前が空き」「雪かき4回」."""
    return [_WORDS[one](judged, shift, mode) for one in judged.why]


def _way(judged: Judged, shift: Shift, mode: Mode) -> str:
    if not judged.way_metres:
        return str(_("同じ地区"))
    way = travels_by(mode, season_of(clock.activity_date(shift.starts_at)))
    return str(
        _(
            "およそ%(km)skm（%(mode)s%(n)s分）",
            km=f"{max(100, judged.way_metres) / 1000:.1f}",
            mode=TRAVEL_LABELS[TravelMode(way.value)],
            n=judged.way_minutes,
        )
    )


def _free(_judged: Judged, shift: Shift, _mode: Mode) -> str:
    local = clock.to_tokyo(shift.starts_at)
    minute = local.hour * 60 + local.minute
    part = next((one for one, (_from, until) in PARTS.items() if minute < until), Part.EVENING)
    return str(
        _(
            "%(day)s曜の%(part)sが空いている",
            day=show("weekday", local.date()),
            part=PART_LABELS[part],
        )
    )


def _done(judged: Judged, shift: Shift, _mode: Mode) -> str:
    return str(_("%(kind)s%(n)s回", kind=shift.help_request.category.name, n=judged.times_done))


def _known(judged: Judged, _shift: Shift, _mode: Mode) -> str:
    return str(_("前にも行ったところ（%(n)s回）", n=judged.times_there))


_WORDS = {
    Why.WAY: _way,
    Why.FREE: _free,
    Why.DONE: _done,
    Why.KNOWN: _known,
    Why.WANTED: lambda *_facts: str(_("したい活動")),
    Why.NOBODY_YET: lambda *_facts: str(_("まだ だれも決まっていない")),
}


def groups(against: list[Judged]) -> list[tuple[tuple[Any, Any, str], list[Judged]]]:
    """What does not suit, by the first reason that may be told; what is for the center alone comes last."""
    found: dict[Rule | None, list[Judged]] = {}
    for one in against:
        told = [rule for rule in one.against if rule not in BY_CENTER and rule in NEXT]
        found.setdefault(told[0] if told else None, []).append(one)
    return [
        (NEXT[rule] if rule else CENTER, found[rule]) for rule in [*NEXT, None] if rule in found
    ]
