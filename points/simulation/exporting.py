"""The center's history as files that the simulator reads: activities and people, by number, without names."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from points.earning.facts import ActivityFacts
from points.simulation.cells import UNTIL
from points.simulation.columns import ACTIVITY_COLUMNS, PEOPLE_COLUMNS
from points.simulation.history import PEOPLE_AT_ONCE, holders_after, participants, portion
from points.simulation.people import Participant, Period


def write_history(programme_id: int, folder: Path) -> int:
    """activities.csv and people.csv of a programme in a folder; how many activities."""
    count = 0
    files = [(folder / f"{name}.csv").open("w", encoding="utf-8", newline="") for name in NAMES]
    try:
        activities, people = (csv.writer(one) for one in files)
        activities.writerow(ACTIVITY_COLUMNS)
        people.writerow(PEOPLE_COLUMNS)
        after = 0
        while holders := holders_after(programme_id, after, PEOPLE_AT_ONCE):
            known = participants(programme_id, holders)
            for holder, some in portion(programme_id, holders):
                if holder in known:
                    people.writerow(person_row(holder, known[holder]))
                    activities.writerows(activity_row(one) for one in some)
                    count += len(some)
            after = holders[-1]
    finally:
        for one in files:
            one.close()
    return count


NAMES = ("activities", "people")


def activity_row(facts: ActivityFacts) -> Sequence[Any]:
    """One activity in the order of `ACTIVITY_COLUMNS`."""
    return (
        facts.person_id, facts.activity_on, facts.category_code,
        "" if facts.counted_minutes is None else facts.counted_minutes,
        f"{facts.source_kind}:{facts.source_id}", facts.planned_minutes, facts.households,
        facts.people_sharing, facts.role, facts.host, _flag(facts.is_paid),
        _flag(facts.is_own_family), _flag(facts.is_client_here), _flag(facts.is_introduced),
        facts.grade, facts.proof,
    )  # fmt: skip


def person_row(number: int, one: Participant) -> Sequence[Any]:
    """One person in the order of `PEOPLE_COLUMNS`. Who never took part has a period long before all activities."""
    return (
        number, one.birth_date, ";".join(sorted(one.ties)), one.address,
        _flag(one.has_guardian_consent), one.class_code or "",
        _periods(one.registered) or f"{NEVER_REGISTERED}{UNTIL}{NEVER_REGISTERED}",
        ";".join(f"{held.code}@{_period(held.valid_from, held.valid_until)}" for held in one.held),
        _periods(one.insured),
    )  # fmt: skip


NEVER_REGISTERED = "1900-01-01"


def _flag(value: object) -> str:
    return "yes" if value else "no"


def _periods(some: Iterable[Period]) -> str:
    return ";".join(_period(one.first, one.last) for one in some)


def _period(first: Any, last: Any) -> str:
    return f"{first}{UNTIL}{last or ''}"
