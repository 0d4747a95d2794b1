"""What follows a false record, out of the rule versions of the awards (R1). Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from points.programmes.people_terms import FalseRecords


@dataclass(frozen=True, slots=True)
class Following:
    """What the rules allow for a case as a whole; whether an award is taken back is asked of each one."""

    holds_claims: bool
    claws_back: bool
    suspend_days: int


def following(terms: Iterable[FalseRecords]) -> Following:
    """The consequences of a case: as soon as one rule version wants something, it follows for the case."""
    found = list(terms)
    return Following(
        holds_claims=any(one.hold_claims for one in found),
        claws_back=any(one.claw_back for one in found),
        suspend_days=max((one.suspend_days for one in found), default=0),
    )


def missing_from(points: int, in_lot: int) -> int:
    """How many points of a lot of origin are there no more."""
    return max(0, points - max(0, in_lot))


def owed_after(points: int, in_lots: int, freed: int) -> int:
    """The debt that taking back leaves: what is neither in lots nor in cash-outs that can still be voided."""
    return max(0, points - in_lots - freed)
