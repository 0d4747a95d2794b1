"""Awards whose time has come settle; points whose last day has passed expire; people are warned before."""

from datetime import timedelta

from points.earning.notices import warn_of_expiry
from points.earning.queries import due_awards
from points.earning.services import confirm_award, settle_award
from points.earning.states import AwardState
from points.ledger.queries import lapsed_lots, lots_ending_on
from points.ledger.services import expire_lot
from volunteer.core import clock
from volunteer.core.db import db, run_turn
from volunteer.core.errors import AlreadyDecided
from volunteer.core.jobs import Job

WARN_DAYS_BEFORE = (60, 30, 7)


def settle_due() -> str:
    """Every award whose time has come: credited ones settle, claimed ones are confirmed."""
    settled = confirmed = 0
    for award_id, state in due_awards(clock.now()):
        verb = settle_award if state is AwardState.CREDITED else confirm_award
        try:
            run_turn(verb, award_id)
        except AlreadyDecided:  # somebody was faster: nothing is left to do
            continue
        settled += state is AwardState.CREDITED
        confirmed += state is AwardState.PENDING
    return f"settled={settled} confirmed={confirmed}"


def expire_points() -> str:
    """Empty every lot whose last day has passed, each in a turn of its own; then warn of what ends soon."""
    today, expired = clock.today(), 0
    while lots := lapsed_lots(today):
        for account_id in lots:
            run_turn(expire_lot, account_id, on=today)
            expired += 1
        db.session.rollback()
    return f"expired={expired} warned={warn_holders()}"


def warn_holders() -> int:
    """Queue a notice for everybody whose points end in 60, 30 or 7 days; how many were new."""
    today = clock.today()
    ends = {today + timedelta(days=days): days for days in WARN_DAYS_BEFORE}
    warned = 0
    for holder_id, programme_id, expires_on, points in lots_ending_on(list(ends)):
        warned += run_turn(
            warn_of_expiry, holder_id, programme_id, expires_on, points, ends[expires_on]
        )
    return warned


JOBS = (
    Job("settle-awards", settle_due, every_minutes=10),
    Job("expire-points", expire_points, at="00:20"),
)
