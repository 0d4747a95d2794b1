"""From the facts of an activity to points. Pure: everything it depends on is handed in."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from points.earning.facts import ActivityFacts, Grade
from points.programmes.calendar import expires_on
from points.programmes.eligibility import PersonFacts, obstacle_for
from points.programmes.people_terms import Checkpoint
from points.programmes.requirements import Unmet, unmet
from points.programmes.rule_version import RuleVersion
from points.programmes.terms import AwardRule, Basis, BeyondCap, Rounding, Share


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
    OTHER_MUNICIPALITY = "other_municipality"
    HIGH_SCHOOL = "high_school"
    NOT_TRAINED = "not_trained"
    NO_DOCUMENT = "no_document"
    NO_CONDITION = "no_condition"
    EXCLUDED = "excluded"
    NOT_INSURED = "not_insured"
    HOST_NOT_LISTED = "host_not_listed"
    NOT_INTRODUCED = "not_introduced"
    PROOF_NOT_ACCEPTED = "proof_not_accepted"
    OVER_DAY_CAP = "over_day_cap"
    OVER_YEAR_CAP = "over_year_cap"


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
    lacks: str = ""
    """What the person lacks, where that is the reason: the name of a training or a document."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a volunteer would get for an activity, shown before taking part."""

    points: int
    reason: AwardReason
    day_left: int | None
    year_left: int | None
    expires_on: date | None
    lacks: str = ""


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
    rule = version.award_rule(facts.category_code, facts.role, facts.host)
    if reason := _exclusion(facts, version):
        return _nothing(reason, day, year)
    if rule is None:
        return _nothing(_why_no_rule(facts, version), day, year)
    if lacking := _person_lacks(facts, version, person):
        return replace(_nothing(AwardReason(lacking.obstacle), day, year), lacks=lacking.name)
    before = points_before_caps(rule, facts)
    if before == 0:
        return _nothing(_why_nothing(rule, facts), day, year)
    fits = points_under_caps(before, rule, version, day, year)
    return _capped(before, fits, rule, (day, year), facts.grade == Grade.CLAIMED)


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
        expires_on=expires_on(facts.activity_on, version, person.enrolled_on),
        lacks=decision.lacks,
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
    if rounding is Rounding.CEIL:
        return -(-minutes // unit_minutes)
    return minutes // unit_minutes


def _exclusion(facts: ActivityFacts, version: RuleVersion) -> AwardReason | None:
    if facts.is_paid and version.exclusions.paid:
        return AwardReason.PAID
    if facts.is_own_family and version.exclusions.own_family:
        return AwardReason.OWN_FAMILY
    if facts.is_client_here and version.exclusions.client_here:
        return AwardReason.CLIENT_HERE
    if not facts.is_introduced and version.exclusions.not_introduced:
        return AwardReason.NOT_INTRODUCED
    accepted = version.evidence.accepted
    if accepted and facts.proof and facts.proof not in accepted:
        return AwardReason.PROOF_NOT_ACCEPTED
    return None


def _why_no_rule(facts: ActivityFacts, version: RuleVersion) -> AwardReason:
    fitting = [one for one in version.awards if facts.category_code in one.categories]
    if any(not one.roles or facts.role in one.roles for one in fitting):
        return AwardReason.HOST_NOT_LISTED
    return AwardReason.ROLE_NOT_LISTED if fitting else AwardReason.NOT_LISTED


def _person_lacks(facts: ActivityFacts, version: RuleVersion, person: PersonFacts) -> Unmet | None:
    """What keeps the person from collecting on the day; obstacles and reasons share their words."""
    obstacle = obstacle_for(person, version.may_collect, facts.activity_on)
    if obstacle:
        return Unmet(obstacle)
    return unmet(person, version, Checkpoint.AWARD, facts.activity_on)


def _why_nothing(rule: AwardRule, facts: ActivityFacts) -> AwardReason:
    if rule.basis is not Basis.PER_HOUSEHOLD:
        return AwardReason.TOO_SHORT
    return AwardReason.SHARE_TOO_SMALL if facts.households else AwardReason.NO_HOUSEHOLD


def _nothing(reason: AwardReason, day: int | None, year: int | None) -> AwardDecision:
    """0 points, recorded with the reason; nothing to confirm and nothing counted against a cap."""
    return AwardDecision(0, 0, reason, day, year, day, year, 0, 0, is_pending=False)


def points_under_caps(
    before: int, rule: AwardRule, version: RuleVersion, day: int | None, year: int | None
) -> int:
    """What of an award fits under what the caps have left; None where there is no cap (C1, C2, C4)."""
    limits = (
        day if rule.counts_against_daily_cap else None,
        year if rule.counts_against_yearly_cap else None,
    )
    points = min(limit for limit in (before, *limits) if limit is not None)
    is_whole = points == before or version.caps.beyond is BeyondCap.CUT
    return points if is_whole else 0


def _capped(
    before: int,
    points: int,
    rule: AwardRule,
    left: tuple[int | None, int | None],
    is_pending: bool,
) -> AwardDecision:
    day, year = left
    for_day = points if rule.counts_against_daily_cap else 0
    for_year = points if rule.counts_against_yearly_cap else 0
    return AwardDecision(
        points=points,
        points_before_caps=before,
        reason=_cap_reason(before, points, rule, left),
        day_left_before=day,
        year_left_before=year if rule.counts_against_yearly_cap else None,
        day_left=None if day is None else day - for_day,
        year_left=None if year is None else year - for_year,
        counts_against_day=for_day,
        counts_against_year=for_year,
        is_pending=is_pending and points > 0,
    )


def _cap_reason(
    before: int, points: int, rule: AwardRule, left: tuple[int | None, int | None]
) -> AwardReason:
    """When both caps bind alike, the year is named: it lasts longer."""
    if points == before:
        return AwardReason.AWARDED
    day = left[0] if rule.counts_against_daily_cap and left[0] is not None else before
    year = left[1] if rule.counts_against_yearly_cap and left[1] is not None else before
    is_year = year <= day
    if points:
        return AwardReason.CUT_BY_YEAR_CAP if is_year else AwardReason.CUT_BY_DAY_CAP
    if min(day, year):
        return AwardReason.OVER_YEAR_CAP if is_year else AwardReason.OVER_DAY_CAP
    return AwardReason.YEAR_CAP_REACHED if is_year else AwardReason.DAY_CAP_REACHED


def _not_negative(remaining: int | None) -> int | None:
    return None if remaining is None else max(remaining, 0)
