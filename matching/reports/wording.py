"""What a plan says is lacking, in plain words: hours, trainings, and what one more person would change."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from matching.categories.states import Priority
from matching.engine.insight import How
from matching.engine.model import DAY, Policy, Rule
from matching.profiles.forms import WEEKDAYS
from matching.profiles.states import LANGUAGES
from volunteer.core.i18n import _, _l

HEADS = Policy().head_values

WANTS: dict[str, Any] = {
    Rule.INSURANCE.value: _l("ボランティア保険"),
    Rule.CAR.value: _l("車で来られる人"),
    Rule.CHILD_SAFETY.value: _l("子どもと関わる活動の確認"),
}
MENDS: dict[str, Any] = {
    Rule.QUALIFICATION.value: _l("研修や資格を受けるよう、声をかけてみてください。"),
    Rule.INSURANCE.value: _l("保険の手続きを案内してみてください。"),
    Rule.SKILL.value: _l("できることを聞いてみるか、教え合う会を考えてみてください。"),
    Rule.LANGUAGE.value: _l("話せる人をさがすか、ことばの条件を見なおしてみてください。"),
    Rule.CAR.value: _l("乗り合わせや送り迎えを考えてみてください。"),
    Rule.CHILD_SAFETY.value: _l("確認の手続きを案内してみてください。"),
}


@dataclass(frozen=True, slots=True)
class Scarce:
    """One line: what, how many seats stay open, and what that means."""

    name: str
    open: int
    words: tuple[str, ...]


def is_priced(lacks: Mapping[str, Any]) -> bool:
    """Whether more is known than which seats stay open."""
    return bool(lacks["how"] == How.PRICED.value)


def hours(lacks: Mapping[str, Any], origin: date) -> list[Scarce]:
    """Parts of the week in which people are missing or just suffice; weekday names come from the calendar."""
    return [
        Scarce(
            _part(one, origin),
            sum(one["open"]),
            (*_pressing(one["open"]), *_of_hours(one, is_priced(lacks))),
        )
        for one in lacks["hours"]
    ]


def _pressing(levels: list[int]) -> list[str]:
    """The open seats by priority, where some of them are pressing."""
    if not any(levels[one] for one in Priority if one.is_urgent):
        return []
    parts = [_("%(word)s%(n)s席", word=one.label, n=levels[one]) for one in Priority if levels[one]]
    return [str(_("優先度ごと：%(parts)s。", parts=_("、").join(parts)))]


def _part(one: Mapping[str, Any], origin: date) -> str:
    day = origin + timedelta(days=one["start"] // DAY)
    first, last = one["start"] % DAY // 60, (one["end"] - 1) % DAY // 60 + 1
    name = WEEKDAYS[day.weekday()]
    return str(_("%(day)s %(first)s時〜%(last)s時", day=name, first=first, last=last))


def _of_hours(one: Mapping[str, Any], priced: bool) -> list[str]:
    missing = sum(one["open"])
    if not missing:
        return [str(_("席はうまりますが、ぎりぎりです。1人休むと、どこかで1人足りなくなります。"))]
    if not priced:
        return []
    if one["points"] * 2 >= HEADS[_first_open(one["open"])]:
        return [str(_("この時間に来られる人が1人ふえると、席が1つうまります。"))]
    return [str(_("人を組みなおすと、うまるかもしれません。"))]


def _first_open(levels: list[int]) -> int:
    """The least pressing priority with an open seat."""
    return max(level for level, heads in enumerate(levels) if heads)


def wants(
    lacks: Mapping[str, Any], kinds: Mapping[str, str], skills: Mapping[str, str]
) -> list[Scarce]:
    """Trainings and the like that are asked for where people are missing or just suffice."""
    return [
        Scarce(
            _name(one, kinds, skills),
            sum(one["open"]),
            (*_pressing(one["open"]), *_of_want(one)),
        )
        for one in lacks["wants"]
    ]


def _name(one: Mapping[str, Any], kinds: Mapping[str, str], skills: Mapping[str, str]) -> str:
    rule, kind = one["rule"], one["kind"]
    if rule == Rule.QUALIFICATION.value:
        return str(kinds.get(kind, kind))
    if rule == Rule.SKILL.value:
        return str(_("得意なこと：%(name)s", name=skills.get(kind, kind)))
    if rule == Rule.LANGUAGE.value:
        return str(_("ことば：%(name)s", name=LANGUAGES.get(kind, kind)))
    return str(WANTS.get(rule, rule))


def _of_want(one: Mapping[str, Any]) -> list[str]:
    said = [str(_("いま持っている人：%(n)s人。", n=one["holders"]))]
    if not one["nearly"]:
        said.append(
            str(
                _(
                    "これがあれば行ける、という人はいません。時間や遠さなど、ほかのわけで足りません。"
                )
            )
        )
        return said
    said.append(str(_("ほかの条件は合っていて、これだけがない人：%(n)s人。", n=one["nearly"])))
    if one["change"] is not None:
        said.append(_change(one["change"]))
    if one["rule"] in MENDS:
        said.append(str(MENDS[one["rule"]]))
    return said


def _change(change: Mapping[str, Any]) -> str:
    heads = sum(change["heads"])
    if heads <= 0:
        return str(_("その1人がふえると、席の数は同じでも、ほかの人の負担が軽くなります。"))
    if change["how"] == How.SOLVED.value:
        return str(
            _(
                "1人ふえると、席が%(n)sつうまります（みんなの組み合わせを計算しなおしました）。",
                n=heads,
            )
        )
    return str(
        _("1人ふえると、少なくとも席が%(n)sつうまります（ほかの人は動かしません）。", n=heads)
    )
