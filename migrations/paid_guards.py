"""The guards of paid work: what an orderer agreed to stays; a link is taken back once."""

from migrations.triggers import Guard, never, unchanged

TASK_FACTS = ("number", "participation_id", "orderer_id", "student_id", "made_at")
LINK_FACTS = (
    "paid_task_id", "number", "token_hash", "valid_until", "made_by_user_id", "made_at",
)  # fmt: skip

_PRICE = ("planned_minutes", "quote_hash", "payee_yen", "fee_yen", "amount_yen", "collects")
_OTHER_PRICE = " OR ".join(
    [
        *(f"NEW.{one} <> OLD.{one}" for one in _PRICE),
        "CAST(NEW.quote AS TEXT) <> CAST(OLD.quote AS TEXT)",
    ]
)
AFTER_AGREEMENT = f"OLD.state <> 'quoted' AND ({_OTHER_PRICE})"
OTHER_TERMS = (
    "OLD.state <> 'quoted' AND CAST(NEW.terms AS TEXT) <> '{}'"
    " AND CAST(NEW.terms AS TEXT) <> CAST(OLD.terms AS TEXT)"
)
"""Emptied when the student is erased, never others."""
AGREED_ANEW = (
    "OLD.agreed_at IS NOT NULL AND (NEW.agreed_at IS DISTINCT FROM OLD.agreed_at"
    " OR NEW.agreed_by IS DISTINCT FROM OLD.agreed_by)"
)

PAID = (
    unchanged("paid_task", TASK_FACTS, "a paid task stays what it is"),
    Guard(
        "guard_paid_task_price", "paid_task", "BEFORE UPDATE",
        "time and price stay as they were agreed", AFTER_AGREEMENT,
    ),
    Guard(
        "guard_paid_task_terms", "paid_task", "BEFORE UPDATE",
        "terms stay as they were agreed", OTHER_TERMS,
    ),
    Guard(
        "guard_paid_task_agreed", "paid_task", "BEFORE UPDATE",
        "an agreement is made once", AGREED_ANEW,
    ),
    Guard(
        "guard_paid_task_over", "paid_task", "BEFORE UPDATE",
        "what is over stays over",
        "OLD.state IN ('confirmed', 'called_off', 'no_show') AND (NEW.state <> OLD.state"
        " OR NEW.confirmed_minutes IS DISTINCT FROM OLD.confirmed_minutes)",
    ),
    never("paid_task", "DELETE", "paid tasks are never deleted"),
    unchanged("orderer_link", LINK_FACTS, "a link stays what it is"),
    Guard(
        "guard_orderer_link_revoked", "orderer_link", "BEFORE UPDATE",
        "a link is taken back once",
        "OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at",
    ),
    never("orderer_link", "DELETE", "links are never deleted"),
)  # fmt: skip
PAID_KEPT = ("paid_task", "orderer_link")
