"""What must be true of the ledger (I1–I7, I10, I11, I13, the guards), each rule naming its first bad row.

Rules are queries that return rows only when something is wrong; the whole check runs in one snapshot. The order of
postings within one holder is the order of their ids, because every act locks the holder's standing first.
"""

# ruff: noqa: S608 - the queries are put together from our own words only

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import text, true

from points.ledger import guarding
from points.ledger.models import Journal, Posting
from points.ledger.query_rules import Rule, first_bad_rows
from points.ledger.replay import Clock, Replay
from points.ledger.scope import scope
from points.ledger.seals import Chain
from points.ledger.states import JournalKind
from points.ledger.walk import Observer, walk
from volunteer.core import clock
from volunteer.core.db import db
from volunteer.core.hooks import Finding

EXPIRY_GRACE = timedelta(days=2)
"""A lapsed lot older than this means that the expiry run did not come."""


TOTAL = "(SELECT coalesce(sum(amount), 0) FROM posting WHERE journal_id = {}.id)"

# fmt: off
RULES = (
    Rule("I1 amount", "posting", "amount {amount} is not above zero",
         "SELECT id, amount FROM posting WHERE amount <= 0"),
    Rule("I1 accounts", "posting", "moves from an account to itself",
         "SELECT id FROM posting WHERE from_account_id = to_account_id"),
    Rule("I1 units", "posting", "mixes units",
         "SELECT p.id FROM posting p JOIN journal j ON j.id = p.journal_id"
         " JOIN ledger_account a ON a.id = p.from_account_id"
         " JOIN ledger_account b ON b.id = p.to_account_id"
         " WHERE a.unit <> b.unit OR a.unit <> j.unit"),
    Rule("I1 holder", "posting", "touches an account of another holder or programme than its journal",
         "SELECT p.id FROM posting p JOIN journal j ON j.id = p.journal_id JOIN ledger_account a"
         " ON a.id IN (p.from_account_id, p.to_account_id) WHERE a.holder_id IS NOT NULL"
         " AND j.kind <> 'transfer' AND (j.holder_id IS NULL OR a.holder_id <> j.holder_id"
         " OR a.programme_id <> j.programme_id)"),
    Rule("I2 rows", "posting", "its journal or one of its accounts is missing",
         "SELECT p.id FROM posting p LEFT JOIN journal j ON j.id = p.journal_id"
         " LEFT JOIN ledger_account a ON a.id = p.from_account_id"
         " LEFT JOIN ledger_account b ON b.id = p.to_account_id"
         " WHERE j.id IS NULL OR a.id IS NULL OR b.id IS NULL"),
    Rule("I2 empty", "journal", "has no posting",
         "SELECT j.id FROM journal j WHERE NOT EXISTS"
         " (SELECT 1 FROM posting p WHERE p.journal_id = j.id)"),
    Rule("I2 gap", "journal", "a posting of it is missing: {count} rows, last number {last}",
         "SELECT journal_id AS id, count(*) AS count, max(seq) AS last FROM posting"
         " GROUP BY journal_id HAVING count(*) <> max(seq) OR min(seq) <> 1"),
    Rule("I3 system", "ledger_account", "a system account keeps a balance of {balance}",
         "SELECT id, balance FROM ledger_account WHERE holder_id IS NULL AND balance <> 0"),
    Rule("I3 standing", "standing", "{in_lots} in lots, but the lots hold {total}",
         "SELECT s.id, s.in_lots, coalesce(sum(a.balance), 0) AS total FROM standing s"
         " LEFT JOIN ledger_account a ON a.holder_id = s.holder_id"
         " AND a.programme_id = s.programme_id AND a.unit = s.unit AND a.kind = 'lot'"
         " GROUP BY s.id, s.in_lots HAVING s.in_lots <> coalesce(sum(a.balance), 0)"),
    Rule("I3 no standing", "ledger_account", "its holder has no standing",
         "SELECT a.id FROM ledger_account a WHERE a.kind = 'lot' AND NOT EXISTS (SELECT 1"
         " FROM standing s WHERE s.holder_id = a.holder_id AND s.programme_id = a.programme_id"
         " AND s.unit = a.unit)"),
    Rule("I4 sign", "ledger_account", "{kind} stands at {balance}",
         "SELECT id, kind, balance FROM ledger_account WHERE"
         " (kind IN ('lot', 'hold', 'pending') AND balance < 0) OR (kind = 'owed' AND balance > 0)"),
    Rule("I4 debt", "standing", "has {in_lots} points in lots and a debt of {owed} at once",
         "SELECT s.id, s.in_lots, a.balance AS owed FROM standing s JOIN ledger_account a"
         " ON a.holder_id = s.holder_id AND a.programme_id = s.programme_id AND a.unit = s.unit"
         " AND a.kind = 'owed' WHERE a.balance < 0 AND s.in_lots > 0"),
    Rule("I6 key", "journal", "another journal has the same key",
         "SELECT max(id) AS id FROM journal GROUP BY key HAVING count(*) > 1"),
    Rule("I6 twice", "journal", "undoes what another journal has undone",
         "SELECT max(id) AS id FROM journal WHERE reverses_id IS NOT NULL"
         " GROUP BY reverses_id HAVING count(*) > 1"),
    Rule("I6 mirror", "journal", "is no mirror of journal {reverses_id}: {total} instead of {expected}",
         f"SELECT j.id, j.reverses_id, {TOTAL.format('j')} AS total, {TOTAL.format('first')} AS expected"
         " FROM journal j JOIN journal first ON first.id = j.reverses_id WHERE j.reverses_id IS NOT NULL"
         f" AND ({TOTAL.format('j')} <> {TOTAL.format('first')} OR j.holder_id <> first.holder_id"
         " OR j.programme_id <> first.programme_id OR first.kind <> CASE j.kind"
         " WHEN 'reverse' THEN 'credit' WHEN 'void' THEN 'hold' WHEN 'return' THEN 'settle'"
         " ELSE '' END)"),
    Rule("I6 undoes", "journal", "is a {kind} of nothing",
         "SELECT id, kind FROM journal WHERE kind IN ('reverse', 'void', 'return')"
         " AND reverses_id IS NULL"),
    Rule("I6 resolved twice", "journal", "resolves what another journal has resolved",
         "SELECT max(id) AS id FROM journal WHERE kind IN ('confirm', 'refuse')"
         " GROUP BY source HAVING count(*) > 1"),
    Rule("I6 resolves", "journal", "resolves no pending credit of the same holder and sum",
         "SELECT j.id FROM journal j WHERE j.kind IN ('confirm', 'refuse') AND NOT EXISTS ("
         "SELECT 1 FROM journal c JOIN posting p ON p.journal_id = c.id"
         " JOIN ledger_account a ON a.id = p.to_account_id AND a.kind = 'pending'"
         " WHERE j.source = 'journal:' || c.id AND c.kind = 'credit' AND c.holder_id = j.holder_id"
         " AND c.programme_id = j.programme_id AND p.amount ="
         " (SELECT sum(amount) FROM posting WHERE journal_id = j.id))"),
    Rule("I7 hold", "ledger_account", "holds {balance}, was filled with {filled} by {fills} journals and"
         " closed {closings} times",
         "SELECT * FROM (SELECT a.id, a.balance,"
         " (SELECT coalesce(sum(amount), 0) FROM posting WHERE to_account_id = a.id) AS filled,"
         " (SELECT count(DISTINCT journal_id) FROM posting WHERE to_account_id = a.id) AS fills,"
         " (SELECT count(DISTINCT journal_id) FROM posting WHERE from_account_id = a.id) AS closings"
         " FROM ledger_account a WHERE a.kind = 'hold') AS holds"
         " WHERE fills <> 1 OR closings > 1 OR balance <> CASE closings WHEN 0 THEN filled ELSE 0 END"),
    Rule("I10 expired", "ledger_account", "ended on {expires_on} and still holds {balance}",
         "SELECT id, expires_on, balance FROM ledger_account WHERE kind = 'lot' AND balance > 0"
         " AND expires_on < :lapsed"),
    Rule("I11 unsettled", "standing", "{unsettled} unsettled points are below zero",
         "SELECT id, unsettled FROM standing WHERE unsettled < 0"),
)
# fmt: on


def findings() -> list[Finding]:
    """The first bad row of each rule of the ledger; empty when all is well."""
    return [
        *first_bad_rows(RULES, lapsed=clock.today() - EXPIRY_GRACE),
        *_shapes(),
        *guarding.findings(),
        *_by_walking(),
    ]


def _by_walking() -> list[Finding]:
    """Balances, clock and chain: one reading of everything, or two of what a scope leaves to be looked at."""
    replay: list[Observer] = [Replay(), Clock()]
    chain = Chain()
    if not scope().seal_id:
        return walk([*replay, chain], true(), "postings")
    return [
        *walk([chain], Posting.id > scope().after_posting_id, "chain"),
        *walk(replay, scope().holders(Journal.holder_id), "postings"),
    ]


SHAPES: dict[JournalKind, set[tuple[str, str]]] = {
    JournalKind.CREDIT: {("issued", "lot"), ("issued", "owed"), ("issued", "pending")},
    JournalKind.CONFIRM: {("pending", "lot"), ("pending", "owed")},
    JournalKind.REFUSE: {("pending", "forfeited")},
    JournalKind.HOLD: {("lot", "hold")},
    JournalKind.SETTLE: {("hold", "paid")},
    JournalKind.VOID: {("hold", "lot"), ("hold", "owed"), ("hold", "expired")},
    JournalKind.RETURN: {("paid", "lot"), ("paid", "owed"), ("paid", "expired")},
    JournalKind.EXPIRE: {("lot", "expired")},
    JournalKind.REVERSE: {("lot", "issued"), ("owed", "issued"), ("pending", "issued")},
    JournalKind.TRANSFER: {
        ("lot", "lot"),
        ("lot", "owed"),
        ("lot", "adjust"),
        ("adjust", "lot"),
        ("adjust", "owed"),
    },
    JournalKind.ADJUST: {("adjust", "lot"), ("adjust", "owed"), ("lot", "adjust")},
}
"""From which kind of account to which kind each kind of journal may move."""


def _shapes() -> Iterator[Finding]:
    rows = db.session.execute(
        text(
            "SELECT j.kind AS kind, a.kind AS source, b.kind AS target, min(p.id) AS id"
            " FROM posting p JOIN journal j ON j.id = p.journal_id"
            " JOIN ledger_account a ON a.id = p.from_account_id"
            " JOIN ledger_account b ON b.id = p.to_account_id"
            " GROUP BY j.kind, a.kind, b.kind ORDER BY min(p.id)"
        )
    )
    for row in rows:
        if (row.source, row.target) not in SHAPES[JournalKind(row.kind)]:
            words = f"a {row.kind} may not move from {row.source} to {row.target}"
            yield Finding("I5 shape", f"posting:{row.id}", words)
            return
