"""A cash-out told as stages with their dates, for its page, and how each state looks."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from points.redemption.models import CashOut
from points.redemption.states import CashOutState, Step
from volunteer.core.i18n import _l

LOOKS = {
    CashOutState.REQUESTED: ("", "clock"),
    CashOutState.APPROVED: ("kind", "check"),
    CashOutState.BATCHED: ("kind", "yen"),
    CashOutState.PAID: ("ok", "check"),
    CashOutState.WITHDRAWN: ("", "cross"),
    CashOutState.REJECTED: ("bad", "cross"),
    CashOutState.RETURNED: ("bad", "warning"),
}


@dataclass(frozen=True)
class Stage:
    """One box: the word, when it happened (None: not yet), by whom."""

    word: Any
    stamp: Any
    """The word inside the seal: two letters."""
    at: datetime | None
    who: Any = ""
    reason: str = ""


def story_of(cash_out: CashOut, called: str) -> list[Stage]:
    """申請, 承認, 支払 with what has happened so far; `called` is what the reader may call the person."""
    by_step = {act.step: act for act in cash_out.acts}
    asked, decided, paid = (by_step.get(step) for step in Step)
    if can_withdraw(cash_out):
        paid = None  # its batch was dropped
    first = Stage(
        _l("申請（代理）") if cash_out.is_proxy else _l("申請（本人）"),
        _l("申請"),
        asked.acted_at if asked else cash_out.requested_at,
        _asker(cash_out, called),
    )
    return [first, _stage(_l("承認"), decided), _stage(_l("支払"), paid)]


def _asker(cash_out: CashOut, called: str) -> Any:
    """Whose act the request was: the person's own, or a clerk's, whose name only the desk has read."""
    if not cash_out.is_proxy:
        return called
    return cash_out.requested_by_name or _l("センター")


def _stage(word: Any, act: Any) -> Stage:
    if act is None:
        return Stage(word, word, None)
    if act.verdict == "rejected":
        word = _l("おことわり")
    stamp = _l("否認") if act.verdict == "rejected" else word
    return Stage(word, stamp, act.acted_at, act.person.name, act.reason)


def can_withdraw(cash_out: CashOut) -> bool:
    """Whether the person can still take it back."""
    return cash_out.state in (CashOutState.REQUESTED, CashOutState.APPROVED)
