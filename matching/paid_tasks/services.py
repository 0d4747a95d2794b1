"""The verbs of a paid task: made when a student accepts, agreed, reported, confirmed, disputed, called off.

Each runs in the caller's write turn and is harmless when repeated by its key. Lock order: shift, participation, paid
task, payment. Whoever holds a task may ask for its charge, never the other way.
"""

from matching.assignments.queries import participation
from matching.paid_tasks import charging, notices, queries
from matching.paid_tasks.models import PaidTask
from matching.paid_tasks.moving import decided, is_repeated, move, note, refuse_own
from matching.paid_tasks.quoting import values_of
from matching.paid_tasks.rules import final_quote, quote_of_no_show, quote_when_called_off
from matching.paid_tasks.states import AgreedBy, By, PaidTaskState, Whose
from points.billing.models import Charge
from points.billing.pricing import MINUTES_MAX
from points.billing.states import DecisionReason, PayMethod
from volunteer.core import clock
from volunteer.core.db import db, insert_once
from volunteer.core.errors import Refused
from volunteer.core.i18n import _l

State = PaidTaskState
task_of = queries.task_of


def open_task(participation_id: int, by_user_id: int | None = None) -> PaidTask | None:
    """There is a quote with its terms for this place: the orderer is asked to agree. None for unpaid work.

    A place whose task is still open, or ended otherwise than by calling off, keeps it. Two at once are safe: one live
    task per place is a unique index.
    """
    if not queries.is_paid_place(participation_id):
        return None
    found = task_of(participation_id)
    if found is not None and found.state is not State.CALLED_OFF:
        return found
    made_id = insert_once(PaidTask, values_of(participation(participation_id)))
    if made_id is None:
        return task_of(participation_id)
    note(made_id, State.QUOTED, f"paid_task:{made_id}:quoted", By.STUDENT, by_user_id)
    db.session.flush()
    made = queries.task_or_404(made_id)
    notices.tell_orderer(made, "quoted")
    return made


def agree(
    task_id: int,
    quote_hash: str,
    method: PayMethod,
    by: AgreedBy,
    by_user_id: int | None,
    key: str,
    words: str = "",
) -> Charge | None:
    """The orderer agrees to quote and terms: they stay as they are, and the charge is made (a card's not too early).

    Raises AlreadyDecided, NotAllowed (own), Refused (quote_changed, no_cards).
    """
    task = queries.locked_task(task_id)
    if is_repeated(task, key, State.AGREED):
        return db.session.get(Charge, task.charge_id) if task.charge_id else None
    if task.state is not State.QUOTED:
        raise decided(task)
    refuse_own(task, by_user_id, is_orderer=by is AgreedBy.ORGANIZATION)
    if quote_hash != task.quote_hash:
        raise Refused(
            _l(
                "時間か金額が変わりました。新しい金額を確かめて、もう一度「頼む」を押してください。"
            ),
            code="quote_changed",
        )
    charging.check_method(method)
    side = By.STAFF if by is AgreedBy.TELEPHONE else By.ORDERER
    task = move(
        task,
        State.AGREED,
        side,
        by_user_id,
        key,
        words=words,
        method=method,
        agreed_at=clock.now(),
        agreed_by=by,
        agreed_by_user_id=by_user_id,
    )
    charge = charging.place_when_due(task, by_user_id)
    db.session.flush()
    notices.tell_agreed(task)
    return charge


def report_time(task_id: int, minutes: int, by_user_id: int | None, key: str) -> PaidTask:
    """The student says how long it took. Raises AlreadyDecided, AlreadySent, Refused (bad_minutes, before_start)."""
    task = queries.locked_task(task_id)
    if is_repeated(task, key, State.REPORTED, minutes):
        return task
    _check_minutes(minutes, least=1)
    if task.participation.shift.starts_at > clock.now():
        raise Refused(_l("まだ始まっていません。終わってから伝えてください。"), code="before_start")
    return move(task, State.REPORTED, By.STUDENT, by_user_id, key, minutes=minutes)


def dispute(task_id: int, by: By, by_user_id: int | None, key: str, words: str = "") -> PaidTask:
    """Somebody says that the reported time is wrong: staff decide, nothing is taken until then."""
    task = queries.locked_task(task_id)
    if is_repeated(task, key, State.DISPUTED):
        return task
    return move(task, State.DISPUTED, by, by_user_id, key, words=words)


def settle_time(
    task_id: int,
    minutes: int,
    reason: DecisionReason,
    by: By,
    by_user_id: int | None,
    key: str,
    words: str = "",
) -> PaidTask:
    """So long it took, finally: what is due of the charge is decided; longer work is a second charge that follows.

    0 minutes means that nothing is due. Raises AlreadyDecided, AlreadySent, NotAllowed (own), Refused (bad_minutes).
    """
    task = queries.locked_task(task_id)
    if is_repeated(task, key, State.CONFIRMED, minutes):
        return task
    _check_minutes(minutes, least=0)
    if by is By.STAFF:
        refuse_own(task, by_user_id)
    task = move(
        task,
        State.CONFIRMED,
        by,
        by_user_id,
        key,
        minutes=minutes,
        words=words,
        confirmed_minutes=minutes,
    )
    quote = final_quote(task.quote, minutes)
    charging.conclude(task, quote, reason, by_user_id)
    db.session.flush()
    notices.tell_end(task, "confirmed", quote)
    return task


def call_off(task_id: int, by: By, reason: str, by_user_id: int | None, key: str) -> PaidTask:
    """The task does not take place; who says so and when decides what the orderer owes. Its place is not filled again.

    Call it by way of `calling_off.call_off`, which also gives up the place. Raises AlreadyDecided.
    """
    task = queries.locked_task(task_id)
    if is_repeated(task, key, State.CALLED_OFF):
        return task
    quote = quote_when_called_off(
        task.quote,
        by,
        clock.now(),
        task.participation.shift.starts_at,
        was_agreed=task.agreed_at is not None,
    )
    task = move(task, State.CALLED_OFF, by, by_user_id, key, words=reason)
    charging.conclude(task, quote, DecisionReason.CALLED_OFF, by_user_id)
    db.session.flush()
    notices.tell_end(task, "called_off", quote)
    return task


def told(task_id: int, words: str, by_user_id: int | None) -> PaidTask:
    """Staff have told the household, which reads no mail, that nobody comes; a second time changes nothing.

    Raises AlreadyDecided.
    """
    task = queries.locked_task(task_id)
    if task.state is not State.CALLED_OFF:
        raise decided(task)
    if queries.event_with_key(queries.told_key(task_id)) is None:
        note(task_id, State.CALLED_OFF, queries.told_key(task_id), By.STAFF, by_user_id, words)
        db.session.flush()
    return task


def no_show(
    task_id: int, whose: Whose, by_user_id: int | None, key: str, words: str = ""
) -> PaidTask:
    """Somebody was not there. The student: nothing is due, nothing is held against them; the orderer: the share of
    the rule. Recorded by staff. Raises AlreadyDecided, NotAllowed (own), Refused (before_start).
    """
    task = queries.locked_task(task_id)
    if is_repeated(task, key, State.NO_SHOW):
        return task
    refuse_own(task, by_user_id)
    if task.participation.shift.starts_at > clock.now():
        raise Refused(_l("まだ始まっていません。"), code="before_start")
    quote = quote_of_no_show(task.quote, whose, was_agreed=task.agreed_at is not None)
    side = By.STUDENT if whose is Whose.STUDENT else By.ORDERER
    task = move(task, State.NO_SHOW, side, by_user_id, key, words=words)
    charging.conclude(task, quote, DecisionReason.NO_SHOW, by_user_id)
    db.session.flush()
    notices.tell_end(task, "no_show", quote)
    return task


def _check_minutes(minutes: int, least: int) -> None:
    if not least <= minutes <= MINUTES_MAX:
        raise Refused(
            _l("時間は%(most)s時間までにしてください。", most=MINUTES_MAX // 60), code="bad_minutes"
        )
