"""From the facts of an activity to points. Pure: everything it depends on is handed in."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from points.earning.facts import ActivityFacts, Grade
from points.programmes.calendar import expires_on
from points.programmes.eligibility import Obstacle, PersonFacts, obstacle_for
from points.programmes.rule_version import RuleVersion
from points.programmes.terms import AwardRule, Basis, Rounding, Share


class AwardReason(StrEnum):
    """Why an activity earned what it earned. Stored in the award row; never rename a value."""

    AWARDED = "awarded"
    CUT_BY_DAY_CAP = "cut_by_day_cap"
    CUT_BY_YEAR_CAP = "cut_by_year_cap"
    DAY_CAP_REACHED = "day_cap_reached"
    YEAR_CAP_REACHED = "year_cap_reached"
    NOT_ENROLLED = "not_enrolled"
    NOT_LISTED = "not_listed"
    ROLE_NOT_LISTED = "role_not_listed"
    PAID = "paid"
    OWN_FAMILY = "own_family"
    CLIENT_HERE = "client_here"
    TOO_SHORT = "too_short"
    NO_HOUSEHOLD = "no_household"
    SHARE_TOO_SMALL = "share_too_small"
    TOO_YOUNG = "too_young"
    TOO_OLD = "too_old"
    NO_TIE = "no_tie"
    NO_GUARDIAN_CONSENT = "no_guardian_consent"


OBSTACLES = {
    Obstacle.TOO_YOUNG: AwardReason.TOO_YOUNG,
    Obstacle.TOO_OLD: AwardReason.TOO_OLD,
    Obstacle.NO_TIE: AwardReason.NO_TIE,
    Obstacle.NO_GUARDIAN_CONSENT: AwardReason.NO_GUARDIAN_CONSENT,
}


@dataclass(frozen=True, slots=True)
class AwardDecision:
    """What one activity earns.

    `counts_against_day` and `counts_against_year` are to be added to the cap rows. `…_left_before` and
    `…_left` are what a cap leaves before and after this award, None where there is no cap.
    `is_pending` awards wait for somebody's confirmation before they become a lot.
    """

    points: int
    points_before_caps: int
    reason: AwardReason
    day_left_before: int | None
    year_left_before: int | None
    day_left: int | None
    year_left: int | None
    counts_against_day: int
    counts_against_year: int
    is_pending: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """What a volunteer would get for an activity, shown before taking part."""

    points: int
    reason: AwardReason
    day_left: int | None
    year_left: int | None
    expires_on: date | None


def award_for(
    facts: ActivityFacts,
    version: RuleVersion,
    remaining_day: int | None,
    remaining_year: int | None,
    person: PersonFacts,
) -> AwardDecision:
    """The points an activity earns under the rule version of its day.

    `remaining_day` and `remaining_year` are the points left of the caps before this award, None where
    there is no cap; a negative number (a lowered cap) counts as nothing left. What does not fit under
    a cap is cut off and the reason says so (C1, C2, C4). Raises ValueError when the version is not in
    force on the day of the activity.
    """
    if not version.is_in_force(facts.activity_on):
        raise ValueError(f"the rule version is not in force on {facts.activity_on}")
    day, year = _not_negative(remaining_day), _not_negative(remaining_year)
    if reason := _exclusion(facts, version):
        return _nothing(reason, day, year)
    rule = version.award_rule(facts.category_code, facts.role)
    if rule is None:
        is_listed = version.lists(facts.category_code)
        reason = AwardReason.ROLE_NOT_LISTED if is_listed else AwardReason.NOT_LISTED
        return _nothing(reason, day, year)
    if reason := _person_reason(facts, version, person):
        return _nothing(reason, day, year)
    before = points_before_caps(rule, facts)
    if before == 0:
        return _nothing(_why_nothing(rule, facts), day, year)
    return _capped(before, rule.counts_against_daily_cap, day, year, facts.grade == Grade.CLAIMED)


def nothing_to_earn(reason: AwardReason) -> AwardDecision:
    """An activity outside of every programme of the person: 0 points, recorded with the reason."""
    return _nothing(reason, None, None)


def preview(
    facts: ActivityFacts,
    version: RuleVersion,
    remaining_day: int | None,
    remaining_year: int | None,
    person: PersonFacts,
) -> Preview:
    """This activity gives N points, M remain this year, they expire on D. Arguments as in award_for."""
    decision = award_for(facts, version, remaining_day, remaining_year, person)
    return Preview(
        points=decision.points,
        reason=decision.reason,
        day_left=decision.day_left,
        year_left=decision.year_left,
        expires_on=expires_on(facts.activity_on, version),
    )


def points_before_caps(rule: AwardRule, facts: ActivityFacts) -> int:
    """What an award rule gives for the facts when no cap is in the way (A1, A2).

    No minute and no household counted means that it did not take place: nothing, whatever the basis.
    """
    if facts.counted_minutes == 0 and facts.households == 0:
        return 0
    if rule.basis is Basis.FIXED:
        return rule.points
    if rule.basis is Basis.PER_HOUSEHOLD:
        return _household_points(rule, facts)
    if rule.basis is Basis.TIERED:
        return max((t.points for t in rule.tiers if facts.minutes >= t.from_minutes), default=0)
    if facts.minutes < rule.min_minutes:
        return 0
    if rule.basis is Basis.PER_ACTIVITY:
        return rule.points
    return rule.points * _units(facts.minutes, rule.unit_minutes, rule.rounding)


def _household_points(rule: AwardRule, facts: ActivityFacts) -> int:
    """Divided awards are rounded down: together nobody gets more than the households are worth."""
    points = rule.points * facts.households
    return points // facts.people_sharing if rule.share is Share.SPLIT else points


def _units(minutes: int, unit_minutes: int, rounding: Rounding) -> int:
    if rounding is Rounding.NEAREST:
        return (2 * minutes + unit_minutes) // (2 * unit_minutes)
    return minutes // unit_minutes


def _exclusion(facts: ActivityFacts, version: RuleVersion) -> AwardReason | None:
    if facts.is_paid and version.exclusions.paid:
        return AwardReason.PAID
    if facts.is_own_family and version.exclusions.own_family:
        return AwardReason.OWN_FAMILY
    if facts.is_client_here and version.exclusions.client_here:
        return AwardReason.CLIENT_HERE
    return None


def _person_reason(
    facts: ActivityFacts, version: RuleVersion, person: PersonFacts
) -> AwardReason | None:
    obstacle = obstacle_for(person, version.may_collect, facts.activity_on)
    return OBSTACLES[obstacle] if obstacle else None


def _why_nothing(rule: AwardRule, facts: ActivityFacts) -> AwardReason:
    if rule.basis is not Basis.PER_HOUSEHOLD:
        return AwardReason.TOO_SHORT
    return AwardReason.SHARE_TOO_SMALL if facts.households else AwardReason.NO_HOUSEHOLD


def _nothing(reason: AwardReason, day: int | None, year: int | None) -> AwardDecision:
    """0 points, recorded with the reason; nothing to confirm and nothing counted against a cap."""
    return AwardDecision(0, 0, reason, day, year, day, year, 0, 0, is_pending=False)


def _capped(
    before: int, counts_against_day: bool, day: int | None, year: int | None, is_pending: bool
) -> AwardDecision:
    day_limit = day if counts_against_day else None
    points = min(limit for limit in (before, day_limit, year) if limit is not None)
    for_day = points if counts_against_day else 0
    return AwardDecision(
        points=points,
        points_before_caps=before,
        reason=_cap_reason(before, points, is_year=year == points),
        day_left_before=day,
        year_left_before=year,
        day_left=None if day is None else day - for_day,
        year_left=None if year is None else year - points,
        counts_against_day=for_day,
        counts_against_year=points,
        is_pending=is_pending and points > 0,
    )


def _cap_reason(before: int, points: int, is_year: bool) -> AwardReason:
    """When both caps bind alike, the year is named: it lasts longer."""
    if points == before:
        return AwardReason.AWARDED
    if points == 0:
        return AwardReason.YEAR_CAP_REACHED if is_year else AwardReason.DAY_CAP_REACHED
    return AwardReason.CUT_BY_YEAR_CAP if is_year else AwardReason.CUT_BY_DAY_CAP


def _not_negative(remaining: int | None) -> int | None:
    return None if remaining is None else max(remaining, 0)
