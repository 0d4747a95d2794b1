"""One reader for each section about time: a TOML table in, a part of the rule version out."""

from datetime import date

from points.programmes.terms import (
    CarryOver,
    CarryOverKind,
    DatedException,
    Expiry,
    ExpiryKind,
    MonthDay,
    VoidPolicy,
    YearKind,
)
from points.programmes.toml_reader import Table
from points.programmes.wording import N_


def read_year(table: Table) -> tuple[YearKind, MonthDay]:
    """[programme_year]: its kind and first day, 1 April unless said otherwise."""
    kind = table.choice("kind", YearKind, YearKind.MONTH_DAY)
    start = table.month_day("start")
    if start and kind is YearKind.ANNIVERSARY:
        table.wrong("start", N_("kind が month_day のときだけ書けます"))
    if start == MonthDay(2, 29):
        table.wrong("start", N_("毎年ある日を書いてください（2月29日は使えません）"))
    return kind, start or MonthDay(4, 1)


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


def read_carry_over(table: Table, expiry: Expiry) -> CarryOver:
    """[carry_over]: what is carried over when points reach their last day."""
    kind = table.choice("kind", CarryOverKind, CarryOverKind.NONE)
    points = table.integer("points", required=kind is CarryOverKind.UP_TO)
    if points and kind is not CarryOverKind.UP_TO:
        table.wrong("points", N_("kind が up_to のときだけ書けます"))
    if kind is not CarryOverKind.NONE and expiry.kind is ExpiryKind.NEVER:
        table.wrong("kind", N_("expiry.kind が never のときは使えません"))
    return CarryOver(kind, points)


def read_exception(table: Table) -> DatedException:
    """One [[exceptions]] row."""
    first = table.day("first_day", required=True)
    last = table.day("last_day", required=True)
    extended = table.day("extended_to", required=True)
    if first and last and last < first:
        table.wrong("last_day", N_("first_day より前の日にはできません"))
    if last and extended and extended <= last:
        table.wrong("extended_to", N_("last_day より後の日を書いてください"))
    return DatedException(
        code=table.code("code", longest=30),
        name=table.text("name", required=True, longest=80),
        first_day=first or date.min,
        last_day=last or date.min,
        extended_to=extended or date.max,
        chosen=table.flag("chosen", default=False),
    )


def check_exceptions(root: Table, exceptions: tuple[DatedException, ...]) -> None:
    """No two exceptions have one code, and none speaks of days another speaks of."""
    codes = [one.code for one in exceptions]
    if len(set(codes)) != len(codes):
        root.wrong("exceptions", N_("同じ code が2回書かれています"))
    in_order = sorted(exceptions, key=lambda one: one.first_day)
    for earlier, later in zip(in_order, in_order[1:], strict=False):
        if later.first_day <= earlier.last_day:
            message = N_("%(one)s と %(other)s の期間が重なっています")
            root.wrong("exceptions", message, one=earlier.code, other=later.code)
