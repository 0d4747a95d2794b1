"""Keep what was noticed, once; and what somebody said who had looked."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import insert

from matching.anomalies import queries
from matching.anomalies.models import AnomalyAnswer, AnomalyAttendance, AnomalyFinding
from matching.anomalies.rules import Fact, Noticed
from matching.anomalies.states import LookedAt
from matching.checkin.services import refuse_own
from volunteer.core import clock
from volunteer.core.db import db, insert_once
from volunteer.core.errors import AlreadyDecided, NotAllowed
from volunteer.core.i18n import _l


def keep(noticed: Noticed, facts: Mapping[int, Fact]) -> bool:
    """Write a finding with its attendances; the same again adds nothing. Whether it is new."""
    days = [facts[one].starts_at.date() for one in noticed.attendance_ids]
    made = insert_once(
        AnomalyFinding,
        {
            "key": noticed.key,
            "kind": noticed.kind,
            "subject": noticed.subject,
            "person_id": noticed.person_id,
            "organization_party_id": noticed.organization_id,
            "user_id": noticed.user_id,
            "figures": dict(noticed.figures),
            "first_on": min(days),
            "last_on": max(days),
            "found_at": clock.now(),
        },
    )
    if made is None:
        return False
    rows = [{"finding_id": made, "attendance_id": one} for one in noticed.attendance_ids]
    db.session.execute(insert(AnomalyAttendance), rows)
    return True


@dataclass(frozen=True)
class Answer:
    """What somebody found when they looked, with the reason."""

    finding_id: int
    outcome: LookedAt
    reason: str
    user_id: int


def answer(given: Answer) -> AnomalyFinding:
    """Somebody has looked. Raises `NotFound`, `NotAllowed` (own_attendance) about oneself, `AlreadyDecided`."""
    found = queries.finding(given.finding_id)
    if found.user_id == given.user_id:
        raise NotAllowed(
            _l("ご自分の入力についての記録は、ほかの職員が見ます。"), code="own_attendance"
        )
    refuse_own(given.user_id, sorted(queries.people_in(given.finding_id)))
    made = insert_once(
        AnomalyAnswer,
        {
            "finding_id": given.finding_id,
            "outcome": given.outcome,
            "reason": given.reason,
            "user_id": given.user_id,
            "at": clock.now(),
        },
    )
    if made is None:
        raise AlreadyDecided(_l("ほかの職員が先に見ました。画面を開きなおしてください。"))
    return queries.finding(given.finding_id)
