"""What a person says about somebody else's attendance: yes, no, or other times. Points follow through the ledger.

These are verbs like those of services.py, apart only for length.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from matching.assignments.models import Participation
from matching.assignments.services import accept_walk_in, seat_after_all
from matching.checkin import evidence, history, notices, queries
from matching.checkin.closeness import refuse_own_phone
from matching.checkin.evidence import PersonFacts, ShiftFacts
from matching.checkin.models import Attendance
from matching.checkin.rules import HOST_MINUTES_MAX, corrected_minutes, minutes_between
from matching.checkin.services import Scan, confirm_live_award, note_event, refuse_own
from matching.checkin.states import AttendanceState, Direction, Grade, Source
from matching.help_requests.states import ShiftState
from points.earning.services import award_activity, correct_award, refuse_award
from points.redemption.services import free_for_reversal
from volunteer.core import clock
from volunteer.core.db import db, guarded_update, insert_once
from volunteer.core.errors import AlreadyDecided, AlreadySent, NotFound, Refused
from volunteer.core.i18n import _l

NOT_DECIDED = (AttendanceState.OPEN, AttendanceState.CLOSED)
STAFF_MAY_CORRECT = (*NOT_DECIDED, AttendanceState.SETTLED, AttendanceState.REFUSED)
AFTER_CORRECTION: dict[AttendanceState | None, AttendanceState] = {
    AttendanceState.OPEN: AttendanceState.CLOSED,
    AttendanceState.REFUSED: AttendanceState.CLOSED,
}
"""Where a corrected attendance stands; a settled one stays settled."""
RESTORED = "restored"
"""Why points were given again (`journal.reason`)."""


@dataclass(frozen=True)
class Word:
    """Somebody's word about an attendance. `uuid` is the key of their form."""

    attendance_id: int
    uuid: str
    actor_user_id: int
    reason: str = ""
    by_staff: bool = False
    tells: bool = True
    """Whether the person is written to; not where they learn of it otherwise."""


def subject_of(word: Word) -> tuple[ShiftFacts, PersonFacts]:
    """The shift and person of an attendance, its row locked. Raises `NotFound`, `NotAllowed` for one's own."""
    statement = (
        select(Participation.shift_id, Participation.person_id)
        .join(Attendance, Attendance.participation_id == Participation.id)
        .where(Attendance.id == word.attendance_id)
        .with_for_update(key_share=True, of=Attendance)
    )
    row = db.session.execute(statement).one_or_none()
    if row is None:
        raise NotFound(_l("その受付は見つかりませんでした。"))
    refuse_own(word.actor_user_id, [row.person_id])
    shift = evidence.shift_facts(row.shift_id)
    return shift, evidence.person_facts(row.person_id, shift)


def note_word(
    word: Word, shift: ShiftFacts, person: PersonFacts, what: Direction, **detail: object
) -> None:
    """One line of the history of an attendance, with its reason."""
    source = Source.STAFF_ENTRY if word.by_staff else Source.NAME_LIST
    scan = Scan(shift.id, person.person_id, source, word.uuid, word.actor_user_id)
    assert person.grade is not None
    note_event(word.attendance_id, scan, what, person.grade, clock.now(), word.reason, detail)


def confirm_attendance(word: Word, **detail: object) -> None:
    """The host (or staff) says yes: pending points become real, a flag is answered. `detail`: how they know.

    Raises `NotAllowed` (own_attendance, own_phone), `AlreadyDecided` when somebody was faster or said no.
    """
    shift, person = subject_of(word)
    refuse_own_phone(word.actor_user_id, [word.attendance_id])
    statement = (
        update(Attendance)
        .where(
            Attendance.id == word.attendance_id,
            Attendance.confirmed_at.is_(None),
            Attendance.state.in_(NOT_DECIDED),
        )
        .values(confirmed_at=clock.now(), confirmed_by_user_id=word.actor_user_id)
    )
    if guarded_update(statement) == 0:
        raise decided(word.attendance_id)
    note_word(word, shift, person, Direction.CONFIRMATION, **detail)
    confirm_live_award(word.attendance_id, word.actor_user_id)


def decided(attendance_id: int) -> AlreadyDecided:
    """The error that says who was faster."""
    who = queries.decided_by(attendance_id)
    if not who:
        return AlreadyDecided(_l("もう決まっています。画面を開きなおしてください。"))
    return AlreadyDecided(
        _l("%(who)sさんが先に決めました。画面を開きなおしてください。", who=who), who=who
    )


def refuse_attendance(word: Word) -> None:
    """The host (or staff) says that the person was not there: the points go, the person learns why.

    Only what was claimed, or not yet settled, can be refused. Raises `NotAllowed`, `AlreadyDecided`.
    """
    shift, person = subject_of(word)
    statement = (
        update(Attendance)
        .where(
            Attendance.id == word.attendance_id,
            Attendance.confirmed_at.is_(None),
            Attendance.state.in_(NOT_DECIDED),
        )
        .values(
            state=AttendanceState.REFUSED,
            minutes_counted=0,
            households=0,
            confirmed_at=clock.now(),
            confirmed_by_user_id=word.actor_user_id,
        )
    )
    if guarded_update(statement) == 0:
        raise decided(word.attendance_id)
    note_word(word, shift, person, Direction.REFUSAL)
    award = queries.live_award(word.attendance_id)
    if award is not None and award.is_pending:
        refuse_award(award.id, actor_user_id=word.actor_user_id)
    else:
        credit_real_time(word.attendance_id, shift, person, 0, 0, word.actor_user_id)
    notices.tell_refused(person.person_id, shift.id, word.attendance_id, word.reason)


@dataclass(frozen=True)
class RealTimes:
    """When somebody really came and went, and how many households were served."""

    came_at: datetime
    left_at: datetime
    households: int


def correct_times(word: Word, real: RealTimes) -> int:
    """The facts are as told; the points are reversed and credited anew where they differ. The minutes that count.

    Host and staff only; a settled attendance only by staff, and so one that was refused, which then counts again.
    Raises `Refused` (times, future, settled), `NotAllowed`, `AlreadyDecided` (refused before, or struck by two).
    """
    shift, person = subject_of(word)
    refuse_own_phone(word.actor_user_id, [word.attendance_id])
    _refuse_times(real, shift)
    _refuse_final(word, person)
    was_refused = person.attendance_state is AttendanceState.REFUSED
    minutes = corrected_minutes(shift.window, real.came_at, real.left_at)
    before = queries.counted(word.attendance_id)
    statement = (
        update(Attendance)
        .where(
            Attendance.id == word.attendance_id,
            Attendance.state == person.attendance_state,
            Attendance.state.in_(STAFF_MAY_CORRECT if word.by_staff else NOT_DECIDED),
        )
        .values(
            state=AFTER_CORRECTION.get(person.attendance_state, Attendance.state),
            checked_in_at=real.came_at,
            checked_out_at=real.left_at,
            minutes_counted=minutes,
            households=real.households,
            confirmed_at=clock.now(),
            confirmed_by_user_id=word.actor_user_id,
            **({"due_at": clock.now()} if was_refused else {}),
        )
    )
    if guarded_update(statement) == 0:
        raise decided(word.attendance_id)
    after = (minutes, real.households)
    facts = _as_noted(real)
    what = Direction.CORRECTION
    note_word(word, shift, person, what, before=list(before), after=list(after), **facts)
    confirm_live_award(word.attendance_id, word.actor_user_id)
    if was_refused:
        _credit_again(word, shift, person, after)
    elif after != before:
        credit_real_time(word.attendance_id, shift, person, *after, word.actor_user_id)
    if word.tells:
        about = word.attendance_id
        notices.tell_corrected(person.person_id, shift.id, about, word.uuid, word.reason)
    return minutes


def _refuse_final(word: Word, person: PersonFacts) -> None:
    """What is settled is for staff; what two people have struck is undone where they struck it."""
    if person.attendance_state is AttendanceState.SETTLED and not word.by_staff:
        raise Refused(
            _l("もう確定しています。直すときは、センターに連絡してください。"), code="settled"
        )
    is_refused = person.attendance_state is AttendanceState.REFUSED
    if is_refused and word.by_staff and history.was_struck(word.attendance_id):
        raise Refused(
            _l(
                "二人の職員が取り消した記録です。元にもどすときは「事実とちがう記録」を使ってください。"
            ),
            code="struck",
        )


def _credit_again(
    word: Word, shift: ShiftFacts, person: PersonFacts, after: tuple[int, int]
) -> None:
    """A refusal was wrong: the points are given anew, as far as the caps still leave room."""
    actor = word.actor_user_id
    credit_real_time(word.attendance_id, shift, person, *after, actor, reason=RESTORED)
    confirm_live_award(word.attendance_id, actor)


def _refuse_times(real: RealTimes, shift: ShiftFacts) -> None:
    if real.left_at <= real.came_at:
        raise Refused(_l("終わった時刻は、来た時刻より後にしてください。"), code="times")
    if real.left_at > clock.now():
        raise Refused(_l("これから先の時刻は入れられません。"), code="future")
    if minutes_between(real.came_at, real.left_at) > HOST_MINUTES_MAX:
        raise Refused(_l("活動の時間は、24時間までにしてください。"), code="too_long")
    if real.came_at >= shift.ends_at:
        raise Refused(
            _l("来た時刻が、活動の終わりより後になっています。時刻を確かめてください。"),
            code="times",
        )


def credit_real_time(
    attendance_id: int,
    shift: ShiftFacts,
    person: PersonFacts,
    minutes: int,
    households: int,
    actor_user_id: int | None,
    reason: str = "real_time",
) -> None:
    """The award follows the facts: reversal and a new revision, under the rule of the activity's day."""
    assert person.grade is not None
    facts = evidence.activity_facts(shift, person, attendance_id, person.grade, minutes, households)
    award = queries.live_award(attendance_id)
    if award is not None and award.journal_id is not None and actor_user_id is not None:
        free_for_reversal(award.journal_id, actor_user_id)
    correct_award(
        evidence.SOURCE_KIND,
        attendance_id,
        facts,
        reason=reason,
        actor_user_id=actor_user_id,
        is_settled=person.attendance_state is AttendanceState.SETTLED,
    )


@dataclass(frozen=True)
class Entry:
    """A paper row typed in by staff. `left_at` is the planned end when the sheet does not say."""

    shift_id: int
    person_id: int
    times: RealTimes
    reason: str
    uuid: str
    actor_user_id: int
    actor_person_id: int | None
    although_called_off: bool = False
    """Whoever enters knows that it was called off, and says that this person was there all the same."""


def enter_attendance(entry: Entry) -> int:
    """Staff write down who was there, with the reason; the points are credited. The new attendance.

    The same `uuid` again gives the first result. Whoever enters is kept with the award and may not approve this
    person's cash-outs for a while. An activity stays called off for everybody else; who was there before anybody
    knew of it has the time present, as if it had been ended early. Raises `NotAllowed` (own_attendance),
    `AlreadyDecided` (already_in), `AlreadySent` (the key of another row), `Refused` (times, future, cancelled …).
    """
    before = queries.attendance_of_scan(entry.uuid)
    if before is not None:
        return _entered_before(entry, *before)
    refuse_own(entry.actor_user_id, [entry.person_id])
    shift = evidence.shift_facts(entry.shift_id)
    was_called_off = shift.state is ShiftState.CANCELLED
    if was_called_off and not entry.although_called_off:
        raise _called_off()
    _refuse_times(entry.times, shift)
    seat = _seat_of(entry, was_called_off=was_called_off)
    person = evidence.person_facts(entry.person_id, shift)
    attendance_id = _write_entry(entry, shift, person, seat.id, is_walk_in=seat.walk_in)
    award_activity(
        evidence.activity_facts(
            shift,
            person,
            attendance_id,
            Grade.HOST_SIGNED,
            corrected_minutes(shift.window, entry.times.came_at, entry.times.left_at),
            entry.times.households,
            Source.STAFF_ENTRY,
        ),
        entered_by_user_id=entry.actor_user_id,
        entered_by_person_id=entry.actor_person_id,
    )
    if was_called_off:
        notices.tell_recorded(person.person_id, person.name, shift.id, attendance_id, entry.reason)
    return attendance_id


def _called_off() -> Refused:
    return Refused(
        _l(
            "この活動は中止になっています。それでも来ていた人は、この画面を開きなおしてから記録してください。"
        ),
        code="cancelled",
    )


def _seat_of(entry: Entry, *, was_called_off: bool) -> Participation:
    """The seat which the attendance hangs on, held until the turn ends."""
    who, shift_id, by = entry.person_id, entry.shift_id, entry.actor_user_id
    if was_called_off:
        return seat_after_all(who, shift_id, by, entry.reason)
    seat = accept_walk_in(who, shift_id, by, by_staff=True)
    if not evidence.hold_seat(seat.id):
        raise _called_off()
    return seat


def _entered_before(entry: Entry, attendance_id: int, person_id: int) -> int:
    """The row came again, because its answer was lost; with other content it is another row."""
    times = entry.times
    noted = history.noted(entry.uuid)
    same = (person_id, noted) == (entry.person_id, _as_noted(times))
    if not same:
        raise AlreadySent(
            _l("この行は、もう保存されています。直すときは「時間を直す」を使ってください。")
        )
    return attendance_id


def _as_noted(times: RealTimes) -> dict[str, object]:
    """The facts as an event keeps them, so that the history alone tells what was so at any time."""
    return {
        "came": times.came_at.isoformat(),
        "left": times.left_at.isoformat(),
        "households": times.households,
    }


def _write_entry(
    entry: Entry, shift: ShiftFacts, person: PersonFacts, seat_id: int, *, is_walk_in: bool
) -> int:
    times, moment = entry.times, clock.now()
    signs = {
        "paper": True,
        "walk_in": is_walk_in,
        "uninsured": not person.is_insured,
        "called_off": shift.state is ShiftState.CANCELLED,
    }
    new_id = insert_once(
        Attendance,
        {
            "participation_id": seat_id,
            "state": AttendanceState.CLOSED,
            "grade": Grade.HOST_SIGNED,
            "source": Source.STAFF_ENTRY,
            "checked_in_at": times.came_at,
            "checked_out_at": times.left_at,
            "minutes_counted": corrected_minutes(shift.window, times.came_at, times.left_at),
            "households": times.households,
            "auto_closed": False,
            "due_at": moment,
            "flags": [name for name, holds in signs.items() if holds],
            "confirmed_by_user_id": entry.actor_user_id,
            "confirmed_at": moment,
        },
    )
    if new_id is None:
        raise AlreadyDecided(
            _l(
                "この人は、もう受付されています。時刻がちがうときは「時間を直す」を使ってください。"
            ),
            code="already_in",
        )
    scan = Scan(shift.id, entry.person_id, Source.STAFF_ENTRY, entry.uuid, entry.actor_user_id)
    what = Direction.CHECK_IN
    detail = _as_noted(times)
    note_event(new_id, scan, what, Grade.HOST_SIGNED, moment, entry.reason, detail)
    return new_id
