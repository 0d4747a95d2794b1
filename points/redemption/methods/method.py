"""What a way of paying out has to say about itself."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class PaidBy(StrEnum):
    """How the money leaves the center."""

    BANK_FILE = "bank_file"
    DESK = "desk"
    DONATION = "donation"


@dataclass(frozen=True)
class Method:
    """One way. `code` is that of `[[exchange.methods]]` in a programme's file."""

    code: str
    label: Any
    icon: str
    help: Any
    paid_by: PaidBy
    needs_bank_account: bool
    amount_label: Any
    next_steps: tuple[Any, ...]
    """What happens after the request, in the order it happens."""

    @property
    def is_donation(self) -> bool:
        """Whether the money goes to somebody else, whom the person chooses."""
        return self.paid_by is PaidBy.DONATION
