"""Scheduled work: close attendances people forgot to end, settle those nobody objected to."""

from matching.checkin import closing, queries
from matching.checkin.states import AttendanceState
from volunteer.core.db import run_turn
from volunteer.core.jobs import Job


def close_forgotten() -> str:
    """Attendances still open after planned end and grace are closed at the planned end."""
    due = queries.due(AttendanceState.OPEN)
    for attendance_id in due:
        run_turn(closing.close_forgotten, attendance_id)
    return f"closed={len(due)}"


def settle_attendances() -> str:
    """Closed attendances whose time for objections is over are final, and so are their points."""
    due = queries.due(AttendanceState.CLOSED, [queries.is_sure()])
    settled = sum(run_turn(closing.settle_attendance, attendance_id) for attendance_id in due)
    return f"settled={settled}"


JOBS = (
    Job("close-forgotten", close_forgotten, every_minutes=5),
    Job("settle-attendances", settle_attendances, every_minutes=30),
)
