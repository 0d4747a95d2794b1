"""Rows of anomalies."""

from matching.anomalies.models import AnomalyAttendance, AnomalyFinding
from matching.anomalies.states import AnomalyKind
from tests.factories.numbers import numbers
from tests.factories.volunteer import added
from volunteer.core import clock

_next = numbers()


def make_finding(
    person_id: int,
    *attendance_ids: int,
    kind: AnomalyKind = AnomalyKind.TWO_PLACES,
    user_id: int | None = None,
) -> AnomalyFinding:
    """A finding about a person that nobody has looked at."""
    figures = dict.fromkeys(("times", "of", "percent", "usual", "days", "people", "homes"), 3)
    found = added(
        AnomalyFinding(
            key=f"made:{next(_next)}",
            kind=kind,
            subject=f"person:{person_id}",
            person_id=person_id,
            user_id=user_id,
            figures={**figures, "others": 3},
            first_on=clock.today(),
            last_on=clock.today(),
            found_at=clock.now(),
        )
    )
    for attendance_id in attendance_ids:
        added(AnomalyAttendance(finding_id=found.id, attendance_id=attendance_id))
    return found
