"""What a pair costs in points of the objective (one point = one minute on the way), with its terms. Exact integers.

The objective to be maximised is written down in docs/matching.md; here are its parts: the value of heads, the cost of
one pair, and the cost of hours upon hours for one person.
"""

from dataclasses import dataclass
from enum import StrEnum

from matching.engine.model import Policy, Shift, Volunteer
from matching.engine.rules import way_minutes


class Term(StrEnum):
    """A part of a cost."""

    TRAVEL = "travel"
    AVOIDED = "avoided"
    WANTED = "wanted"
    UNKNOWN_AVAILABILITY = "unknown_availability"
    CONTINUITY = "continuity"
    EXPERIENCE = "experience"
    FAIRNESS = "fairness"


@dataclass(frozen=True, slots=True)
class Cost:
    """A sum and the terms it is made of, zeros left out; negative terms speak for the person."""

    total: int
    terms: tuple[tuple[Term, int], ...]

    @property
    def by_weight(self) -> tuple[tuple[Term, int], ...]:
        """The terms, the weightiest first; of equal ones in the order of `Term`."""
        return tuple(sorted(self.terms, key=lambda term: -abs(term[1])))


def pair_cost(volunteer: Volunteer, shift: Shift, policy: Policy) -> Cost:
    """What it costs that this person does this shift, whatever else they do. May be negative."""
    way = way_minutes(volunteer, shift.place, policy)
    is_regular = shift.client is not None and volunteer.times_with.get(shift.client, 0) > 0
    has_done_it = volunteer.times_in.get(shift.category, 0) > 0
    return _cost(
        {
            Term.TRAVEL: (way or 0) * policy.travel_minute_cost,
            Term.AVOIDED: (shift.category in volunteer.avoids) * policy.avoided_category_cost,
            Term.WANTED: -(shift.category in volunteer.wants) * policy.wanted_category_bonus,
            Term.UNKNOWN_AVAILABILITY: (volunteer.windows is None)
            * policy.unknown_availability_cost,
            Term.CONTINUITY: -is_regular * policy.continuity_bonus,
            Term.EXPERIENCE: -has_done_it * policy.experience_bonus,
        }
    )


def ranking_cost(volunteer: Volunteer, shift: Shift, policy: Policy) -> Cost:
    """`pair_cost` and what the hours of this one shift add for the person: the order in which people are asked."""
    pair = pair_cost(volunteer, shift, policy)
    hours = fairness_cost(volunteer.recent_minutes, shift.minutes, policy)
    return _cost({**dict(pair.terms), Term.FAIRNESS: hours})


def fairness_cost(recent_minutes: int, minutes: int, policy: Policy) -> int:
    """What `minutes` more cost after `recent_minutes`: each hour more than the one before, in bands.

    Minutes in a band times the band's cost of an hour, added up, divided by 60 once and rounded up.
    """
    total, begin, end = 0, recent_minutes, recent_minutes + minutes
    at, last = 0, 0
    for until, cost in policy.fairness_bands:
        total += max(0, min(end, until) - max(begin, at)) * cost
        at, last = until, cost
    total += max(0, end - max(begin, at)) * last * 2
    return -(-total // 60)


def head_value(shift: Shift, heads: int, policy: Policy) -> int:
    """What `heads` people in this shift are worth; heads above `seats_max` are worth nothing."""
    first = policy.head_values[shift.priority]
    below = min(heads, shift.seats_min)
    above = max(0, min(heads, shift.seats_max) - shift.seats_min)
    return first * below + first * policy.extra_head_percent // 100 * above


def _cost(terms: dict[Term, int]) -> Cost:
    return Cost(sum(terms.values()), tuple((term, cost) for term, cost in terms.items() if cost))
