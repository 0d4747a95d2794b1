"""One reader for each section about earning: a TOML table in, a part of the rule version out."""

from dataclasses import replace

from points.programmes.sections_people import read_ages
from points.programmes.terms import (
    AwardRule,
    Basis,
    BeyondCap,
    Caps,
    ClaimedPolicy,
    Evidence,
    Exclusions,
    ProgrammeClass,
    Proof,
    Rounding,
    Share,
    Tier,
)
from points.programmes.toml_reader import Table
from points.programmes.wording import N_

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


def _limits(table: Table) -> Caps:
    return Caps(
        daily_points=table.integer("daily_points"),
        yearly_points=table.integer("yearly_points"),
        yearly_exchange_points=table.integer("yearly_exchange_points"),
        yearly_exchange_yen=table.integer("yearly_exchange_yen"),
    )


def read_caps(table: Table) -> Caps:
    """[caps]."""
    return replace(_limits(table), beyond=table.choice("beyond", BeyondCap, BeyondCap.CUT))


def read_class(table: Table) -> ProgrammeClass:
    """One [[classes]] row."""
    youngest, oldest = read_ages(table)
    return ProgrammeClass(
        code=table.code("code", longest=20),
        name=table.text("name", required=True, longest=40),
        age_min=youngest,
        age_max=oldest,
        caps=_limits(table),
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
        counts_against_yearly_cap=table.flag("counts_against_yearly_cap", default=True),
        hosts=table.texts("hosts"),
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
        not_introduced=table.flag("not_introduced", default=False),
    )


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
        accepted=table.choices("accepted", Proof),
    )
