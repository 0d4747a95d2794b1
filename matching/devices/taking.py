"""One uploaded scan inside its own write turn: whose it is, when and where it was, in or out, what is kept of it.

Validity comes before repetition, the same uuid gets the first answer. Core statements only: a kiosk may send fifty
of these a second.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from matching.checkin import closing, services
from matching.checkin.rules import Outcome
from matching.checkin.services import Scan, record_refusal, refuse_own
from matching.checkin.states import LATE_BY_PHONE, AttendanceState, Source
from matching.devices import answers, queries, scopes
from matching.devices.models import DeviceScan
from matching.devices.queries import Known
from matching.devices.readings import Read, read
from matching.devices.rules import Clock, Happened, happened, is_out_of_order
from matching.devices.states import Asked, ScanStatus
from matching.devices.uploads import Upload
from matching.devices.whom import Asking, person_of, seen_at, shift_of, stop
from volunteer.core import clock
from volunteer.core.db import insert_once
from volunteer.core.errors import DomainError

TOO_DIFFERENT = timedelta(minutes=15)
"""So much earlier somebody came or went than is recorded (by another scan, by the job): the desk puts it right. So
much later a phone may tell of somebody without being asked about it."""

_AGAIN = {
    Outcome.ALREADY_IN: ScanStatus.AGAIN,
    Outcome.ALREADY_OUT: ScanStatus.AGAIN,
    Outcome.OFFER_CHECK_OUT: ScanStatus.OFFER_OUT,
}


class SentTwice(Exception):
    """The same scan was taken by somebody else at this moment: its turn is undone, and its answer is theirs."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a scan. `person` is only named where the device may know them."""

    uuid: str
    status: ScanStatus
    outcome: str
    at: datetime
    is_out: bool = False
    shift_id: int | None = None
    person_id: int | None = None
    person: Known | None = None
    attendance_id: int | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    is_first: bool = True


def take(asking: Asking, upload: Upload) -> Taken:
    """The scan is taken: an attendance, a check-out or an answer why not; kept with what became of it.

    Raises `DomainError` for a refusal, which `keep_refusal` then writes down in a turn of its own, and `SentTwice`.
    """
    found = first_answer(asking, upload.uuid)
    if isinstance(found, Taken):
        return found
    when = _when(asking, upload)
    why = found or (answers.TOO_OLD if when.clock is Clock.TOO_OLD else "")
    if why:
        return keep(asking, upload, when, quarantined(asking, upload, when, why))
    known = person_of(asking, upload, when.at)
    shift_id = shift_of(asking, upload, known, when.at)
    if asking.user_id is not None:
        refuse_own(asking.user_id, [known.person_id])
    go = _let_go if upload.asked is Asked.OUT else _let_in
    return keep(asking, upload, when, go(asking, upload, when, known, shift_id))


def first_answer(asking: Asking, uuid: str) -> Taken | str:
    """What this scan got when it came before; else why nothing of the device counts any more ("" when it does)."""
    is_revoked, valid_until, row = queries.standing_and_scan(asking.id, uuid)
    if row is not None:
        return Taken(
            row.uuid,
            row.status,
            row.outcome,
            row.at,
            row.is_out,
            row.shift_id,
            row.person_id,
            facts=row.facts,
            is_first=False,
        )
    if is_revoked:
        return answers.REVOKED
    return answers.OVER if clock.now() >= valid_until else ""


def _when(asking: Asking, upload: Upload) -> Happened:
    when = happened(upload.told, clock.now())
    if when.clock is not Clock.LATE:
        return when
    if asking.is_before_its_time(when.at):
        return replace(when, clock=Clock.DOUBTFUL)
    earlier, later, is_repeated = queries.neighbours(asking.id, upload.counter)
    if is_out_of_order(when.at, earlier, later, is_repeated=is_repeated):
        return replace(when, clock=Clock.DOUBTFUL)
    return when


def _source(upload: Upload) -> Source:
    if upload.person_id is not None:
        return Source.NAME_LIST
    is_phone = read(upload.code or "").kind is Read.PHONE
    return Source.HOST_CODE if is_phone else Source.CARD_CODE


def _is_late_by_phone(asking: Asking, when: Happened) -> bool:
    """Whether somebody's own phone says much later that it saw people: its owner alone knows whether that is so."""
    return asking.is_leader and when.is_late and clock.now() - when.at > TOO_DIFFERENT


def _signs(asking: Asking, upload: Upload, when: Happened) -> tuple[str, ...]:
    """Why the host should look; a name on a tablet that nobody minds can be touched by anybody."""
    signs = {
        "offline": when.is_late,
        "clock": when.clock is Clock.DOUBTFUL,
        "name_touched": upload.person_id is not None and not asking.is_leader,
        LATE_BY_PHONE: _is_late_by_phone(asking, when),
    }
    return tuple(name for name, holds in signs.items() if holds)


def _name_of_scan(asking: Asking, upload: Upload) -> str:
    """The uuid among those of all devices."""
    return f"d{asking.id}:{upload.uuid}"


def _let_in(asking: Asking, upload: Upload, when: Happened, known: Known, shift_id: int) -> Taken:
    done = services.check_in(
        Scan(
            shift_id,
            known.person_id,
            _source(upload),
            _name_of_scan(asking, upload),
            asking.user_id,
            device=f"device:{asking.id}",
            at=when.at,
            device_time=upload.told.device_time,
            is_doubtful=when.clock is Clock.DOUBTFUL or _is_late_by_phone(asking, when),
            signs=_signs(asking, upload, when),
            is_first=True,  # its row would have been found by `first_answer`
        )
    )
    outcome, at = done.outcome, when.at
    if outcome in _AGAIN:
        seen = seen_at(known.person_id, [shift_id])
        assert seen is not None
        if when.clock is Clock.LATE and seen.came_at - when.at > TOO_DIFFERENT:
            # received elsewhere meanwhile: without this scan the time before that would be lost
            raise stop(answers.CAME_EARLIER, person_id=known.person_id, shift_id=shift_id)
        at = (seen.left_at if outcome is Outcome.ALREADY_OUT else None) or seen.came_at
        if outcome is Outcome.OFFER_CHECK_OUT and (upload.asked is Asked.IN or when.is_late):
            outcome = Outcome.ALREADY_IN
    return Taken(
        upload.uuid,
        _AGAIN.get(outcome, ScanStatus.ACCEPTED),
        outcome.value,
        at,
        outcome is Outcome.ALREADY_OUT,
        shift_id,
        known.person_id,
        known,
        done.attendance_id,
    )


def _let_go(asking: Asking, upload: Upload, when: Happened, known: Known, shift_id: int) -> Taken:
    seen = seen_at(known.person_id, [shift_id])
    if seen is not None and seen.state is AttendanceState.REFUSED:
        code = Outcome.REFUSED_BEFORE.value
        raise stop(code, person_id=known.person_id, shift_id=shift_id)
    if seen is None or when.at < seen.came_at:
        raise stop(answers.NOT_IN, person_id=known.person_id, shift_id=shift_id)
    taken = Taken(
        upload.uuid,
        ScanStatus.AGAIN,
        Outcome.ALREADY_OUT.value,
        seen.left_at or when.at,
        True,
        shift_id,
        known.person_id,
        known,
        seen.id,
    )
    if seen.state is not AttendanceState.OPEN:
        if seen.auto_closed and seen.left_at and seen.left_at - when.at > TOO_DIFFERENT:
            raise stop(answers.CLOSED_BY_JOB, person_id=known.person_id, shift_id=shift_id)
        return taken
    closing.check_out(
        closing.Leaving(
            seen.id,
            _source(upload),
            _name_of_scan(asking, upload),
            asking.user_id,
            at=when.at,
            device=f"device:{asking.id}",
            device_time=upload.told.device_time,
            signs=_signs(asking, upload, when),
        )
    )
    return replace(taken, status=ScanStatus.ACCEPTED, outcome=answers.OUT, at=when.at)


def quarantined(asking: Asking, upload: Upload, when: Happened, why: str) -> Taken:
    """What is kept of an upload that counts for nothing: whose and where, as far as it can be told."""
    known, shift_id = None, None
    try:
        known = person_of(asking, upload, when.at)
        shift_id = shift_of(asking, upload, known, when.at)
    except DomainError as error:
        named, shift_id = error.facts.get("person_id"), error.facts.get("shift_id")
        known = known or queries.people([named] if named else []).get(named or 0)
    return Taken(
        upload.uuid,
        ScanStatus.QUARANTINED,
        why,
        when.at,
        upload.asked is Asked.OUT,
        shift_id,
        None if known is None else known.person_id,
    )


def keep(asking: Asking, upload: Upload, when: Happened, taken: Taken) -> Taken:
    """One row for every upload. Raises `SentTwice` when its uuid was taken meanwhile."""
    is_stop = taken.status is ScanStatus.REFUSED and when.is_late
    made = insert_once(
        DeviceScan,
        {
            "device_id": asking.id,
            "uuid": upload.uuid,
            "counter": upload.counter,
            "device_time": upload.told.device_time,
            "at": taken.at if taken.status is ScanStatus.AGAIN else when.at,
            "received_at": clock.now(),
            "shift_id": taken.shift_id,
            "person_id": taken.person_id,
            "how": upload.how,
            "asked": upload.asked,
            "is_out": taken.is_out,
            "status": taken.status,
            "outcome": taken.outcome,
            "attendance_id": taken.attendance_id,
            "facts": taken.facts,
            "for_desk": is_stop or taken.status is ScanStatus.QUARANTINED,
        },
    )
    if made is None:
        raise SentTwice
    return taken


def keep_refusal(asking: Asking, upload: Upload, error: DomainError) -> Taken:
    """A scan that was refused is kept with the reason; the desk hears of it.

    Of what nobody saw at the time it decides; of what somebody was told then and there it only hears.
    """
    found = first_answer(asking, upload.uuid)
    if isinstance(found, Taken):
        return found
    when = _when(asking, upload)
    person_id, shift_id = _whose(asking, upload, when, error)
    facts = {
        name: _plain(error.facts[name])
        for name in ("at", "other_shift_id")
        if error.facts.get(name)
    }
    taken = Taken(
        upload.uuid,
        ScanStatus.REFUSED,
        error.code,
        when.at,
        upload.asked is Asked.OUT,
        shift_id,
        person_id,
        facts=facts,
    )
    if not when.is_late:
        record_refusal(shift_id, person_id, _source(upload), error.code, asking.user_id)
    return keep(asking, upload, when, taken)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _whose(
    asking: Asking, upload: Upload, when: Happened, error: DomainError
) -> tuple[int | None, int | None]:
    """The person and the shift a refusal is about, as far as they are known."""
    person_id, shift_id = error.facts.get("person_id"), error.facts.get("shift_id")
    told = upload.shift_id
    if shift_id is None and told is not None and scopes.shift_here(asking.device, told):
        shift_id = told
    try:
        known = person_of(asking, upload, when.at)
        person_id = known.person_id
        shift_id = shift_of(asking, upload, known, when.at)
    except DomainError:
        pass
    if person_id is not None and person_id not in queries.people([person_id]):
        person_id = None
    return person_id, shift_id
