"""Reasons in words, for staff: why this person, why not, and what would let more people come."""

from collections.abc import Iterable, Mapping
from typing import Any

from matching.engine.model import Rule
from matching.profiles.forms import PART_LABELS, WEEKDAYS
from matching.profiles.states import TRAVEL_LABELS, TravelMode
from matching.profiles.week import Part
from matching.suitability.reasons import Amount, Code, Fact, code_of
from volunteer.core.i18n import _, _l

AMOUNTS = {Amount.LITTLE: _l("少なめ"), Amount.USUAL: _l("ふつう"), Amount.MUCH: _l("多め")}

RULE_WORDS: dict[Rule, Any] = {
    Rule.INACTIVE: _l("登録がすんでいないか、休止中です"),
    Rule.CATEGORY: _l("この種類の活動を「しない」としています"),
    Rule.QUALIFICATION: _l("その日に有効な研修・資格がありません"),
    Rule.INSURANCE: _l("その日の保険がありません"),
    Rule.SKILL: _l("依頼が求める「得意なこと」がありません"),
    Rule.CAR: _l("車が必要ですが、車で来る人ではありません"),
    Rule.LANGUAGE: _l("依頼が求める言葉を話しません"),
    Rule.STUDENT: _l("有償の活動は、学生だけです"),
    Rule.PREFERENCE: _l("受け入れ先の希望に合いません"),
    Rule.TOO_YOUNG: _l("年齢の決まりに合いません"),
    Rule.GUARDIAN: _l("保護者の同意がまだありません"),
    Rule.CHILD_SAFETY: _l("子どもと関わる活動の確認がまだです"),
    Rule.NO_GO: _l("会わせない組み合わせです"),
    Rule.DROPPED: _l("この活動は見送ったか、候補から外されています"),
    Rule.PAUSED: _l("お休み中です"),
    Rule.AVAILABILITY: _l("空いている時間に合いません"),
    Rule.BUSY: _l("同じころに、ほかの予定があります"),
    Rule.TRAVEL: _l("遠すぎます"),
    Rule.MINUTES_CAP: _l("1週間の時間の上限をこえます"),
    Rule.SHIFTS_CAP: _l("1週間の回数の上限をこえます"),
}
"""Why somebody may not; only for staff, for some of it is nobody else's business."""

HIDDEN = _l("センターで確かめることがあります")
"""For readers who are not staff: instead of anything private (engine.rules.PRIVATE_RULES)."""


def _mend(rule: Rule, count: int) -> str | None:
    said = {
        Rule.QUALIFICATION: _("研修・資格を更新すれば、%(n)s人が行けます", n=count),
        Rule.INSURANCE: _("保険に入れば、%(n)s人が行けます", n=count),
        Rule.CAR: _("車で送れば、%(n)s人が行けます", n=count),
        Rule.GUARDIAN: _("保護者の同意があれば、%(n)s人が行けます", n=count),
        Rule.AVAILABILITY: _("時間を変えれば行けるかもしれない人が、%(n)s人います", n=count),
        Rule.TRAVEL: _("送り迎えがあれば、%(n)s人が行けます", n=count),
        Rule.BUSY: _("ほかの予定を動かせば、%(n)s人が行けます", n=count),
        Rule.SKILL: _("「得意なこと」の条件を外せば、%(n)s人が行けます", n=count),
        Rule.LANGUAGE: _("言葉の条件を外せば、%(n)s人が行けます", n=count),
        Rule.PREFERENCE: _("受け入れ先の希望を外せば、%(n)s人が行けます", n=count),
        Rule.MINUTES_CAP: _("1週間の時間の上限だけで、%(n)s人が外れています", n=count),
        Rule.SHIFTS_CAP: _("1週間の回数の上限だけで、%(n)s人が外れています", n=count),
    }
    return said.get(rule)


def mends(sole: Mapping[Rule, int]) -> list[str]:
    """What would let how many more people come, the most first; what nobody can or should mend is left out."""
    found = [(count, _mend(rule, count)) for rule, count in sole.items()]
    return [words for _count, words in sorted(found, key=lambda one: -one[0]) if words]


def refusals(rules: Iterable[Rule]) -> list[str]:
    """Why somebody may not, in the rules' order."""
    return [str(RULE_WORDS[rule]) for rule in rules]


def say(facts: Iterable[Fact], categories: Mapping[str, str]) -> str:
    """「1.2km（バス12分）・火曜午前が空き・除雪4回・この4週間で1回（少なめ）」."""
    return "・".join(say_one(fact, categories) for fact in facts)


def say_one(fact: Fact, categories: Mapping[str, str]) -> str:
    """One fact; `categories` has the names by code."""
    return str(_SAID[code_of(fact)](fact, categories))


def _way(fact: Fact, _categories: Mapping[str, str]) -> str:
    if not fact["metres"]:
        return str(_("同じ地区"))
    return str(
        _(
            "%(km)skm（%(mode)s%(n)s分）",
            km=f"{max(100, fact['metres']) / 1000:.1f}",
            mode=TRAVEL_LABELS[TravelMode(fact["mode"])],
            n=fact["minutes"],
        )
    )


def _free(fact: Fact, _categories: Mapping[str, str]) -> str:
    part = PART_LABELS[Part(fact["part"])]
    return str(_("%(day)s%(part)sが空き", day=WEEKDAYS[fact["weekday"]], part=part))


def _done(fact: Fact, categories: Mapping[str, str]) -> str:
    name = categories.get(fact["category"], fact["category"])
    return str(_("%(kind)s%(n)s回", kind=name, n=fact["times"]))


def _recent(fact: Fact, _categories: Mapping[str, str]) -> str:
    amount = AMOUNTS[Amount(fact["amount"])]
    return str(_("この4週間で%(n)s回（%(amount)s）", n=fact["times"], amount=amount))


_SAID: dict[Code, Any] = {
    Code.WAY: _way,
    Code.FREE: _free,
    Code.NOT_TOLD: lambda *_facts: _("空き時間は聞いていない"),
    Code.DONE: _done,
    Code.KNOWN: lambda fact, _names: _("前にも行ったところ（%(n)s回）", n=fact["times"]),
    Code.WANTED: lambda *_facts: _("したい活動"),
    Code.AVOIDED: lambda *_facts: _("できれば ほかの活動がいい"),
    Code.RECENT: _recent,
}
