"""Rule versions, facts and people for tests of the pure rules."""

from datetime import date
from pathlib import Path
from typing import Any

import points.programmes
from points.earning.facts import ActivityFacts, Grade
from points.programmes.eligibility import PersonFacts
from points.programmes.rule_version import RuleVersion, parse_rule_version
from points.redemption.rules import ExchangeFacts
from volunteer.people.states import Tie

PRESETS = Path(points.programmes.__file__).parent / "presets"

HEAD = """
[programme]
code = "test"
name = "テスト"
[version]
valid_from = 2000-04-01
"""
AWARDS = """
[[awards]]
categories = ["visit"]
basis = "per_hour"
points = 1
"""
EXCHANGE = """
[[exchange.methods]]
code = "bank_transfer"
yen = 1
"""
EXPIRY = """
[expiry]
kind = "end_of_year"
"""


def preset(name: str) -> RuleVersion:
    """A preset as it ships."""
    return parse_rule_version((PRESETS / f"{name}.toml").read_text(encoding="utf-8"))


def text_of(
    awards: str = AWARDS, exchange: str = EXCHANGE, expiry: str = EXPIRY, more: str = ""
) -> str:
    """A programme file with the given sections."""
    return HEAD + awards + exchange + expiry + more


def version(
    awards: str = AWARDS, exchange: str = EXCHANGE, expiry: str = EXPIRY, more: str = ""
) -> RuleVersion:
    """A rule version with the given sections."""
    return parse_rule_version(text_of(awards, exchange, expiry, more))


def facts(**changes: Any) -> ActivityFacts:
    """An hour of visiting on an ordinary day, seen on the spot."""
    values: dict[str, Any] = {
        "source_kind": "attendance",
        "source_id": 1,
        "person_id": 1,
        "category_code": "visit",
        "host_party_id": 2,
        "role": "",
        "activity_on": date(2026, 11, 21),
        "planned_minutes": 60,
        "counted_minutes": None,
        "households": 0,
        "is_paid": False,
        "is_own_family": False,
        "is_client_here": False,
        "grade": Grade.ON_SITE,
    }
    return ActivityFacts(**{**values, **changes})


def person(**changes: Any) -> PersonFacts:
    """A grown-up who lives in the town."""
    values: dict[str, Any] = {"birth_date": date(1955, 5, 5), "ties": frozenset({Tie.LIVES})}
    return PersonFacts(**{**values, **changes})


def position(available: int, **changes: Any) -> ExchangeFacts:
    """Somebody who wants to exchange on an ordinary day and has not done so this year."""
    values: dict[str, Any] = {
        "on": date(2026, 11, 21),
        "person": person(),
        "exchanged_points": 0,
        "exchanged_yen": 0,
    }
    return ExchangeFacts(available=available, **{**values, **changes})
