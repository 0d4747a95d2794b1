"""How points become money, in words: the forms of payout, when, with which papers. Pure: rules in, sentences out."""

from points.programmes.exchange_terms import Exchange, ExchangeMethod, PayDateKind, ProxyPolicy
from points.programmes.rule_version import RuleVersion
from points.programmes.terms import MonthDay
from points.programmes.wording import N_, Fact, Wording, say

LAST_OF_A_MONTH = 31


def month_day(day: MonthDay) -> dict[str, int]:
    """The numbers of a day of every year, for a sentence."""
    return {"month": day.month, "day": day.day}


METHODS = {
    "bank_transfer": N_("銀行振込：%(points)sポイントで%(yen)s円"),
    "desk_cash": N_("窓口で現金：%(points)sポイントで%(yen)s円"),
    "voucher": N_("商品券：%(points)sポイントで%(yen)s円"),
    "gift_voucher": N_("ギフト券：%(points)sポイントで%(yen)s円"),
    "bento_ticket": N_("弁当券：%(points)sポイントで%(yen)s円"),
    "donation": N_("寄付：%(points)sポイントで%(yen)s円"),
    "school_donation": N_("学校への寄付：%(points)sポイントで%(yen)s円"),
    "shop_payment": N_("お店での支払い：%(points)sポイントで%(yen)s円"),
}


def describe_exchange(version: RuleVersion) -> list[Wording]:
    """How points become money, and when."""
    exchange = version.exchange
    text = N_("%(minimum)sポイントから、%(unit)sポイントきざみ")
    lines = [say(text, minimum=exchange.minimum_points, unit=exchange.unit_points)]
    for method in exchange.methods:
        lines += _describe_method(method, exchange)
    if exchange.window:
        first, last = exchange.window.first_day, exchange.window.last_day
        text = N_("受付は毎年%(from_month)s月%(from_day)s日から%(month)s月%(day)s日まで")
        numbers = {"from_month": first.month, "from_day": first.day, **month_day(last)}
        lines.append(say(text, **numbers))
    return [*lines, *describe_conduct(exchange)]


def _describe_method(method: ExchangeMethod, exchange: Exchange) -> list[Wording]:
    """Its rate, or its table, and its own minimum and unit where they are not the programme's."""
    if method.table:
        return [_rate(method.code, one.points, one.yen) for one in method.table]
    lines = [_rate(method.code, method.points, method.yen)]
    own = (method.minimum_points, method.unit_points)
    if own != (exchange.minimum_points, exchange.unit_points):
        text = N_("（この受けとり方は%(minimum)sポイントから、%(unit)sポイントきざみ）")
        lines.append(say(text, minimum=own[0], unit=own[1]))
    return lines


def _rate(code: str, points: int, yen: int) -> Wording:
    facts: dict[str, Fact] = {"points": points, "yen": yen}
    if code in METHODS:
        return say(METHODS[code], **facts)
    return say(N_("%(method)s：%(points)sポイントで%(yen)s円"), method=code, **facts)


def describe_conduct(exchange: Exchange) -> list[Wording]:
    """What somebody who asks for an exchange should know: which points, when paid, what to bring."""
    return [*_describe_when(exchange), *_describe_papers(exchange)]


def _describe_when(exchange: Exchange) -> list[Wording]:
    """Which points, and when they are paid."""
    lines = []
    if exchange.earned_up_to:
        text = N_("%(month)s月%(day)s日までの活動のポイントが対象")
        lines.append(say(text, **month_day(exchange.earned_up_to)))
    pay, day = exchange.pay_date, exchange.pay_date.day
    if pay.kind is PayDateKind.NEXT_MONTH and pay.day_of_month == LAST_OF_A_MONTH:
        lines.append(say(N_("支払は申し込みの次の月の終わりの日から")))
    elif pay.kind is PayDateKind.NEXT_MONTH:
        lines.append(say(N_("支払は申し込みの次の月の%(day)s日から"), day=pay.day_of_month or 1))
    elif day and pay.kind is PayDateKind.YEARLY:
        lines.append(say(N_("支払は年に1回、%(month)s月%(day)s日から"), **month_day(day)))
    elif day:
        lines.append(say(N_("支払は次の年度の%(month)s月%(day)s日から"), **month_day(day)))
    return lines


def _describe_papers(exchange: Exchange) -> list[Wording]:
    """What must come with a request, who may bring it, what follows."""
    lines = [say(N_("申し込みに必要なもの：%(name)s"), name=name) for name in exchange.attachments]
    if exchange.decision_notice:
        lines.append(say(N_("決定通知書をお送りします")))
    if exchange.proxy is ProxyPolicy.NONE:
        lines.append(say(N_("代理の方は申し込めません")))
    for method in exchange.methods:
        lines += [say(N_("寄付先：%(name)s"), name=name) for name in method.targets]
    return lines
