"""All scans of one upload, each in a write turn of its own, so that one that fails undoes no other."""

import logging
import time
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.exc import DBAPIError

from matching.checkin.answers import UNKNOWN_CARD
from matching.devices import answers
from matching.devices.readings import Read, read
from matching.devices.rules import Clock, Happened, happened
from matching.devices.states import Asked, ScanStatus
from matching.devices.taking import (
    SentTwice,
    Taken,
    first_answer,
    keep,
    keep_refusal,
    take,
)
from matching.devices.uploads import Unread, Upload
from matching.devices.whom import Asking
from volunteer.core import clock
from volunteer.core.attempts import count_attempt
from volunteer.core.db import database_name, run_turn
from volunteer.core.errors import DomainError, TooManyAttempts

log = logging.getLogger(__name__)

UNKNOWN_MAX, UNKNOWN_WINDOW = 200, timedelta(minutes=10)
"""So many cards nobody has may be tried by one device; an honest one never comes near."""

HELD_SECONDS = 60.0
_held: dict[tuple[str, int], float] = {}
"""Devices which have tried too many, and until when this process reads no card of theirs at all."""


def take_all(asking: Asking, scans: Sequence[Upload | Unread]) -> list[Taken]:
    """What became of each scan, in their order. A database that does not answer is told to the caller."""
    return [_unread(one) if isinstance(one, Unread) else _take(asking, one) for one in scans]


def _unread(scan: Unread) -> Taken:
    return Taken(
        scan.uuid,
        ScanStatus.REFUSED,
        answers.UNREADABLE,
        clock.now(),
        facts={"detail": scan.detail},
        is_first=False,
    )


def _take(asking: Asking, upload: Upload) -> Taken:
    try:
        return _taken_or_refused(asking, upload)
    except SentTwice:
        again = run_turn(first_answer, asking, upload.uuid)
        assert isinstance(again, Taken)
        return again
    except DBAPIError:
        raise
    except Exception:
        # a scan that breaks us must not stand in the way of those behind it for ever: the desk sees to it
        log.exception("a scan of device %s could not be taken", asking.id)
        return run_turn(_put_aside, asking, upload)


def _taken_or_refused(asking: Asking, upload: Upload) -> Taken:
    if _is_held(asking) and upload.code and read(upload.code).kind is Read.CARD:
        return run_turn(keep_refusal, asking, upload, _too_many())
    try:
        return run_turn(take, asking, upload)
    except DomainError as error:
        return run_turn(keep_refusal, asking, upload, _counted(asking, error))


def _counted(asking: Asking, error: DomainError) -> DomainError:
    """Cards that nobody has are counted, so that no device can try them all."""
    if error.code == UNKNOWN_CARD:
        try:
            count_attempt("device_card", str(asking.id), UNKNOWN_MAX, UNKNOWN_WINDOW)
        except TooManyAttempts:
            _held[database_name(), asking.id] = time.monotonic() + HELD_SECONDS
            return _too_many()
    return error


def _is_held(asking: Asking) -> bool:
    return bool(_held) and _held.get((database_name(), asking.id), 0.0) > time.monotonic()


def _too_many() -> DomainError:
    words = answers.words_of(answers.TOO_MANY, for_leader=False)
    return DomainError(words.todo, code=answers.TOO_MANY)


def forget() -> None:
    """No device is held any more."""
    _held.clear()


def _put_aside(asking: Asking, upload: Upload) -> Taken:
    found = first_answer(asking, upload.uuid)
    if isinstance(found, Taken):
        return found
    when: Happened = happened(upload.told, clock.now())
    aside = Taken(
        upload.uuid,
        ScanStatus.QUARANTINED,
        answers.OUR_FAULT,
        when.at if when.clock is not Clock.DOUBTFUL else clock.now(),
        upload.asked is Asked.OUT,
    )
    return keep(asking, upload, when, aside)
