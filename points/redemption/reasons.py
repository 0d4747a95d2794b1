"""Why an exchange cannot be asked for, in words that say what can be done."""

from datetime import timedelta

from points.ledger.states import Unit
from points.programmes.calendar import exchange_lapses_on, next_window_opens
from points.programmes.people_terms import Checkpoint
from points.programmes.requirements import unmet
from points.programmes.rule_version import RuleVersion
from points.programmes.wording import N_, Fact, Wording, say
from points.redemption.rules import ExchangeFacts, ExchangeRefusal

TEXTS: dict[ExchangeRefusal, str] = {
    ExchangeRefusal.UNKNOWN_METHOD: N_(
        "この受けとり方はえらべません。ほかの受けとり方をえらんでください"
    ),
    ExchangeRefusal.WINDOW_CLOSED: N_(
        "今は受付期間ではありません。次の受付は%(opens_month)s月%(opens_day)s日からです"
    ),
    ExchangeRefusal.BELOW_MINIMUM: N_(
        "交換は%(minimum)sポイントからです。今は%(available)sポイント使えます"
    ),
    ExchangeRefusal.NOT_A_MULTIPLE: N_("%(unit)sポイント単位で入れてください"),
    ExchangeRefusal.OVER_AVAILABLE: N_("使えるのは%(available)sポイントまでです"),
    ExchangeRefusal.OVER_YEAR_POINTS: N_(
        "交換は1年に%(year_points)sポイントまでです。今年はすでに%(exchanged_points)sポイント交換しています"
    ),
    ExchangeRefusal.OVER_YEAR_YEN: N_(
        "交換は1年に%(year_yen)s円までです。今年はすでに%(exchanged_yen)s円交換しています"
    ),
    ExchangeRefusal.TOO_YOUNG: N_(
        "交換できるのは%(age_min)s歳からです。ポイントはそのまま残ります"
    ),
    ExchangeRefusal.TOO_OLD: N_("交換できるのは%(age_max)s歳までの方です"),
    ExchangeRefusal.NO_TIE: N_("交換できるのは、このまちに住む・通うなど、制度の対象の方です"),
    ExchangeRefusal.NO_GUARDIAN_CONSENT: N_(
        "%(consent_age)s歳未満の方の交換には、保護者の同意が必要です。センターに同意書を出してください"
    ),
    ExchangeRefusal.OTHER_MUNICIPALITY: N_("交換できるのは%(municipalities)sにお住まいの方です"),
    ExchangeRefusal.HIGH_SCHOOL: N_("この制度では、高校生は交換できません"),
    ExchangeRefusal.NOT_TRAINED: N_("交換の前に「%(lacks)s」を受けてください"),
    ExchangeRefusal.NO_DOCUMENT: N_("交換の前に「%(lacks)s」をセンターに出してください"),
    ExchangeRefusal.NO_CONDITION: N_("交換できるのは「%(lacks)s」の方です"),
    ExchangeRefusal.EXCLUDED: N_(
        "今は交換できません。ポイントはそのまま残ります。センターにご相談ください"
    ),
    ExchangeRefusal.NOT_INSURED: N_("交換できるのは、ボランティア保険に入っている方です"),
    ExchangeRefusal.LEFT_TOO_LONG_AGO: N_(
        "交換できる期間は、%(lapsed)sで終わりました。センターにご相談ください"
    ),
    ExchangeRefusal.NOT_IN_TABLE: N_("交換できるのは%(steps)sポイントのどれかです"),
    ExchangeRefusal.NO_PROXY: N_(
        "この制度では、本人が窓口に来て申し込みます。代理の方は申し込めません"
    ),
}


YEN_TEXTS: dict[ExchangeRefusal, str] = {
    ExchangeRefusal.BELOW_MINIMUM: N_("いま受けとれる報酬はありません"),
    ExchangeRefusal.NOT_A_MULTIPLE: N_("1円単位で入れてください"),
    ExchangeRefusal.OVER_AVAILABLE: N_("いま受けとれるのは%(available)s円までです"),
    ExchangeRefusal.NO_PROXY: N_("報酬は、本人が窓口に来て申し込みます"),
}
"""The same of yen that paid work earned, which nobody calls points."""


def explain(
    refusal: ExchangeRefusal,
    facts: ExchangeFacts,
    version: RuleVersion,
    method_code: str,
    unit: Unit = Unit.POINTS,
) -> Wording:
    """One sentence on why not, and what would be possible."""
    text = (YEN_TEXTS if unit is Unit.YEN else {}).get(refusal, TEXTS[refusal])
    numbers = _numbers(facts, version, method_code)
    return say(text, **{name: one for name, one in numbers.items() if f"%({name})s" in text})


def _numbers(facts: ExchangeFacts, version: RuleVersion, method_code: str) -> dict[str, Fact]:
    method, who = version.method(method_code), version.may_exchange
    caps = version.caps_for(facts.person.class_code)
    opens = next_window_opens(facts.on, version)
    lacking = unmet(facts.person, version, Checkpoint.EXCHANGE, facts.on)
    return {
        "opens_month": opens.month,
        "opens_day": opens.day,
        "minimum": method.minimum_points if method else version.exchange.minimum_points,
        "unit": method.unit_points if method else version.exchange.unit_points,
        "available": facts.available,
        "year_points": caps.yearly_exchange_points or 0,
        "exchanged_points": facts.exchanged_points,
        "year_yen": caps.yearly_exchange_yen or 0,
        "exchanged_yen": facts.exchanged_yen,
        "age_min": who.age_min or 0,
        "age_max": who.age_max or 0,
        "consent_age": who.guardian_consent_under,
        "municipalities": "・".join(who.municipalities),
        "lacks": lacking.name if lacking else "",
        "lapsed": _last_day(facts, version),
        "steps": "・".join(f"{one.points:,}" for one in method.table) if method else "",
    }


def _last_day(facts: ExchangeFacts, version: RuleVersion) -> str:
    left_on = facts.person.left_on
    lapses = exchange_lapses_on(left_on, version) if left_on else None
    return str(lapses - timedelta(days=1)) if lapses else ""
