"""The few statements every act of the ledger is made of: lock, journal once, find pots, post.

Core statements, no unit of work: check-in runs through here. An act locks the holder's standing first and reads
accounts in the order of their ids, so that two acts on one holder stand in line and never wait for each other.
"""

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import select

from points.ledger.models import NEVER, Journal, LedgerAccount, Posting
from points.ledger.statements import (
    DEBT,
    LOCK,
    LOT_AND_DEBT,
    LOTS,
    OPEN,
    POST,
    SINGLE,
    Side,
    given,
    insert_journal,
    open_standing,
    run,
)
from points.ledger.states import AccountKind, JournalKind
from volunteer.core import clock
from volunteer.core.db import db, dialect_name
from volunteer.core.errors import AlreadyDecided, AlreadySent, NotFound
from volunteer.core.i18n import _l


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
        facts = {name: getattr(self, name) for name in _ACT} | {"pots": asdict(self.pots)}
        del facts["actor_user_id"]
        if self.kind is not JournalKind.CREDIT:
            del facts["effective_on"]
        text = json.dumps(facts, sort_keys=True, default=str, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


_ACT = tuple(one.name for one in fields(Act))


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

    from_side: Side
    to_side: Side
    amount: int


def lock_standing(pots: Pots, unsettled: int = 0) -> Locked:
    """Lock the holder's standing until the turn ends; adds `unsettled` points (may be negative) to it."""
    params = {"holder": pots.holder_id, "programme": pots.programme_id, "more": unsettled}
    row = run(LOCK, **params).first()
    if row is None:
        opened = open_standing(dialect_name())
        row = run(opened, **params, of_programme=pots.programme_id).one()
    return Locked(row[0], row[1])


def journal_of(act: Act) -> int | None:
    """The id of the journal that this act has made before, or None. Raises AlreadySent for another content."""
    row = db.session.execute(
        select(Journal.id, Journal.request_hash).where(Journal.key == act.key)
    ).first()
    if row is None:
        return None
    if row.request_hash != act.request_hash:
        raise AlreadySent(
            _l("同じ番号の記録がもうあります。画面を開きなおして、いまの残高を確かめてください。"),
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
        "of_programme": act.pots.programme_id,
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
    made = run(insert_journal(dialect_name()), **values).first()
    if made is not None:
        return int(made[0]), True
    first = journal_of(act)
    if first is None:  # another unique rule held: what it undoes or resolves was undone before
        raise AlreadyDecided(
            _l("ほかの人が先に処理しました。画面を開きなおして、いまの残高を確かめてください。"),
            source=act.source,
        )
    return first, False


def read_journal(journal_id: int) -> Journal:
    """The journal as a row."""
    return db.session.get_one(Journal, journal_id)


def post(journal_id: int, moves: list[Move]) -> None:
    """Write the postings of a journal in order; triggers move the balances and refuse what must not be."""
    for number, move in enumerate(moves, start=1):
        run(
            POST,
            journal=journal_id,
            number=number,
            points=move.amount,
            **given("from", move.from_side),
            **given("to", move.to_side),
        )


def _read(statement: Any, pots: Pots, **params: Any) -> list[Pot]:
    rows = run(statement, holder=pots.holder_id, programme=pots.programme_id, **params)
    return [Pot(*row) for row in rows]


def lots_with_points(pots: Pots) -> list[Pot]:
    """Lots that hold anything: the earliest expiry first, then the oldest month, then the oldest row."""
    found = _read(LOTS, pots)
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
    found = _read(DEBT, pots)
    return found[0] if found else None


def lot_and_debt(pots: Pots, month: date, expires_on: date) -> tuple[int, Pot | None]:
    """The id of the lot of this month and expiry (opened if need be), and the debt, in one read."""
    found = _read(LOT_AND_DEBT, pots, month=month, expires_on=expires_on)
    owed = next((pot for pot in found if pot.kind is AccountKind.OWED), None)
    lot = next((pot for pot in found if pot.kind is AccountKind.LOT), None)
    if lot is not None:
        return lot.id, owed
    return open_account(pots, AccountKind.LOT, month=month, expires_on=expires_on), owed


def single(pots: Pots, kind: AccountKind) -> int:
    """The id of the holder's one account of a kind (pending, owed), opened if need be."""
    found = _read(SINGLE, pots, kind=kind)
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
        "of_programme": pots.programme_id,
        "kind": kind,
        "holder_id": pots.holder_id,
        "programme_id": pots.programme_id,
        "month": month,
        "expires_on": expires_on,
        "hold_key": hold_key,
        "balance": 0,
        "opened_at": clock.now(),
    }
    new_id: int = run(OPEN, **values).scalar_one()
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
        raise NotFound(_l("預かっている分が見つかりません。"), hold_key=hold_key)
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
