"""The rules of the programme asked of a cash-out; a refusal carries the words of its reason."""

from points.ledger.states import Unit
from points.programmes.exchange_terms import ProxyPolicy
from points.programmes.rule_version import RuleVersion
from points.redemption.methods.registry import METHODS
from points.redemption.models import CashOut
from points.redemption.position import Position, position_of
from points.redemption.reasons import explain
from points.redemption.rules import ExchangeFacts, ExchangeRefusal, may_not_exchange, refusal_for
from volunteer.core import clock
from volunteer.core.errors import Refused
from volunteer.core.i18n import _, _l


def check_rules(
    facts: ExchangeFacts,
    version: RuleVersion,
    points: int,
    method: str,
    unit: Unit = Unit.POINTS,
) -> None:
    """Raise `Refused` when these points cannot be exchanged by this method now."""
    if method not in METHODS:
        raise Refused(_l("この受けとり方はえらべません。"), code="unknown_method")
    refusal = refusal_for(points, facts, version, method)
    if refusal is not None:
        raise _refused(refusal, facts, version, method, unit)


def check_target(version: RuleVersion, method: str, target: str) -> None:
    """Raise `Refused` when a donation names none of the targets of its method, or something else names one (X7)."""
    if target not in (targets_of(version, method) or ("",)):
        raise Refused(_l("寄付先を、ここにあるものからえらんでください。"), code="no_target")


def targets_of(version: RuleVersion, method: str) -> tuple[str, ...]:
    """To whom a donation by this method may go; nobody for other methods, and where the center chooses."""
    terms = version.method(method)
    is_donation = method in METHODS and METHODS[method].is_donation
    return terms.targets if terms is not None and is_donation else ()


def check_proxy(at: Position, mandate: str, method: str) -> None:
    """Raise `Refused` when somebody else asks and the programme wants people to come themselves (X6)."""
    if mandate and at.version.exchange.proxy is ProxyPolicy.NONE:
        unit = at.programme.unit
        raise _refused(ExchangeRefusal.NO_PROXY, at.facts, at.version, method, unit)


def check_person(cash_out: CashOut) -> None:
    """Raise `Refused` when the person may not exchange any more: conditions are asked again at every step."""
    found = person_refusal(cash_out)
    if found is not None:
        raise found


def person_refusal(cash_out: CashOut) -> Refused | None:
    """Why the person may not exchange any more, to be shown or raised; None when they may."""
    at = position_of(cash_out.person_id, cash_out.programme_id, clock.today())
    refusal = may_not_exchange(at.facts, at.version) if at else None
    if at is None or refusal is None:
        return None
    return _refused(refusal, at.facts, at.version, cash_out.method, at.programme.unit)


def _refused(
    refusal: ExchangeRefusal,
    facts: ExchangeFacts,
    version: RuleVersion,
    method: str,
    unit: Unit,
) -> Refused:
    words = explain(refusal, facts, version, method, unit)
    return Refused(_(words.message, **words.facts), code=refusal.value)
