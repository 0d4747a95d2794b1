"""Whose the money is that was taken and not given back. Pure.

What is kept of a charge is split as the newest decision says whose total still covers it. When less is left than was
due (a lost dispute, a hand at the gateway), the payee comes first: the work was done. What is on its way back to the
payer, or disputed, is frozen: still on the payee's account, and not to be exchanged.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Share:
    """What the payee has of a sum, and what the center keeps."""

    payee_yen: int
    fee_yen: int

    @property
    def total_yen(self) -> int:
        """Both."""
        return self.payee_yen + self.fee_yen


def share_of(kept_yen: int, agreed: Share, decided: Sequence[Share]) -> Share:
    """The split of what is kept; `decided` are the decisions, the oldest first."""
    basis = next((one for one in reversed(decided) if one.total_yen >= kept_yen), agreed)
    payee = min(kept_yen, basis.payee_yen)
    return Share(payee, kept_yen - payee)


def frozen_of(share: Share, under_dispute_yen: int, due: Share | None) -> int:
    """What of the payee's share must not be exchanged: disputed, or more than is finally due."""
    too_much = max(0, share.payee_yen - due.payee_yen) if due else 0
    return min(share.payee_yen, under_dispute_yen + too_much)
