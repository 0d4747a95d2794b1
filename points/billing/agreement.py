"""What `ledger verify` asks of billing: money taken = ledger + fee, receipts without a gap, events that tell it all."""

# ruff: noqa: S608 - the queries are put together from our own words only

from points.ledger.query_rules import Rule, first_bad_rows
from volunteer.core.hooks import Finding

CREDITED = (
    "(SELECT coalesce(sum(CASE j.kind WHEN 'credit' THEN p.amount ELSE -p.amount END), 0)"
    " FROM journal j JOIN posting p ON p.journal_id = j.id"
    " WHERE j.source = 'charge:' || c.id AND j.kind IN ('credit', 'reverse'))"
)
PAID_AT_DESK = (
    "(SELECT coalesce(sum(amount_yen), 0) FROM desk_payment d"
    " WHERE d.charge_id = m.charge_id AND d.direction = '{}')"
)
FIGURES = (
    "state", "held_yen", "captured_yen", "refunded_yen", "disputed_yen", "lost_yen", "earned_yen",
    "fee_kept_yen", "frozen_yen",
)  # fmt: skip
OTHER = " OR ".join(f"e.{name} <> m.{name}" for name in FIGURES)

# fmt: off
RULES = (
    Rule("B1 ledger", "payment", "took {kept} yen for good, the ledger credits {credited} and the fee is {fee}",
         "SELECT m.id, m.captured_yen - m.refunded_yen - m.lost_yen AS kept, m.fee_kept_yen AS fee,"
         f" {CREDITED} AS credited FROM payment m JOIN charge c ON c.id = m.charge_id"
         f" WHERE {CREDITED} <> m.captured_yen - m.refunded_yen - m.lost_yen - m.fee_kept_yen"),
    Rule("B1 booked", "payment", "was booked as {earned} and {fee}, but {kept} are kept",
         "SELECT id, earned_yen AS earned, fee_kept_yen AS fee,"
         " captured_yen - refunded_yen - lost_yen AS kept FROM payment"
         " WHERE earned_yen + fee_kept_yen <> captured_yen - refunded_yen - lost_yen"),
    Rule("B2 payee", "journal", "credits somebody else than the payee of its charge",
         "SELECT j.id FROM journal j JOIN charge c ON j.source = 'charge:' || c.id"
         " WHERE j.holder_id <> c.payee_id OR j.unit <> 'yen'"),
    Rule("B2 charge", "journal", "moves earned yen without a charge",
         "SELECT j.id FROM journal j WHERE j.unit = 'yen' AND j.kind = 'credit' AND NOT EXISTS"
         " (SELECT 1 FROM charge c WHERE j.source = 'charge:' || c.id)"),
    Rule("B3 frozen", "standing", "{unsettled} yen are frozen, its payments say {total}",
         "SELECT s.id, s.unsettled, coalesce(f.total, 0) AS total FROM standing s LEFT JOIN ("
         "SELECT c.payee_id, sum(m.frozen_yen) AS total FROM payment m"
         " JOIN charge c ON c.id = m.charge_id GROUP BY c.payee_id) f ON f.payee_id = s.holder_id"
         " WHERE s.unit = 'yen' AND s.unsettled <> coalesce(f.total, 0)"),
    Rule("B4 payment", "charge", "has no payment",
         "SELECT c.id FROM charge c WHERE NOT EXISTS"
         " (SELECT 1 FROM payment m WHERE m.charge_id = c.id)"),
    Rule("B4 amount", "payment", "is about {amount} yen, its charge about {asked}",
         "SELECT m.id, m.amount_yen AS amount, c.amount_yen AS asked FROM payment m"
         " JOIN charge c ON c.id = m.charge_id WHERE m.amount_yen <> c.amount_yen"
         " OR c.amount_yen <> c.payee_yen + c.fee_yen"),
    Rule("B5 events", "payment", "is not what its last event says",
         "SELECT m.id FROM payment m LEFT JOIN payment_event e ON e.payment_id = m.id AND e.number ="
         " (SELECT max(number) FROM payment_event l WHERE l.payment_id = m.id)"
         f" WHERE (e.id IS NULL AND m.captured_yen <> 0) OR {OTHER}"),
    Rule("B5 gap", "payment_event", "an event of payment {payment_id} is missing: {count} of {last}",
         "SELECT min(id) AS id, payment_id, count(*) AS count, max(number) AS last FROM payment_event"
         " GROUP BY payment_id HAVING count(*) <> max(number)"),
    Rule("B6 desk", "payment", "took {captured} and gave back {refunded}, its receipts say {came} and {went}",
         f"SELECT m.id, m.captured_yen AS captured, m.refunded_yen AS refunded,"
         f" {PAID_AT_DESK.format('in')} AS came, {PAID_AT_DESK.format('back')} AS went FROM payment m"
         f" WHERE m.gateway = 'desk' AND (m.captured_yen <> {PAID_AT_DESK.format('in')}"
         f" OR m.refunded_yen <> {PAID_AT_DESK.format('back')})"),
    Rule("B6 receipts", "desk_payment", "a receipt of {year} is missing: {count} of {last}",
         "SELECT min(id) AS id, fiscal_year AS year, count(*) AS count, max(number) AS last"
         " FROM desk_payment GROUP BY fiscal_year HAVING count(*) <> max(number)"),
    Rule("B6 papers", "billing_paper", "a {kind} of {year} is missing: {count} of {last}",
         "SELECT min(id) AS id, kind, fiscal_year AS year, count(DISTINCT number) AS count,"
         " max(number) AS last FROM billing_paper WHERE kind IN ('card_receipt', 'invoice')"
         " GROUP BY kind, fiscal_year HAVING count(DISTINCT number) <> max(number)"),
    Rule("B6 receipt", "billing_paper", "is not the receipt of its payment",
         "SELECT p.id FROM billing_paper p JOIN desk_payment d ON d.id = p.desk_payment_id"
         " WHERE p.number <> d.number OR p.fiscal_year <> d.fiscal_year OR p.amount_yen <> d.amount_yen"
         " OR p.charge_id <> d.charge_id"),
    Rule("B7 decisions", "charge_decision", "a decision of charge {charge_id} is missing or too high",
         "SELECT min(d.id) AS id, d.charge_id FROM charge_decision d JOIN charge c ON c.id = d.charge_id"
         " GROUP BY d.charge_id HAVING count(*) <> max(d.number) OR max(d.payee_yen) > min(c.payee_yen)"
         " OR max(d.fee_yen) > min(c.fee_yen)"),
    Rule("B8 unit", "ledger_account", "counts in {unit}, its programme in {other}",
         "SELECT a.id, a.unit, p.unit AS other FROM ledger_account a"
         " JOIN programme p ON p.id = a.programme_id WHERE a.unit <> p.unit"),
    Rule("B8 journal unit", "journal", "counts in {unit}, its programme in {other}",
         "SELECT j.id, j.unit, p.unit AS other FROM journal j"
         " JOIN programme p ON p.id = j.programme_id WHERE j.unit <> p.unit"),
    Rule("B8 standing unit", "standing", "counts in {unit}, its programme in {other}",
         "SELECT s.id, s.unit, p.unit AS other FROM standing s"
         " JOIN programme p ON p.id = s.programme_id WHERE s.unit <> p.unit"),
)
# fmt: on


def findings() -> list[Finding]:
    """The first bad row of each rule of billing."""
    return list(first_bad_rows(RULES))
