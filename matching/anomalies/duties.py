"""What this feature owes the rest through hooks: findings that wait, a person's own data, erasure."""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from matching.anomalies.models import AnomalyAnswer, AnomalyFinding
from matching.anomalies.queries import waiting_counted
from matching.anomalies.states import ANOMALY_LABELS, LOOKED_AT_LABELS
from volunteer.core.db import db
from volunteer.core.hooks import OwnRecords, WaitingTotal
from volunteer.core.i18n import _l, show
from volunteer.core.permissions import Role

COORDINATOR = frozenset({Role.COORDINATOR.value})

FINDINGS = WaitingTotal(
    kind="anomaly",
    counted=waiting_counted,
    label=lambda n: _l("まだ見ていない気になる点 %(n)s件", n=n),
    endpoint="anomalies_desk.anomalies",
    icon="search",
    roles=COORDINATOR,
)
"""One line for all findings nobody has looked at."""


def own_data(person_id: int) -> list[OwnRecords]:
    """What was noticed about a person's own records, and what came out of it."""
    statement = (
        select(AnomalyFinding)
        .where(AnomalyFinding.person_id == person_id)
        .options(joinedload(AnomalyFinding.answer))
        .order_by(AnomalyFinding.id)
    )
    rows: list[list[tuple[Any, Any]]] = [
        [
            (_l("気づいた日"), show("datetime_long", one.found_at)),
            (_l("気になる点"), ANOMALY_LABELS[one.kind]),
            (_l("見てわかったこと"), LOOKED_AT_LABELS[one.answer.outcome] if one.answer else ""),
        ]
        for one in db.session.execute(statement).scalars()
    ]
    return [OwnRecords("anomalies", _l("記録の見なおし"), rows)]


def erase_person(person_id: int) -> None:
    """Free words about a person go; figures and answers stay under the pseudonym (decision 14)."""
    own = select(AnomalyFinding.id).where(AnomalyFinding.person_id == person_id)
    db.session.execute(
        update(AnomalyAnswer)
        .where(AnomalyAnswer.finding_id.in_(own))
        .values(reason="")
        .execution_options(synchronize_session=False)
    )
