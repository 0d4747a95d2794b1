"""An attendance that turned out to be false is struck, also after it was settled; and put back when that was wrong.

These are verbs like those of confirming.py, apart only for length.
"""

from sqlalchemy import update

from matching.checkin import queries
from matching.checkin.confirming import RESTORED, Word, credit_real_time, note_word, subject_of
from matching.checkin.models import Attendance
from matching.checkin.services import confirm_live_award
from matching.checkin.states import AttendanceState, Direction, Source
from points.earning.services import refuse_award
from volunteer.core import clock
from volunteer.core.db import db, guarded_update
from volunteer.core.errors import AlreadyDecided, Refused
from volunteer.core.i18n import _l

CAN_BE_STRUCK = (AttendanceState.CLOSED, AttendanceState.SETTLED)
FALSE_RECORD = "false_record"
TAKEN_BACK = "entry_taken_back"
OWN_WORD = "own_word"
"""Why points were taken back or given again (`journal.reason`)."""


def lock_attendances(attendance_ids: list[int]) -> None:
    """Lock these rows until the turn ends, in the order of their ids."""
    statement = (
        db.select(Attendance.id)
        .where(Attendance.id.in_(attendance_ids))
        .order_by(Attendance.id)
        .with_for_update(key_share=True)
    )
    db.session.execute(statement).all()


def strike_attendance(word: Word, reason: str = FALSE_RECORD, *, by_two: bool = True) -> None:
    """The attendance counts nothing any more and its points are taken back; nothing is told to the person here.

    `by_two`: two people have decided it, so that one alone does not put it back. Raises `NotAllowed`
    (own_attendance), `AlreadyDecided` when it is open or was refused before.
    """
    shift, person = subject_of(word)
    award = queries.live_award(word.attendance_id)
    before = list(queries.counted(word.attendance_id))
    values = {"minutes_counted": 0, "households": 0}
    _move(word, CAN_BE_STRUCK, AttendanceState.REFUSED, **values)
    facts: dict[str, object] = {"before": before, "after": [0, 0], "struck": by_two}
    note_word(word, shift, person, Direction.REFUSAL, **facts)
    actor = word.actor_user_id
    if award is not None and award.is_pending:
        refuse_award(award.id, reason=reason, actor_user_id=actor)
        return
    credit_real_time(word.attendance_id, shift, person, 0, 0, actor, reason=reason)


def take_back_entry(word: Word) -> None:
    """A row of a paper list was typed for somebody it was not about: it counts nothing, its points are taken back.

    Staff only, and only until it is settled; afterwards two people decide (false records). The person had not been
    told of the entry and is not told of its end; their page has the reason. Raises `NotAllowed`, `AlreadyDecided`.
    """
    shift, person = subject_of(word)
    if person.source is not Source.STAFF_ENTRY:
        raise Refused(_l("紙からの入力ではないので、ここでは取り消せません。"), code="not_entered")
    before = queries.counted(word.attendance_id)
    _move(word, (AttendanceState.CLOSED,), AttendanceState.REFUSED, minutes_counted=0, households=0)
    note_word(word, shift, person, Direction.REFUSAL, before=list(before), after=[0, 0])
    credit_real_time(word.attendance_id, shift, person, 0, 0, word.actor_user_id, reason=TAKEN_BACK)


def restore_attendance(word: Word, minutes: int, households: int) -> None:
    """A struck attendance counts again what it had counted, and its points are credited anew.

    Caps that others have used since leave less. Raises `NotAllowed`, `AlreadyDecided` when it is not struck.
    """
    shift, person = subject_of(word)
    values = {"minutes_counted": minutes, "households": households, "due_at": clock.now()}
    _move(word, (AttendanceState.REFUSED,), AttendanceState.CLOSED, **values)
    note_word(word, shift, person, Direction.CORRECTION, before=[0, 0], after=[minutes, households])
    actor = word.actor_user_id
    credit_real_time(word.attendance_id, shift, person, minutes, households, actor, reason=RESTORED)
    confirm_live_award(word.attendance_id, actor)


def _move(
    word: Word, from_: tuple[AttendanceState, ...], to: AttendanceState, **values: object
) -> None:
    statement = (
        update(Attendance)
        .where(Attendance.id == word.attendance_id, Attendance.state.in_(from_))
        .values(
            state=to,
            confirmed_at=clock.now(),
            confirmed_by_user_id=word.actor_user_id,
            **values,
        )
    )
    if guarded_update(statement) == 0:
        raise AlreadyDecided(
            _l("この活動の記録は、ほかの人が先に変えました。画面を開きなおしてください。")
        )
