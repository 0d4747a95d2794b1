"""How a number of points came about, as a sum in words, and what lines of the passbook say that are no activity.

Everything stands in the award row and its rule version, so that an old line explains itself as well as a new one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from points.earning.facts import ActivityFacts
from points.earning.rules import points_before_caps
from points.ledger.states import JournalKind
from points.programmes.terms import AwardRule, Basis, Rounding, Share
from points.programmes.wording import N_, Wording, say

HOUR = 60


def tell_sum(rule: AwardRule, facts: ActivityFacts) -> list[Wording]:
    """The sum that gave the points before any cap: `2時間×100ポイント＝200ポイント`."""
    total = points_before_caps(rule, facts)
    if not total:
        return []
    if rule.basis is Basis.PER_HOUR:
        return [_by_time(rule, total)]
    if rule.basis is Basis.PER_HOUSEHOLD:
        return [_by_household(rule, facts, total)]
    if rule.basis is Basis.TIERED:
        reached = [one for one in rule.tiers if facts.minutes >= one.from_minutes]
        text = N_("%(minutes)s分以上なので%(points)sポイント")
        return [say(text, minutes=reached[-1].from_minutes, points=total)]
    return [say(N_("1回で%(points)sポイント"), points=total)]


def _by_time(rule: AwardRule, total: int) -> Wording:
    units = total // rule.points
    minutes = rule.unit_minutes
    sum_ = {"n": units, "points": rule.points, "total": total}
    if minutes == HOUR and rule.rounding is Rounding.FLOOR:
        return say(N_("%(n)s時間×%(points)sポイント＝%(total)sポイント"), **sum_)
    if rule.rounding is Rounding.FLOOR:
        text = N_("%(minutes)s分が%(n)s回×%(points)sポイント＝%(total)sポイント")
    else:
        text = N_(
            "%(minutes)s分を1回と数え、はしたも入れて%(n)s回×%(points)sポイント＝%(total)sポイント"
        )
    return say(text, minutes=minutes, **sum_)


def _by_household(rule: AwardRule, facts: ActivityFacts, total: int) -> Wording:
    sum_ = {"n": facts.households, "points": rule.points, "total": total}
    if rule.share is Share.SPLIT:
        text = N_("%(n)s世帯×%(points)sポイントを%(people)s人で分けて%(total)sポイント")
        return say(text, people=facts.people_sharing, **sum_)
    return say(N_("%(n)s世帯×%(points)sポイント＝%(total)sポイント"), **sum_)


def tell_left(day_left: int | None, year_left: int | None, points: int) -> list[Wording]:
    """What the caps had left, where they cut the award."""
    if day_left is not None and day_left == points:
        return [say(N_("この日は、あと%(points)sポイントまででした"), points=points)]
    if year_left is not None and year_left == points:
        return [say(N_("この年は、あと%(points)sポイントまででした"), points=points)]
    return []


@dataclass(frozen=True, slots=True)
class LineWords:
    """What another feature says of lines that are its own: names of the kinds, one sentence."""

    kinds: Mapping[JournalKind, Any]
    why: Wording


LINES: dict[str, Wording] = {
    "false_record": say(
        N_(
            "活動の記録が事実とちがったため、取り消しました。ちがうと思うときは、センターにお電話ください"
        )
    ),
    "entry_taken_back": say(N_("入力のまちがいだったため、取り消しました")),
    "own_word": say(N_("ご本人のお話により、取り消しました")),
    "restored": say(N_("お話をうかがい、元にもどしました")),
    "repaid": say(N_("窓口でお金を返していただいた分です。ありがとうございました")),
    "waived": say(N_("返していただかなくてよい分です")),
    "carry_over": say(N_("次の期限まで使えるようになりました")),
    "extension": say(N_("期限が延びました")),
    "given": say(N_("ほかの会員の方にゆずりました")),
    "received": say(N_("ほかの会員の方から受けとりました")),
}
"""What a line says that stands for no activity, or takes one back, by the code of its reason."""


def tell_line(reason: str) -> tuple[Wording, ...]:
    """The sentence of a reason code, if there is one."""
    found = LINES.get(reason)
    return (found,) if found else ()
