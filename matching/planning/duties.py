"""What this feature owes the rest through hooks: gaps and proposals that wait, a person's own data, erasure."""

from typing import Any

from sqlalchemy import delete, func, select, update

from matching.help_requests.models import HelpRequest, Shift
from matching.planning.models import PlanDecision, PlanMark, PlanPair, PlanRun
from matching.planning.queries import left_counted
from matching.planning.states import DECISION_LABELS, PairState, RunState
from volunteer.core import clock
from volunteer.core.db import db
from volunteer.core.hooks import OwnRecords, WaitingTotal
from volunteer.core.i18n import _l, show
from volunteer.core.permissions import Role

COORDINATOR = frozenset({Role.COORDINATOR.value})


def _ready_counted() -> Any:
    return select(func.count(PlanRun.id), func.min(PlanRun.finished_at)).where(
        PlanRun.state == RunState.READY, PlanRun.until_on > clock.today()
    )


TOTALS = (
    WaitingTotal(
        kind="seat_left",
        counted=left_counted,
        label=lambda n: _l("席が空いた活動 %(n)s件（代わりの候補を見る）", n=n),
        endpoint="match_desk.left",
        icon="group",
        roles=COORDINATOR,
    ),
    WaitingTotal(
        kind="plan",
        counted=_ready_counted,
        label=lambda n: _l("まだ決めていない割り当て案 %(n)s件", n=n),
        endpoint="planning_desk.plans",
        icon="match",
        roles=COORDINATOR,
    ),
)
"""One line for all gaps of the next days, one for all proposals; nothing is sent by itself."""


def own_data(person_id: int) -> list[OwnRecords]:
    """What was decided about a person and a shift; a proposal that nobody decided on is nothing yet."""
    statement = (
        select(PlanDecision, Shift.starts_at, HelpRequest.title)
        .join(Shift, Shift.id == PlanDecision.shift_id)
        .join(HelpRequest, HelpRequest.id == Shift.help_request_id)
        .where(PlanDecision.person_id == person_id)
        .order_by(PlanDecision.id)
    )
    rows: list[list[tuple[Any, Any]]] = [
        [
            (_l("活動"), title),
            (_l("日時"), show("datetime_long", starts_at)),
            (_l("決めたこと"), DECISION_LABELS[one.decision]),
            (_l("理由"), one.reason),
            (_l("決めた日"), show("datetime_long", one.at)),
        ]
        for one, starts_at, title in db.session.execute(statement)
    ]
    return [OwnRecords("plan_decisions", _l("お願いの案で決めたこと"), rows)]


def erase_person(person_id: int) -> None:
    """Reasons about an erased person go, and what plans would do with them; that something was decided stays."""
    quietly = {"synchronize_session": False}
    about = PlanDecision.person_id == person_id
    emptied = update(PlanDecision).where(about).values(reason="", reasons=[])
    db.session.execute(emptied.execution_options(**quietly))
    marks = delete(PlanMark).where(PlanMark.person_id == person_id)
    db.session.execute(marks.execution_options(**quietly))
    own = PlanPair.person_id == person_id
    db.session.execute(update(PlanPair).where(own).values(reasons=[]).execution_options(**quietly))
    left = update(PlanPair).where(own, PlanPair.state.in_((PairState.PROPOSED, PairState.CHOSEN)))
    dropped = left.values(state=PairState.DROPPED)
    db.session.execute(dropped.execution_options(**quietly))
