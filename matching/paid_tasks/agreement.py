"""What `verify` asks of paid tasks: history, place and charges say the same."""

# ruff: noqa: S608 - the queries are put together from our own words only

from points.ledger.query_rules import Rule, first_bad_rows
from volunteer.core.hooks import Finding

OVER = "('confirmed', 'called_off', 'no_show')"
CHARGES = "charge c ON c.source = 'paid_task:' || t.id"
LAST = "(SELECT max(id) FROM paid_task_event l WHERE l.paid_task_id = t.id)"

# fmt: off
RULES = (
    Rule("P1 history", "paid_task", "is not what its last event says",
         "SELECT t.id FROM paid_task t LEFT JOIN paid_task_event e"
         f" ON e.paid_task_id = t.id AND e.id = {LAST} WHERE e.id IS NULL OR e.to_state <> t.state"),
    Rule("P2 place", "paid_task", "is open, its place is {place}",
         "SELECT t.id, p.state AS place FROM paid_task t JOIN participation p ON p.id = t.participation_id"
         " WHERE t.state IN ('quoted', 'agreed') AND p.state <> 'accepted'"),
    Rule("P3 people", "paid_task", "charge {charge} is between other people",
         f"SELECT t.id, c.id AS charge FROM paid_task t JOIN {CHARGES}"
         " WHERE c.payer_id <> t.orderer_id OR c.payee_id <> t.student_id"),
    Rule("P4 decided", "paid_task", "is over, of its charge {charge} nothing was decided",
         f"SELECT t.id, c.id AS charge FROM paid_task t JOIN {CHARGES} WHERE t.state IN {OVER}"
         " AND NOT EXISTS (SELECT 1 FROM charge_decision d WHERE d.charge_id = c.id)"),
    Rule("P5 agreed", "paid_task", "has the charge {charge} although nobody agreed",
         f"SELECT t.id, c.id AS charge FROM paid_task t JOIN {CHARGES} WHERE t.agreed_at IS NULL"),
)
# fmt: on


def findings() -> list[Finding]:
    """The first bad row of each rule."""
    return list(first_bad_rows(RULES))
