"""The few statements every act of the ledger is made of: lock, journal once, find pots, post.

Core statements, no unit of work: check-in runs through here. An act locks the holder's standing first and reads
accounts in the order of their ids, so that two acts on one holder stand in line and never wait for each other.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import ScalarSelect, insert, select, update

from points.ledger.models import NEVER, Journal, LedgerAccount, Posting, Standing
from points.ledger.states import AccountKind, JournalKind, Unit
from volunteer.core import clock
from volunteer.core.db import db, insert_once
from volunteer.core.errors import AlreadyDecided, AlreadySent, NotFound
from volunteer.core.i18n import _l

UNIT = Unit.POINTS

Side = int | ScalarSelect[int]
"""One side of a posting: the id of an account, or the subquery of a system account."""


@dataclass(frozen=True, slots=True)
class Pots:
    """Whose accounts, in which programme."""

    holder_id: int
    programme_id: int

    @classmethod
    def of(cls, journal: Journal) -> "Pots":
        """Those of a journal about one holder."""
        if journal.holder_id is None or journal.programme_id is None:
            raise ValueError(f"journal {journal.id} is about no holder")
        return cls(journal.holder_id, journal.programme_id)


@dataclass(frozen=True, slots=True)
class Act:
    """What becomes a journal. Everything here is part of the request hash, except who did it."""

    kind: JournalKind
    key: str
    pots: Pots
    amount: int
    effective_on: date
    source: str = ""
    reason: str = ""
    rule_version_id: int | None = None
    reverses_id: int | None = None
    actor_user_id: int | None = None
    detail: str = ""
    """What else the caller asked for (expiry, pending); hashed, not stored."""

    def __post_init__(self) -> None:
        if self.amount <= 0:
            raise ValueError("points are moved in whole positive numbers")

    @property
    def request_hash(self) -> str:
        """Equal for equal requests; the day counts only where the caller named it (credits)."""
        facts = asdict(self)
        del facts["actor_user_id"]
        if self.kind is not JournalKind.CREDIT:
            del facts["effective_on"]
        text = json.dumps(facts, sort_keys=True, default=str, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Locked:
    """A standing that is locked until the turn ends."""

    in_lots: int
    unsettled: int


@dataclass(frozen=True, slots=True)
class Pot:
    """An account as read under the lock."""

    id: int
    kind: AccountKind
    expires_on: date | None
    balance: int
    month: date | None = None

    @property
    def lapsed_on(self) -> date:
        """The last valid day; far away for pots without one."""
        return self.expires_on or NEVER


@dataclass(frozen=True, slots=True)
class Move:
    """`amount` from one account to another."""

    from_id: Side
    to_id: Side
    amount: int


def lock_standing(pots: Pots, unsettled: int = 0) -> Locked:
    """Lock the holder's standing until the turn ends; adds `unsettled` points (may be negative) to it."""
    statement = (
        update(Standing)
        .where(
            Standing.holder_id == pots.holder_id,
            Standing.programme_id == pots.programme_id,
            Standing.unit == UNIT,
        )
        .values(turns=Standing.turns + 1, unsettled=Standing.unsettled + unsettled)
        .returning(Standing.in_lots, Standing.unsettled)
        .execution_options(synchronize_session=False)
    )
    row = db.session.execute(statement).first()
    if row is None:
        values = {"holder_id": pots.holder_id, "programme_id": pots.programme_id, "unit": UNIT}
        insert_once(Standing, {**values, "in_lots": 0, "unsettled": 0, "turns": 0})
        row = db.session.execute(statement).one()
    return Locked(row[0], row[1])


def system(kind: AccountKind) -> ScalarSelect[int]:
    """The id of a system account, as a subquery."""
    return (
        select(LedgerAccount.id)
        .where(
            LedgerAccount.unit == UNIT,
            LedgerAccount.kind == kind,
            LedgerAccount.holder_id.is_(None),
        )
        .scalar_subquery()
    )


def journal_of(act: Act) -> int | None:
    """The id of the journal that this act has made before, or None. Raises AlreadySent for another content."""
    row = db.session.execute(
        select(Journal.id, Journal.request_hash).where(Journal.key == act.key)
    ).first()
    if row is None:
        return None
    if row.request_hash != act.request_hash:
        raise AlreadySent(
            _l(
                "同じ番号の記録がもうあります。画面を開きなおして、いまの残高をたしかめてください。"
            ),
            key=act.key,
        )
    return int(row.id)


def write_journal(act: Act) -> tuple[int, bool]:
    """(id, whether it is new) of the journal of this act. Raises AlreadySent, AlreadyDecided."""
    moment = clock.now()
    values = {
        "key": act.key,
        "request_hash": act.request_hash,
        "kind": act.kind,
        "unit": UNIT,
        "holder_id": act.pots.holder_id,
        "programme_id": act.pots.programme_id,
        "rule_version_id": act.rule_version_id,
        "actor_user_id": act.actor_user_id,
        "effective_on": act.effective_on,
        "occurred_at": moment,
        "recorded_at": moment,
        "reverses_id": act.reverses_id,
        "reason": act.reason,
        "source": act.source,
    }
    new_id = insert_once(Journal, values)
    if new_id is not None:
        return new_id, True
    first = journal_of(act)
    if first is None:  # another unique rule held: what it undoes or resolves was undone before
        raise AlreadyDecided(
            _l("ほかの人が先に処理しました。画面を開きなおして、いまの残高をたしかめてください。"),
            source=act.source,
        )
    return first, False


def read_journal(journal_id: int) -> Journal:
    """The journal as a row."""
    return db.session.get_one(Journal, journal_id)


def post(journal_id: int, moves: list[Move]) -> None:
    """Write the postings of a journal in order; triggers move the balances and refuse what must not be."""
    for seq, move in enumerate(moves, start=1):
        db.session.execute(
            insert(Posting).values(
                journal_id=journal_id,
                seq=seq,
                from_account_id=move.from_id,
                to_account_id=move.to_id,
                amount=move.amount,
            )
        )


def _pots_where(pots: Pots, *conditions: object) -> list[Pot]:
    statement = (
        select(
            LedgerAccount.id,
            LedgerAccount.kind,
            LedgerAccount.expires_on,
            LedgerAccount.balance,
            LedgerAccount.month,
        )
        .where(
            LedgerAccount.unit == UNIT,
            LedgerAccount.holder_id == pots.holder_id,
            LedgerAccount.programme_id == pots.programme_id,
            *conditions,  # type: ignore[arg-type]
        )
        .order_by(LedgerAccount.id)
        .with_for_update(key_share=True)
    )
    return [Pot(*row) for row in db.session.execute(statement)]


def lots_with_points(pots: Pots) -> list[Pot]:
    """Lots that hold anything: the earliest expiry first, then the oldest month, then the oldest row."""
    found = _pots_where(pots, LedgerAccount.kind == AccountKind.LOT, LedgerAccount.balance > 0)
    return sorted(found, key=lambda pot: (pot.lapsed_on, pot.month, pot.id))


def take(pots: list[Pot], points: int) -> list[tuple[Pot, int]]:
    """So many points out of pots in their order; fewer where there are not as many."""
    taken: list[tuple[Pot, int]] = []
    for pot in pots:
        part = min(pot.balance, points)
        if part > 0:
            taken.append((pot, part))
            points -= part
    return taken


def debt(pots: Pots) -> Pot | None:
    """The `owed` account when there is a debt on it."""
    found = _pots_where(pots, LedgerAccount.kind == AccountKind.OWED, LedgerAccount.balance < 0)
    return found[0] if found else None


def lot_and_debt(pots: Pots, month: date, expires_on: date) -> tuple[int, Pot | None]:
    """The id of the lot of this month and expiry (opened if need be), and the debt, in one read."""
    is_lot = (
        (LedgerAccount.kind == AccountKind.LOT)
        & (LedgerAccount.month == month)
        & (LedgerAccount.expires_on == expires_on)
    )
    is_debt = (LedgerAccount.kind == AccountKind.OWED) & (LedgerAccount.balance < 0)
    found = _pots_where(pots, is_lot | is_debt)
    owed = next((pot for pot in found if pot.kind is AccountKind.OWED), None)
    lot = next((pot for pot in found if pot.kind is AccountKind.LOT), None)
    if lot is not None:
        return lot.id, owed
    return open_account(pots, AccountKind.LOT, month=month, expires_on=expires_on), owed


def single(pots: Pots, kind: AccountKind) -> int:
    """The id of the holder's one account of a kind (pending, owed), opened if need be."""
    found = _pots_where(pots, LedgerAccount.kind == kind)
    return found[0].id if found else open_account(pots, kind)


def open_account(
    pots: Pots,
    kind: AccountKind,
    *,
    month: date | None = None,
    expires_on: date | None = None,
    hold_key: str | None = None,
) -> int:
    """A new account of the holder; the caller has locked the standing and found none."""
    values = {
        "unit": UNIT,
        "kind": kind,
        "holder_id": pots.holder_id,
        "programme_id": pots.programme_id,
        "month": month,
        "expires_on": expires_on,
        "hold_key": hold_key,
        "balance": 0,
        "opened_at": clock.now(),
    }
    statement = insert(LedgerAccount).values(**values).returning(LedgerAccount.id)
    new_id: int = db.session.execute(statement).scalar_one()
    return new_id


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold account, and where its points came from, in the order they were taken."""

    account_id: int
    pots: Pots
    balance: int
    journal_id: int
    origin: tuple[tuple[int, int], ...]
    """(lot id, points)."""

    @property
    def total(self) -> int:
        """What was held."""
        return sum(points for _lot, points in self.origin)


def find_hold(hold_key: str) -> Hold:
    """The hold of this key with its standing locked. Raises NotFound."""
    statement = select(
        LedgerAccount.id, LedgerAccount.holder_id, LedgerAccount.programme_id, LedgerAccount.balance
    ).where(LedgerAccount.hold_key == hold_key)
    row = db.session.execute(statement).first()
    if row is None:
        raise NotFound(_l("預っているポイントが見つかりません。"), hold_key=hold_key)
    pots = Pots(row.holder_id, row.programme_id)
    lock_standing(pots)
    balance: int = db.session.execute(
        select(LedgerAccount.balance)
        .where(LedgerAccount.id == row.id)
        .with_for_update(key_share=True)
    ).scalar_one()
    taken = db.session.execute(
        select(Posting.journal_id, Posting.from_account_id, Posting.amount)
        .join(Journal, Journal.id == Posting.journal_id)
        .where(Posting.to_account_id == row.id, Journal.kind == JournalKind.HOLD)
        .order_by(Posting.seq)
    ).all()
    origin = tuple((one.from_account_id, one.amount) for one in taken)
    return Hold(row.id, pots, balance, taken[0].journal_id, origin)


def pots_by_id(ids: list[int]) -> dict[int, Pot]:
    """Accounts by id, locked in the order of their ids."""
    statement = (
        select(
            LedgerAccount.id,
            LedgerAccount.kind,
            LedgerAccount.expires_on,
            LedgerAccount.balance,
            LedgerAccount.month,
        )
        .where(LedgerAccount.id.in_(ids))
        .order_by(LedgerAccount.id)
        .with_for_update(key_share=True)
    )
    return {row.id: Pot(*row) for row in db.session.execute(statement)}
