"""The clause of a programme's rules behind a line of the passbook, so that a number can be looked up. Pure.

An award names the rule version that made it; its facts and its reason say which row of that version decided.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from points.earning.facts import ActivityFacts
from points.earning.rules import AwardReason
from points.programmes.describing import (
    describe_conditions,
    describe_exclusions,
    describe_expiry,
    describe_rule,
)
from points.programmes.rule_version import RuleVersion
from points.programmes.terms import AwardRule, BeyondCap
from points.programmes.wording import N_, Fact, Wording, say


@dataclass(frozen=True, slots=True)
class Clause:
    """Where a line stands in the rules, and what is written there."""

    programme_name: str
    valid_from: date
    key: str
    """The key of the file as `programmes check` writes it: `awards[0]` is the first table."""
    place: Wording
    """The same in words."""
    says: tuple[Wording, ...]
    gives: tuple[Wording, ...] = ()
    """What the row of awards gives …"""
    what: str = ""
    """… for what kind of activity (roles, places)."""


DAY_CAP = frozenset(
    {AwardReason.CUT_BY_DAY_CAP, AwardReason.DAY_CAP_REACHED, AwardReason.OVER_DAY_CAP}
)
YEAR_CAP = frozenset(
    {AwardReason.CUT_BY_YEAR_CAP, AwardReason.YEAR_CAP_REACHED, AwardReason.OVER_YEAR_CAP}
)

NO_POINTS = say(N_("ポイントがつかない活動"))
WHO_MAY = say(N_("ポイントをためられる方"))
HOW_MUCH = say(N_("ポイントのつけ方"))
NEEDED = say(N_("参加する方に求めるもの"))

ELSEWHERE: dict[AwardReason, tuple[str, Wording]] = {
    AwardReason.NOT_LISTED: ("awards", HOW_MUCH),
    AwardReason.ROLE_NOT_LISTED: ("awards", HOW_MUCH),
    AwardReason.HOST_NOT_LISTED: ("awards", HOW_MUCH),
    AwardReason.PAID: ("exclusions.paid", NO_POINTS),
    AwardReason.OWN_FAMILY: ("exclusions.own_family", NO_POINTS),
    AwardReason.CLIENT_HERE: ("exclusions.client_here", NO_POINTS),
    AwardReason.NOT_INTRODUCED: ("exclusions.not_introduced", NO_POINTS),
    AwardReason.TOO_YOUNG: ("may_collect.age_min", WHO_MAY),
    AwardReason.TOO_OLD: ("may_collect.age_max", WHO_MAY),
    AwardReason.NO_TIE: ("may_collect.residence", WHO_MAY),
    AwardReason.NO_GUARDIAN_CONSENT: ("may_collect.guardian_consent_under", WHO_MAY),
    AwardReason.OTHER_MUNICIPALITY: ("may_collect.municipalities", WHO_MAY),
    AwardReason.HIGH_SCHOOL: ("may_collect.exclude_high_school", WHO_MAY),
    AwardReason.NOT_TRAINED: ("requirements", NEEDED),
    AwardReason.NO_DOCUMENT: ("requirements", NEEDED),
    AwardReason.NO_CONDITION: ("requirements", NEEDED),
    AwardReason.EXCLUDED: ("requirements", NEEDED),
    AwardReason.NOT_INSURED: ("insurance.must_cover", say(N_("保険"))),
    AwardReason.PROOF_NOT_ACCEPTED: ("evidence.accepted", say(N_("参加をたしかめる方法"))),
}
"""Reasons that no row of awards decided: the key of the rules and its heading."""


def clause_of(
    version: RuleVersion,
    facts: ActivityFacts,
    reason: AwardReason,
    numbers: Mapping[str, Fact],
    names: Mapping[str, str],
) -> Clause:
    """What decided an award: a row of `awards`, with the cap that cut it, or another part of the rules.

    `numbers` are those stored beside the reason, `names` the categories by their code.
    """
    rule = version.award_rule(facts.category_code, facts.role, facts.host)
    if rule is None or reason in ELSEWHERE:
        key, place = ELSEWHERE.get(reason, ELSEWHERE[AwardReason.NOT_LISTED])
        return _clause(version, key, place, _elsewhere(version, place))
    number = version.awards.index(rule)
    keys = [f"awards[{number}]", *_cap_keys(reason)]
    place = say(N_("つけ方の%(n)s番目"), n=number + 1)
    found = _clause(version, "・".join(keys), place, _caps(version, rule, reason, numbers))
    name = names.get(facts.category_code, facts.category_code)
    what = "・".join((name, *rule.roles, *rule.hosts))
    return replace(found, gives=tuple(describe_rule(rule)), what=what)


def expiry_clause(version: RuleVersion) -> Clause:
    """What decided that points ended on a day."""
    return _clause(version, "expiry", say(N_("ポイントの期限")), describe_expiry(version)[:1])


def _clause(version: RuleVersion, key: str, place: Wording, says: list[Wording]) -> Clause:
    return Clause(version.programme_name, version.valid_from, key, place, tuple(says))


def _elsewhere(version: RuleVersion, place: Wording) -> list[Wording]:
    if place is NO_POINTS:
        return describe_exclusions(version)
    return describe_conditions(version.may_collect) if place is WHO_MAY else []


def _cap_keys(reason: AwardReason) -> list[str]:
    if reason in DAY_CAP:
        return ["caps.daily_points"]
    return ["caps.yearly_points"] if reason in YEAR_CAP else []


def _caps(
    version: RuleVersion, rule: AwardRule, reason: AwardReason, numbers: Mapping[str, Fact]
) -> list[Wording]:
    """The cap that cut the award; else why a cap one knows of did not."""
    found = []
    if reason in DAY_CAP:
        found.append(say(N_("1日の上限は%(points)sポイント"), points=numbers.get("day_cap", 0)))
    elif reason in YEAR_CAP:
        found.append(say(N_("1年の上限は%(points)sポイント"), points=numbers.get("year_cap", 0)))
    if found and version.caps.beyond is BeyondCap.ALL_OR_NOTHING:
        text = N_("上限をこえる活動には、ポイントはつきません（一部だけつくことはありません）")
        found.append(say(text))
    every = (version.caps, *(one.caps for one in version.classes))
    if not rule.counts_against_daily_cap and any(one.daily_points for one in every):
        found.append(say(N_("この活動は、1日の上限に入りません")))
    if not rule.counts_against_yearly_cap and any(one.yearly_points for one in every):
        found.append(say(N_("この活動は、1年の上限に入りません")))
    return found
