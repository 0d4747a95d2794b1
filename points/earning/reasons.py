"""Why an activity earned what it earned, and what a rule gives, in words for the volunteer.

The texts are Japanese msgids with named numbers; everything needed is in the stored facts and the
rule version, so an old award explains itself as well as a new one.
"""

from points.earning.facts import ActivityFacts
from points.earning.rules import AwardReason
from points.programmes.describing import describe_caps, describe_rule
from points.programmes.rule_version import RuleVersion
from points.programmes.terms import AwardRule, Basis, Rounding
from points.programmes.wording import N_, Fact, Wording, say

__all__ = [
    "TEXTS", "describe_caps", "describe_rule", "explain", "minutes_needed", "reason_facts", "wording_of",
]  # fmt: skip

TEXTS: dict[AwardReason, str] = {
    AwardReason.AWARDED: N_("活動のポイントです"),
    AwardReason.CUT_BY_DAY_CAP: N_(
        "1日の上限%(day_cap)sポイントまでの分です。上限をこえた分も活動の記録には残ります"
    ),
    AwardReason.CUT_BY_YEAR_CAP: N_(
        "1年の上限%(year_cap)sポイントまでの分です。上限をこえた分も活動の記録には残ります"
    ),
    AwardReason.DAY_CAP_REACHED: N_(
        "1日の上限の%(day_cap)sポイントまで、もうついています。活動は記録されました"
    ),
    AwardReason.YEAR_CAP_REACHED: N_(
        "1年の上限の%(year_cap)sポイントまで、もうついています。活動は記録されました"
    ),
    AwardReason.NOT_ENROLLED: N_("この日に参加しているポイント制度がありません"),
    AwardReason.NOT_LISTED: N_("この活動は「%(programme)s」の対象ではありません"),
    AwardReason.ROLE_NOT_LISTED: N_("この役割は「%(programme)s」の対象ではありません"),
    AwardReason.PAID: N_("報酬のある活動にはポイントはつきません"),
    AwardReason.OWN_FAMILY: N_("ご家族のための活動にはポイントはつきません"),
    AwardReason.CLIENT_HERE: N_("ご自分が利用している施設での活動にはポイントはつきません"),
    AwardReason.TOO_SHORT: N_("%(minutes)s分の活動でした。ポイントは%(needed)s分からつきます"),
    AwardReason.NO_HOUSEHOLD: N_("訪問した世帯がないため、ポイントはつきません"),
    AwardReason.SHARE_TOO_SMALL: N_(
        "みなさんで分けると1ポイントにならないため、ポイントはつきません"
    ),
    AwardReason.TOO_YOUNG: N_("ポイントは%(age_min)s歳からつきます"),
    AwardReason.TOO_OLD: N_("ポイントがつくのは%(age_max)s歳までの方です"),
    AwardReason.NO_TIE: N_("このまちに住む・通うなど、制度の対象の方にポイントがつきます"),
    AwardReason.NO_GUARDIAN_CONSENT: N_(
        "%(consent_age)s歳未満の方は、保護者の同意があるとポイントがつきます"
    ),
    AwardReason.OTHER_MUNICIPALITY: N_("ポイントは%(municipalities)sにお住まいの方につきます"),
    AwardReason.HIGH_SCHOOL: N_("この制度では、高校生にポイントはつきません"),
    AwardReason.NOT_TRAINED: N_("ポイントは「%(lacks)s」を受けてからつきます"),
    AwardReason.NO_DOCUMENT: N_("ポイントは「%(lacks)s」をセンターに出してからつきます"),
    AwardReason.NO_CONDITION: N_("ポイントは「%(lacks)s」の方につきます"),
    AwardReason.EXCLUDED: N_(
        "この制度の対象ではないため、ポイントはつきません。センターにご相談ください"
    ),
    AwardReason.NOT_INSURED: N_("ボランティア保険に入っていない日の活動には、ポイントはつきません"),
    AwardReason.HOST_NOT_LISTED: N_("この場所での活動は「%(programme)s」の対象ではありません"),
    AwardReason.NOT_INTRODUCED: N_("センターが紹介した活動にポイントがつきます"),
    AwardReason.PROOF_NOT_ACCEPTED: N_(
        "この方法で記録した活動は「%(programme)s」の対象ではありません"
    ),
    AwardReason.OVER_DAY_CAP: N_(
        "1日の上限%(day_cap)sポイントをこえるため、ポイントはつきません。活動は記録されました"
    ),
    AwardReason.OVER_YEAR_CAP: N_(
        "1年の上限%(year_cap)sポイントをこえるため、ポイントはつきません。活動は記録されました"
    ),
}


def explain(
    reason: AwardReason,
    facts: ActivityFacts,
    version: RuleVersion,
    class_code: str | None = None,
    lacks: str = "",
) -> Wording:
    """One sentence on why the activity earned what it did."""
    return wording_of(reason, reason_facts(reason, facts, version, class_code, lacks))


def wording_of(reason: AwardReason | str, numbers: dict[str, Fact]) -> Wording:
    """The sentence of a stored reason and its stored numbers (award.reason, award.reason_facts)."""
    return say(TEXTS[AwardReason(reason)], **numbers)


def reason_facts(
    reason: AwardReason,
    facts: ActivityFacts,
    version: RuleVersion,
    class_code: str | None = None,
    lacks: str = "",
) -> dict[str, Fact]:
    """The numbers a reason's sentence needs, to be stored beside the reason."""
    caps, who = version.caps_for(class_code), version.may_collect
    numbers: dict[str, Fact] = {
        "day_cap": caps.daily_points or 0,
        "year_cap": caps.yearly_points or 0,
        "programme": version.programme_name,
        "minutes": facts.minutes,
        "needed": minutes_needed(version.award_rule(facts.category_code, facts.role, facts.host)),
        "age_min": who.age_min or 0,
        "age_max": who.age_max or 0,
        "consent_age": who.guardian_consent_under,
        "municipalities": "・".join(who.municipalities),
        "lacks": lacks,
    }
    text = TEXTS[reason]
    return {name: one for name, one in numbers.items() if f"%({name})s" in text}


def minutes_needed(rule: AwardRule | None) -> int:
    """The shortest activity that earns anything under a rule."""
    if rule is None or rule.basis in (Basis.FIXED, Basis.PER_HOUSEHOLD):
        return 0
    if rule.basis is Basis.TIERED:
        return min((tier.from_minutes for tier in rule.tiers), default=0)
    if rule.basis is Basis.PER_ACTIVITY:
        return rule.min_minutes
    first_unit = {
        Rounding.FLOOR: rule.unit_minutes,
        Rounding.NEAREST: (rule.unit_minutes + 1) // 2,
        Rounding.CEIL: 1,
    }[rule.rounding]
    return max(rule.min_minutes, first_unit)
