"""The verbs: start an asking, send an ask, next wave, answer, end. Seats are given by the verbs of participations only.

Whoever asks and whoever answers stands in the queue of the shift (`lock_shift`); a wave begins by one guarded update
of its number, so that two processes, or one after a crash, begin it once; each ask is sent by itself and once.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from matching.asking import notices, queries
from matching.asking.models import Ask, Asking
from matching.asking.proposing import POLICY, Pick
from matching.asking.rules import CAP_DAYS, Outcome, answer_by
from matching.asking.states import AskingState, EndedBecause
from matching.assignments import services as places
from matching.assignments.models import Participation
from matching.assignments.queries import participation_at
from matching.assignments.seats import lock_person, lock_shift
from matching.assignments.states import OPEN_STATES, ParticipationState
from matching.engine.waves import acceptance_permille
from matching.help_requests.models import Shift
from matching.help_requests.queries import shift_with_request
from matching.help_requests.states import PUBLIC_SHIFT_STATES, ShiftState
from matching.suitability.reasons import Fact
from volunteer.core import clock
from volunteer.core.db import db, guarded_update
from volunteer.core.errors import AlreadyDecided, DomainError, Refused
from volunteer.core.i18n import _l

State = ParticipationState
WORDS = {
    EndedBecause.FILLED: "ほかの方で席がうまりました",
    EndedBecause.CALLED_OFF: "活動が中止になりました",
    EndedBecause.BEGUN: "活動が始まりました",
    EndedBecause.STOPPED: "センターがお願いを終わりにしました",
    EndedBecause.LAPSED: "期限までに返事がありませんでした",
    EndedBecause.NOBODY_LEFT: "お願いを終わりにしました",
}
"""Written into the history of a participation, in the language of the record."""


def start_asking(
    shift_id: int,
    picks: Sequence[Pick],
    *,
    target_permille: int,
    answer_hours: int,
    goes_on: bool,
    by_user_id: int,
) -> Asking:
    """The first wave goes out now. Raises `Refused` (running, nobody, full, begun, called_off, nobody_asked)."""
    for person_id in sorted(one.person_id for one in picks):
        lock_person(person_id)  # people before the shift, as everywhere
    lock_shift(shift_id)
    shift = shift_with_request(shift_id)
    _refuse_closed(shift)
    if queries.running(shift_id) is not None:
        raise Refused(
            _l("この活動のお願いは、もう進んでいます。下の一覧を見てください。"), code="running"
        )
    if not picks:
        raise Refused(_l("お願いする人を、1人以上えらんでください。"), code="nobody")
    moment = clock.now()
    made = Asking(
        shift_id=shift_id,
        target_permille=target_permille,
        answer_hours=answer_hours,
        goes_on=goes_on,
        wave=1,
        next_wave_at=_wave_ends(moment, answer_hours, shift),
        state=AskingState.RUNNING,
        started_by_user_id=by_user_id,
        started_at=moment,
    )
    db.session.add(made)
    db.session.flush()
    _add(made, picks)
    sent = [send_ask(ask_id) for ask_id in queries.unsent(made.id)]
    if not any(sent):
        raise Refused(
            _l("えらんだ方には、いまはお願いできません。画面を新しくして、えらび直してください。"),
            code="nobody_asked",
        )
    return made


def _refuse_closed(shift: Shift) -> None:
    reason = closed_because(shift)
    if reason is EndedBecause.FILLED:
        raise Refused(_l("もう満員です。先に人数を増やしてください。"), code="full")
    if reason is not None:
        raise Refused(
            _l("始まった活動、終わった活動、中止した活動は、お願いできません。"), code=reason.value
        )


def closed_because(shift: Shift) -> EndedBecause | None:
    """Why nobody can be asked for a shift any more; None when somebody can."""
    if shift.starts_at <= clock.now():
        return EndedBecause.BEGUN
    if shift.state is ShiftState.CANCELLED or shift.state not in PUBLIC_SHIFT_STATES:
        return EndedBecause.CALLED_OFF
    return EndedBecause.FILLED if shift.free_seats <= 0 else None


def _add(asking: Asking, picks: Sequence[Pick]) -> None:
    for one in picks:
        db.session.add(
            Ask(
                asking_id=asking.id,
                wave=asking.wave,
                person_id=one.person_id,
                permille=one.permille,
                cost=one.cost,
                reasons=one.facts,
            )
        )
    db.session.flush()


def send_ask(ask_id: int) -> bool:
    """One person is asked: offer and mail. What stands against it is kept instead; sending twice asks once."""
    found = queries.ask(ask_id)
    if found is None:
        return False
    lock_person(found.person_id)
    ask = queries.ask(ask_id)  # as it is now that nobody else sends it
    if ask is None or ask.sent_at is not None or ask.refusal or ask.asking.ended_at is not None:
        return False
    shift_id = ask.asking.shift_id
    before = participation_at(ask.person_id, shift_id)
    if before is not None and before.state in OPEN_STATES:
        ask.refusal = "engaged"
    elif queries.notices_since(ask.person_id, clock.now() - CAP_DAYS) >= POLICY.notices_a_week:
        ask.refusal = "capped"
    else:
        try:
            made = places.offer(
                ask.person_id, shift_id, ask.asking.started_by_user_id, is_told=False
            )
        except DomainError as error:
            ask.refusal = error.code[:40]
        else:
            _sent(ask, made)
    db.session.flush()
    return ask.sent_at is not None


def _sent(ask: Ask, made: Participation) -> None:
    shift = made.shift
    ask.sent_at = queries.offered_at(made.id)
    ask.participation_id = made.id
    ask.answer_by = made.answer_by = ask.asking.next_wave_at
    db.session.flush()
    notices.tell_asked(ask, shift)


def ask_alone(
    person_id: int, shift_id: int, by_user_id: int, *, cost: int, facts: list[Fact]
) -> Ask:
    """Somebody is asked by hand, from the board or a plan: with the link of one tap, and nobody after them.

    The asking is over with its message, so that another may go on beside it. Raises what `offer` raises.
    """
    made = places.offer(person_id, shift_id, by_user_id, is_told=False)
    assert made.answer_by is not None
    now = clock.now()
    asking = Asking(
        shift_id=shift_id,
        target_permille=POLICY.target_permille,
        answer_hours=max(1, round((made.answer_by - now) / timedelta(hours=1))),
        goes_on=False,
        wave=1,
        next_wave_at=made.answer_by,
        state=AskingState.ENDED,
        started_by_user_id=by_user_id,
        started_at=now,
        ended_at=now,
    )
    db.session.add(asking)
    db.session.flush()
    before = queries.histories([person_id], made.shift.help_request.category_code)
    known = before.get(person_id, queries.History())
    ask = Ask(
        asking_id=asking.id,
        wave=1,
        person_id=person_id,
        permille=acceptance_permille(known.said_yes, known.asked, POLICY),
        cost=cost,
        reasons=facts,
    )
    db.session.add(ask)
    db.session.flush()
    _sent(ask, made)
    return ask


def begin_wave(asking_id: int, number: int, picks: Sequence[Pick]) -> bool:
    """The next wave, unless somebody has begun it; without people the asking ends. True when people are to be asked."""
    asking = queries.asking(asking_id)
    lock_shift(asking.shift_id)
    shift = shift_with_request(asking.shift_id)
    moment = clock.now()
    begun = guarded_update(
        update(Asking)
        .where(
            Asking.id == asking_id, Asking.wave == number - 1, Asking.state == AskingState.RUNNING
        )
        .values(wave=number, next_wave_at=_wave_ends(moment, asking.answer_hours, shift))
    )
    if not begun:
        return False
    asking = queries.asking(asking_id)
    reason = closed_because(shift)
    if reason is not None or not picks:
        end_asking(asking_id, reason or EndedBecause.NOBODY_LEFT)
        return False
    _add(asking, picks)
    return True


def _wave_ends(moment: datetime, hours: int, shift: Shift) -> datetime:
    until = answer_by(clock.to_tokyo(moment), hours, clock.to_tokyo(shift.starts_at))
    return until.astimezone(UTC)


def settle(asking_id: int) -> EndedBecause | None:
    """End an asking whose shift is full, called off or begun; answers whose time is over are closed."""
    asking = queries.asking(asking_id)
    if asking.state is not AskingState.RUNNING:
        return asking.ended_because
    lock_shift(asking.shift_id)
    reason = closed_because(shift_with_request(asking.shift_id))
    if reason is not None:
        end_asking(asking_id, reason)
        return reason
    for ask in queries.open_asks(asking_id):
        if ask.answer_by is not None and ask.answer_by <= clock.now():
            _close(ask, EndedBecause.LAPSED)
    return None


def end_asking(asking_id: int, reason: EndedBecause, by_user_id: int | None = None) -> None:
    """Nobody more is asked, and open asks end without any consequence for the person. Twice changes nothing."""
    lock_shift(queries.asking(asking_id).shift_id)
    ended = guarded_update(
        update(Asking)
        .where(Asking.id == asking_id, Asking.state == AskingState.RUNNING)
        .values(state=AskingState.ENDED, ended_at=clock.now(), ended_because=reason)
    )
    if ended:
        for ask in queries.open_asks(asking_id):
            _close(ask, reason, by_user_id)


def _close(ask: Ask, reason: EndedBecause, by_user_id: int | None = None) -> None:
    assert ask.participation_id is not None
    try:
        places.decline_offer(ask.participation_id, by_user_id, WORDS[reason])
    except AlreadyDecided:
        return  # answered in this very moment
    ask.ended_because = reason
    db.session.flush()
    if reason is EndedBecause.FILLED:
        notices.tell_filled(ask, shift_with_request(ask.asking.shift_id))


def outcome(ask: Ask, shift: Shift) -> Outcome:
    """What an ask has come to."""
    found = ask.participation
    if found is None:
        return Outcome.OVER
    if found.state is State.ACCEPTED:
        return Outcome.ACCEPTED
    closed = closed_because(shift)
    if closed in (EndedBecause.CALLED_OFF, EndedBecause.BEGUN):
        return Outcome(closed.value)
    if found.state is State.OFFERED:
        is_late = ask.answer_by is not None and ask.answer_by <= clock.now()
        full = Outcome.FILLED if closed is EndedBecause.FILLED else Outcome.OPEN
        return Outcome.LAPSED if is_late and full is Outcome.OPEN else full
    if found.state is State.DECLINED:
        return _declined(ask, found)
    return Outcome.OVER


def _declined(ask: Ask, found: Participation) -> Outcome:
    said = {EndedBecause.FILLED: Outcome.FILLED, EndedBecause.LAPSED: Outcome.LAPSED}
    if ask.ended_because is not None:
        return said.get(ask.ended_because, Outcome.OVER)
    is_late = ask.answer_by is not None and found.changed_at >= ask.answer_by
    return Outcome.LAPSED if is_late else Outcome.DECLINED


def accept(ask_id: int, by_user_id: int | None) -> Participation:
    """The person says yes by the link: the first takes the seat in one write. Again, the place stays.

    Raises `Refused`: filled, lapsed, or what `accept_offer` refuses.
    """
    ask = _lock(ask_id)
    what = outcome(ask, shift_with_request(ask.asking.shift_id))
    if what is Outcome.FILLED:
        raise Refused(FILLED, code="full")
    if what not in (Outcome.OPEN, Outcome.ACCEPTED):
        raise Refused(OVER, code=what.value)
    assert ask.participation_id is not None
    made = places.accept_offer(ask.participation_id, by_user_id)
    settle(ask.asking_id)
    return made


def decline(ask_id: int, by_user_id: int | None) -> Participation | None:
    """The person says no: free, without a reason. Again, or when it is over anyway, nothing changes.

    Raises `Refused` (accepted) when there is a place: that is given up on the page of one's plans.
    """
    ask = _lock(ask_id)
    found = ask.participation
    if found is not None and found.state is State.ACCEPTED:
        raise Refused(
            _l(
                "「参加する」と返事をいただいています。来られなくなったときは、サインインして「予定」で取り消すか、センターに電話してください。"
            ),
            code="accepted",
        )
    if found is not None and found.state is State.OFFERED:
        return places.decline_offer(found.id, by_user_id)
    return found


def _lock(ask_id: int) -> Ask:
    found = queries.ask(ask_id)
    if found is None:
        raise Refused(OVER, code="over")
    lock_person(found.person_id)
    lock_shift(found.asking.shift_id)
    again = queries.ask(ask_id)
    assert again is not None
    return again


FILLED = _l(
    "返事をいただく前に、ほかの方で満員になりました。お気持ちに感謝します。またお願いすることがあります。"
)
OVER = _l("このお願いは、もう終わっています。ありがとうございました。")
