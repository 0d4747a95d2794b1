"""What a scan means, how much time counts, and how strong the evidence is. Pure: the facts of the day come in.

Moments are aware datetimes of one zone or another; only their differences matter. Server time decides.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from matching.checkin.states import Grade, Source

OPENS_BEFORE = timedelta(minutes=60)
CHECK_OUT_GRACE = timedelta(minutes=60)
LATE_AFTER = timedelta(minutes=15)
EARLY_BEFORE = timedelta(minutes=30)
SECOND_SCAN_WITHIN = timedelta(minutes=10)
"""A second scan this soon is a nervous finger; later it is somebody who wants to go home."""

OLD_TICKET_SECONDS = 5 * 60
ROUND_TO_MINUTES = 5
HOST_MINUTES_MAX = 24 * 60


@dataclass(frozen=True)
class Window:
    """When a shift can be checked in to and out of."""

    starts_at: datetime
    ends_at: datetime
    opens_at: datetime
    check_out_until: datetime

    @property
    def planned_minutes(self) -> int:
        """From planned start to planned end."""
        return minutes_between(self.starts_at, self.ends_at)


def is_introduced(
    enrolled_at: datetime | None, is_walk_in: bool | None, source: Source | None, window: Window
) -> bool:
    """Whether the center brought the person there: enrolled, asked or assigned before anybody could check in.

    Whoever came without that was found by the host or came along, unless the center's own staff enter them: then
    the center stands for it. Nothing that a correction moves is asked here.
    """
    if source is Source.STAFF_ENTRY:
        return True
    if enrolled_at is None:
        return False
    return not is_walk_in or enrolled_at < window.opens_at


def minutes_between(start: datetime, end: datetime) -> int:
    """Whole minutes from `start` to `end`, never below 0."""
    return max(0, int((end - start).total_seconds() // 60))


def window_of(
    starts_at: datetime,
    ends_at: datetime,
    opens_before: timedelta = OPENS_BEFORE,
    grace: timedelta = CHECK_OUT_GRACE,
) -> Window:
    """Check-in from `opens_before` the planned start to the planned end; check-out until `grace` after that."""
    if ends_at <= starts_at:
        raise ValueError("a shift ends after it starts")
    return Window(starts_at, ends_at, starts_at - opens_before, ends_at + grace)


class Arrival(StrEnum):
    """How an arrival compares with the plan."""

    EARLY = "early"
    ON_TIME = "on_time"
    LATE = "late"


def arrival(window: Window, at: datetime) -> Arrival:
    """Late is more than 15 minutes after the planned start, early more than 30 before it."""
    if at - window.starts_at > LATE_AFTER:
        return Arrival.LATE
    if window.starts_at - at > EARLY_BEFORE:
        return Arrival.EARLY
    return Arrival.ON_TIME


class Outcome(StrEnum):
    """What a scan comes to. `OK` and `WALK_IN` check in; each other one has its own kind answer."""

    OK = "ok"
    WALK_IN = "walk_in"
    ALREADY_IN = "already_in"
    OFFER_CHECK_OUT = "offer_check_out"
    ALREADY_OUT = "already_out"
    CANCELLED = "cancelled"
    WRONG_SHIFT = "wrong_shift"
    TOO_EARLY = "too_early"
    OVER = "over"
    NOT_PARTICIPANT = "not_participant"
    INSURANCE_MISSING = "insurance_missing"
    TRAINING_MISSING = "training_missing"
    NOT_REGISTERED = "not_registered"
    SOURCE_NOT_ACCEPTED = "source_not_accepted"
    REFUSED_BEFORE = "refused_before"


CHECKS_IN = frozenset({Outcome.OK, Outcome.WALK_IN})
REPEATED = frozenset({Outcome.ALREADY_IN, Outcome.OFFER_CHECK_OUT, Outcome.ALREADY_OUT})
FOR_THE_DESK = frozenset(
    {
        Outcome.CANCELLED,
        Outcome.WRONG_SHIFT,
        Outcome.TOO_EARLY,
        Outcome.OVER,
        Outcome.NOT_PARTICIPANT,
        Outcome.INSURANCE_MISSING,
        Outcome.TRAINING_MISSING,
        Outcome.NOT_REGISTERED,
        Outcome.SOURCE_NOT_ACCEPTED,
        Outcome.REFUSED_BEFORE,
    }
)
"""Refusals of which the desk gets an entry: somebody stands there and needs help."""


@dataclass(frozen=True)
class ScanFacts:
    """What is known when somebody scans.

    `expected_shift_id`: the shift whose page the scan was started from, if any. `other_shift_id`: a shift this
    person is accepted for and that is open for check-in just now, if it is not the scanned one.
    """

    shift_id: int
    window: Window
    is_accepted: bool
    walk_in_allowed: bool = False
    is_insured: bool = True
    is_trained: bool = True
    is_cancelled: bool = False
    expected_shift_id: int | None = None
    other_shift_id: int | None = None
    checked_in_at: datetime | None = None
    checked_out_at: datetime | None = None
    is_registered: bool = True
    source_accepted: bool = True
    was_refused: bool = False


@dataclass(frozen=True)
class ScanAnswer:
    """The outcome with what its page tells: `at` (since when, from when, until when) or the right shift."""

    outcome: Outcome
    at: datetime | None = None
    shift_id: int | None = None
    arrival: Arrival | None = None

    @property
    def checks_in(self) -> bool:
        """Whether this scan makes an attendance."""
        return self.outcome in CHECKS_IN


def classify_scan(facts: ScanFacts, at: datetime) -> ScanAnswer:
    """What a scan at `at` means: first whether place and time are right, then repetition, then the person.

    Somebody already in is not asked about insurance or a seat again, so that going home is never refused.
    """
    return (
        _wrong_place(facts)
        or _wrong_time(facts, at)
        or _repeated(facts, at)
        or _not_yet_allowed(facts)
        or _welcome(facts, at)
    )


def _wrong_place(facts: ScanFacts) -> ScanAnswer | None:
    if facts.expected_shift_id not in (None, facts.shift_id):
        return ScanAnswer(Outcome.WRONG_SHIFT, shift_id=facts.expected_shift_id)
    if facts.is_cancelled and facts.checked_in_at is None:
        return ScanAnswer(Outcome.CANCELLED)
    return None


def _wrong_time(facts: ScanFacts, at: datetime) -> ScanAnswer | None:
    window = facts.window
    if at < window.opens_at:
        return ScanAnswer(Outcome.TOO_EARLY, at=window.opens_at)
    is_in = facts.checked_in_at is not None
    last = window.check_out_until if is_in else window.ends_at
    return ScanAnswer(Outcome.OVER, at=last) if at >= last else None


def _repeated(facts: ScanFacts, at: datetime) -> ScanAnswer | None:
    if facts.was_refused:
        return ScanAnswer(Outcome.REFUSED_BEFORE)
    if facts.checked_out_at is not None:
        return ScanAnswer(Outcome.ALREADY_OUT, at=facts.checked_out_at)
    if facts.checked_in_at is None:
        return None
    just_now = at - facts.checked_in_at < SECOND_SCAN_WITHIN
    waiting = at < facts.window.starts_at
    outcome = Outcome.ALREADY_IN if just_now or waiting else Outcome.OFFER_CHECK_OUT
    return ScanAnswer(outcome, at=facts.checked_in_at)


def _not_yet_allowed(facts: ScanFacts) -> ScanAnswer | None:
    if not facts.is_registered:
        return ScanAnswer(Outcome.NOT_REGISTERED)
    return _not_expected(facts) or _not_ready(facts)


def _not_expected(facts: ScanFacts) -> ScanAnswer | None:
    if not facts.is_accepted and facts.other_shift_id is not None:
        return ScanAnswer(Outcome.WRONG_SHIFT, shift_id=facts.other_shift_id)
    if not facts.is_accepted and not facts.walk_in_allowed:
        return ScanAnswer(Outcome.NOT_PARTICIPANT)
    return None


def _not_ready(facts: ScanFacts) -> ScanAnswer | None:
    if not facts.source_accepted:
        return ScanAnswer(Outcome.SOURCE_NOT_ACCEPTED)
    if not facts.is_insured:
        return ScanAnswer(Outcome.INSURANCE_MISSING)
    return None if facts.is_trained else ScanAnswer(Outcome.TRAINING_MISSING)


def _welcome(facts: ScanFacts, at: datetime) -> ScanAnswer:
    outcome = Outcome.OK if facts.is_accepted else Outcome.WALK_IN
    return ScanAnswer(outcome, arrival=arrival(facts.window, at))


def may_check_out(window: Window, checked_in_at: datetime, at: datetime) -> bool:
    """Whether a check-out at `at` is taken: after coming, until the end of the grace."""
    return checked_in_at <= at < window.check_out_until


def counted_minutes(
    window: Window,
    came_at: datetime,
    left_at: datetime | None = None,
    host_minutes: int | None = None,
    round_to: int = ROUND_TO_MINUTES,
) -> int:
    """Minutes that count: the time present within the plan, or what the host says (0 to 1440).

    Up to 15 minutes missing in all (at most a quarter of the plan) are not held against anybody; beyond that the
    time present is rounded to the nearest `round_to` minutes. Without the host's word never more than planned.
    No `left_at` means present until the planned end (the closing job).
    """
    if host_minutes is not None:
        if not 0 <= host_minutes <= HOST_MINUTES_MAX:
            raise ValueError("0 to 1440 minutes expected")
        return host_minutes
    planned = window.planned_minutes
    start = max(came_at, window.starts_at)
    end = min(left_at or window.ends_at, window.ends_at)
    present = minutes_between(start, end)
    forgiven = min(int(LATE_AFTER.total_seconds()) // 60, planned // 4)
    if planned - present <= forgiven:
        return planned
    return min(planned, (present + round_to // 2) // round_to * round_to)


def corrected_minutes(window: Window, came_at: datetime, left_at: datetime) -> int:
    """Minutes that count when host or staff tell the real times: as above, and what was done after the planned end.

    Coming before the planned start adds nothing; who has worked longer has left later.
    """
    within = counted_minutes(window, came_at, left_at)
    longer = minutes_between(max(window.ends_at, came_at), left_at)
    return min(HOST_MINUTES_MAX, within + longer)


_GRADES = {
    Source.VENUE_CODE: Grade.ON_SITE,
    Source.HOST_CODE: Grade.ON_SITE,
    Source.CARD_CODE: Grade.ON_SITE,
    Source.NAME_LIST: Grade.ON_SITE,
    Source.POSTER: Grade.CLAIMED,
    Source.SHIFT_CODE: Grade.CLAIMED,
    Source.STAFF_ENTRY: Grade.HOST_SIGNED,
}


def grade_of(source: Source) -> Grade:
    """How strong evidence from this source is (design, check-in: sources and their grade)."""
    return _GRADES[source]


def flags_of(
    answer: ScanAnswer, source: Source, ticket_age_seconds: int | None = None
) -> list[str]:
    """Why host or desk should look at this check-in: late, early, walk_in, claimed, paper, old_ticket."""
    signs = {
        "late": answer.arrival is Arrival.LATE,
        "early": answer.arrival is Arrival.EARLY,
        "walk_in": answer.outcome is Outcome.WALK_IN,
        "claimed": grade_of(source) is Grade.CLAIMED,
        "paper": source is Source.STAFF_ENTRY,
        "old_ticket": (ticket_age_seconds or 0) > OLD_TICKET_SECONDS,
    }
    return [name for name, holds in signs.items() if holds]
