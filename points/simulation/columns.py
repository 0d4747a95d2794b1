"""The files of the simulator: what it reads and what it writes. docs/simulator.md describes every column; stable."""

FORMAT = 1
"""Grows when a column is renamed, removed or gets another meaning; a new column at the end is no new format."""

ACTIVITY_NEEDED = ("person", "date", "category", "minutes")
ACTIVITY_MORE = (
    "id", "planned_minutes", "households", "people_sharing", "role", "host", "paid", "own_family",
    "client_here", "introduced", "grade", "proof",
)  # fmt: skip
ACTIVITY_COLUMNS = ACTIVITY_NEEDED + ACTIVITY_MORE

PEOPLE_NEEDED = ("person", "birth_date")
PEOPLE_MORE = (
    "residence", "address", "guardian_consent", "class", "registered", "records", "insured",
)  # fmt: skip
PEOPLE_COLUMNS = PEOPLE_NEEDED + PEOPLE_MORE

SIDES = ("a", "b")
"""The programme, and the one it is compared with."""

ACTIVITIES_OUT = (
    "side", "line", "id", "person", "date", "category", "points", "points_before_caps", "reason",
    "lacks", "day_left", "year_left", "expires_on",
)  # fmt: skip
PEOPLE_OUT = (
    "side", "person", "activities", "points", "expired", "outstanding", "next_expiry",
    "exchangeable", "exchangeable_yen", "method", "refusal", "exchanged", "exchanged_yen",
)  # fmt: skip
EXPIRIES_OUT = ("side", "person", "day", "what", "points")
MONTHS_OUT = (
    "side", "month", "activities", "activities_with_points", "people_with_points", "earned",
    "expired", "outstanding", "exchangeable", "exchangeable_yen", "exchanged", "exchanged_yen",
    "expired_if_exchanged", "outstanding_if_exchanged",
)  # fmt: skip
COMPARED = ("earned", "expired", "outstanding", "exchangeable_yen", "exchanged_yen")
COMPARISON_OUT = ("month", *(f"{name}_{side}" for name in COMPARED for side in SIDES))

TABLES = {
    "activities": ACTIVITIES_OUT,
    "people": PEOPLE_OUT,
    "expiries": EXPIRIES_OUT,
    "months": MONTHS_OUT,
}
