"""What may be reported, what silence confirms, which signatures are called back, how long things are kept. Pure."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from matching.paid_tasks.rules import CONFIRM_HOURS
from matching.paid_work.states import Waits

SILENCE = timedelta(hours=CONFIRM_HOURS)
"""So long the orderer has for a word; then the time is confirmed by itself."""
REPORT_WITHIN = timedelta(hours=24)
"""So long after the planned end the student is left alone; then they are asked for the time, and the desk sees it."""
REMIND_WITHIN = timedelta(days=7)
"""What is older is left to the desk."""
MINUTES_MAX = 12 * 60
TOLERANCE = 15
"""Minutes by which a report may differ from the record without a word about it."""
SHARE_PERCENT = 20
"""Of the signatures drawn with a finger so many are called back; a typed name is always called back."""
SIGNING_GRACE = timedelta(minutes=60)
"""So long after the planned end the orderer can still sign: the check-out closes then, too."""
SIGNATURES_KEPT = timedelta(days=180)
"""A signature proves something as long as somebody may doubt the time; then it goes."""
WORDS_KEPT = timedelta(days=365)
"""Words of reports and of objections."""


def is_drawn(key: bytes, task_id: int, *, is_typed: bool, share: int = SHARE_PERCENT) -> bool:
    """Whether the signature of this task is called back: the same answer each time, known to nobody without the key."""
    if is_typed:
        return True
    drawn = hmac.digest(key, f"call back {task_id}".encode(), "sha256")[:4]
    return int.from_bytes(drawn, "big") % 100 < share


def due_at(reported_at: datetime) -> datetime:
    """When silence counts as a yes."""
    return reported_at + SILENCE


class Trouble(StrEnum):
    """Why a time cannot be reported now."""

    NO_RECORD = "no_record"
    STILL_THERE = "still_there"
    NOT_AGREED = "not_agreed"
    DONE = "work_done"


@dataclass(frozen=True)
class Facts:
    """What is known when a time is reported."""

    is_agreed: bool
    is_reported: bool
    is_over: bool
    """Confirmed, in dispute, or called off: the student cannot change it any more."""
    has_record: bool
    is_there: bool
    """Checked in and not out yet, and the planned end is still to come."""


def why_not(facts: Facts) -> Trouble | None:
    """Why no time can be reported (or reported anew) now; None when it can."""
    reasons = {
        Trouble.DONE: facts.is_over,
        Trouble.NOT_AGREED: not (facts.is_agreed or facts.is_reported),
        Trouble.NO_RECORD: not facts.has_record,
        Trouble.STILL_THERE: facts.is_there,
    }
    return next((one for one, holds in reasons.items() if holds), None)


def is_minutes(minutes: int, least: int = 1) -> bool:
    """Whether so many minutes can be one piece of work."""
    return least <= minutes <= MINUTES_MAX


@dataclass(frozen=True)
class Reported:
    """A reported time beside what was agreed and what is recorded."""

    minutes: int
    yen: int
    agreed_yen: int
    seen_minutes: int
    """From coming to going as recorded; 0 without a record."""
    waits_for_call: bool = False


def why_waits(reported: Reported) -> tuple[Waits, ...]:
    """Why silence does not confirm this time; empty when it does. Silence never makes anybody pay more."""
    reasons = {
        Waits.LONGER: reported.yen > reported.agreed_yen,
        Waits.NOT_SEEN: reported.minutes > reported.seen_minutes + TOLERANCE,
        Waits.CALL: reported.waits_for_call,
    }
    return tuple(one for one, holds in reasons.items() if holds)


def differs(minutes: int, seen_minutes: int) -> bool:
    """Whether the page shows both times side by side."""
    return abs(minutes - seen_minutes) > TOLERANCE


def decidable(minutes: int, reported: int, least: int = 0) -> bool:
    """Staff decide at most what was reported: nobody is made to pay for more than the student says."""
    return least <= minutes <= reported
