"""What a paid task costs and when it may be paid by card: the quote as it is kept, its fingerprint. Pure."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from matching.paid_tasks.states import By, Whose
from matching.prices.rules import as_json, from_json
from points.billing.pricing import (
    Called,
    Line,
    PriceRule,
    Quote,
    QuoteLine,
    cancelled_quote,
    how_called_off,
    quote,
)

CONFIRM_HOURS = 72
"""So long the orderer can say otherwise; then the time that the student reported counts."""

REMIND_BEFORE = timedelta(hours=48)
"""Without an agreement so shortly before the work, the orderer is asked once more and staff are told."""


def kept_quote(rule: PriceRule, minutes: int) -> dict[str, Any]:
    """The quote for so many minutes, with the rule it was made by, as it is kept."""
    lines = [
        {"line": one.line.value, "minutes": one.minutes, "yen": one.yen}
        for one in quote(rule, minutes).lines
    ]
    return {"rule": as_json(rule), "minutes": minutes, "lines": lines}


def quote_of(kept: Mapping[str, Any]) -> Quote:
    """The quote that was kept, line by line as it was shown."""
    lines = (QuoteLine(Line(one["line"]), one["minutes"], one["yen"]) for one in kept["lines"])
    return Quote(tuple(lines))


def rule_of(kept: Mapping[str, Any]) -> PriceRule:
    """The rule of a quote that was kept."""
    return from_json(kept["rule"])


def fingerprint(kept: Mapping[str, Any], terms: Mapping[str, Any]) -> str:
    """What stands for quote and terms: who agrees says to which."""
    body = json.dumps([kept, terms], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(body.encode()).hexdigest()


def final_quote(kept: Mapping[str, Any], minutes: int) -> Quote:
    """What is due for the minutes that were confirmed, by the rule that was agreed; nothing for none."""
    return quote(rule_of(kept), minutes) if minutes else Quote(())


def quote_when_called_off(
    kept: Mapping[str, Any], by: By, at: datetime, starts_at: datetime, *, was_agreed: bool
) -> Quote:
    """What the orderer owes: only for what they had agreed to and call off themselves, by the day they say so."""
    if by is not By.ORDERER or not was_agreed:
        return Quote(())
    return cancelled_quote(rule_of(kept), kept["minutes"], how_called_off(at, starts_at))


def quote_of_no_show(kept: Mapping[str, Any], whose: Whose, *, was_agreed: bool) -> Quote:
    """Nothing when the student did not come; the share for "nobody said a word" when the orderer was not there."""
    if whose is Whose.STUDENT or not was_agreed:
        return Quote(())
    return cancelled_quote(rule_of(kept), kept["minutes"], Called.UNANNOUNCED)


def card_opens_at(starts_at: datetime, card_days: int) -> datetime:
    """From when a card is asked for: so late that its hold lasts until the work is settled."""
    return starts_at - timedelta(days=card_days)
