"""What speaks for a candidate, and what against, as facts that can be kept: a code with its figures.

A fact's weight is what it saves or costs in points of the engine's costs, against somebody of whom nothing is known and
who lives at the limit of the way. Pure; the words are made when somebody reads them (words.py).
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from matching.engine.model import DAY, Mode, Policy, Season, Shift, Volunteer
from matching.engine.rules import way_minutes
from matching.engine.score import fairness_cost
from matching.engine.travel import street_metres

Fact = dict[str, Any]
HOUR = 60
PARTS = ((720, "morning"), (1_020, "afternoon"), (1_440, "evening"))
"""Until which minute of the day a beginning counts as what."""


class Code(StrEnum):
    """What a fact is about."""

    WAY = "way"
    FREE = "free"
    NOT_TOLD = "not_told"
    DONE = "done"
    KNOWN = "known"
    WANTED = "wanted"
    AVOIDED = "avoided"
    RECENT = "recent"


class Amount(StrEnum):
    """How much somebody did lately, by the bands of fairness."""

    LITTLE = "little"
    USUAL = "usual"
    MUCH = "much"


def facts(volunteer: Volunteer, shift: Shift, policy: Policy, recent_times: int) -> list[Fact]:
    """Everything worth saying, the weightiest first."""
    found = [
        *_way(volunteer, shift, policy),
        _free(volunteer, shift, policy),
        *_history(volunteer, shift, policy),
        *_wish(volunteer, shift, policy),
        _recent(volunteer, policy, recent_times),
    ]
    return [fact for _weight, fact in sorted(found, key=lambda one: -one[0])]


def _way(volunteer: Volunteer, shift: Shift, policy: Policy) -> list[tuple[int, Fact]]:
    minutes = way_minutes(volunteer, shift.place, policy)
    if minutes is None or volunteer.place is None or shift.place is None:
        return []
    fact = {
        "code": Code.WAY.value,
        "minutes": minutes,
        "metres": street_metres(volunteer.place, shift.place),
        "mode": _mode(volunteer.mode, policy.season).value,
    }
    return [(abs(policy.max_travel_minutes - minutes) * policy.travel_minute_cost, fact)]


def _mode(mode: Mode, season: Season) -> Mode:
    return Mode.BUS if mode is Mode.BICYCLE and season is Season.WINTER else mode


def _free(volunteer: Volunteer, shift: Shift, policy: Policy) -> tuple[int, Fact]:
    if volunteer.windows is None:
        return policy.unknown_availability_cost, {"code": Code.NOT_TOLD.value}
    day, minute = divmod(shift.start, DAY)
    part = next(name for until, name in PARTS if minute < until)
    fact = {"code": Code.FREE.value, "weekday": day % 7, "part": part}
    return policy.unknown_availability_cost * 3 // 4, fact


def _history(volunteer: Volunteer, shift: Shift, policy: Policy) -> list[tuple[int, Fact]]:
    found: list[tuple[int, Fact]] = []
    there = volunteer.times_with.get(shift.client, 0) if shift.client is not None else 0
    if there:
        found.append((policy.continuity_bonus, {"code": Code.KNOWN.value, "times": there}))
    times = volunteer.times_in.get(shift.category, 0)
    if times:
        fact = {"code": Code.DONE.value, "times": times, "category": shift.category}
        found.append((policy.experience_bonus, fact))
    return found


def _wish(volunteer: Volunteer, shift: Shift, policy: Policy) -> list[tuple[int, Fact]]:
    if shift.category in volunteer.avoids:
        return [(policy.avoided_category_cost, {"code": Code.AVOIDED.value})]
    if shift.category in volunteer.wants:
        return [(policy.wanted_category_bonus, {"code": Code.WANTED.value})]
    return []


def _recent(volunteer: Volunteer, policy: Policy, times: int) -> tuple[int, Fact]:
    cost = fairness_cost(volunteer.recent_minutes, HOUR, policy)
    bands = [until for until, _cost in policy.fairness_bands]
    little, usual = (bands[0], bands[min(1, len(bands) - 1)]) if bands else (0, 0)
    amount = Amount.USUAL if volunteer.recent_minutes <= usual else Amount.MUCH
    if volunteer.recent_minutes < little:
        amount = Amount.LITTLE
    return cost, {"code": Code.RECENT.value, "times": times, "amount": amount.value}


def code_of(fact: Mapping[str, Any]) -> Code:
    """What a kept fact is about."""
    return Code(fact["code"])
