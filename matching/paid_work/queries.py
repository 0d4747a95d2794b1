"""Reads of paid work: all that its pages show of a task in one statement, and the lists of desk and jobs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from matching.assignments.models import Participation
from matching.checkin.models import Attendance
from matching.checkin.rules import minutes_between
from matching.checkin.states import AttendanceState
from matching.help_requests.models import HelpRequest, Shift
from matching.help_requests.queries import names_of_users
from matching.paid_tasks.models import PaidTask
from matching.paid_tasks.queries import locked_task
from matching.paid_tasks.rules import final_quote
from matching.paid_tasks.states import OVER, PaidTaskState
from matching.paid_work.models import (
    CallBack,
    FamilyConsent,
    FamilyReport,
    WorkDispute,
    WorkMessage,
    WorkReport,
    WorkSignature,
    WorkSlip,
)
from matching.paid_work.rules import (
    REPORT_WITHIN,
    SIGNING_GRACE,
    Facts,
    Reported,
    why_not,
    why_waits,
)
from matching.paid_work.states import CallState, Waits, WorkDisputeState
from volunteer.core import clock
from volunteer.core.db import db
from volunteer.core.errors import NotFound
from volunteer.core.i18n import _l
from volunteer.users.states import PartyKind

GONE = _l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。")
RECENT = 50


@dataclass(frozen=True)
class Work:
    """A paid task with everything that is known of the work itself."""

    task: PaidTask
    shift: Shift
    attendance: Attendance | None
    slip: WorkSlip | None
    signature: WorkSignature | None
    call: CallBack | None
    report: WorkReport | None
    dispute: WorkDispute | None
    consent: FamilyConsent | None
    told: FamilyReport | None

    @property
    def seen_minutes(self) -> int:
        """From coming to going, as recorded."""
        found = self.attendance
        if found is None or found.state is AttendanceState.REFUSED or not found.checked_out_at:
            return 0
        return minutes_between(found.checked_in_at, found.checked_out_at)

    @property
    def is_claimed(self) -> bool:
        """Whether nobody but the student's own phone says that they were there."""
        found = self.attendance
        return found is not None and "claimed" in found.flags and found.confirmed_at is None

    @property
    def facts(self) -> Facts:
        """What a report is judged by."""
        found, state = self.attendance, self.task.state
        is_open = found is not None and found.state is AttendanceState.OPEN
        return Facts(
            is_agreed=state is PaidTaskState.AGREED,
            is_reported=state is PaidTaskState.REPORTED,
            is_over=state in OVER or state is PaidTaskState.DISPUTED,
            has_record=found is not None and found.state is not AttendanceState.REFUSED,
            is_there=is_open and clock.now() < self.shift.ends_at,
        )

    @property
    def may_report(self) -> bool:
        """Whether the student can say now how long it took."""
        return why_not(self.facts) is None

    @property
    def may_sign(self) -> bool:
        """Whether the orderer can sign on the student's phone now: the work has begun and nothing tells of its end."""
        found = self.attendance
        is_ended = found is not None and found.state is not AttendanceState.OPEN
        is_running = self.shift.starts_at <= clock.now() < self.shift.ends_at + SIGNING_GRACE
        is_agreed = self.task.state is PaidTaskState.AGREED
        return is_agreed and is_running and self.signature is None and not is_ended

    @property
    def is_household(self) -> bool:
        """Whether a household has ordered it: then there may be a family."""
        return self.task.orderer.kind is PartyKind.HOUSEHOLD

    def yen(self, minutes: int) -> int:
        """What the orderer pays for so many minutes."""
        return final_quote(self.task.quote, minutes).amount_yen

    def pay(self, minutes: int) -> int:
        """What the student earns for so many minutes."""
        return final_quote(self.task.quote, minutes).payee_yen

    @property
    def waits(self) -> tuple[Waits, ...]:
        """Why silence does not confirm the report."""
        if self.report is None:
            return ()
        is_called = self.call is not None and self.call.state is CallState.WAITING
        minutes = self.report.minutes
        return why_waits(
            Reported(minutes, self.yen(minutes), self.task.amount_yen, self.seen_minutes, is_called)
        )


def _last_report() -> Select[int]:
    return (
        select(func.max(WorkReport.id))
        .where(WorkReport.paid_task_id == PaidTask.id)
        .correlate(PaidTask)
    )


def _whole() -> Any:
    return (
        select(
            PaidTask,
            Shift,
            Attendance,
            WorkSlip,
            WorkSignature,
            CallBack,
            WorkReport,
            WorkDispute,
            FamilyConsent,
            FamilyReport,
        )
        .join(Participation, Participation.id == PaidTask.participation_id)
        .join(Shift, Shift.id == Participation.shift_id)
        .join(HelpRequest, HelpRequest.id == Shift.help_request_id)
        .outerjoin(Attendance, Attendance.participation_id == PaidTask.participation_id)
        .outerjoin(WorkSlip, (WorkSlip.paid_task_id == PaidTask.id) & WorkSlip.revoked_at.is_(None))
        .outerjoin(WorkSignature, WorkSignature.paid_task_id == PaidTask.id)
        .outerjoin(CallBack, CallBack.paid_task_id == PaidTask.id)
        .outerjoin(WorkReport, WorkReport.id == _last_report().scalar_subquery())
        .outerjoin(WorkDispute, WorkDispute.paid_task_id == PaidTask.id)
        .outerjoin(
            FamilyConsent,
            (FamilyConsent.household_id == PaidTask.orderer_id)
            & FamilyConsent.revoked_at.is_(None),
        )
        .outerjoin(FamilyReport, FamilyReport.paid_task_id == PaidTask.id)
        .options(
            joinedload(PaidTask.student),
            joinedload(PaidTask.orderer),
            joinedload(Shift.help_request).joinedload(HelpRequest.category),
        )
        .execution_options(populate_existing=True)
    )


def work(task_id: int) -> Work:
    """All that is known of a task's work, as it is now. Raises `NotFound`."""
    row = db.session.execute(_whole().where(PaidTask.id == task_id)).one_or_none()
    if row is None:
        raise NotFound(GONE)
    return Work(*row)


def work_of(task: PaidTask) -> Work:
    """The same, for the parts of pages that stand on a task's own page."""
    return work(task.id)


def locked(task_id: int) -> Work:
    """The same, its task locked until the turn ends: every verb about the work begins with this. Raises `NotFound`."""
    locked_task(task_id)
    return work(task_id)


def slip(slip_id: int) -> WorkSlip | None:
    """A slip, live or not."""
    return db.session.get(WorkSlip, slip_id)


def report_with(key: str) -> WorkReport | None:
    """The report that was sent with this key."""
    return db.session.execute(select(WorkReport).filter_by(key=key)).scalar_one_or_none()


def signature_with(key: str) -> WorkSignature | None:
    """The signature that was sent with this key."""
    return db.session.execute(select(WorkSignature).filter_by(key=key)).scalar_one_or_none()


def dispute(task_id: int) -> WorkDispute:
    """The dispute about a task, with all that was said. Raises `NotFound`."""
    statement = (
        select(WorkDispute)
        .where(WorkDispute.paid_task_id == task_id)
        .options(selectinload(WorkDispute.messages))
        .execution_options(populate_existing=True)
    )
    found = db.session.execute(statement).scalar_one_or_none()
    if found is None:
        raise NotFound(GONE)
    return found


def speakers(found: WorkDispute) -> dict[int, str]:
    """The names of those who speak in a dispute, by user."""
    return names_of_users({one.user_id for one in found.messages if one.user_id is not None})


def silent_tasks(at: datetime) -> list[int]:
    """Tasks whose report has heard no word for so long that silence may count; the oldest first."""
    statement = (
        select(PaidTask.id)
        .join(WorkReport, WorkReport.id == _last_report().scalar_subquery())
        .where(PaidTask.state == PaidTaskState.REPORTED, WorkReport.due_at <= at)
        .order_by(WorkReport.due_at, PaidTask.id)
    )
    return list(db.session.execute(statement).scalars())


def overdue(at: datetime) -> list[Work]:
    """Reports after 72 hours that silence does not confirm: the desk asks the orderer."""
    statement = (
        _whole()
        .where(PaidTask.state == PaidTaskState.REPORTED, WorkReport.due_at <= at)
        .order_by(WorkReport.due_at, PaidTask.id)
    )
    found = [Work(*row) for row in db.session.execute(statement)]
    return [one for one in found if one.waits]


def _is_unreported(at: datetime) -> Any:
    return (PaidTask.state == PaidTaskState.AGREED) & (Shift.ends_at <= at - REPORT_WITHIN)


def unreported(at: datetime) -> list[Work]:
    """Work of yesterday and before of which the student has not said how long it took; the oldest first."""
    statement = _whole().where(_is_unreported(at)).order_by(Shift.ends_at, PaidTask.id)
    return [Work(*row) for row in db.session.execute(statement)]


def waiting_counted() -> Select[int, datetime]:
    """How many tasks wait for staff, and since when the first: disputes, calls, times that silence leaves open or that
    nobody reports."""
    is_called = (CallBack.state == CallState.WAITING) & (PaidTask.state == PaidTaskState.REPORTED)
    is_silent = (PaidTask.state == PaidTaskState.REPORTED) & (WorkReport.due_at <= clock.now())
    is_disputed = PaidTask.state == PaidTaskState.DISPUTED
    return (
        select(func.count(), func.min(func.coalesce(WorkReport.at, Shift.ends_at)))
        .select_from(PaidTask)
        .join(Participation, Participation.id == PaidTask.participation_id)
        .join(Shift, Shift.id == Participation.shift_id)
        .outerjoin(WorkReport, WorkReport.id == _last_report().scalar_subquery())
        .outerjoin(CallBack, CallBack.paid_task_id == PaidTask.id)
        .where(is_called | is_silent | is_disputed | _is_unreported(clock.now()))
    )


def disputes_of_student(person_id: int) -> Select[int]:
    """Ids of what staff still have to decide about this student's paid work."""
    return (
        select(WorkDispute.id)
        .join(PaidTask, PaidTask.id == WorkDispute.paid_task_id)
        .where(PaidTask.student_id == person_id, PaidTask.state == PaidTaskState.DISPUTED)
    )


def records_of_student(person_id: int) -> list[Any]:
    """(number, report, signature, dispute, message) of a student's paid work; each once or several times."""
    statement = (
        select(PaidTask.number, WorkReport, WorkSignature, WorkDispute, WorkMessage)
        .outerjoin_from(PaidTask, WorkReport, WorkReport.paid_task_id == PaidTask.id)
        .outerjoin(WorkSignature, WorkSignature.paid_task_id == PaidTask.id)
        .outerjoin(WorkDispute, WorkDispute.paid_task_id == PaidTask.id)
        .outerjoin(WorkMessage, WorkMessage.dispute_id == WorkDispute.id)
        .where(PaidTask.student_id == person_id)
        .order_by(PaidTask.id, WorkReport.id, WorkMessage.id)
    )
    return list(db.session.execute(statement))


def calls_waiting() -> list[Work]:
    """Signatures the desk asks about, the oldest first; not where a dispute is open, which asks the same."""
    is_to_come = PaidTask.state.in_((PaidTaskState.AGREED, PaidTaskState.REPORTED))
    statement = _whole().where(CallBack.state == CallState.WAITING, is_to_come)
    return [Work(*row) for row in db.session.execute(statement.order_by(CallBack.id))]


def calls_done() -> list[Work]:
    """The last ones the desk has asked about, the newest first."""
    statement = _whole().where(CallBack.state.not_in((CallState.WAITING, CallState.NEEDLESS)))
    rows = db.session.execute(statement.order_by(CallBack.closed_at.desc()).limit(RECENT))
    return [Work(*row) for row in rows]


def open_disputes() -> list[WorkDispute]:
    """What staff have to decide, the oldest first."""
    statement = (
        select(WorkDispute)
        .join(WorkDispute.paid_task)
        .where(WorkDispute.state == WorkDisputeState.OPEN, PaidTask.state == PaidTaskState.DISPUTED)
        .options(
            joinedload(WorkDispute.paid_task).joinedload(PaidTask.student),
            joinedload(WorkDispute.paid_task).joinedload(PaidTask.orderer),
        )
        .order_by(WorkDispute.id)
    )
    return list(db.session.execute(statement).scalars())


def consent_of(household_id: int) -> FamilyConsent | None:
    """Who of the family may read how it went; None where nobody may."""
    statement = (
        select(FamilyConsent)
        .where(FamilyConsent.household_id == household_id, FamilyConsent.revoked_at.is_(None))
        .execution_options(populate_existing=True)
    )
    return db.session.execute(statement).scalar_one_or_none()


def family_reports(household_id: int) -> list[FamilyReport]:
    """What the family was told lately, the newest first."""
    statement = (
        select(FamilyReport)
        .join(FamilyConsent, FamilyConsent.id == FamilyReport.consent_id)
        .where(FamilyConsent.household_id == household_id)
        .options(
            joinedload(FamilyReport.paid_task)
            .joinedload(PaidTask.participation)
            .joinedload(Participation.shift)
            .joinedload(Shift.help_request)
        )
        .order_by(FamilyReport.id.desc())
        .limit(RECENT)
    )
    return list(db.session.execute(statement).scalars())
