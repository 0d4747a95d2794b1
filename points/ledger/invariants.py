"""The invariants I1–I16 in words, and which checks of `ledger verify` stand for each.

Checks are named after their invariant where the ledger knows it; cash-outs and payments have names of their own,
which are listed here. A check of no invariant guards something of its own package.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Invariant:
    """What must always be true, and the names of checks elsewhere that belong to it."""

    words: str
    others: tuple[str, ...] = ()


INVARIANTS = {
    "I1": Invariant("a posting moves more than nothing between two accounts of one unit and holder"),
    "I2": Invariant("nothing appears or vanishes: every journal and posting is complete"),
    "I3": Invariant("a stored balance is the sum of its postings"),
    "I4": Invariant("no account ever passed its sign, at no moment of its history"),
    "I5": Invariant("issued = available + held + paid + expired + forfeited ± adjusted: points move only"
                    " the ways there are"),
    "I6": Invariant("an act happened once, was undone at most once, and what undoes it is its mirror"),
    "I7": Invariant("a hold is filled once, closed once, and agrees with its cash-out",
                    ("cash_out_hold", "hold_without_cash_out")),
    "I8": Invariant("each credited activity has one award, equal to what its facts and rules come to"),
    "I9": Invariant("awards stay under their caps, and caps count what was awarded"),
    "I10": Invariant("after its last valid day a lot holds nothing"),
    "I11": Invariant("points that end first are used first, and none that are not settled"),
    "I12": Invariant("rule versions that were used are unchanged, do not overlap, and held on the days they gave for"),
    "I13": Invariant("time does not run backwards within a holder"),
    "I14": Invariant("the chain of seals is unbroken and fits what stands in the tables"),
    "I15": Invariant("who asked, who decided and who paid are different people",
                     ("cash_out_not_approved", "cash_out_same_actor")),
    "I16": Invariant("a bank file pays what was approved, once, and its total is the sum of its lines",
                     ("batch_total", "line_amount", "live_lines", "cash_out_line", "line_state")),
}  # fmt: skip


def invariant_of(rule: str) -> str:
    """The invariant a check stands for, such as `I3`; empty when it is none of them."""
    name = rule.split(" ", 1)[0]
    if name in INVARIANTS:
        return name
    return next((code for code, one in INVARIANTS.items() if rule in one.others), "")


def in_words(rule: str) -> str:
    """What must be true, of which this check has found the opposite; empty when it stands for no invariant."""
    code = invariant_of(rule)
    return f"{code}: {INVARIANTS[code].words}" if code else ""
