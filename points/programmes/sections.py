"""One reader for each section of a programme file: a TOML table in, a part of the rule version out."""

from points.programmes.terms import (
    AgeBasis,
    AwardRule,
    Basis,
    Caps,
    ClaimedPolicy,
    Conditions,
    Evidence,
    Exchange,
    ExchangeMethod,
    Exclusions,
    Expiry,
    ExpiryKind,
    MonthDay,
    ProgrammeClass,
    Rounding,
    Share,
    Tier,
    VoidPolicy,
    Window,
)
from points.programmes.toml_reader import Table
from points.programmes.wording import N_
from volunteer.people.states import Tie

OLDEST = 130
MINUTES_A_DAY = 24 * 60
HOURS_A_YEAR = 366 * 24

NEEDED: dict[Basis, tuple[str, ...]] = {
    Basis.PER_HOUR: ("points",),
    Basis.PER_ACTIVITY: ("points",),
    Basis.TIERED: ("tiers",),
    Basis.PER_HOUSEHOLD: ("points",),
    Basis.FIXED: ("points",),
}
USELESS: dict[Basis, tuple[str, ...]] = {
    Basis.PER_HOUR: ("tiers", "share"),
    Basis.PER_ACTIVITY: ("tiers", "share", "unit_minutes", "rounding"),
    Basis.TIERED: ("points", "share", "unit_minutes", "min_minutes", "rounding"),
    Basis.PER_HOUSEHOLD: ("tiers", "unit_minutes", "min_minutes", "rounding"),
    Basis.FIXED: ("tiers", "share", "unit_minutes", "min_minutes", "rounding"),
}


def _ages(table: Table) -> tuple[int | None, int | None]:
    youngest = table.integer("age_min", low=0, high=OLDEST)
    oldest = table.integer("age_max", low=0, high=OLDEST)
    if youngest is not None and oldest is not None and youngest > oldest:
        table.wrong("age_max", N_("age_min より小さくできません"))
    return youngest, oldest


def read_conditions(table: Table) -> Conditions:
    """[may_collect] and [may_exchange]."""
    youngest, oldest = _ages(table)
    return Conditions(
        age_min=youngest,
        age_max=oldest,
        age_basis=table.choice("age_basis", AgeBasis, AgeBasis.ACTIVITY_DAY),
        ties=table.choices("residence", Tie),
        guardian_consent_under=table.number("guardian_consent_under", 0, low=0, high=20),
    )


def read_caps(table: Table) -> Caps:
    """[caps], and the limits of a class."""
    return Caps(
        daily_points=table.integer("daily_points"),
        yearly_points=table.integer("yearly_points"),
        yearly_exchange_points=table.integer("yearly_exchange_points"),
        yearly_exchange_yen=table.integer("yearly_exchange_yen"),
    )


def read_class(table: Table) -> ProgrammeClass:
    """One [[classes]] row."""
    youngest, oldest = _ages(table)
    return ProgrammeClass(
        code=table.code("code", longest=20),
        name=table.text("name", required=True, longest=40),
        age_min=youngest,
        age_max=oldest,
        caps=read_caps(table),
    )


def _read_tier(table: Table) -> Tier:
    return Tier(
        from_minutes=table.integer("from_minutes", low=0, high=MINUTES_A_DAY, required=True) or 0,
        points=table.integer("points", required=True) or 0,
    )


def read_award(table: Table) -> AwardRule:
    """One [[awards]] row; keys which its basis does not know are mistakes."""
    basis = table.choice("basis", Basis)
    rule = AwardRule(
        categories=table.texts("categories", required=True),
        roles=table.texts("roles"),
        basis=basis,
        points=table.number("points", 0),
        unit_minutes=table.number("unit_minutes", 60, high=MINUTES_A_DAY),
        min_minutes=table.number("min_minutes", 0, low=0, high=MINUTES_A_DAY),
        rounding=table.choice("rounding", Rounding, Rounding.FLOOR),
        tiers=table.tables("tiers", _read_tier),
        share=table.choice("share", Share, Share.EACH),
        counts_against_daily_cap=table.flag("counts_against_daily_cap", default=True),
    )
    if table.values.get("basis") == basis.value:
        _check_keys_of_basis(table, basis)
    _check_tiers(table, rule.tiers)
    return rule


def _check_keys_of_basis(table: Table, basis: Basis) -> None:
    for key in NEEDED[basis]:
        if table.values.get(key, []) == []:
            table.wrong(key, N_("basis が %(basis)s のときは必ず書いてください"), basis=basis.value)
    for key in USELESS[basis]:
        if table.has(key):
            table.wrong(key, N_("basis が %(basis)s のときは使えません"), basis=basis.value)


def _check_tiers(table: Table, tiers: tuple[Tier, ...]) -> None:
    for lower, upper in zip(tiers, tiers[1:], strict=False):
        if upper.from_minutes <= lower.from_minutes or upper.points < lower.points:
            table.wrong("tiers", N_("時間の短い順に、ポイントが減らないように並べてください"))
            return


def read_exclusions(table: Table) -> Exclusions:
    """[exclusions]."""
    return Exclusions(
        paid=table.flag("paid", default=True),
        own_family=table.flag("own_family", default=True),
        client_here=table.flag("client_here", default=True),
    )


def read_year_start(table: Table) -> MonthDay:
    """[programme_year]: its first day, 1 April unless said otherwise."""
    start = table.month_day("start")
    if start == MonthDay(2, 29):
        table.wrong("start", N_("毎年ある日を書いてください（2月29日は使えません）"))
    return start or MonthDay(4, 1)


def read_exchange(table: Table) -> Exchange:
    """[exchange]: minimum, unit, window and the methods with their rates."""
    minimum = table.number("minimum_points", 1)
    unit = table.number("unit_points", 1)
    methods = table.tables("methods", lambda row: _read_method(row, minimum, unit), required=True)
    codes = [method.code for method in methods]
    if len(set(codes)) != len(codes):
        table.wrong("methods", N_("同じ code が2回書かれています"))
    window = table.table("window")
    return Exchange(minimum, unit, methods, _read_window(window))


def _read_method(table: Table, minimum: int, unit: int) -> ExchangeMethod:
    method = ExchangeMethod(
        code=table.code("code", longest=30),
        yen=table.integer("yen", required=True) or 1,
        points=table.number("points", 1),
        minimum_points=table.number("minimum_points", minimum),
        unit_points=table.number("unit_points", unit),
    )
    if method.unit_points * method.yen % method.points:
        message = N_("%(unit)sポイント単位では円の端数が出ます。単位か比率を変えてください")
        table.wrong("points", message, unit=method.unit_points)
    return method


def _read_window(table: Table) -> Window | None:
    first = table.month_day("first_day", required=table.has("last_day"))
    last = table.month_day("last_day", required=table.has("first_day"))
    table.close()
    return Window(first, last) if first and last else None


def read_evidence(table: Table) -> Evidence:
    """[evidence]: when an award becomes final by itself."""
    return Evidence(
        on_site_settles_after_hours=table.number(
            "on_site_settles_after_hours", 72, low=0, high=HOURS_A_YEAR
        ),
        claimed=table.choice("claimed", ClaimedPolicy, ClaimedPolicy.HOST_CONFIRMS),
        claimed_settles_after_hours=table.number(
            "claimed_settles_after_hours", 168, low=0, high=HOURS_A_YEAR
        ),
        claimed_sample_percent=table.number("claimed_sample_percent", 10, low=0, high=100),
    )


def read_expiry(table: Table) -> Expiry:
    """[expiry]: the kind, with the day or the months it needs."""
    kind = table.choice("kind", ExpiryKind)
    day = table.month_day("day", required=kind is ExpiryKind.FIXED_DAY_NEXT_YEAR)
    months = table.integer("months", high=1200, required=kind is ExpiryKind.MONTHS)
    if day and kind is not ExpiryKind.FIXED_DAY_NEXT_YEAR:
        table.wrong("day", N_("kind が fixed_day_next_year のときだけ書けます"))
    if months and kind is not ExpiryKind.MONTHS:
        table.wrong("months", N_("kind が months のときだけ書けます"))
    policy = table.choice("void_while_held", VoidPolicy, VoidPolicy.RETURN_TO_LOT_EXPIRED)
    extend = table.integer("extend_days", high=366, required=policy is VoidPolicy.EXTEND)
    if extend and policy is not VoidPolicy.EXTEND:
        table.wrong("extend_days", N_("void_while_held が extend のときだけ書けます"))
    return Expiry(kind, day, months, policy, extend or 0)
