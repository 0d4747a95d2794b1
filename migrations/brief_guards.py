"""What rankings ask of everybody stands in `person_brief`, kept where people and profiles are written.

Person and profile bring their own columns only, from the row that is being written: two who write one of them each at
the same time wait for each other at the row of `person_brief`, and neither writes back what the other has changed.
"""

from migrations.triggers import Guard, never, unchanged

BUS = "2"
"""The number of the bus: what everybody takes who has not said how they come."""
OF_PERSON = {
    "birth_on": "NEW.birth_on",
    "is_registered": "(NEW.state = 'registered')",
    "is_student": "(NEW.tie = 'studies')",
    "has_guardian": "(NEW.guardian_agreed_on IS NOT NULL)",
    "area_id": "NEW.area_id",
}
"""The columns of `person_brief` and what they are of a row of `person`."""
OF_PROFILE = {
    "mode": f"CASE NEW.travel_mode WHEN 'walk' THEN 0 WHEN 'bicycle' THEN 1 WHEN 'car' THEN 3 ELSE {BUS} END",
    "has_windows": "NEW.has_windows",
    "travel_minutes_max": "NEW.travel_minutes_max",
    "times_per_week_max": "NEW.times_per_week_max",
    "minutes_per_week_max": "NEW.minutes_per_week_max",
    "paused_until": "NEW.paused_until",
}
"""The same of a row of `profile`."""
UNSAID = {**dict.fromkeys(OF_PROFILE, "NULL"), "mode": BUS, "has_windows": "FALSE"}
"""The same of who has none."""


def _does(event: str, table: str, moment: str, body: str) -> Guard:
    name = f"guard_person_brief_{event}"
    return Guard(name, table, moment, sqlite_body=body, postgres_body=body, also="person_brief")


def _set(values: dict[str, str], person: str) -> str:
    written = ", ".join(f"{column} = {value}" for column, value in values.items())
    return f"UPDATE person_brief SET {written} WHERE person_id = {person};"  # noqa: S608 - our own words


def _begin() -> str:
    values = {"person_id": "NEW.party_id", **OF_PERSON, **UNSAID}
    columns, found = ", ".join(values), ", ".join(values.values())
    return f"INSERT INTO person_brief ({columns}) VALUES ({found});"  # noqa: S608 - our own words


_CHANGES = "AFTER UPDATE OF birth_on, state, tie, guardian_agreed_on, area_id"
_SAID = _set(OF_PROFILE, "NEW.person_id")
BRIEFS = (
    _does("begins", "person", "AFTER INSERT", _begin()),
    _does("person", "person", _CHANGES, _set(OF_PERSON, "NEW.party_id")),
    _does("said", "profile", "AFTER INSERT", _SAID),
    _does("changed", "profile", "AFTER UPDATE", _SAID),
    _does("unsaid", "profile", "AFTER DELETE", _set(UNSAID, "OLD.person_id")),
    unchanged("person_brief", ("person_id",), "a row in brief stays whose it is"),
    never("person_brief", "DELETE", "everybody has a row in brief"),
)
