"""[exchange]: minimum, unit, window, pay date and the methods with their rates."""

from calendar import monthrange
from dataclasses import replace

from points.programmes.exchange_terms import (
    Exchange,
    ExchangeMethod,
    FixedStep,
    PayDate,
    PayDateKind,
    ProxyPolicy,
    Window,
)
from points.programmes.terms import MonthDay
from points.programmes.toml_reader import Table
from points.programmes.wording import N_


def read_exchange(table: Table) -> Exchange:
    """[exchange]: minimum, unit, window and the methods with their rates."""
    minimum = table.number("minimum_points", 1)
    unit = table.number("unit_points", 1)
    methods = table.tables("methods", lambda row: _read_method(row, minimum, unit), required=True)
    codes = [method.code for method in methods]
    if len(set(codes)) != len(codes):
        table.wrong("methods", N_("同じ code が2回書かれています"))
    window = _read_window(table.table("window"))
    return Exchange(
        minimum_points=minimum,
        unit_points=unit,
        methods=methods,
        window=window,
        earned_up_to=_read_earned_up_to(table),
        pay_date=_read_pay_date(table.table("pay_date")),
        attachments=table.texts("attachments"),
        decision_notice=table.flag("decision_notice", default=False),
        proxy=table.choice("proxy", ProxyPolicy, ProxyPolicy.WITH_MANDATE),
    )


def _read_earned_up_to(table: Table) -> MonthDay | None:
    day = table.month_day("earned_up_to")
    if day and (day.month, day.day) != (2, 29) and day.day != monthrange(2023, day.month)[1]:
        table.wrong("earned_up_to", N_('月の終わりの日を書いてください（2月は "02-29"）'))
    return day


def _read_pay_date(table: Table) -> PayDate:
    kind = table.choice("kind", PayDateKind, PayDateKind.WHEN_READY)
    is_yearly = kind in (PayDateKind.YEARLY, PayDateKind.NEXT_YEAR)
    found = PayDate(
        kind=kind,
        day_of_month=table.integer("day_of_month", high=31),
        day=table.month_day("day", required=is_yearly),
    )
    if found.day_of_month and kind is not PayDateKind.NEXT_MONTH:
        table.wrong("day_of_month", N_("kind が next_month のときだけ書けます"))
    if found.day and not is_yearly:
        table.wrong("day", N_("kind が yearly か next_year のときだけ書けます"))
    table.close()
    return found


def _read_method(table: Table, minimum: int, unit: int) -> ExchangeMethod:
    method = ExchangeMethod(
        code=table.code("code", longest=30),
        yen=table.integer("yen", required=not table.has("table")) or 1,
        points=table.number("points", 1),
        minimum_points=table.number("minimum_points", minimum),
        unit_points=table.number("unit_points", unit),
        table=table.tables("table", _read_step),
        targets=table.texts("targets"),
    )
    if any(not one.strip() or one != one.strip() or len(one) > 200 for one in method.targets):
        table.wrong("targets", N_("寄付先は、前後に空白のない200字までの名前で書いてください"))
    if table.has("table"):
        return _with_table(table, method)
    if method.unit_points * method.yen % method.points:
        message = N_("%(unit)sポイント単位では円の端数が出ます。単位か比率を変えてください")
        table.wrong("points", message, unit=method.unit_points)
    return method


def _read_step(table: Table) -> FixedStep:
    return FixedStep(
        points=table.integer("points", required=True) or 1,
        yen=table.integer("yen", required=True) or 1,
    )


def _with_table(table: Table, method: ExchangeMethod) -> ExchangeMethod:
    """A method with a fixed table: its rows say everything, a rate beside them would contradict."""
    for key in ("yen", "points", "minimum_points", "unit_points"):
        if table.has(key):
            table.wrong(key, N_("table を書いたときは使えません"))
    steps = method.table
    if not steps:
        table.wrong("table", N_("少なくとも1つ書いてください"))
        return method
    for lower, upper in zip(steps, steps[1:], strict=False):
        if upper.points <= lower.points or upper.yen < lower.yen:
            table.wrong("table", N_("ポイントの少ない順に、円が減らないように並べてください"))
            break
    return replace(method, minimum_points=steps[0].points, unit_points=1)


def _read_window(table: Table) -> Window | None:
    first = table.month_day("first_day", required=table.has("last_day"))
    last = table.month_day("last_day", required=table.has("first_day"))
    table.close()
    return Window(first, last) if first and last else None
