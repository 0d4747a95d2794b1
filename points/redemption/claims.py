"""Claims that wait: while records of a person are looked into, no points of theirs are paid (R1).

Pay for work is never kept back by this: it is the orderer's money, and the law sets a day for it.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, or_, update

from points.redemption.models import CashOut, ClaimHold
from points.redemption.states import OPEN_STATES
from volunteer.core import clock
from volunteer.core.db import db, guarded_update, insert_once
from volunteer.core.errors import Refused
from volunteer.core.i18n import _l

HELD_WORDS = _l(
    "この方の活動の記録を確かめているか、活動がお休みのため、いまは換金を進められません。"
)
OWN_WORDS = _l(
    "センターが活動の記録を確かめているか、活動がお休みのため、いまは換金できません。ポイントはそのまま残ります。ちがうと思うときは、センターにお電話ください。"
)


def lock_open_cash_outs(person_id: int) -> list[int]:
    """The ids of a person's cash-outs that are not paid, locked until the turn ends, in the order of their ids."""
    statement = (
        db.select(CashOut.id)
        .where(CashOut.person_id == person_id, CashOut.state.in_(OPEN_STATES))
        .order_by(CashOut.id)
        .with_for_update(key_share=True)
    )
    return list(db.session.execute(statement).scalars())


def hold_claims(person_id: int, source: str) -> None:
    """Nothing is paid to the person from now on, until `let_claims_go`. The same source again changes nothing.

    The cash-outs are locked first, so that a batch made at the same moment has either taken them or sees the hold.
    """
    lock_open_cash_outs(person_id)
    insert_once(
        ClaimHold,
        {"person_id": person_id, "source": source, "since": clock.now(), "until": None},
    )


def let_claims_go(source: str, until: datetime) -> None:
    """What this source held back may go on from `until` on."""
    guarded_update(update(ClaimHold).where(ClaimHold.source == source).values(until=until))


def _holds_now() -> ColumnElement[bool]:
    return or_(ClaimHold.until.is_(None), ClaimHold.until > clock.now())


def held_people(person_ids: Iterable[int]) -> set[int]:
    """Those to whom nothing is paid now."""
    wanted = tuple(person_ids)
    if not wanted:
        return set()
    statement = db.select(ClaimHold.person_id).where(ClaimHold.person_id.in_(wanted), _holds_now())
    return set(db.session.execute(statement).scalars())


def is_kept_back(cash_out: CashOut) -> bool:
    """Whether this cash-out is not paid now."""
    return not cash_out.is_earnings and bool(held_people([cash_out.person_id]))


def check_kept_back(cash_out: CashOut) -> None:
    """Raise `Refused` while this cash-out is not paid."""
    if is_kept_back(cash_out):
        raise Refused(HELD_WORDS, code="claims_held")


def check_claims(person_id: int, *, is_own: bool = False) -> None:
    """Raise `Refused` while nothing is paid to this person; `is_own`: in words for themselves."""
    if held_people([person_id]):
        raise Refused(OWN_WORDS if is_own else HELD_WORDS, code="claims_held")
