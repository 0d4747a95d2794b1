"""Whether points may be given, so that no limit on exchanging is got round. Pure."""

from enum import StrEnum

from points.programmes.rule_version import RuleVersion
from points.redemption.rules import ExchangeFacts, may_not_exchange, worth_at_most


class GiftRefusal(StrEnum):
    """Why points cannot be given."""

    FORBIDDEN = "gift_forbidden"
    MAY_NOT_EXCHANGE = "gift_no_exchange"
    NOT_ENOUGH = "gift_not_enough"
    OVER_YEAR = "gift_over_year"


def refusal_to_give(
    points: int, available: int, facts: ExchangeFacts, version: RuleVersion
) -> GiftRefusal | None:
    """Why this many points cannot be given, or None.

    Only who may exchange may give, and what is given counts against the giver's yearly limits on exchanging like
    an exchange; what is received counts against the receiver's own when it is exchanged.
    """
    if not version.may_transfer:
        return GiftRefusal.FORBIDDEN
    if may_not_exchange(facts, version):
        return GiftRefusal.MAY_NOT_EXCHANGE
    if points > available:
        return GiftRefusal.NOT_ENOUGH
    caps = version.caps_for(facts.person.class_code)
    by_points, by_yen = caps.yearly_exchange_points, caps.yearly_exchange_yen
    if by_points is not None and facts.exchanged_points + points > by_points:
        return GiftRefusal.OVER_YEAR
    if by_yen is not None and facts.exchanged_yen + worth_at_most(points, version) > by_yen:
        return GiftRefusal.OVER_YEAR
    return None


def masked(kana: str) -> str:
    """A reading of which only the first letter of each part is shown."""
    return " ".join(part[0] + "●" * (len(part) - 1) for part in kana.split() if part)
