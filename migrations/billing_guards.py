"""The guards of charges and payments: what was agreed stays, a payment moves forward, a call is answered once."""

from migrations.triggers import Guard, never, unchanged

PAYMENT_FACTS = ("charge_id", "amount_yen", "gateway")
CALL_FACTS = ("key", "payment_id", "ask", "amount_yen", "made_at")
NOTICE_FACTS = (
    "event_id", "kind", "reference", "intent", "charge_key", "happened_at", "received_at",
)  # fmt: skip

_RANK = "CASE {}.state WHEN 'open' THEN 0 WHEN 'expired' THEN 1 WHEN 'held' THEN 1 ELSE 2 END"
_NEW, _OLD = _RANK.format("NEW"), _RANK.format("OLD")
GOES_BACK = (
    f"({_NEW}) < ({_OLD}) OR (({_NEW}) = ({_OLD}) AND NEW.state <> OLD.state)"
    " OR NEW.captured_yen < OLD.captured_yen OR NEW.refunded_yen < OLD.refunded_yen"
    " OR (OLD.reference IS NOT NULL AND NEW.reference IS DISTINCT FROM OLD.reference)"
)
"""Two states of one rank exclude each other, as in `points.billing.gateway`."""

MORE_THAN_AGREED = (
    "EXISTS (SELECT 1 FROM charge WHERE id = NEW.charge_id"
    " AND (NEW.payee_yen > payee_yen OR NEW.fee_yen > fee_yen))"
)

BILLING = (
    Guard(
        "guard_charge_decision_within", "charge_decision", "BEFORE INSERT",
        "never more is due than was agreed", MORE_THAN_AGREED,
    ),
    unchanged("payment", PAYMENT_FACTS, "a payment belongs to its charge"),
    Guard(
        "guard_payment_forward", "payment", "BEFORE UPDATE",
        "a payment never goes back", GOES_BACK,
    ),
    never("payment", "DELETE", "payments are never deleted"),
    unchanged("gateway_call", CALL_FACTS, "a call stays what was intended"),
    Guard(
        "guard_gateway_call_outcome", "gateway_call", "BEFORE UPDATE",
        "a call is answered once",
        "OLD.outcome IS NOT NULL AND (NEW.outcome IS DISTINCT FROM OLD.outcome"
        " OR NEW.answered_at IS DISTINCT FROM OLD.answered_at OR NEW.refusal <> OLD.refusal)",
    ),
    never("gateway_call", "DELETE", "calls are never deleted"),
    unchanged("gateway_notice", NOTICE_FACTS, "a notice stays as it came"),
    never("gateway_notice", "DELETE", "notices are never deleted"),
)  # fmt: skip
BILLING_KEPT = ("payment", "gateway_call", "gateway_notice")
