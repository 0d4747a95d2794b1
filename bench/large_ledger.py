"""A ledger of many years in a few minutes: people help, exchange and let points lapse; rows are loaded in bulk.

The rows are those which the services would have written (accounts, journals, postings, awards, cap rows, standings),
made day by day from a seed. Guards are off while they are loaded and back afterwards; whether the rows are right is
what `ledger verify` says of them.
"""

import hashlib
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select, text

from migrations.guards import _drop_all, install_guards
from points.earning.facts import ActivityFacts, Grade
from points.ledger.models import LedgerAccount
from points.ledger.postings import Pots
from tests.factories import rules
from tests.factories.points import make_programme
from tests.factories.volunteer import make_person
from volunteer.core import clock
from volunteer.core.db import db, write_turn, writing_allowed

BEGIN = date(2021, 4, 1)
GIVEN = 100
HELPS_A_DAY = 0.13
EXCHANGE = 1000
EXCHANGES_A_DAY = 0.012
CHUNK = 20_000
PROGRAMME = rules.text_of(
    awards='[[awards]]\ncategories = ["visit"]\nbasis = "per_hour"\npoints = 100\n',
    expiry='[expiry]\nkind = "end_of_next_year"\n',
    more="[caps]\ndaily_points = 1000\nyearly_points = 100000\n",
)
COLUMNS = {
    "ledger_account": "id unit kind holder_id programme_id month expires_on hold_key balance opened_at",
    "journal": "id key request_hash kind unit holder_id programme_id rule_version_id effective_on"
    " occurred_at recorded_at reason source",
    "posting": "id journal_id seq from_account_id to_account_id amount",
    "award": "source_kind source_id revision holder_id programme_id rule_version_id category_code"
    " activity_on grade facts points reason reason_facts day_cap_left year_cap_left day_cap_counted"
    " expires_on state journal_id created_at decided_at",
    "cap_usage": "holder_id programme_id period starts_on used",
    "standing": "holder_id programme_id unit in_lots unsettled turns",
}


@dataclass
class Account:
    """An account while the years pass."""

    id: int
    kind: str
    pots: Pots
    month: date | None = None
    expires_on: date | None = None
    balance: int = 0


@dataclass
class Holder:
    """Somebody with lots in the order in which they are used, and open holds."""

    pots: Pots
    lots: list[Account] = field(default_factory=list)
    holds: list[tuple[date, Account]] = field(default_factory=list)
    used: dict[date, int] = field(default_factory=dict)
    """Points of a programme year."""


@dataclass
class Years:
    """The world being played, and the rows that wait to be written."""

    holders: list[Holder]
    rule_version_id: int
    system: dict[str, int]
    wanted: int
    next_account: int
    luck: random.Random = field(default_factory=lambda: random.Random(7))  # noqa: S311 - no secret
    rows: dict[str, list[tuple[Any, ...]]] = field(default_factory=lambda: {t: [] for t in COLUMNS})
    accounts: list[Account] = field(default_factory=list)
    journals: int = 0
    postings: int = 0
    today: date = BEGIN

    def play(self) -> Iterator[dict[str, list[tuple[Any, ...]]]]:
        """Day after day until there are enough postings; yields rows whenever a chunk is full."""
        while self.postings < self.wanted:
            self._day()
            if len(self.rows["posting"]) >= CHUNK:
                yield self._written()
            self.today += timedelta(days=1)
        self.rows["standing"] = [
            (h.pots.holder_id, h.pots.programme_id, "points", sum(x.balance for x in h.lots), 0, 0)
            for h in self.holders
        ]
        self.rows["ledger_account"] = [self._account_row(one) for one in self.accounts]
        self.rows["cap_usage"] += [
            (h.pots.holder_id, h.pots.programme_id, "year", start, points)
            for h in self.holders for start, points in h.used.items()
        ]  # fmt: skip
        yield self._written()

    def _written(self) -> dict[str, list[tuple[Any, ...]]]:
        full, self.rows = self.rows, {table: [] for table in COLUMNS}
        return full

    def _day(self) -> None:
        for holder in self.holders:
            if (self.today.month, self.today.day) == (4, 1):
                self._expire(holder)
            drawn = self.luck.random()
            if drawn < HELPS_A_DAY:
                self._help(holder)
            elif drawn < HELPS_A_DAY + EXCHANGES_A_DAY:
                self._exchange(holder)
            if holder.holds and holder.holds[0][0] <= self.today:
                _day, hold = holder.holds.pop(0)
                self._act("settle", holder, [(hold.id, self.system["paid"], hold.balance)])
                hold.balance = 0

    def _act(
        self, kind: str, holder: Holder, moves: list[tuple[int, int, int]], rule: Any = None
    ) -> int:
        self.journals += 1
        number = self.journals
        key = f"award:bench:{number}:1" if rule else f"{kind}:bench:{number}"
        moment = self._moment(hour=3)
        pots = holder.pots
        self.rows["journal"].append(
            (number, key, hashlib.sha256(key.encode()).hexdigest(), kind, "points", pots.holder_id,
             pots.programme_id, rule, self.today, moment, moment, "", f"bench:{number}")
        )  # fmt: skip
        for seq, (source, target, amount) in enumerate(moves, start=1):
            self.postings += 1
            self.rows["posting"].append((self.postings, number, seq, source, target, amount))
        return number

    def _help(self, holder: Holder) -> None:
        pots, month = holder.pots, self.today.replace(day=1)
        start = date(self.today.year - (self.today.month < 4), 4, 1)
        ends = date(start.year + 2, 3, 31)
        lot = next((one for one in reversed(holder.lots) if one.month == month), None)
        if lot is None:
            lot = self._open("lot", pots, month, ends)
            holder.lots.append(lot)
        lot.balance += GIVEN
        number = self._act(
            "credit", holder, [(self.system["issued"], lot.id, GIVEN)], self.rule_version_id
        )
        used = holder.used.get(start, 0)
        holder.used[start] = used + GIVEN
        facts = ActivityFacts("bench", number, pots.holder_id, "visit", None, "", self.today, 60, 60, 0,
                              False, False, False, Grade.ON_SITE)  # fmt: skip
        moment = self._moment(hour=3)
        self.rows["award"].append(
            ("bench", number, 1, pots.holder_id, pots.programme_id, self.rule_version_id, "visit", self.today,
             "on_site", json.dumps(facts.as_json()), GIVEN, "awarded", "{}", 1000, 100_000 - used, GIVEN, ends,
             "settled", number, moment, moment)
        )  # fmt: skip
        self.rows["cap_usage"].append((pots.holder_id, pots.programme_id, "day", self.today, GIVEN))

    def _exchange(self, holder: Holder) -> None:
        if sum(lot.balance for lot in holder.lots) < EXCHANGE:
            return
        hold, left, moves = self._open("hold", holder.pots), EXCHANGE, []
        for lot in holder.lots:
            part = min(lot.balance, left)
            if part:
                lot.balance -= part
                left -= part
                moves.append((lot.id, hold.id, part))
        hold.balance = EXCHANGE
        self._act("hold", holder, moves)
        holder.lots = [
            lot for lot in holder.lots if lot.balance or lot.month == self.today.replace(day=1)
        ]
        holder.holds.append((self.today + timedelta(days=20), hold))

    def _expire(self, holder: Holder) -> None:
        for lot in holder.lots:
            if lot.expires_on and lot.expires_on < self.today and lot.balance:
                self._act("expire", holder, [(lot.id, self.system["expired"], lot.balance)])
                lot.balance = 0
        holder.lots = [lot for lot in holder.lots if lot.balance]

    def _open(
        self, kind: str, pots: Pots, month: date | None = None, ends: date | None = None
    ) -> Account:
        made = Account(self.next_account, kind, pots, month, ends)
        self.next_account += 1
        self.accounts.append(made)
        return made

    def _account_row(self, one: Account) -> tuple[Any, ...]:
        key = f"bench:{one.id}" if one.kind == "hold" else None
        return (one.id, "points", one.kind, one.pots.holder_id, one.pots.programme_id, one.month,
                one.expires_on, key, one.balance, self._moment(hour=0))  # fmt: skip

    def _moment(self, hour: int) -> str:
        return f"{datetime.combine(self.today, time(hour), UTC):%Y-%m-%d %H:%M:%S.%f}"


def load(postings: int) -> date:
    """Fill the database in use with so many postings; the first day after the last of them."""
    years = _begin(postings)
    db.session.remove()
    with writing_allowed(), db.engine.connect() as connection:
        _drop_all(connection)
        connection.commit()
        write = _copy if connection.dialect.name == "postgresql" else _insert
        if write is _insert:  # accounts come last; no transaction may be open for the PRAGMA
            connection.connection.driver_connection.execute("PRAGMA foreign_keys = OFF")  # type: ignore[union-attr]
        for rows in years.play():
            for table, some in rows.items():
                write(connection, table, some)
        connection.commit()
        install_guards(connection)
        connection.execute(text("ANALYZE"))
        connection.commit()
    return years.today


def _begin(postings: int) -> Years:
    clock.set(datetime.combine(BEGIN, time(0), UTC))
    with write_turn():
        programme = make_programme("bench", source=PROGRAMME, valid_from=date(2000, 4, 1))
        version = db.session.execute(text("SELECT max(id) FROM rule_version")).scalar_one()
        people = [
            make_person("計測 太郎", number=f"L{n:06d}") for n in range(max(20, postings // 333))
        ]
        holders = [Holder(Pots(person.party_id, programme.id)) for person in people]
    system = db.session.execute(
        select(LedgerAccount.kind, LedgerAccount.id).where(
            LedgerAccount.holder_id.is_(None), LedgerAccount.unit == "points"
        )
    )
    named = {row.kind.value: row.id for row in system}
    highest = db.session.execute(select(func.max(LedgerAccount.id))).scalar_one()
    return Years(holders, version, named, postings, highest + 1)


def _insert(connection: Any, table: str, rows: list[tuple[Any, ...]]) -> None:
    columns = COLUMNS[table].split()
    marks = ", ".join("?" * len(columns))
    driver = connection.connection.driver_connection
    plain = [[str(one) if isinstance(one, date) else one for one in row] for row in rows]
    driver.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", plain)  # noqa: S608


def _copy(connection: Any, table: str, rows: list[tuple[Any, ...]]) -> None:
    connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
    cursor = connection.connection.driver_connection.cursor()
    with cursor.copy(f"COPY {table} ({', '.join(COLUMNS[table].split())}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
