"""What the guards keep: tables whose rows never change, histories, and the facts of a row that stay once written."""

FROZEN = (
    "journal",
    "posting",
    "ledger_seal",
    "audit_entry",
    "view_entry",
    "budget_line",
    "repayment",
    "point_transfer",
    "given_recognition",
    "device_scan",
    "anomaly_finding",
    "anomaly_attendance",
    "charge",
    "charge_decision",
    "payment_event",
    "desk_payment",
    "billing_paper",
)
"""Rows are added, never changed or taken away."""

HISTORIES = {
    "person_decision": (("person_id", "kind", "decided_by_user_id", "decided_at"), ("reason",)),
    "help_request_decision": (
        ("help_request_id", "to_state", "decided_by_user_id", "decided_at"), ("reason",),
    ),
    "help_request_priority": (
        ("help_request_id", "priority", "usual_priority", "by_user_id", "at"), ("reason",),
    ),
    "participation_event": (("participation_id", "to_state", "by_user_id", "at"), ("reason",)),
    "attendance_event": (
        (
            "scan_uuid", "attendance_id", "direction", "source", "grade", "actor_user_id",
            "device_time", "server_time", "ticket_age_s", "detail",
        ),
        ("reason", "device"),
    ),
    "dispute_message": (
        ("key", "dispute_id", "side", "user_id", "at", "is_answer"), ("words",),
    ),
    "device_scan_decision": (
        ("device_scan_id", "decision", "attendance_id", "decided_by_user_id", "decided_at"),
        ("reason",),
    ),
    "group_event": (("key", "visit_id", "kind", "side", "user_id", "at", "detail"), ("reason",)),
    "anomaly_answer": (("finding_id", "outcome", "user_id", "at"), ("reason",)),
    "plan_decision": (
        ("run_id", "person_id", "shift_id", "decision", "cost", "refusal", "by_user_id", "at"),
        ("reason",),
    ),
    "paid_task_event": (
        ("key", "paid_task_id", "to_state", "side", "by_user_id", "minutes", "at"), ("note",),
    ),
    "price_setting": (
        (
            "yen_per_hour", "first_minutes", "step_minutes", "travel_yen", "fee_percent",
            "floor_yen_per_hour", "same_day_minutes", "unannounced_percent", "collects",
            "card_days", "cover", "made_by_user_id", "made_at",
        ),
        ("reason",),
    ),
    "paper_setting": (
        (
            "bank_code", "bank_name", "branch_code", "branch_name", "account_type",
            "account_number", "holder_kana", "registration_number", "made_by_user_id", "made_at",
        ),
        ("reason",),
    ),
    "decision_note": (("charge_decision_id",), ("words",)),
    "cash_out_act": (
        ("cash_out_id", "step", "round", "user_id", "person_id", "verdict", "acted_at"), ("reason",),
    ),
}  # fmt: skip
"""Histories of people: (columns that stay for ever, words that may be emptied when a person is erased)."""

ACCOUNT_IDENTITY = (
    "id", "unit", "kind", "holder_id", "programme_id", "month", "expires_on", "hold_key", "opened_at",
)  # fmt: skip
AWARD_FACTS = (
    "source_kind", "source_id", "revision", "holder_id", "programme_id", "rule_version_id",
    "category_code", "activity_on", "points", "reason",
)  # fmt: skip

CASH_OUT_FACTS = (
    "number", "key", "person_id", "programme_id", "rule_version_id", "method", "points", "amount_yen",
    "requested_at", "requested_by_user_id", "is_proxy",
)  # fmt: skip
"""What was asked for and agreed to; only the state, the end and words that can be emptied come later."""
BATCH_FACTS = (
    "number", "method", "pay_on", "count", "total_yen", "originator_sealed", "target", "proof",
    "made_by_user_id", "made_at",
)  # fmt: skip
LINE_FACTS = ("uid", "batch_id", "seq", "cash_out_id", "amount_yen")
LINE_ACCOUNT = ("bank_code", "branch_code", "account_type", "number_tail", "holder_kana")
"""Whose account it was: emptied when the person is erased, never another one."""

GROUP_VISIT_FACTS = (
    "key", "shift_id", "came_at", "recorded_at", "recorded_by_user_id", "names_until",
)  # fmt: skip
GROUP_NAME_FACTS = (
    "visit_id", "shift_id", "person_id", "attendance_id", "side", "was_in_before", "added_at",
    "added_by_user_id",
)  # fmt: skip
