"""The table of cases: the presets of twelve real schemes give what follows from their published rules."""

import tomllib
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from points.earning.rules import award_for
from points.programmes.calendar import earned_until, expires_on, pays_on, registration_ends_on
from points.programmes.calendar import is_window_open as is_open
from points.programmes.carrying import Lapsing, carried_points
from points.programmes.eligibility import Held, PersonFacts, class_on
from points.programmes.people_terms import Checkpoint
from points.programmes.recognising import recognitions_reached
from points.programmes.requirements import unmet
from points.programmes.rule_version import RuleVersion
from points.redemption.rules import most_exchangeable
from tests.factories.rules import PRESETS, facts, person, position, preset
from volunteer.people.states import Tie

TABLE = Path(__file__).parent / "cases.toml"
CASES = tomllib.loads(TABLE.read_text(encoding="utf-8"))["case"]
DAY = date(2026, 11, 21)
LONG_AGO = date(2000, 1, 1)

Given = dict[str, Any]


def somebody(given: Given, day: date) -> PersonFacts:
    """A grown-up of 75 who lives in the town, unless the case says otherwise."""
    age = given.get("age", 75)
    return person(
        birth_date=given.get("born", date(day.year - age, 1, 1)),
        ties=frozenset({Tie(given.get("tie", "lives"))}),
        held=tuple(Held(code, LONG_AGO) for code in given.get("held", [])),
        is_insured=given.get("is_insured", False),
        has_guardian_consent=True,
        left_on=given.get("left_on"),
    )


def award(rules: RuleVersion, given: Given) -> Given:
    who = somebody(given, DAY)
    caps = rules.caps_for(class_on(who, rules, DAY))
    keys = ("is_paid", "is_own_family", "is_client_here", "is_introduced")
    done = facts(
        category_code=given.get("category", "support"),
        planned_minutes=given.get("minutes", 60),
        households=given.get("households", 0),
        **{key: given[key] for key in keys if key in given},
    )
    day, year = caps.daily_points, caps.yearly_points
    found = award_for(
        done,
        rules,
        None if day is None else day - given.get("used_day", 0),
        None if year is None else year - given.get("used_year", 0),
        who,
    )
    return {"points": found.points, "reason": found.reason.value}


def exchange(rules: RuleVersion, given: Given) -> Given:
    on = given.get("on", DAY)
    mine = position(
        given["available"],
        on=on,
        person=somebody(given, on),
        exchanged_points=given.get("exchanged_points", 0),
        exchanged_yen=given.get("exchanged_yen", 0),
    )
    found = most_exchangeable(mine, rules, given["method"])
    if found.refusal:
        return {"refusal": found.refusal.value}
    return {"points": found.points, "yen": found.yen}


def enrol(rules: RuleVersion, given: Given) -> Given:
    on = given.get("starts_on", DAY)
    lacking = unmet(somebody(given, on), rules, Checkpoint.REGISTRATION, on)
    if lacking:
        return {"lacks": lacking.obstacle.value}
    return {"ends_on": registration_ends_on(on, rules)}


def carry(rules: RuleVersion, given: Given) -> Given:
    was = given.get("was_carried", False)
    lots = [Lapsing(points, was) for points in given["points"]]
    before = given.get("carried_before", 0)
    return {"carried": carried_points(lots, rules, total=given["total"], carried_before=before)}


def thanks(rules: RuleVersion, given: Given) -> Given:
    years = {date(2020 + n, 4, 1): points for n, points in enumerate(given["years"])}
    return {"names": [one.name for one in recognitions_reached(years, rules)]}


ASK: dict[str, Callable[[RuleVersion, Given], Given]] = {
    "award": award,
    "exchange": exchange,
    "enrol": enrol,
    "carry": carry,
    "thanks": thanks,
    "window": lambda rules, given: {"open": is_open(given["on"], rules)},
    "expires": lambda rules, given: {"last_day": expires_on(given["activity_on"], rules)},
    "pays": lambda rules, given: {"from": pays_on(given["requested_on"], rules)},
    "earned": lambda rules, given: {"until": earned_until(given["on"], rules)},
}


@pytest.mark.parametrize(
    "case", CASES, ids=[f"{one['preset']}-{one['ask']}-{n}" for n, one in enumerate(CASES)]
)
def test_the_preset_gives_what_the_source_says(case: dict[str, Any]) -> None:
    rules = preset(case["preset"])
    # whatever day a preset begins on, its rules are asked for the day of the case
    found = ASK[case["ask"]](replace(rules, valid_from=date.min), case["given"])
    expected = {"reason": "awarded"} if case["ask"] == "award" else {}
    expected |= case["expect"]
    assert {key: found.get(key) for key in expected} == expected, case["source"]


def test_each_of_the_twelve_has_six_cases_and_more() -> None:
    counted = Counter(one["preset"] for one in CASES)
    assert set(counted) == {path.stem for path in PRESETS.glob("*.toml")} - {
        "otaru-example",
        "example-august-year",
    }
    assert len(counted) == 12
    assert min(counted.values()) >= 6
    assert all(one["source"] for one in CASES)


@pytest.mark.parametrize("name", sorted({one["preset"] for one in CASES}))
def test_every_preset_names_its_source_and_what_it_does_not_know(name: str) -> None:
    rules = preset(name)
    assert "http" in rules.source
    assert rules.unconfirmed
