"""The rules of a programme in words, for previews, the passbook and the desk. Pure: rules in, sentences out."""

from points.programmes.rule_version import RuleVersion
from points.programmes.terms import (
    AgeBasis,
    AwardRule,
    Basis,
    Caps,
    ClaimedPolicy,
    Conditions,
    ExpiryKind,
    MonthDay,
    Share,
    VoidPolicy,
)
from points.programmes.wording import N_, Wording, say
from volunteer.people.states import Tie


def describe_rule(rule: AwardRule) -> list[Wording]:
    """What a rule gives, for previews and the passbook; one wording for each tier."""
    points = rule.points
    if rule.basis is Basis.TIERED:
        text = N_("%(minutes)s分以上で%(points)sポイント")
        return [say(text, minutes=one.from_minutes, points=one.points) for one in rule.tiers]
    if rule.basis is Basis.PER_HOUR:
        text = N_("%(minutes)s分ごとに%(points)sポイント")
        return [say(text, minutes=rule.unit_minutes, points=points)]
    if rule.basis is Basis.PER_HOUSEHOLD:
        each = N_("1世帯につき%(points)sポイント")
        split = N_("1世帯につき%(points)sポイントをみんなで分けます")
        return [say(split if rule.share is Share.SPLIT else each, points=points)]
    if rule.min_minutes:
        text = N_("1回（%(minutes)s分以上）で%(points)sポイント")
        return [say(text, minutes=rule.min_minutes, points=points)]
    return [say(N_("1回で%(points)sポイント"), points=points)]


def describe_caps(caps: Caps) -> list[Wording]:
    """The caps on earning, for the volunteer."""
    lines = []
    if caps.daily_points is not None:
        lines.append(say(N_("1日の上限は%(points)sポイント"), points=caps.daily_points))
    if caps.yearly_points is not None:
        lines.append(say(N_("1年の上限は%(points)sポイント"), points=caps.yearly_points))
    return lines


TIES = {
    Tie.LIVES: N_("このまちに住んでいる方"),
    Tie.WORKS: N_("このまちで働いている方"),
    Tie.STUDIES: N_("このまちの学校に通っている方"),
    Tie.OTHER: N_("そのほかのつながりの方"),
}


def describe_conditions(conditions: Conditions) -> list[Wording]:
    """Who may; one sentence when anybody may."""
    lines = []
    if conditions.age_min is not None:
        lines.append(say(N_("%(age)s歳から"), age=conditions.age_min))
    if conditions.age_max is not None:
        lines.append(say(N_("%(age)s歳まで"), age=conditions.age_max))
    if lines and conditions.age_basis is AgeBasis.APRIL_1:
        lines.append(say(N_("年齢は4月1日に数えます")))
    lines += [say(TIES[tie]) for tie in conditions.ties]
    if conditions.guardian_consent_under:
        age = conditions.guardian_consent_under
        lines.append(say(N_("%(age)s歳未満は保護者の同意が必要"), age=age))
    return lines or [say(N_("だれでも"))]


def describe_exclusions(version: RuleVersion) -> list[Wording]:
    """Which activities never earn."""
    texts = (
        (version.exclusions.paid, N_("報酬のある活動")),
        (version.exclusions.own_family, N_("ご家族のための活動")),
        (version.exclusions.client_here, N_("ご自分が利用している施設での活動")),
    )
    return [say(text) for is_excluded, text in texts if is_excluded] or [say(N_("ありません"))]


def _month_day(day: MonthDay) -> dict[str, int]:
    return {"month": day.month, "day": day.day}


def describe_expiry(version: RuleVersion) -> list[Wording]:
    """How long points live, and what becomes of those that die while they are held."""
    expiry = version.expiry
    texts = {
        ExpiryKind.END_OF_YEAR: N_("活動した年度の終わりまで"),
        ExpiryKind.END_OF_NEXT_YEAR: N_("活動した年度の次の年度の終わりまで"),
        ExpiryKind.NEVER: N_("期限はありません"),
    }
    if expiry.kind is ExpiryKind.FIXED_DAY_NEXT_YEAR and expiry.day:
        lines = [say(N_("活動した年の次の年の%(month)s月%(day)s日まで"), **_month_day(expiry.day))]
    elif expiry.kind is ExpiryKind.MONTHS:
        lines = [say(N_("活動した月から%(months)sか月目の月末まで"), months=expiry.months or 0)]
    else:
        lines = [say(texts[expiry.kind])]
    if expiry.void_while_held is VoidPolicy.EXTEND:
        text = N_("換金の申し込み中に期限がきて戻ったポイントは、%(days)s日のばします")
        lines.append(say(text, days=expiry.extend_days))
    elif expiry.kind is not ExpiryKind.NEVER:
        lines.append(say(N_("換金の申し込み中に期限がきて戻ったポイントは、期限切れになります")))
    return lines


METHODS = {
    "bank_transfer": N_("銀行振込：%(points)sポイントで%(yen)s円"),
    "desk_cash": N_("窓口で現金：%(points)sポイントで%(yen)s円"),
    "voucher": N_("商品券：%(points)sポイントで%(yen)s円"),
    "donation": N_("寄付：%(points)sポイントで%(yen)s円"),
}


def describe_exchange(version: RuleVersion) -> list[Wording]:
    """How points become money, and when."""
    exchange = version.exchange
    text = N_("%(minimum)sポイントから、%(unit)sポイントきざみ")
    lines = [say(text, minimum=exchange.minimum_points, unit=exchange.unit_points)]
    for method in exchange.methods:
        other = N_("%(method)s：%(points)sポイントで%(yen)s円")
        text = METHODS.get(method.code, other)
        facts = {} if method.code in METHODS else {"method": method.code}
        lines.append(say(text, points=method.points, yen=method.yen, **facts))
    if exchange.window:
        first, last = exchange.window.first_day, exchange.window.last_day
        text = N_("受付は毎年%(from_month)s月%(from_day)s日から%(month)s月%(day)s日まで")
        numbers = {"from_month": first.month, "from_day": first.day, **_month_day(last)}
        lines.append(say(text, **numbers))
    return lines


def describe_evidence(version: RuleVersion) -> list[Wording]:
    """When points are final."""
    evidence = version.evidence
    lines = [
        say(
            N_("その場で確かめた活動は、終わってから%(hours)s時間で確定します"),
            hours=evidence.on_site_settles_after_hours,
        )
    ]
    if evidence.claimed is ClaimedPolicy.HOST_CONFIRMS:
        return [*lines, say(N_("本人の申告だけの活動は、主催者かセンターが確かめるとつきます"))]
    text = N_(
        "本人の申告だけの活動は、%(hours)s時間でつきます（%(percent)s％はセンターが確かめます）"
    )
    numbers = {
        "hours": evidence.claimed_settles_after_hours,
        "percent": evidence.claimed_sample_percent,
    }
    return [*lines, say(text, **numbers)]


def describe_year(version: RuleVersion) -> list[Wording]:
    """When the programme year begins."""
    return [say(N_("毎年%(month)s月%(day)s日から"), **_month_day(version.year_start))]


def describe_version(version: RuleVersion) -> list[tuple[Wording, list[Wording]]]:
    """(heading, sentences) for everything but the awards, which name categories."""
    return [
        (say(N_("ポイントをためられる方")), describe_conditions(version.may_collect)),
        (say(N_("ポイントがつかない活動")), describe_exclusions(version)),
        (say(N_("上限")), describe_caps(version.caps) or [say(N_("ありません"))]),
        (say(N_("制度の年度")), describe_year(version)),
        (say(N_("期限")), describe_expiry(version)),
        (say(N_("確定")), describe_evidence(version)),
        (say(N_("換金できる方")), describe_conditions(version.may_exchange)),
        (say(N_("換金")), describe_exchange(version)),
    ]
