"""The rules of a programme in words, for previews, the passbook and the desk. Pure: rules in, sentences out."""

from points.programmes.describing_duties import describe_duties
from points.programmes.describing_exchange import describe_exchange, month_day
from points.programmes.rule_version import RuleVersion
from points.programmes.terms import (
    AgeBasis,
    AwardRule,
    Basis,
    BeyondCap,
    Caps,
    CarryOverKind,
    ClaimedPolicy,
    Conditions,
    DatedException,
    ExpiryKind,
    Rounding,
    Share,
    VoidPolicy,
    YearKind,
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
        return [say(text, minutes=rule.unit_minutes, points=points), *_describe_rest(rule)]
    if rule.basis is Basis.PER_HOUSEHOLD:
        each = N_("1世帯につき%(points)sポイント")
        split = N_("1世帯につき%(points)sポイントをみんなで分けます")
        return [say(split if rule.share is Share.SPLIT else each, points=points)]
    if rule.min_minutes:
        text = N_("1回（%(minutes)s分以上）で%(points)sポイント")
        return [say(text, minutes=rule.min_minutes, points=points)]
    return [say(N_("1回で%(points)sポイント"), points=points)]


def _describe_rest(rule: AwardRule) -> list[Wording]:
    """The shortest time that counts, and what a unit that is not full gives."""
    lines = []
    goes_without_saying = rule.rounding is Rounding.FLOOR and rule.min_minutes <= rule.unit_minutes
    if rule.min_minutes and not goes_without_saying:
        lines.append(say(N_("%(minutes)s分以上の活動につきます"), minutes=rule.min_minutes))
    if rule.rounding in ROUNDINGS:
        lines.append(say(ROUNDINGS[rule.rounding]))
    return lines


ROUNDINGS = {
    Rounding.NEAREST: N_("あまりの時間は、半分からあとを1回と数えます"),
    Rounding.CEIL: N_("あまりの時間も、1回と数えます"),
}


def describe_caps(caps: Caps) -> list[Wording]:
    """The caps on earning, for the volunteer."""
    lines = []
    if caps.daily_points is not None:
        lines.append(say(N_("1日の上限は%(points)sポイント"), points=caps.daily_points))
    if caps.yearly_points is not None:
        lines.append(say(N_("1年の上限は%(points)sポイント"), points=caps.yearly_points))
    if lines and caps.beyond is BeyondCap.ALL_OR_NOTHING:
        lines.append(
            say(N_("上限をこえる活動には、ポイントはつきません（一部だけつくことはありません）"))
        )
    return lines


def describe_all_caps(version: RuleVersion) -> list[tuple[Wording, list[Wording]]]:
    """(heading, the caps on earning and exchanging) of the programme and of each class, for the desk.

    A class is shown with what holds for its people: its own caps, else the programme's.
    """
    classes = [
        (
            say(N_("%(name)sの上限"), name=one.name),
            [*_ages(one.age_min, one.age_max), *_all_caps(version.caps_for(one.code))],
        )
        for one in version.classes
    ]
    return [(say(N_("上限")), _all_caps(version.caps)), *classes]


def _all_caps(caps: Caps) -> list[Wording]:
    return [*describe_caps(caps), *_exchange_caps(caps)] or [say(N_("ありません"))]


def _ages(first: int | None, last: int | None) -> list[Wording]:
    lines = [] if first is None else [say(N_("%(age)s歳から"), age=first)]
    return lines if last is None else [*lines, say(N_("%(age)s歳まで"), age=last)]


def _exchange_caps(caps: Caps) -> list[Wording]:
    lines = []
    if caps.yearly_exchange_points is not None:
        text = N_("1年に換金できるのは%(points)sポイントまで")
        lines.append(say(text, points=caps.yearly_exchange_points))
    if caps.yearly_exchange_yen is not None:
        lines.append(say(N_("1年に換金できるのは%(yen)s円まで"), yen=caps.yearly_exchange_yen))
    return lines


TIES = {
    Tie.LIVES: N_("このまちに住んでいる方"),
    Tie.WORKS: N_("このまちで働いている方"),
    Tie.STUDIES: N_("このまちの学校に通っている方"),
    Tie.OTHER: N_("そのほかのつながりの方"),
}


def describe_conditions(conditions: Conditions) -> list[Wording]:
    """Who may; one sentence when anybody may."""
    lines = _ages(conditions.age_min, conditions.age_max)
    if lines and conditions.age_basis is AgeBasis.APRIL_1:
        lines.append(say(N_("年齢は4月1日に数えます")))
    lines += [say(TIES[tie]) for tie in conditions.ties]
    if conditions.municipalities:
        names = "・".join(conditions.municipalities)
        lines.append(say(N_("住んでいるまち：%(names)s"), names=names))
    if conditions.group_members:
        lines.append(say(N_("登録した団体の方も")))
    if conditions.exclude_high_school:
        lines.append(say(N_("高校生はのぞきます")))
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
        (version.exclusions.not_introduced, N_("センターが紹介していない活動")),
    )
    return [say(text) for is_excluded, text in texts if is_excluded] or [say(N_("ありません"))]


def describe_expiry(version: RuleVersion) -> list[Wording]:
    """How long points live, and what becomes of those that die while they are held."""
    expiry = version.expiry
    texts = {
        ExpiryKind.END_OF_YEAR: N_("活動した年度の終わりまで"),
        ExpiryKind.END_OF_NEXT_YEAR: N_("活動した年度の次の年度の終わりまで"),
        ExpiryKind.NEVER: N_("期限はありません"),
    }
    if expiry.kind is ExpiryKind.FIXED_DAY_NEXT_YEAR and expiry.day:
        lines = [say(N_("活動した年の次の年の%(month)s月%(day)s日まで"), **month_day(expiry.day))]
    elif expiry.kind is ExpiryKind.MONTHS:
        lines = [say(N_("活動した月から%(months)sか月目の月末まで"), months=expiry.months or 0)]
    else:
        lines = [say(texts[expiry.kind])]
    if expiry.void_while_held is VoidPolicy.EXTEND:
        text = N_("換金の申し込み中に期限がきて戻ったポイントは、%(days)s日のばします")
        lines.append(say(text, days=expiry.extend_days))
    elif expiry.kind is not ExpiryKind.NEVER:
        lines.append(say(N_("換金の申し込み中に期限がきて戻ったポイントは、期限切れになります")))
    return [*lines, *_describe_carry_over(version), *map(_describe_exception, version.exceptions)]


CARRY_OVER = {
    CarryOverKind.ALL: N_("使わなかったポイントは、次の期限までくりこします"),
    CarryOverKind.UP_TO: N_("使わなかったポイントは、%(points)sポイントまでくりこします"),
    CarryOverKind.ONCE: N_("使わなかったポイントは、1回だけくりこします"),
    CarryOverKind.BELOW_MINIMUM: N_("換金できる数にとどかないポイントは、くりこします"),
}


def _describe_carry_over(version: RuleVersion) -> list[Wording]:
    rule = version.carry_over
    if rule.kind is CarryOverKind.NONE:
        return []
    facts = {"points": rule.points} if rule.points else {}
    return [say(CARRY_OVER[rule.kind], **facts)]


def _describe_exception(one: DatedException) -> Wording:
    text = N_("%(name)s：%(first)sから%(last)sまでに期限がくるポイントは%(until)sまで")
    chosen = N_(
        "%(name)s：%(first)sから%(last)sまでに期限がくるポイントは、希望すると%(until)sまで"
    )
    days = {"first": one.first_day, "last": one.last_day, "until": one.extended_to}
    return say(
        chosen if one.chosen else text, name=one.name, **{k: str(d) for k, d in days.items()}
    )


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
    hours, percent = evidence.claimed_settles_after_hours, evidence.claimed_sample_percent
    if not percent:
        return [*lines, say(N_("本人の申告だけの活動は、%(hours)s時間でつきます"), hours=hours)]
    text = N_(
        "本人の申告だけの活動は、%(hours)s時間でつきます（%(percent)s％はセンターが確かめます）"
    )
    return [*lines, say(text, hours=hours, percent=percent)]


def describe_year(version: RuleVersion) -> list[Wording]:
    """When the programme year begins."""
    if version.year_kind is YearKind.ANNIVERSARY:
        return [say(N_("登録した日から1年ごと"))]
    return [say(N_("毎年%(month)s月%(day)s日から"), **month_day(version.year_start))]


def describe_version(version: RuleVersion) -> list[tuple[Wording, list[Wording]]]:
    """(heading, sentences) for everything but the awards, which name categories."""
    return [
        (say(N_("ポイントをためられる方")), describe_conditions(version.may_collect)),
        (say(N_("ポイントがつかない活動")), describe_exclusions(version)),
        *describe_all_caps(version),
        (say(N_("制度の年度")), describe_year(version)),
        (say(N_("期限")), describe_expiry(version)),
        (say(N_("確定")), describe_evidence(version)),
        (say(N_("換金できる方")), describe_conditions(version.may_exchange)),
        (say(N_("換金")), describe_exchange(version)),
        *describe_duties(version),
    ]
