"""Points, cash-outs and the center's own account in tests; everything through the real services."""

from datetime import date

from points.bank_accounts.details import AccountDetails, read_bank
from points.bank_accounts.services import change_account
from points.ledger import services as ledger
from points.ledger.queries import Balances, balances
from points.payouts import services as payouts
from points.payouts.bank_file import Sender
from points.payouts.models import PayoutBatch
from points.programmes.models import RuleVersion
from points.redemption import services as redemption
from points.redemption.four_eyes import Actor
from points.redemption.models import CashOut
from tests.cast import Cast
from tests.factories.numbers import numbers
from volunteer.core import clock
from volunteer.core.db import db, write_turn
from volunteer.people.models import Person
from volunteer.users.models import Acting, User

_next = numbers()
PAY_ON = date(2026, 12, 25)
SENDER = Sender(
    code="1234567890",
    name="ｵﾀﾙｼｼﾔｶｲﾌｸｼｷﾖｳｷﾞｶｲ",
    bank="0501",
    branch="001",
    account_type="1",
    account_number="1234567",
    separator="CRLF",
    clearing_house="zeros",
    wo_to_o=True,
)


def give_points(cast: Cast, person: Person, points: int, programme_id: int = 0) -> None:
    """Settled points of this month, as an award gives them."""
    programme_id = programme_id or cast.programme.id
    version_id = db.session.execute(
        db.select(RuleVersion.id).filter_by(programme_id=programme_id)
    ).scalar_one()
    number, party_id = next(_next), person.party_id
    with write_turn():
        ledger.credit(
            holder_id=party_id,
            programme_id=programme_id,
            rule_version_id=version_id,
            points=points,
            activity_on=clock.today(),
            expires_on=date(2028, 3, 31),
            key=f"test:{number}",
            source=f"attendance:{number}",
        )


def balances_of(cast: Cast, person: Person) -> Balances:
    """What the ledger says of a person."""
    db.session.rollback()
    return balances(person.party_id, cast.programme.id)


def actor_of(user: User) -> Actor:
    """A member of staff as the services know them."""
    party_id = db.session.execute(
        db.select(Acting.party_id).where(Acting.user_id == user.id).order_by(Acting.id)
    ).scalar()
    return Actor(user.id, party_id)


def make_cash_out(
    cast: Cast,
    person: Person,
    points: int = 1000,
    method: str = "bank_transfer",
    programme_id: int = 0,
    target: str = "",
) -> int:
    """A cash-out that waits for approval; the points are given first. Its id."""
    programme_id = programme_id or cast.programme.id
    give_points(cast, person, points, programme_id)
    user_id = _user_of(person) or cast.coordinator.id
    number, party_id = next(_next), person.party_id
    proxy = {} if _user_of(person) else {"mandate": "棚3", "proxy_reason": "メールがない"}
    with write_turn():
        made = redemption.request_cash_out(
            person_id=party_id,
            programme_id=programme_id,
            method=method,
            points=points,
            key=f"test-cash-out-{number:08d}",
            user_id=user_id,
            target=target,
            **proxy,
        )
        return made.id


def _user_of(person: Person) -> int | None:
    return db.session.execute(
        db.select(Acting.user_id).where(Acting.party_id == person.party_id)
    ).scalar()


def approve(cast: Cast, *cash_out_ids: int) -> None:
    """The approver of the cast agrees."""
    actor = actor_of(cast.approver)
    with write_turn():
        for cash_out_id in cash_out_ids:
            redemption.approve(cash_out_id, actor)


def set_originator() -> None:
    """The center's own account."""
    with write_turn():
        payouts.save_originator(SENDER)


def make_batch(cast: Cast, *cash_out_ids: int, pay_on: date = PAY_ON) -> int:
    """A batch of approved cash-outs. Its id."""
    actor = actor_of(cast.payer)
    with write_turn():
        rows = db.session.execute(db.select(CashOut).where(CashOut.id.in_(cash_out_ids))).scalars()
        total = sum(row.amount_yen for row in rows)
        batch = payouts.make_batch(
            cash_out_ids=cash_out_ids, pay_on=pay_on, typed_total_yen=total, actor=actor
        )
        return batch.id


def batch_of(batch_id: int) -> PayoutBatch:
    """The batch as it is now."""
    db.session.rollback()
    return db.session.get_one(PayoutBatch, batch_id)


def cash_out_of(cash_out_id: int) -> CashOut:
    """The cash-out as it is now."""
    db.session.rollback()
    return db.session.get_one(CashOut, cash_out_id)


def details_of(number: str = "1111111", **values: str) -> AccountDetails:
    """An account of 佐藤 花子 as typed."""
    typed = {
        "bank": "0501",
        "branch": "001",
        "account_type": "1",
        "number": number,
        "holder": "サトウ ハナコ",
        **values,
    }
    return read_bank(**typed)


def set_account(person: Person, user: User, details: AccountDetails) -> None:
    """The person's account becomes another one."""
    party_id, user_id = person.party_id, user.id
    with write_turn():
        change_account(party_id=party_id, details=details, entered_by_user_id=user_id)
