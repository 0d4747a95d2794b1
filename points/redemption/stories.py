"""A cash-out told as stages with their dates, for its page, and how each state looks."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from points.earning.telling import LineWords
from points.ledger.states import JournalKind
from points.programmes.wording import N_, Wording, say
from points.redemption.methods.method import PaidBy
from points.redemption.methods.registry import METHODS, codes_paid
from points.redemption.models import CashOut
from points.redemption.states import CashOutState, Step
from volunteer.core.db import db
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
    method = METHODS.get(cash_out.method)
    last = _l("寄付") if method and method.is_donation else _l("支払")
    return [first, _stage(_l("承認"), decided), _stage(last, paid)]


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


DONATED = {
    JournalKind.HOLD: _l("寄付の申し込み（預り）"),
    JournalKind.VOID: _l("寄付の取り消し（戻り）"),
    JournalKind.RETURN: _l("寄付先からの戻り"),
}
"""What a line of the passbook is called when the points were given away."""


def passbook_words(person_id: int) -> dict[str, LineWords]:
    """What the passbook says of the donations of a person, by the source of their journals."""
    columns = (CashOut.id, CashOut.target, CashOut.state)
    found = db.session.execute(
        db.select(*columns).where(
            CashOut.person_id == person_id, CashOut.method.in_(codes_paid(PaidBy.DONATION))
        )
    )
    return {f"cash_out:{row.id}": LineWords(DONATED, _where_to(row)) for row in found}


def _where_to(row: Any) -> Wording:
    if not row.target:
        return say(N_("寄付先はセンターが決めます"))
    is_done = row.state is CashOutState.PAID
    text = N_("「%(name)s」に寄付しました") if is_done else N_("寄付先：%(name)s")
    return say(text, name=row.target)
