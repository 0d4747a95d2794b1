"""The rows of a shift's paper name list: who stands on it with which short code, and what was typed back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from matching.assignments.models import Participation
from matching.checkin import queries, services
from matching.checkin.confirming import RealTimes
from matching.checkin.forms import HOUSEHOLDS_MAX
from matching.checkin.models import Attendance, AttendanceEvent
from matching.checkin.queries import ArrivalLine
from matching.checkin.rules import window_of
from matching.checkin.short_codes import looks_like_one, read_short_code, short_codes
from matching.checkin.states import AttendanceState, Direction, Source
from matching.checkin.typed_times import real_moments
from matching.help_requests.models import Shift
from volunteer.core import clock, typed
from volunteer.core.codes import CodeKind, kind_of, normalise
from volunteer.core.db import db
from volunteer.core.errors import DomainError
from volunteer.core.i18n import _, show
from volunteer.people.models import Person
from volunteer.people.states import PersonState

MANY = 6
"""So many people of one name are offered by number; with more the name must be longer."""


def codes_of(shift_id: int) -> dict[int, str]:
    """participation → short code, of everybody who ever applied to a shift (the printed list shows some of them)."""
    statement = select(Participation.id).where(Participation.shift_id == shift_id)
    return short_codes(shift_id, db.session.execute(statement).scalars())


@dataclass(frozen=True)
class SheetLine:
    """One row of the printed list as it stands now."""

    code: str
    person: Person
    attendance: Attendance | None

    @property
    def is_known(self) -> bool:
        """Whether this person's coming is recorded, from paper or otherwise."""
        one = self.attendance
        return one is not None and one.state is not AttendanceState.REFUSED

    @property
    def is_typed(self) -> bool:
        """Whether it was typed from paper."""
        return (
            self.is_known
            and self.attendance is not None
            and self.attendance.source is Source.STAFF_ENTRY
        )


def sheet_lines(shift_id: int) -> list[SheetLine]:
    """The list in the order in which it is printed (by kana), with what is recorded of each."""
    codes = codes_of(shift_id)
    return [_line(codes, one) for one in queries.arrival_lines(shift_id)]


def _line(codes: dict[int, str], one: ArrivalLine) -> SheetLine:
    return SheetLine(codes[one.participation.id], one.person, one.attendance)


def last_reason(shift_id: int, user_id: int) -> str:
    """Which sheet this clerk typed from last, so that it is asked once for the whole list."""
    statement = (
        select(AttendanceEvent.reason)
        .join(Attendance, Attendance.id == AttendanceEvent.attendance_id)
        .join(Participation, Participation.id == Attendance.participation_id)
        .where(
            Participation.shift_id == shift_id,
            AttendanceEvent.actor_user_id == user_id,
            AttendanceEvent.source == Source.STAFF_ENTRY,
            AttendanceEvent.direction == Direction.CHECK_IN,
        )
        .order_by(AttendanceEvent.id.desc())
        .limit(1)
    )
    return db.session.execute(statement).scalar() or ""


@dataclass(frozen=True)
class TypedRow:
    """One row as it was typed. `key` is made by the client and stays the same for every repeat."""

    key: str
    who: str = ""
    came: str = ""
    left: str = ""
    households: str = ""
    sure: str = ""
    """The end which was asked about before: sent once more it is meant."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed into it."""
        return not (self.who or self.came or self.left or self.households)


@dataclass
class ReadRow:
    """What a row means: somebody with real times, or the words at its fields that say what to mend."""

    person_id: int | None = None
    times: RealTimes | None = None
    errors: dict[str, Any] = field(default_factory=dict)
    question: Any = ""
    """What is asked about before it is saved: no mistake perhaps, but a slip looks like this."""

    @property
    def is_sound(self) -> bool:
        """Whether it can be saved."""
        return not self.errors and self.person_id is not None and self.times is not None


def read_row(shift: Shift, row: TypedRow) -> ReadRow:
    """Read what was typed; an empty time means the planned one. Nothing is written."""
    found = ReadRow()
    if row.who:
        found.person_id = _read_person(shift.id, row.who, found.errors)
    else:
        found.errors["who"] = _("名簿の番号を入れてください")
    came = _read_time(row.came, "came", found.errors)
    left = _read_time(row.left, "left", found.errors)
    households = _read_households(row.households, shift, found.errors)
    if not found.errors:
        found.times = _moments(shift, came, left, households)
        found.question = _question(shift, row, found.times)
    return found


def _question(shift: Shift, row: TypedRow, times: RealTimes) -> Any:
    """An end more than an hour after the plan may be true, or a slip that gives hours: asked about once."""
    latest = window_of(shift.starts_at, shift.ends_at).check_out_until
    if not row.left or row.sure == row.left or not latest < times.left_at <= clock.now():
        return ""
    planned, typed_end = (str(show("time", at)) for at in (shift.ends_at, times.left_at))
    return _(
        "予定の終わりは%(planned)sです。%(left)sで よいですか。よければ もう一度 Enter、または「まとめて保存する」",
        planned=planned,
        left=typed_end,
    )


def _moments(shift: Shift, came: Any, left: Any, households: int) -> RealTimes:
    start = came or clock.to_tokyo(shift.starts_at).time()
    end = left or clock.to_tokyo(shift.ends_at).time()
    came_at, left_at = real_moments(shift.starts_at, shift.ends_at, start, end)
    return RealTimes(came_at, left_at, households)


def _read_time(text: str, name: str, errors: dict[str, Any]) -> Any:
    if not text:
        return None
    try:
        return typed.read_time(text)
    except typed.Unreadable:
        errors[name] = _("時刻は 900 か 9:00 のように入れてください")
        return None


def _read_households(text: str, shift: Shift, errors: dict[str, Any]) -> int:
    planned: int = shift.help_request.households_count
    if not text:
        return planned
    try:
        number = typed.read_integer(text)
    except typed.Unreadable:
        number = -1
    if not 0 <= number <= HOUSEHOLDS_MAX:
        errors["households"] = _("世帯の数は 0 から %(most)s までです", most=HOUSEHOLDS_MAX)
    return number


def _read_person(shift_id: int, text: str, errors: dict[str, Any]) -> int | None:
    on_list = _on_list(shift_id)
    try:
        person_id = _by_code(shift_id, on_list, text) or _by_card(text)
    except DomainError as error:
        errors["who"] = error.facts.get("heading", error.message)
        return None
    if person_id is not None:
        return person_id
    words = typed.half_width(text)
    named = _named_on_list(on_list, words)
    others = [] if named else queries.possible_people(words)
    if len(named) == 1 or (len(others) == 1 and _is_whole(others[0], words)):
        found: int = (named or others)[0].party_id
        return found
    errors["who"] = _who_words(text, named or others)
    return None


def _named_on_list(on_list: Sequence[tuple[int, int]], words: str) -> list[Person]:
    """The people of the list whom a number, or a part of a name, may mean."""
    ids = [person_id for _participation_id, person_id in on_list]
    statement = select(Person).where(
        Person.party_id.in_(ids), Person.state == PersonState.REGISTERED
    )
    people = db.session.execute(statement.order_by(Person.kana, Person.party_id)).scalars()
    return [
        one
        for one in people
        if words in one.name or words in one.kana or words.upper() == (one.number or "").upper()
    ]


def _is_whole(person: Person, words: str) -> bool:
    """Whether this is all of a name or number: of somebody who is not on the list, a part proves nothing."""
    whole = {"".join(text.split()) for text in (person.name, person.kana, person.number or "")}
    return "".join(words.split()).upper() in {text.upper() for text in whole}


def _on_list(shift_id: int) -> list[tuple[int, int]]:
    """(participation, person) in the order of the rows' numbers."""
    statement = select(Participation.id, Participation.person_id).where(
        Participation.shift_id == shift_id
    )
    return sorted((row[0], row[1]) for row in db.session.execute(statement))


def _by_code(shift_id: int, on_list: list[tuple[int, int]], text: str) -> int | None:
    place = read_short_code(shift_id, text)
    return on_list[place - 1][1] if place is not None and place <= len(on_list) else None


def _by_card(text: str) -> int | None:
    """The owner of a card, whose number was typed or whose QR a reader has typed. Raises as `person_of_card`."""
    code = text.rsplit("/", 1)[-1]
    return services.person_of_card(normalise(code)) if kind_of(code) is CodeKind.CARD else None


def _who_words(text: str, found: Sequence[Person]) -> Any:
    if not found and looks_like_one(text):
        return _("この名簿に この番号はありません。番号と、どの活動の名簿かを確かめてください")
    if not found:
        return _("この番号や名前の人は見つかりません。名簿の番号か登録番号を入れてください")
    if len(found) > MANY:
        return _("当てはまる人が多すぎます。登録番号を入れてください")
    names = _("、").join(f"{one.number} {one.name}" for one in found)
    return _("%(n)s人います。登録番号で入れてください：%(names)s", n=len(found), names=names)
