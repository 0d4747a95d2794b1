"""Approve by exception: one act confirms all differences that were ticked; everything else settles by itself.

Verbs like those of services.py, apart only for length.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import Row, select

from matching.assignments.models import Participation
from matching.assignments.states import HOLDS_SEAT
from matching.checkin import confirming
from matching.checkin.closeness import closeness_of
from matching.checkin.models import Attendance
from matching.checkin.states import Witness
from matching.help_requests.models import HelpRequest, Shift
from volunteer.core.db import db
from volunteer.core.errors import AlreadyDecided, NotAllowed, NotFound
from volunteer.core.i18n import _l
from volunteer.people.models import Person

MOST_AT_ONCE = 50
"""So many at the most in one act: what one can have looked at, and a write turn that stays short."""


@dataclass(frozen=True)
class Ticked:
    """What somebody ticked, and by what they know it. `key` is the key of their form."""

    attendance_ids: Sequence[int]
    key: str
    actor_user_id: int
    by_staff: bool = False
    witness: Witness | None = None


def confirm_ticked(ticked: Ticked) -> list[int]:
    """All that was ticked is confirmed, but what somebody else has decided meanwhile. The confirmed ones.

    Raises `NotAllowed` (own_attendance) for oneself and one's household, and (took_part) for staff who were at the
    same activity where the center itself is the host; `AlreadyDecided` when nothing was left to confirm.
    """
    rows = _rows(ticked.attendance_ids)
    if ticked.by_staff:
        refuse_companion(ticked.actor_user_id, {row.shift_id for row in rows})
    done: list[int] = []
    for row in rows:
        word = confirming.Word(
            row.id,
            f"word:{ticked.key[:40]}:{row.id}",
            ticked.actor_user_id,
            by_staff=ticked.by_staff,
        )
        with suppress(AlreadyDecided):  # whoever was faster has answered this one
            confirming.confirm_attendance(word, **_known_by(ticked.witness))
            done.append(row.id)
    if not done and ticked.attendance_ids:
        raise confirming.decided(ticked.attendance_ids[0])
    return done


def _known_by(witness: Witness | None) -> dict[str, str]:
    return {} if witness is None else {"witness": witness.value}


def _rows(attendance_ids: Sequence[int]) -> Sequence[Row[int, int]]:
    """The ticked attendances in the order in which accounts are locked: by person. Raises `NotFound`."""
    statement = (
        select(Attendance.id, Participation.shift_id)
        .join(Participation, Participation.id == Attendance.participation_id)
        .where(Attendance.id.in_(attendance_ids))
        .order_by(Participation.person_id, Attendance.id)
    )
    rows = db.session.execute(statement).all()
    if len(rows) != len(set(attendance_ids)):
        raise NotFound(_l("その受付は見つかりませんでした。"))
    return rows


def companions_shifts(user_id: int, shift_ids: set[int]) -> set[int]:
    """Which of these shifts, hosted by the center, this user's people or household have a place in."""
    close = closeness_of(user_id)
    if not shift_ids or not close.people:
        return set()
    statement = (
        select(Participation.shift_id)
        .join(Person, Person.party_id == Participation.person_id)
        .join(Shift, Shift.id == Participation.shift_id)
        .join(HelpRequest, HelpRequest.id == Shift.help_request_id)
        .where(
            Participation.shift_id.in_(shift_ids),
            Participation.state.in_(HOLDS_SEAT),
            HelpRequest.host_party_id.is_(None),
            Person.party_id.in_(close.people)
            | Person.household_party_id.in_(close.households or {0}),
        )
    )
    return set(db.session.execute(statement).scalars())


def refuse_companion(user_id: int, shift_ids: set[int]) -> None:
    """Where the center is the host, whoever took part is no second witness. Raises `NotAllowed` (took_part)."""
    if companions_shifts(user_id, shift_ids):
        raise NotAllowed(
            _l(
                "ご自分やご家族が参加した活動です。いっしょに活動した人の受付は、参加していない職員が確かめます。"
            ),
            code="took_part",
        )
