"""What must be true of awards (I8, I9): each has its journal, its points follow from its facts, caps add up."""

# ruff: noqa: S608 - the queries are put together from our own words only

from points.earning import reading
from points.ledger.query_rules import Rule, first_bad_rows
from volunteer.core.hooks import Finding

RESOLVED = (
    "(SELECT min(r.kind) FROM journal r WHERE r.kind IN ('confirm', 'refuse')"
    " AND r.source = 'journal:' || a.journal_id)"
)
IS_REVERSED = "EXISTS (SELECT 1 FROM journal r WHERE r.reverses_id = a.journal_id)"
IS_PENDING = (
    "EXISTS (SELECT 1 FROM posting p JOIN ledger_account t ON t.id = p.to_account_id"
    " WHERE p.journal_id = a.journal_id AND t.kind = 'pending')"
)

# fmt: off
RULES = (
    Rule("I8 journal", "award", "gave {points} points and has no journal",
         "SELECT id, points FROM award WHERE points > 0 AND journal_id IS NULL AND state <> 'reversed'"),
    Rule("I8 nothing", "award", "gave nothing and has a journal",
         "SELECT id FROM award WHERE points = 0 AND journal_id IS NOT NULL"),
    Rule("I8 amount", "award", "gave {points} points, its journal moved {total}",
         "SELECT a.id, a.points, (SELECT sum(amount) FROM posting p WHERE p.journal_id = a.journal_id)"
         " AS total FROM award a WHERE a.journal_id IS NOT NULL AND a.points <>"
         " (SELECT coalesce(sum(amount), 0) FROM posting p WHERE p.journal_id = a.journal_id)"),
    Rule("I8 holder", "award", "its journal is of another holder, programme, version or day",
         "SELECT a.id FROM award a JOIN journal j ON j.id = a.journal_id WHERE j.kind <> 'credit'"
         " OR j.holder_id <> a.holder_id OR j.programme_id <> a.programme_id"
         " OR j.rule_version_id <> a.rule_version_id OR j.effective_on <> a.activity_on"),
    Rule("I8 live", "award", "{state}, but its journal was taken back",
         "SELECT a.id, a.state FROM award a WHERE a.state IN ('pending', 'credited', 'settled')"
         f" AND {IS_REVERSED}"),
    Rule("I8 reversed", "award", "is reversed, but its journal was not taken back",
         "SELECT a.id FROM award a WHERE a.state = 'reversed' AND a.journal_id IS NOT NULL"
         f" AND NOT {IS_REVERSED}"),
    Rule("I8 pending", "award", "{state}, but its points wait or were decided otherwise",
         f"SELECT a.id, a.state FROM award a WHERE a.journal_id IS NOT NULL AND {IS_PENDING} AND ("
         f"(a.state = 'pending' AND {RESOLVED} IS NOT NULL)"
         f" OR (a.state IN ('credited', 'settled') AND coalesce({RESOLVED}, '') <> 'confirm')"
         f" OR (a.state = 'refused' AND coalesce({RESOLVED}, '') <> 'refuse'))"),
    Rule("I8 credited", "award", "is pending, but its points are on the account",
         "SELECT a.id FROM award a WHERE a.journal_id IS NOT NULL AND a.state IN ('pending', 'refused')"
         f" AND NOT {IS_PENDING}"),
    Rule("I8 twice", "award", "is live beside another revision of the same activity",
         "SELECT max(id) AS id FROM award WHERE state <> 'reversed' AND state <> 'refused'"
         " GROUP BY source_kind, source_id HAVING count(*) > 1"),
    Rule("I8 award", "journal", "credits an activity without an award",
         "SELECT j.id FROM journal j WHERE j.kind = 'credit' AND j.key LIKE 'award:%' AND NOT EXISTS"
         " (SELECT 1 FROM award a WHERE a.journal_id = j.id)"),
    Rule("I12 in force", "award", "of {activity_on} follows a rule version that is not in force on that day",
         "SELECT a.id, a.activity_on FROM award a JOIN rule_version v ON v.id = a.rule_version_id"
         " WHERE a.points > 0 AND (a.activity_on < v.valid_from OR a.activity_on >= v.valid_to)"),
    Rule("I9 cut", "award", "{points} points are more than its caps had left",
         "SELECT id, points FROM award WHERE points > 0 AND (points > year_cap_left"
         " OR day_cap_counted > day_cap_left)"),
    Rule("I10 lives on", "posting", "moves points to another holder, programme or month, or to no later day",
         "SELECT p.id FROM posting p JOIN journal j ON j.id = p.journal_id"
         " JOIN ledger_account a ON a.id = p.from_account_id"
         " JOIN ledger_account b ON b.id = p.to_account_id"
         " WHERE j.kind = 'transfer' AND j.reason IN ('carry_over', 'extension') AND NOT"
         " (a.holder_id = b.holder_id AND a.programme_id = b.programme_id AND a.kind = 'lot'"
         " AND b.kind = 'lot' AND a.month = b.month AND a.expires_on < b.expires_on)"),
    Rule("I3 unsettled", "standing", "{unsettled} unsettled, but credited awards come to {total}",
         "SELECT s.id, s.unsettled, coalesce(c.total, 0) AS total FROM standing s LEFT JOIN ("
         "SELECT a.holder_id, a.programme_id, sum(p.amount) AS total FROM award a"
         " JOIN posting p ON p.journal_id = a.journal_id"
         " JOIN ledger_account t ON t.id = p.to_account_id AND t.kind = 'lot'"
         " WHERE a.state = 'credited' GROUP BY a.holder_id, a.programme_id) c"
         " ON c.holder_id = s.holder_id AND c.programme_id = s.programme_id"
         " WHERE s.unit = 'points' AND s.unsettled <> coalesce(c.total, 0)"),
)
# fmt: on


def findings() -> list[Finding]:
    """The first bad row of each rule of the awards."""
    first: dict[str, Finding] = {}
    for found in (*first_bad_rows(RULES), *reading.findings()):
        first.setdefault(found.rule, found)
    return list(first.values())
