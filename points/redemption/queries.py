"""Reads of cash-outs: lists, one with its acts and points, who may decide it, what looks odd about it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, literal, or_, true
from sqlalchemy.orm import joinedload, selectinload, with_expression

from points.bank_accounts import queries as bank_accounts
from points.bank_accounts.kana import KanaRefused, normalise
from points.bank_accounts.models import BankAccount
from points.earning.models import Award
from points.ledger.models import Journal, LedgerAccount, Posting
from points.ledger.states import AccountKind, JournalKind, Unit
from points.programmes.models import Programme
from points.redemption.four_eyes import HAND_ENTRY, Actor, Exclusion, Involvement, exclusion_of
from points.redemption.models import CashOut, CashOutAct, ClaimHold
from points.redemption.states import OPEN_STATES, CashOutState, Step
from volunteer.core import clock
from volunteer.core.db import db
from volunteer.users.models import Acting
from volunteer.users.queries import own_name_of
from volunteer.users.states import ActingAs

PAGE = 30
TABS: dict[str, tuple[CashOutState, ...]] = {
    "requested": (CashOutState.REQUESTED,),
    "approved": (CashOutState.APPROVED,),
    "batched": (CashOutState.BATCHED,),
    "paid": (CashOutState.PAID,),
    "closed": (CashOutState.REJECTED, CashOutState.WITHDRAWN, CashOutState.RETURNED),
}
"""The tabs of the desk's list, in the order of the work."""


@dataclass(frozen=True)
class Flag:
    """Something to look at before deciding: a code, and how grave (a look of the tag component)."""

    code: str
    look: str
    facts: dict[str, str | int | date]


@dataclass(frozen=True, slots=True)
class HandEntries:
    """How many awards of a person one user, or the person they are, typed in; 0 where they only corrected some."""

    user_id: int | None
    person_id: int | None
    count: int

    def is_by(self, actor: Actor) -> bool:
        """Whether it was this member of staff, as a user or as a person."""
        as_person = actor.person_id is not None and self.person_id == actor.person_id
        return as_person or self.user_id == actor.user_id


@dataclass(frozen=True)
class Waiting:
    """How much waits in a state, since when."""

    count: int
    yen: int
    oldest: datetime | None


def own_cash_outs(
    person_id: int, limit: int = 50, unit: Unit | None = Unit.POINTS
) -> list[CashOut]:
    """The person's own, newest first: of points, of what paid work earned, or (None) of both."""
    statement = (
        db.select(CashOut)
        .join(CashOut.programme)
        .where(CashOut.person_id == person_id, true() if unit is None else Programme.unit == unit)
        .order_by(CashOut.id.desc())
        .limit(limit)
    )
    return list(db.session.execute(statement).scalars())


def cash_out_or_none(cash_out_id: int) -> CashOut | None:
    """One cash-out."""
    return db.session.get(CashOut, cash_out_id)


def with_acts(cash_out_id: int) -> CashOut | None:
    """One cash-out with its person, its acts and theirs, and who typed it in, in one statement."""
    statement = (
        db.select(CashOut)
        .where(CashOut.id == cash_out_id)
        .options(
            joinedload(CashOut.person),
            joinedload(CashOut.acts).joinedload(CashOutAct.person),
            with_expression(CashOut.requested_by_name, own_name_of(CashOut.requested_by_user_id)),
        )
        .execution_options(populate_existing=True)
    )
    return db.session.execute(statement).unique().scalar_one_or_none()


def in_tab(tab: str, page_number: int) -> list[CashOut]:
    """One page of a tab with the persons: what waits oldest first, what is done newest first."""
    done = tab in ("paid", "closed")
    order = CashOut.id.desc() if done else CashOut.id
    statement = (
        db.select(CashOut)
        .options(joinedload(CashOut.person))
        .where(CashOut.state.in_(TABS[tab]))
        .order_by(order)
        .offset((page_number - 1) * PAGE)
        .limit(PAGE)
    )
    return list(db.session.execute(statement).scalars())


def waiting_by_state() -> dict[CashOutState, Waiting]:
    """Number, sum in yen and oldest request of each state."""
    statement = db.select(
        CashOut.state,
        func.count(),
        func.sum(CashOut.amount_yen),
        func.min(CashOut.requested_at),
    ).group_by(CashOut.state)
    found = {row[0]: Waiting(row[1], int(row[2]), row[3]) for row in db.session.execute(statement)}
    return {state: found.get(state, Waiting(0, 0, None)) for state in CashOutState}


def approved_by_methods(methods: Collection[str]) -> list[CashOut]:
    """What may be paid by these methods, with its person and acts, oldest first."""
    statement = (
        db.select(CashOut)
        .options(
            joinedload(CashOut.person),
            selectinload(CashOut.acts),
            with_expression(CashOut.is_held_back, _is_held_back()),
        )
        .where(CashOut.state == CashOutState.APPROVED, CashOut.method.in_(methods))
        .order_by(CashOut.id)
        .execution_options(populate_existing=True)
    )
    return list(db.session.execute(statement).scalars())


def _is_held_back() -> ColumnElement[bool]:
    """Whether nothing is paid to the person of a cash-out now (R1)."""
    lasts = or_(ClaimHold.until.is_(None), ClaimHold.until > clock.now())
    held: ColumnElement[bool] = db.exists().where(ClaimHold.person_id == CashOut.person_id, lasts)
    is_points = db.exists().where(
        Programme.id == CashOut.programme_id, Programme.unit == Unit.POINTS
    )
    both: ColumnElement[bool] = held & is_points
    return both


def payable_by_method() -> dict[str, Waiting]:
    """How much may be paid by each method; without what nobody waits for."""
    statement = (
        db.select(
            CashOut.method,
            func.count(),
            func.sum(CashOut.amount_yen),
            func.min(CashOut.requested_at),
        )
        .where(CashOut.state == CashOutState.APPROVED)
        .group_by(CashOut.method)
    )
    return {row[0]: Waiting(row[1], int(row[2]), row[3]) for row in db.session.execute(statement)}


def act_of(cash_out_id: int, step: Step, round_: int = 1) -> CashOutAct | None:
    """The act of a step, if it was taken."""
    statement = db.select(CashOutAct).filter_by(cash_out_id=cash_out_id, step=step, round=round_)
    return db.session.execute(statement).scalar()


def exclusion_for(cash_out: CashOut, actor: Actor, moment: datetime) -> Exclusion | None:
    """Why this actor may not take the next step of this cash-out, or None; read from the database now."""
    person_id = cash_out.person_id
    acts = db.session.execute(
        db.select(CashOutAct).where(CashOutAct.cash_out_id == cash_out.id)
    ).scalars()
    entries = _hand_entries({person_id}, moment).get(person_id, [])
    account = bank_accounts.live_account(person_id)
    money = _money_by([cash_out], moment).get(person_id, set())
    return _exclusion(actor, person_id, acts, entries, account, money)


def exclusion_shown(cash_out: CashOut, actor: Actor, signs: "Signs") -> Exclusion | None:
    """What `exclusion_for` says, from what a page has read already; a service asks again before it acts."""
    person_id = cash_out.person_id
    entries = signs.hand_entered.get(person_id, [])
    money = signs.money_by.get(person_id, set()) if _is_deciding(cash_out) else set()
    return _exclusion(actor, person_id, cash_out.acts, entries, signs.account_of(cash_out), money)


def _exclusion(
    actor: Actor,
    person_id: int,
    acts: Iterable[CashOutAct],
    entries: Iterable[HandEntries],
    account: BankAccount | None,
    money_by: set[int],
) -> Exclusion | None:
    """Acts of payment do not count: they stand before the next step only after a dropped batch, when any
    payer may take it up again.
    """
    acted = [act for act in acts if act.step is not Step.BATCHED]
    facts = Involvement(
        beneficiary_id=person_id,
        acted_user_ids=frozenset(act.user_id for act in acted),
        acted_person_ids=frozenset(act.person_id for act in acted),
        entered_award=any(one.is_by(actor) for one in entries),
        entered_account=account is not None and account.entered_by_user_id == actor.user_id,
        entered_money=actor.user_id in money_by,
    )
    return exclusion_of(actor, facts)


def _is_deciding(cash_out: CashOut) -> bool:
    """Whether the next step approves what paid work earned. Who took the money in may pay it out, not approve it."""
    return cash_out.is_earnings and cash_out.state is CashOutState.REQUESTED


def _money_by(rows: Iterable[CashOut], moment: datetime) -> dict[int, set[int]]:
    """By person: users who took or decided money that became the person's yen, where that matters now."""
    people = {row.person_id for row in rows if _is_deciding(row)}
    if not people:
        return {}
    statement = (
        db.select(Journal.holder_id, Journal.actor_user_id)
        .where(
            Journal.holder_id.in_(people),
            Journal.unit == Unit.YEN,
            Journal.kind == JournalKind.CREDIT,
            Journal.actor_user_id.is_not(None),
            Journal.recorded_at >= moment - HAND_ENTRY,
        )
        .distinct()
    )
    found: dict[int, set[int]] = {}
    for holder_id, user_id in db.session.execute(statement):
        found.setdefault(holder_id, set()).add(user_id)
    return found


def held_points(cash_out: CashOut) -> int:
    """What the ledger holds for this cash-out now."""
    statement = db.select(LedgerAccount.balance).where(
        LedgerAccount.hold_key == f"cash_out:{cash_out.key}"
    )
    return int(db.session.execute(statement).scalar() or 0)


def hold_agrees(cash_out: CashOut) -> bool:
    """Whether the ledger holds exactly the points of this cash-out."""
    return held_points(cash_out) == cash_out.points


def points_used(cash_out: CashOut) -> list[tuple[date, int]]:
    """From which expiry dates the points of the hold were taken, in the order they were taken."""
    hold = db.aliased(LedgerAccount)
    lot = db.aliased(LedgerAccount)
    statement = (
        db.select(lot.expires_on, func.sum(Posting.amount))
        .join(Journal, Journal.id == Posting.journal_id)
        .join(hold, hold.id == Posting.to_account_id)
        .join(lot, lot.id == Posting.from_account_id)
        .where(
            hold.hold_key == f"cash_out:{cash_out.key}",
            Journal.kind == JournalKind.HOLD,
            lot.kind == AccountKind.LOT,
        )
        .group_by(lot.expires_on)
        .order_by(lot.expires_on)
    )
    return [(row[0], int(row[1])) for row in db.session.execute(statement)]


@dataclass(frozen=True)
class Signs:
    """What the flags of a list of cash-outs are made of, read for all of them at once."""

    held: dict[str, int]
    """What the ledger holds, by the key of the hold."""
    accounts: dict[int, bank_accounts.Live]
    """The live account by person."""
    sharing: dict[int, list[str]]
    """By account: the names of others with the same one."""
    hand_entered: dict[int, list[HandEntries]]
    """By person: awards typed in by somebody within the watched time."""
    money_by: dict[int, set[int]]
    """By person whose earnings wait for approval: users who took or decided the money."""

    def account_of(self, cash_out: CashOut) -> BankAccount | None:
        """Where the money goes: the person's live account (a later change is held back, not ignored)."""
        live = self.accounts.get(cash_out.person_id)
        return live.account if live else None

    def holds(self, cash_out: CashOut) -> bool:
        """What `hold_agrees` says, from what was read."""
        return self.held.get(f"cash_out:{cash_out.key}", 0) == cash_out.points


def signs_of(rows: Sequence[CashOut], held: dict[str, int] | None = None) -> Signs:
    """Read them, in as many statements as there are kinds; `held` where the ledger was read already."""
    people, now = {row.person_id for row in rows}, clock.now()
    accounts = bank_accounts.live_accounts(people, now)
    return Signs(
        held=_held({f"cash_out:{row.key}" for row in rows}) if held is None else held,
        accounts=accounts,
        sharing=bank_accounts.names_sharing(one.account for one in accounts.values()),
        hand_entered=_hand_entries(people, now),
        money_by=_money_by(rows, now),
    )


def _held(keys: set[str]) -> dict[str, int]:
    statement = db.select(LedgerAccount.hold_key, LedgerAccount.balance).where(
        LedgerAccount.hold_key.in_(keys)
    )
    return {str(key): int(balance) for key, balance in db.session.execute(statement)}


def _hand_entries(people: set[int], moment: datetime) -> dict[int, list[HandEntries]]:
    by = (Award.entered_by_user_id, Award.entered_by_person_id)
    is_recent = Award.holder_id.in_(people) & (Award.created_at >= moment - HAND_ENTRY)
    entered = (
        db.select(Award.holder_id, *by, func.count())
        .where(is_recent, or_(*(one.is_not(None) for one in by)))
        .group_by(Award.holder_id, *by)
    )
    own = (Acting.user_id == Journal.actor_user_id) & (Acting.capacity == ActingAs.SELF)
    corrected = (  # who gives somebody other points by other times has typed these points in, too
        db.select(Award.holder_id, Journal.actor_user_id, Acting.party_id, literal(0))
        .join(Journal, Journal.id == Award.journal_id)
        .outerjoin(Acting, own)
        .where(is_recent, Award.revision > 1, Journal.actor_user_id.is_not(None))
    )
    statement = entered.union_all(corrected)
    found: dict[int, list[HandEntries]] = {}
    for holder_id, user_id, person_id, count in db.session.execute(statement):
        found.setdefault(holder_id, []).append(HandEntries(user_id, person_id, int(count)))
    return found


def flags_of(cash_out: CashOut, signs: Signs) -> list[Flag]:
    """What an approver should look at."""
    flags = []
    held = signs.held.get(f"cash_out:{cash_out.key}", 0)
    if cash_out.state in OPEN_STATES and held != cash_out.points:
        flags.append(Flag("hold_disagrees", "bad", {"held": held}))
    if cash_out.bank_account_id is not None:
        flags += _account_flags(cash_out, signs)
    entries = signs.hand_entered.get(cash_out.person_id, [])
    entered = sum(one.count for one in entries if one.user_id is not None)
    if entered:
        flags.append(Flag("hand_entered", "warn", {"count": entered}))
    if cash_out.is_proxy:
        flags.append(Flag("proxy", "", {}))
    return flags


def _account_flags(cash_out: CashOut, signs: Signs) -> list[Flag]:
    live = signs.accounts.get(cash_out.person_id)
    if live is None:
        return [Flag("no_account", "bad", {})]
    account, until = live
    flags = []
    if not is_name_alike(account.holder_kana, cash_out.person.kana):
        flags.append(Flag("name_differs", "bad", {"holder": account.holder_kana}))
    if until is not None:
        flags.append(Flag("changed", "warn", {"until": clock.to_tokyo(until).date()}))
    if names := signs.sharing.get(account.id):
        flags.append(Flag("shared", "warn", {"names": "、".join(names)}))
    return flags


def is_name_alike(holder_kana: str, person_kana: str) -> bool:
    """Whether the account's holder is the person, as far as kana can tell (spaces do not count)."""
    try:
        own = normalise(person_kana).text
    except KanaRefused:
        return False
    return holder_kana.replace(" ", "") == own.replace(" ", "")[: len(holder_kana)]
