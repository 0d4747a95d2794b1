"""Checking in: one attendance and its award in one turn, whatever the source. Repeats change nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update

from matching.assignments.services import accept_walk_in
from matching.checkin import answers, evidence, queries
from matching.checkin.closeness import closeness_of, household_of
from matching.checkin.evidence import PersonFacts, ShiftFacts
from matching.checkin.models import Attendance, AttendanceEvent, ScanRefusal
from matching.checkin.rules import (
    CHECKS_IN,
    REPEATED,
    Outcome,
    ScanAnswer,
    classify_scan,
    flags_of,
    grade_of,
)
from matching.checkin.states import (
    DRAWN,
    LATE_BY_PHONE,
    AttendanceState,
    Direction,
    Grade,
    Source,
)
from matching.checkin.tokens import TicketReading, Verdict
from matching.help_requests.states import ShiftState
from points.earning.queries import goes_to_desk
from points.earning.services import award_activity, confirm_award, postpone_award
from volunteer.core import clock
from volunteer.core.db import db, guarded_update, insert_once, run_core
from volunteer.core.errors import AlreadySent, NotAllowed, NotFound, Refused
from volunteer.core.i18n import _l
from volunteer.people.models import Card

SELF_SOURCES = (Source.VENUE_CODE, Source.POSTER, Source.SHIFT_CODE)
"""Where the person acts alone; in all others somebody else says that they are here."""


@dataclass(frozen=True)
class Scan:
    """One scan, typed code or tap as it reached us. `uuid` is made by the client, the same for every repeat."""

    shift_id: int
    person_id: int
    source: Source
    uuid: str
    actor_user_id: int | None
    actor_person_id: int | None = None
    device: str = ""
    ticket_age_seconds: int | None = None
    at: datetime | None = None
    """When it happened, where that is not now: an upload that comes later."""
    device_time: datetime | None = None
    is_doubtful: bool = False
    """Nobody can tell whether the time is true: what was seen on site is then no more than a claim."""
    signs: tuple[str, ...] = ()
    """Further flags for host and desk."""
    is_first: bool = False
    """Whether the caller has found that this scan has not come before."""
    is_past: bool = False
    """Somebody is named of whom it is known that they were there: a seat is also taken in a shift that has ended."""


@dataclass(frozen=True)
class CheckedIn:
    """What a scan came to: a new attendance (ok, walk_in) or the one that was there before."""

    attendance_id: int
    outcome: Outcome

    @property
    def is_new(self) -> bool:
        """Whether this scan made the attendance (or confirmed a claim)."""
        return self.outcome in CHECKS_IN


def judge(shift: ShiftFacts, person: PersonFacts, source: Source, at: datetime) -> ScanAnswer:
    """What a scan means now: validity first, then repetition, then the person. Reads only."""
    if _ended_early(shift, at) and person.checked_in_at is None:
        return ScanAnswer(Outcome.OVER, at=shift.ended_at)
    answer = classify_scan(evidence.scan_facts(shift, person, source, at), at)
    if answer.outcome in REPEATED and _proves_a_claim(person, source):
        return ScanAnswer(Outcome.OK, at=person.checked_in_at)
    return answer


def _ended_early(shift: ShiftFacts, at: datetime) -> bool:
    """Whether the window had been shut before the planned end."""
    ended_at = shift.ended_at if shift.state is ShiftState.ENDED else None
    return ended_at is not None and ended_at < shift.ends_at and ended_at <= at


def _proves_a_claim(person: PersonFacts, source: Source) -> bool:
    is_claim = person.grade is Grade.CLAIMED and person.confirmed_at is None
    return is_claim and grade_of(source) is Grade.ON_SITE and not person.is_host


def refusal(answer: ScanAnswer) -> Refused:
    """The error of an answer that lets nobody in; its facts go to the page."""
    words = answers.stop(answer.outcome)
    return Refused(
        words.todo,
        code=answer.outcome.value,
        heading=words.heading,
        at=answer.at,
        other_shift_id=answer.shift_id,
    )


def stopped(code: str) -> Refused:
    """The error of a token, ticket or card that is not good."""
    words = answers.stop(code)
    return Refused(words.todo, code=code, heading=words.heading)


def check_in(scan: Scan) -> CheckedIn:
    """The person is here: seat, attendance, event and award exist, the points are credited (or pending).

    The same `uuid` again gives the first result. Somebody already in gets their attendance back with an outcome of
    `REPEATED`. Raises `Refused` whose code is an `Outcome`, with what the page tells. Two at once are safe: the
    attendance is unique per participation and inserted before anything is credited.
    """
    before = None if scan.is_first else queries.attendance_of_scan(scan.uuid)
    if before is not None:
        if before[1] != scan.person_id:
            raise AlreadySent(_l("この受付は、もう送信ずみです。画面を開きなおしてください。"))
        return CheckedIn(before[0], Outcome.OK)
    moment = scan.at or clock.now()
    shift = evidence.shift_facts(scan.shift_id)
    person = evidence.person_facts(scan.person_id, shift)
    answer = judge(shift, person, scan.source, moment)
    if answer.outcome in REPEATED and person.attendance_id is not None:
        return CheckedIn(person.attendance_id, answer.outcome)
    if not answer.checks_in:
        raise refusal(answer)
    if person.attendance_id is not None:
        return _confirm_claim(scan, person.attendance_id)
    return _admit(scan, shift, person, answer, moment)


def _admit(
    scan: Scan, shift: ShiftFacts, person: PersonFacts, answer: ScanAnswer, moment: datetime
) -> CheckedIn:
    seat = _seat(scan, person, answer, moment)
    grade, flags = _grade(scan, person), _flags(scan, person, answer)
    new_id = insert_once(
        Attendance,
        {
            "participation_id": seat,
            "state": AttendanceState.OPEN,
            "grade": grade,
            "source": scan.source,
            "checked_in_at": moment,
            "minutes_counted": shift.window.planned_minutes,
            "households": shift.households,
            "auto_closed": False,
            "due_at": shift.window.check_out_until,
            "flags": flags,
        },
    )
    if new_id is None:  # another device of the same person was faster by a blink
        return CheckedIn(_attendance_of(seat), Outcome.ALREADY_IN)
    came = {"came": moment.isoformat()}
    note_event(new_id, scan, Direction.CHECK_IN, grade, clock.now(), detail=came)
    is_by_other = scan.source not in SELF_SOURCES
    facts = evidence.activity_facts(shift, person, new_id, grade, source=scan.source)
    award = award_activity(
        facts,
        entered_by_user_id=scan.actor_user_id if is_by_other else None,
        entered_by_person_id=scan.actor_person_id if is_by_other else None,
        is_new=True,
    )
    if LATE_BY_PHONE in flags and award.settles_at is not None:
        postpone_award(award.id, None)
    if LATE_BY_PHONE in flags or goes_to_desk(award, facts):
        _send_to_desk(new_id, flags)
    return CheckedIn(new_id, answer.outcome)


def _send_to_desk(attendance_id: int, flags: list[str]) -> None:
    """A claim drawn by lot, or one that must not settle unseen: the center confirms it, too (design: check-in)."""
    statement = update(Attendance).where(Attendance.id == attendance_id)
    db.session.execute(statement.values(flags=[*flags, DRAWN]))


def _seat(scan: Scan, person: PersonFacts, answer: ScanAnswer, moment: datetime) -> int:
    """The participation that was there on time or is made for a walk-in, held against being called off meanwhile."""
    if answer.outcome is Outcome.WALK_IN or person.participation_id is None:
        came, actor = (scan.person_id, scan.shift_id), scan.actor_user_id
        return accept_walk_in(*came, actor, also_ended=scan.is_past).id
    is_held, ended_at = evidence.hold_seat_and_shift(person.participation_id)
    if not is_held:
        raise refusal(ScanAnswer(Outcome.CANCELLED))
    if ended_at is not None and ended_at <= moment:
        raise refusal(ScanAnswer(Outcome.OVER))
    return person.participation_id


def _grade(scan: Scan, person: PersonFacts) -> Grade:
    """A member of the host holds the venue's code in their own hand: that is a claim, not evidence."""
    own = person.is_host and scan.source in SELF_SOURCES
    return Grade.CLAIMED if own or scan.is_doubtful else grade_of(scan.source)


def _flags(scan: Scan, person: PersonFacts, answer: ScanAnswer) -> list[str]:
    flags = [*flags_of(answer, scan.source, scan.ticket_age_seconds), *scan.signs]
    if person.is_host and scan.source in SELF_SOURCES:
        flags.append("own_shift")
    if scan.source in SELF_SOURCES and queries.device_used_by_others(
        scan.device, scan.shift_id, scan.person_id
    ):
        flags.append("shared_device")
    return flags


def _attendance_of(participation_id: int) -> int:
    statement = db.select(Attendance.id).where(Attendance.participation_id == participation_id)
    found: int = db.session.execute(statement).scalar_one()
    return found


def _confirm_claim(scan: Scan, attendance_id: int) -> CheckedIn:
    """Somebody who had only claimed to be here is seen after all: the claim is confirmed by this scan."""
    if scan.is_doubtful:
        return CheckedIn(attendance_id, Outcome.ALREADY_IN)
    moment = clock.now()
    statement = (
        update(Attendance)
        .where(Attendance.id == attendance_id, Attendance.confirmed_at.is_(None))
        .values(confirmed_at=moment, confirmed_by_user_id=scan.actor_user_id)
    )
    if guarded_update(statement) == 0:
        return CheckedIn(attendance_id, Outcome.ALREADY_IN)
    note_event(attendance_id, scan, Direction.CONFIRMATION, grade_of(scan.source), moment)
    confirm_live_award(attendance_id, scan.actor_user_id)
    return CheckedIn(attendance_id, Outcome.OK)


_EVENTS: Any = AttendanceEvent.__table__
_NOTE = insert(_EVENTS)


def note_event(
    attendance_id: int,
    scan: Scan,
    direction: Direction,
    grade: Grade,
    moment: datetime,
    reason: str = "",
    detail: dict[str, Any] | None = None,
) -> None:
    """One line of the append-only history, inside the caller's write turn."""
    run_core(
        _NOTE,
        scan_uuid=scan.uuid,
        attendance_id=attendance_id,
        direction=direction,
        source=scan.source,
        grade=grade,
        actor_user_id=scan.actor_user_id,
        device=scan.device,
        device_time=scan.device_time,
        server_time=moment,
        ticket_age_s=scan.ticket_age_seconds,
        reason=reason,
        detail=detail or {},
    )


def check_ticket(reading: TicketReading | None, shift_id: int) -> TicketReading:
    """A good ticket for this shift, or `Refused` (no_ticket, ticket_expired, other_browser, forged, other_shift)."""
    if reading is None:
        raise stopped(answers.NO_TICKET)
    if reading.verdict is not Verdict.OK:
        raise stopped(answers.ticket_code(reading.verdict))
    if reading.shift_id != shift_id:
        raise stopped(answers.OTHER_SHIFT)
    return reading


def redeem_ticket(
    reading: TicketReading | None,
    shift_id: int,
    person_id: int,
    *,
    uuid: str,
    actor_user_id: int | None,
    device: str,
) -> CheckedIn:
    """Check in with the scan ticket of this browser (already read, None when there is none).

    Raises all of `check_ticket` and `check_in`.
    """
    reading = check_ticket(reading, shift_id)
    age = (reading.age_seconds or 0) + (reading.code_age_seconds or 0)
    return check_in(
        Scan(shift_id, person_id, Source.VENUE_CODE, uuid, actor_user_id, None, device, age)
    )


def check_in_by_host(
    shift_id: int,
    person_id: int,
    source: Source,
    *,
    uuid: str,
    actor_user_id: int,
    actor_person_id: int | None = None,
    **more: Any,
) -> CheckedIn:
    """The organizer (or staff) sees the person and says so by card code or name. `more`: further facts of the `Scan`.

    Raises `NotAllowed` (own_attendance) for oneself and one's household, and all of `check_in`.
    """
    refuse_own(actor_user_id, [person_id])
    return check_in(Scan(shift_id, person_id, source, uuid, actor_user_id, actor_person_id, **more))


def refuse_own(user_id: int, person_ids: Sequence[int]) -> None:
    """Nobody confirms their own attendance, nor that of their own household. Raises `NotAllowed`."""
    close = closeness_of(user_id)
    for person_id in person_ids:
        if close.includes(person_id, household_of(person_id)):
            words = answers.stop(answers.OWN)
            raise NotAllowed(words.todo, code=answers.OWN, heading=words.heading)


def person_of_card(code: str) -> int:
    """The person whose live card has this code. Raises `Refused` (unknown_card, revoked_card)."""
    statement = db.select(Card.person_id, Card.revoked_at).where(Card.code == code)
    row = db.session.execute(statement).one_or_none()
    if row is None:
        raise stopped(answers.UNKNOWN_CARD)
    if row.revoked_at is not None:
        raise stopped(answers.REVOKED_CARD)
    found: int = row.person_id
    return found


def confirm_live_award(attendance_id: int, actor_user_id: int | None) -> None:
    """The pending points of a claim become real."""
    award = queries.live_award(attendance_id)
    if award is not None and award.is_pending:
        confirm_award(award.id, actor_user_id=actor_user_id)


def record_refusal(
    shift_id: int | None,
    person_id: int | None,
    source: Source,
    code: str,
    actor_user_id: int | None,
) -> None:
    """The desk will see that somebody could not check in. Said once in ten minutes for the same trouble."""
    if queries.was_just_refused(shift_id, person_id, code, clock.now()):
        return
    db.session.add(
        ScanRefusal(
            shift_id=shift_id,
            person_id=person_id,
            source=source,
            code=code,
            actor_user_id=actor_user_id,
            at=clock.now(),
        )
    )


def mark_refusal_seen(refusal_id: int, user_id: int) -> None:
    """Staff have looked at a refused scan; a second time changes nothing. Raises `NotFound`."""
    if db.session.get(ScanRefusal, refusal_id) is None:
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    statement = (
        update(ScanRefusal)
        .where(ScanRefusal.id == refusal_id, ScanRefusal.seen_at.is_(None))
        .values(seen_at=clock.now(), seen_by_user_id=user_id)
    )
    guarded_update(statement)
