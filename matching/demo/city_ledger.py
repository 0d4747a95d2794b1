"""The points of a measured city: credited, confirmed, exchanged, lapsed, as rows that the services would have written.

The numbers are those of the example scheme (matching/towns/data): 100 points an hour, 200 a day, 5,000 a year, good
until the end of the next fiscal year, exchanged from 1,000 on in hundreds.
"""

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache

from sqlalchemy import select

from matching.demo.city_people import Town
from matching.demo.city_rows import Rows, moment_text
from points.ledger.models import LedgerAccount
from points.ledger.states import Unit
from volunteer.core import clock
from volunteer.core.db import db
from volunteer.core.permissions import Role

PER_HOUR, DAILY, YEARLY, ENOUGH, STEP = 100, 200, 5000, 1000, 100

fiscal_year = cache(clock.year_bounds)
"""Asked several times for each attendance."""


@dataclass(slots=True)
class Lot:
    """Points of a month, as they stand while the years pass."""

    account_id: int
    expires_on: date
    balance: int = 0
    last_posting: int = 0


@dataclass(slots=True)
class Holder:
    """Somebody who helps."""

    person_id: int
    user_id: int | None
    pending_id: int = 0
    lots: dict[date, Lot] = field(default_factory=dict)
    used: dict[date, int] = field(default_factory=lambda: defaultdict(int))
    """Points of a programme year, by its first day."""

    @property
    def points(self) -> int:
        """All lots together."""
        return sum(lot.balance for lot in self.lots.values())


@dataclass(frozen=True, slots=True)
class Credit:
    """What an attendance is worth."""

    attendance_id: int
    day: date
    points: int
    at: str
    settled_at: str
    actor_user_id: int
    is_claimed: bool


class Ledger:
    """Writes journals and postings of holders into the rows."""

    def __init__(self, rows: Rows, town: Town) -> None:
        """Find the accounts that points come from and go to."""
        self.rows, self.town = rows, town
        found = db.session.execute(
            select(LedgerAccount.kind, LedgerAccount.id).where(
                LedgerAccount.holder_id.is_(None), LedgerAccount.unit == Unit.POINTS
            )
        )
        self._system = {row.kind.value: row.id for row in found}

    def credit(self, holder: Holder, credit: Credit, award_id: int) -> tuple[int, Lot]:
        """Points for an activity, claimed ones by way of `pending`; (journal, lot)."""
        lot, key = self._lot(holder, credit), f"award:attendance:{credit.attendance_id}:1"
        source, issued = f"attendance:{credit.attendance_id}", self._system["issued"]
        first = self._pending(holder, credit.at) if credit.is_claimed else lot.account_id
        act = (holder, credit.actor_user_id, credit.day)
        journal = self._journal(
            "credit", act, credit.at, key, source, [(issued, first, credit.points)]
        )
        if credit.is_claimed:
            move = (first, lot.account_id, credit.points)
            self._journal(
                "confirm", act, credit.settled_at, f"confirm:award:{award_id}", f"journal:{journal}", [move]
            )  # fmt: skip
        lot.balance += credit.points
        lot.last_posting = self._posting
        holder.used[fiscal_year(credit.day)[0]] += credit.points
        return journal, lot

    def _lot(self, holder: Holder, credit: Credit) -> Lot:
        month = clock.month_of(credit.day)
        if month not in holder.lots:
            ends = fiscal_year(credit.day)[1].replace(year=fiscal_year(credit.day)[1].year + 1)
            ends -= timedelta(days=1)
            holder.lots[month] = Lot(self._account(holder, "lot", credit.at, (month, ends)), ends)
        return holder.lots[month]

    def _pending(self, holder: Holder, at: str) -> int:
        holder.pending_id = holder.pending_id or self._account(holder, "pending", at)
        return holder.pending_id

    def _account(
        self, holder: Holder, kind: str, at: str, lot: tuple[date, date] | None = None, key: str | None = None
    ) -> int:  # fmt: skip
        made = self.rows.new("ledger_account")
        month, ends = (str(lot[0]), str(lot[1])) if lot else (None, None)
        self.rows.add(
            "ledger_account", made, "points", kind, holder.person_id, self.town.programme_id, month, ends, key,
            0, at,
        )  # fmt: skip
        return made

    def _journal(
        self, kind: str, act: tuple[Holder, int | None, date], at: str, key: str, source: str,
        moves: list[tuple[int, int, int]],
    ) -> int:  # fmt: skip
        made, (holder, actor, day) = self.rows.new("journal"), act
        version = None if kind in ("settle", "expire") else self.town.rule_version_id
        self.rows.add(
            "journal", made, key, hashlib.sha256(key.encode()).hexdigest(), kind, "points", holder.person_id,
            self.town.programme_id, version, actor, str(day), at, at, "", source,
        )  # fmt: skip
        for seq, move in enumerate(moves, start=1):
            self._posting = self.rows.new("posting")
            self.rows.add("posting", self._posting, made, seq, *move)
        return made

    def exchange(self, holder: Holder, day: date) -> None:
        """All full hundreds are asked for on `day`, approved on the next and handed over on the third."""
        at = [clock.from_tokyo(day + timedelta(days=n)) + timedelta(hours=10) for n in range(3)]
        cash_out, key = self.rows.new("cash_out"), ""
        key = hashlib.md5(f"city:{cash_out}".encode(), usedforsecurity=False).hexdigest()
        points, hold = holder.points // STEP * STEP, 0
        hold = self._account(holder, "hold", moment_text(at[0]), key=f"cash_out:{key}")
        by, source = holder.user_id or self.town.staff[Role.COORDINATOR][0], f"cash_out:{cash_out}"
        self._journal(
            "hold", (holder, by, day), moment_text(at[0]), f"cash_out:{key}:hold", source,
            self._take(holder, hold, points),
        )  # fmt: skip
        payer = self.town.staff[Role.PAYER][0]
        paid_on = day + timedelta(days=2)
        self._journal(
            "settle", (holder, payer, paid_on), moment_text(at[2]), f"cash_out:{key}:settle", source,
            [(hold, self._system["paid"], points)],
        )  # fmt: skip
        self._papers(holder, cash_out, key, points, at)

    @staticmethod
    def _take(holder: Holder, hold: int, points: int) -> list[tuple[int, int, int]]:
        moves = []
        for lot in sorted(holder.lots.values(), key=lambda one: (one.expires_on, one.account_id)):
            part = min(lot.balance, points)
            if part:
                lot.balance -= part
                points -= part
                moves.append((lot.account_id, hold, part))
        return moves

    def _papers(
        self, holder: Holder, cash_out: int, key: str, points: int, at: list[datetime]
    ) -> None:
        """The cash-out, its three acts, its receipt."""
        asked, decided, paid = (moment_text(one) for one in at)
        (approver, approves), (payer, pays) = (
            self.town.staff[Role.APPROVER],
            self.town.staff[Role.PAYER],
        )
        proxy = holder.user_id is None
        asks = holder.user_id or self.town.staff[Role.COORDINATOR][0]
        self.rows.add(
            "cash_out", cash_out, f"K-{self.rows.number('cash_out'):04d}", key, holder.person_id,
            self.town.programme_id, self.town.rule_version_id, "desk_cash", points, points, "paid", asked, asks,
            int(proxy), "委任状（見本）" if proxy else "", "窓口で申し出" if proxy else "", paid, "", paid,
        )  # fmt: skip
        for step, user, person, verdict, moment in (
            ("requested", asks, holder.person_id, "", asked),
            ("decided", approver, approves, "approved", decided),
            ("batched", payer, pays, "paid", paid),
        ):
            self.rows.add(
                "cash_out_act", self.rows.new("cash_out_act"), cash_out, step, 1, user, person, verdict, "",
                moment,
            )  # fmt: skip
        batch, year = (
            self.rows.new("payout_batch"),
            fiscal_year(clock.to_tokyo(at[2]).date())[0].year,
        )
        self.rows.add(
            "payout_batch", batch, f"R{year - 2018}-{self.rows.number(f'receipt-{year}'):04d}", "desk_cash",
            str(clock.to_tokyo(at[2]).date()), 1, points, "", "", "paid", payer, paid, payer, paid,
        )  # fmt: skip
        self.rows.add(
            "payout_line", self.rows.new("payout_line"), key, batch, 1, cash_out, points, "", "", "", "", "", "",
            "paid", payer, paid, "",
        )  # fmt: skip

    def expire(self, holder: Holder, today: date) -> None:
        """What is past its last valid day has lapsed; empty lots of past months are forgotten."""
        at = moment_text(clock.from_tokyo(today))
        for lot in holder.lots.values():
            if lot.expires_on < today and lot.balance:
                key = f"expire:{lot.account_id}:{lot.last_posting}"
                self._journal(
                    "expire", (holder, None, today), at, key, f"lot:{lot.account_id}",
                    [(lot.account_id, self._system["expired"], lot.balance)],
                )  # fmt: skip
                lot.balance = 0
        holder.lots = {month: lot for month, lot in holder.lots.items() if lot.balance}
