"""Money that is brought back to the desk for points that are owed: the debt is smaller, a receipt says so.

These are verbs like those of services.py, apart only for length. Nobody has to pay: the next points fill a debt too.
"""

from dataclasses import dataclass

from sqlalchemy import func

from points.ledger.debts import REPAID, fill_debt
from points.ledger.models import LedgerAccount
from points.ledger.postings import Pots
from points.ledger.queries import balances
from points.ledger.states import AccountKind, Unit
from points.payouts.models import Repayment
from points.payouts.notices import tell_repaid
from points.payouts.services import receipt_number
from points.programmes.models import Programme
from points.programmes.queries import rules_at
from points.redemption.four_eyes import Actor
from points.redemption.position import programmes_of
from points.redemption.rules import worth_at_most
from volunteer.core import clock
from volunteer.core.db import db
from volunteer.core.errors import AlreadySent, NotAllowed, Refused
from volunteer.core.i18n import _l
from volunteer.people.models import Person


@dataclass(frozen=True)
class Debt:
    """What somebody owes in a programme, in points and as money."""

    programme: Programme
    points: int
    amount_yen: int


def debts_of(person_id: int) -> list[Debt]:
    """The debts of a person, in the center's order."""
    found = []
    for programme in programmes_of(person_id):
        points = balances(person_id, programme.id).owed
        if points:
            found.append(Debt(programme, points, yen_of(programme.id, points)))
    return found


def yen_of(programme_id: int, points: int) -> int:
    """What so many points are worth by today's rules."""
    rules = rules_at(programme_id, clock.today())
    return worth_at_most(points, rules) if rules else 0


def take_back(
    *, person_id: int, programme_id: int, points: int, key: str, actor: Actor
) -> Repayment:
    """Money for so many points was received; the debt is smaller by them. The same key gives the first receipt.

    Raises `Refused` (over_debt, no_rate), `NotAllowed` for one's own debt, `AlreadySent`.
    """
    first: Repayment | None = db.session.scalars(db.select(Repayment).filter_by(key=key)).first()
    if first is not None:
        if (first.person_id, first.points) != (person_id, points):
            raise AlreadySent(_l("この画面はもう送信ずみです。"))
        return first
    if actor.person_id is None or actor.person_id == person_id:
        raise NotAllowed(_l("ご自分の分は、別の職員が受けとります。"), code="oneself")
    amount_yen = yen_of(programme_id, points)
    if amount_yen <= 0:
        raise Refused(
            _l("この制度のポイントは、いまはお金に換えられないので、計算できません。"),
            code="no_rate",
        )
    number = receipt_number()
    journal = fill_debt(
        Pots(person_id, programme_id),
        points,
        key=f"repayment:{key}",
        source=f"repayment:{number}",
        reason=REPAID,
        actor_user_id=actor.user_id,
    )
    made = Repayment(
        key=key,
        number=number,
        person_id=person_id,
        programme_id=programme_id,
        journal_id=journal.id,
        points=points,
        amount_yen=amount_yen,
        received_by_user_id=actor.user_id,
        received_by_person_id=actor.person_id,
        received_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    tell_repaid(db.session.get_one(Person, person_id), made)
    return made


def repayments_of(person_id: int) -> list[Repayment]:
    """What a person paid back, the newest first."""
    statement = db.select(Repayment).filter_by(person_id=person_id).order_by(Repayment.id.desc())
    return list(db.session.execute(statement).scalars())


def people_who_owe(limit: int = 50) -> list[tuple[Person, int]]:
    """(person, points) of those with a debt, in the order of their readings."""
    statement = (
        db.select(Person, -func.sum(LedgerAccount.balance))
        .join(LedgerAccount, LedgerAccount.holder_id == Person.party_id)
        .where(
            LedgerAccount.kind == AccountKind.OWED,
            LedgerAccount.unit == Unit.POINTS,
            LedgerAccount.balance < 0,
        )
        .group_by(Person.party_id)
        .order_by(Person.kana, Person.party_id)
        .limit(limit)
    )
    return [(person, int(points)) for person, points in db.session.execute(statement)]
