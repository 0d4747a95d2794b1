"""Cash-outs of the demo town through the real services: asked for, approved by another, paid by a third.

Called by cli.py between write turns; the clock stands where the story is.
"""

from datetime import datetime, timedelta
from random import Random

from sqlalchemy import func, update

from matching.demo.settlers import Settled
from points.bank_accounts.details import AccountDetails
from points.bank_accounts.kana import normalise
from points.bank_accounts.services import change_account
from points.ledger.models import Standing
from points.payouts.business_days import next_business_day
from points.payouts.services import make_batch, pay_batch
from points.redemption.four_eyes import Actor, Exclusion
from points.redemption.models import CashOut
from points.redemption.services import approve, request_cash_out
from points.redemption.states import CashOutState
from volunteer.core import clock
from volunteer.core.db import db, run_turn
from volunteer.core.errors import DomainError, NotAllowed
from volunteer.core.models import Notice, NoticeState
from volunteer.core.permissions import Role
from volunteer.people.models import Person
from volunteer.users.queries import users_for

WAIT_FOR_ACCOUNT = timedelta(days=8)
"""A bank account changed within seven days is held back from payment."""
OPEN_NOW = 4
"""How many requests still wait for approval when the demo opens."""


def cash_out_winter(settled: Settled, chance: Random, after: datetime) -> int:
    """Some of those with enough points cash out after the winter and are paid; how many."""
    clock.set(after)
    asked = [
        one
        for one in _rich(limit=len(settled.people) // 8, chance=chance)
        if _ask(one, settled, clock.now())
    ]
    clock.set(after + WAIT_FOR_ACCOUNT)
    approver, payer = settled.staff[Role.APPROVER], settled.staff[Role.PAYER]
    waiting = _in_state(CashOutState.REQUESTED)
    for cash_out_id in waiting:
        _approve(cash_out_id, Actor(*approver))
    approved = _in_state(CashOutState.APPROVED)
    if approved:
        batch_id = run_turn(_batch, approved, Actor(*payer))
        clock.advance(timedelta(days=6))
        run_turn(pay_batch, batch_id, Actor(*payer))
    return len(asked)


def _approve(cash_out_id: int, approver: Actor) -> None:
    """Today, or tomorrow where the approver's sum of the day is used up."""
    try:
        run_turn(approve, cash_out_id, approver)
    except NotAllowed as error:
        if error.code != Exclusion.OVER_DAY_LIMIT:
            raise
        clock.advance(timedelta(days=1))
        run_turn(approve, cash_out_id, approver)


def _batch(cash_out_ids: list[int], payer: Actor) -> int:
    total = db.select(func.sum(CashOut.amount_yen)).where(CashOut.id.in_(cash_out_ids))
    batch = make_batch(
        cash_out_ids=cash_out_ids,
        pay_on=next_business_day(clock.today()),
        typed_total_yen=db.session.execute(total).scalar_one(),
        actor=payer,
    )
    return batch.id


def cash_out_now(settled: Settled, chance: Random, evening: datetime) -> int:
    """A few requests of an evening not long ago wait for the second person; how many."""
    asked = 0
    for number, standing in enumerate(_rich(limit=OPEN_NOW * 3, chance=chance)):
        clock.set(evening + timedelta(minutes=10 * number))
        asked += _ask(standing, settled, clock.now())
        if asked == OPEN_NOW:
            break
    return asked


def _rich(limit: int, chance: Random) -> list[tuple[int, int, int]]:
    """(person, programme, available points) of some people who may cash out."""
    available = Standing.in_lots - Standing.unsettled
    statement = (
        db.select(Standing.holder_id, Standing.programme_id, available)
        .where(available >= 1000)
        .order_by(Standing.holder_id)
    )
    rows = [tuple(row) for row in db.session.execute(statement)]
    chance.shuffle(rows)
    return rows[:limit]


def _ask(standing: tuple[int, int, int], settled: Settled, now: datetime) -> bool:
    person_id, programme_id, available = standing
    coordinator = settled.staff[Role.COORDINATOR][0]
    person = db.session.get_one(Person, person_id)
    own = own_user_id(person_id)
    details = _account(person)
    try:
        run_turn(
            lambda: change_account(
                party_id=person_id, details=details, entered_by_user_id=own or coordinator
            )
        )
        run_turn(
            lambda: request_cash_out(
                person_id=person_id,
                programme_id=programme_id,
                method="bank_transfer",
                points=available // 1000 * 1000,
                key=f"demo-{person_id}-{now:%Y%m%d}",
                user_id=own or coordinator,
                mandate="" if own else "委任状（見本）を窓口に保管",
                proxy_reason="" if own else "窓口で本人から申し出",
            )
        )
    except DomainError:
        return False
    return True


def own_user_id(person_id: int) -> int | None:
    """Who signs in for the person, if anybody does."""
    users = users_for(person_id)
    return users[0].id if users else None


def _account(person: Person) -> AccountDetails:
    from_kana = person.kana
    return AccountDetails(
        bank_code="9900",
        bank_name="ゆうちょ",
        branch_code="908",
        branch_name="",
        account_type="1",
        number=f"{1000000 + person.party_id:07d}",
        holder_kana=_half_width(from_kana),
        holder_as_typed=from_kana,
    )


def _half_width(kana: str) -> str:
    return normalise(kana).in_file


def _in_state(state: CashOutState) -> list[int]:
    statement = db.select(CashOut.id).where(CashOut.state == state).order_by(CashOut.id)
    return list(db.session.execute(statement).scalars())


def mark_mails_sent(before: datetime) -> int:
    """What was queued while the past was lived through counts as sent; how many there were."""
    count = db.session.execute(db.select(func.count(Notice.id))).scalar_one()
    db.session.execute(
        update(Notice)
        .where(Notice.state == NoticeState.WAITING, Notice.queued_at < before)
        .values(state=NoticeState.SENT, sent_at=Notice.queued_at)
    )
    return int(count)
