"""Claims that are left to the desk: its own, those nobody answers, and the share drawn by lot."""

from datetime import date

from sqlalchemy import String, cast, select

from matching.categories.models import Category
from matching.checkin.evidence import SOURCE_KIND
from matching.checkin.models import Attendance
from matching.checkin.queries import HOST_FIRST, undecided
from matching.checkin.states import DRAWN, Grade
from matching.help_requests.models import HelpRequest, Shift
from points.earning.models import Award
from points.earning.states import AwardState
from volunteer.core import clock
from volunteer.core.db import db


def claims_for_the_desk(limit: int = 50) -> list[Attendance]:
    """Claims that the center must answer, the oldest first.

    Its own shifts; those whose host has not answered for a day after the end, unless the programme lets them settle
    by themselves; and the share of those that was drawn for the desk, as soon as the shift is over. Not paid work:
    whoever ordered it confirms the time, and the desk has a list of its own for the signatures that were drawn.
    """
    moment = clock.now()
    settles_itself = (
        select(Award.id)
        .where(
            Award.source_kind == SOURCE_KIND,
            Award.source_id == Attendance.id,
            Award.state == AwardState.PENDING,
            Award.settles_at.is_not(None),
        )
        .exists()
    )
    is_ours = HelpRequest.host_party_id.is_(None)
    is_late = (Shift.ends_at < moment - HOST_FIRST) & ~settles_itself
    is_drawn = cast(Attendance.flags, String).like(f'%"{DRAWN}"%') & (Shift.ends_at <= moment)
    is_unpaid = HelpRequest.category.has(Category.is_paid.is_(False))
    statement = undecided(
        Attendance.grade == Grade.CLAIMED, is_unpaid, is_ours | is_late | is_drawn
    ).limit(limit)
    return list(db.session.execute(statement).scalars())


MOST_ON_A_PAGE = 500


def claims_by_day() -> dict[date, list[Attendance]]:
    """The same, one list per day of activity, the oldest day first."""
    days: dict[date, list[Attendance]] = {}
    for one in claims_for_the_desk(MOST_ON_A_PAGE):
        days.setdefault(clock.activity_date(one.participation.shift.starts_at), []).append(one)
    return days
