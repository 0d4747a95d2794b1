"""Awards whose time has come settle; points whose last day has passed expire; people are warned before."""

from points.earning.lapsing import extend, lapse
from points.earning.notices import warn_of_expiry
from points.earning.queries import due_awards
from points.earning.services import confirm_award, settle_award
from points.earning.states import AwardState
from points.earning.warnings import ending_soon
from points.ledger.lapses import groups_ending, lapsed_groups
from points.programmes.queries import programmes, rules_at
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
    """What has passed its last day expires or lives on, each group of lots in a turn of its own; then warn."""
    today, expired, carried = clock.today(), 0, extend_points()
    while groups := lapsed_groups(today):
        for holder_id, programme_id, day in groups:
            found = run_turn(lapse, holder_id, programme_id, day, on=today)
            expired += found.expired > 0
            carried += found.lived_on > 0
        db.session.rollback()
    return f"expired={expired} carried={carried} warned={warn_holders()}"


def extend_points() -> int:
    """Apply the dated exceptions for everybody to points that still live; of how many holders and last days."""
    today, extended = clock.today(), 0
    for programme in programmes():
        rules = rules_at(programme.id, today)
        for exception in rules.exceptions if rules else ():
            first = max(exception.first_day, today)
            if exception.chosen or first > exception.last_day:
                continue
            while groups := groups_ending(first, exception.last_day, programme.id):
                for holder_id, programme_id, day in groups:
                    run_turn(extend, holder_id, programme_id, day, exception, on=today)
                    extended += 1
                db.session.rollback()
    return extended


def warn_holders() -> int:
    """Queue a notice for everybody whose points end within 60, 30 or 7 days; how many were new.

    A day on which the job did not run loses no warning: the next run sends it. What will be carried over is not
    spoken of as lost.
    """
    today, warned = clock.today(), 0
    for one in ending_soon(today, WARN_DAYS_BEFORE):
        warned += run_turn(
            warn_of_expiry,
            one.holder_id,
            one.programme_id,
            one.expires_on,
            one.points,
            one.threshold,
            days_left=(one.expires_on - today).days,
        )
    return warned


JOBS = (
    Job("settle-awards", settle_due, every_minutes=10),
    Job("expire-points", expire_points, at="00:20"),
)
