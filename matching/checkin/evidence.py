"""What a check-in is judged by and what it hands down to the points: plain columns, read once inside the turn."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from sqlalchemy import Date, Executable, bindparam, false, select, true
from sqlalchemy.orm import aliased

from matching.assignments.models import Participation
from matching.assignments.states import ParticipationState
from matching.categories.models import Category
from matching.checkin.models import Attendance
from matching.checkin.rules import ScanFacts, Window, is_introduced, window_of
from matching.checkin.states import AttendanceState, Grade, Source
from matching.help_requests.models import HelpRequest, Shift
from matching.help_requests.states import ShiftState
from points.earning import facts as earning
from points.programmes.terms import Proof
from volunteer.core import clock
from volunteer.core.db import db, run_core
from volunteer.core.errors import NotFound
from volunteer.core.i18n import _l
from volunteer.credentials.models import InsuranceCover, Qualification
from volunteer.organizations.models import Organization
from volunteer.people.models import Person
from volunteer.people.states import PersonState
from volunteer.users.models import Acting
from volunteer.users.states import ActingAs

SOURCE_KIND = "attendance"
"""What an award calls the row that caused it."""


@dataclass(frozen=True)
class ShiftFacts:
    """A shift with what its request and category say about checking in."""

    id: int
    starts_at: datetime
    ends_at: datetime
    state: ShiftState
    ended_at: datetime | None
    seats: int
    walk_in_allowed: bool
    households: int
    requester_party_id: int
    host_party_id: int | None
    category_code: str
    is_paid: bool
    needs_insurance: bool
    qualification_kind: str
    accepted_sources: list[str]
    title: str
    place: str
    host_name: str | None

    @property
    def window(self) -> Window:
        """When one can check in and out."""
        return window_of(self.starts_at, self.ends_at)

    @property
    def activity_on(self) -> date:
        """The day the activity counts for; never moves."""
        return clock.activity_date(self.starts_at)


_SHIFT = select(
    Shift.id,
    Shift.starts_at,
    Shift.ends_at,
    Shift.state,
    Shift.ended_at,
    Shift.seats,
    HelpRequest.walk_in_allowed,
    HelpRequest.households_count,
    HelpRequest.requester_party_id,
    HelpRequest.host_party_id,
    HelpRequest.category_code,
    Category.is_paid,
    Category.needs_insurance,
    Category.qualification_kind,
    Category.accepted_sources,
    HelpRequest.title,
    HelpRequest.public_place,
    Organization.name,
).join_from(Shift, HelpRequest).join(Category, Category.code == HelpRequest.category_code).outerjoin(
    Organization, Organization.party_id == HelpRequest.host_party_id
).where(Shift.id == bindparam("shift"))  # fmt: skip


def shift_facts(shift_id: int) -> ShiftFacts:
    """What a check-in needs to know of a shift. Raises `NotFound`; a shift not yet published is not there."""
    row = run_core(_SHIFT, shift=shift_id).one_or_none()
    if row is None or row.state is ShiftState.PLANNED:
        raise NotFound(_l("その活動は見つかりませんでした。"))
    return ShiftFacts(*row)


@dataclass(frozen=True)
class PersonFacts:
    """A person before a shift: seat, attendance so far, what is valid on that day."""

    person_id: int
    name: str
    state: PersonState
    household_party_id: int | None
    participation_id: int | None
    participation_state: ParticipationState | None
    attendance_id: int | None
    attendance_state: AttendanceState | None
    grade: Grade | None
    confirmed_at: datetime | None
    checked_in_at: datetime | None
    checked_out_at: datetime | None
    is_insured: bool
    is_trained: bool
    is_host: bool
    is_walk_in: bool | None
    """Whether the participation was made at the door; None without one."""
    source: Source | None
    """How the attendance reached us, once there is one."""
    enrolled_at: datetime | None
    """Since when there is a participation."""

    @property
    def was_accepted(self) -> bool:
        """Whether the person had a seat before coming."""
        return self.participation_state is ParticipationState.ACCEPTED and not self.is_walk_in


_DAY = bindparam("day", type_=Date)
_IS_INSURED = (
    select(InsuranceCover.id)
    .where(
        InsuranceCover.person_id == Person.party_id,
        InsuranceCover.cancelled_at.is_(None),
        InsuranceCover.covers_from <= _DAY,
        InsuranceCover.covers_to >= _DAY,
    )
    .exists()
)
_IS_TRAINED = (
    select(Qualification.id)
    .where(
        Qualification.person_id == Person.party_id,
        Qualification.kind == bindparam("kind"),
        Qualification.cancelled_at.is_(None),
        Qualification.valid_from <= _DAY,
        Qualification.valid_until.is_(None) | (Qualification.valid_until >= _DAY),
    )
    .exists()
)
_own, _member = aliased(Acting), aliased(Acting)
_IS_OF_HOST = (
    select(_own.id)
    .join(_member, _member.user_id == _own.user_id)
    .where(
        _own.party_id == Person.party_id,
        _own.ended_at.is_(None),
        _member.party_id == bindparam("host"),
        _member.capacity == ActingAs.MEMBER,
        _member.ended_at.is_(None),
    )
    .exists()
)
"""Whether a user of this person is also a member of the host: then the venue code proves nothing."""


def person_facts(person_id: int, shift: ShiftFacts) -> PersonFacts:
    """What a check-in needs to know of a person. Raises `NotFound`."""
    host, kind = shift.host_party_id, shift.qualification_kind
    statement = _person_before(shift.needs_insurance, bool(kind), host is not None)
    params = {
        "person": person_id,
        "shift": shift.id,
        "day": shift.activity_on,
        "kind": kind,
        "host": host,
    }
    row = run_core(statement, **params).one_or_none()
    if row is None:
        raise NotFound(_l("その人は見つかりませんでした。"))
    return PersonFacts(*row)


@cache
def _person_before(needs_insurance: bool, needs_training: bool, has_host: bool) -> Executable:
    """The statement of `person_facts`; what a shift does not ask for is not looked up."""
    return (
        select(
            Person.party_id,
            Person.name,
            Person.state,
            Person.household_party_id,
            Participation.id,
            Participation.state,
            Attendance.id,
            Attendance.state,
            Attendance.grade,
            Attendance.confirmed_at,
            Attendance.checked_in_at,
            Attendance.checked_out_at,
            _IS_INSURED if needs_insurance else true(),
            _IS_TRAINED if needs_training else true(),
            _IS_OF_HOST if has_host else false(),
            Participation.walk_in,
            Attendance.source,
            Participation.created_at,
        )
        .outerjoin_from(
            Person,
            Participation,
            (Participation.person_id == Person.party_id)
            & (Participation.shift_id == bindparam("shift")),
        )
        .outerjoin(Attendance, Attendance.participation_id == Participation.id)
        .where(Person.party_id == bindparam("person"))
    )


def scan_facts(shift: ShiftFacts, person: PersonFacts, source: Source, at: datetime) -> ScanFacts:
    """The facts of `rules.classify_scan` for this person, shift and kind of scan."""
    is_accepted = person.participation_state is ParticipationState.ACCEPTED
    accepted = shift.accepted_sources
    return ScanFacts(
        shift_id=shift.id,
        window=shift.window,
        is_accepted=is_accepted,
        walk_in_allowed=shift.walk_in_allowed,
        is_insured=person.is_insured,
        is_trained=person.is_trained,
        is_cancelled=shift.state is ShiftState.CANCELLED,
        other_shift_id=None if is_accepted else other_open_shift(person.person_id, shift.id, at),
        checked_in_at=person.checked_in_at,
        checked_out_at=person.checked_out_at,
        is_registered=person.state is PersonState.REGISTERED,
        source_accepted=not accepted or source in accepted,
        was_refused=person.attendance_state is AttendanceState.REFUSED,
    )


def other_open_shift(person_id: int, shift_id: int, at: datetime) -> int | None:
    """Another shift this person is accepted for that can be checked in to at `at`."""
    statement = (
        select(Shift.id, Shift.starts_at, Shift.ends_at)
        .join(Participation, Participation.shift_id == Shift.id)
        .where(
            Participation.person_id == person_id,
            Participation.state == ParticipationState.ACCEPTED,
            Shift.id != shift_id,
            Shift.ends_at > at,
            Shift.state.in_((ShiftState.OPEN, ShiftState.FULL)),
        )
        .order_by(Shift.starts_at)
        .limit(1)
    )
    row = db.session.execute(statement).one_or_none()
    if row is None or at < window_of(row.starts_at, row.ends_at).opens_at:
        return None
    found: int = row.id
    return found


def hold_seat(participation_id: int) -> bool:
    """Whether the seat is still held; until the turn ends nobody can withdraw it or call the shift off."""
    statement = (
        select(Participation.state)
        .where(Participation.id == participation_id)
        .with_for_update(read=True)
    )
    return db.session.execute(statement).scalar_one() is ParticipationState.ACCEPTED


_HELD = (
    select(Participation.state, Shift.ended_at)
    .select_from(Shift)
    .join(Participation, Participation.shift_id == Shift.id)
    .where(Participation.id == bindparam("participation"))
    .with_for_update(read=True, of=[Shift, Participation])
)


def hold_seat_and_shift(participation_id: int) -> tuple[bool, datetime | None]:
    """Whether the seat is still held, and when the shift was ended; neither changes until the turn ends."""
    seat, ended_at = run_core(_HELD, participation=participation_id).one()
    return seat is ParticipationState.ACCEPTED, ended_at


def activity_facts(
    shift: ShiftFacts,
    person: PersonFacts,
    attendance_id: int,
    grade: Grade,
    minutes: int | None = None,
    households: int | None = None,
    source: Source | None = None,
) -> earning.ActivityFacts:
    """What the points are told. `minutes` stays None until the real time is known; `source` is given where there
    was no attendance before.

    Awards that are divided are divided by the planned number of people, so that the order of arrival changes
    nothing and together nobody gets more than the households are worth.
    """
    way = source or person.source
    return earning.ActivityFacts(
        source_kind=SOURCE_KIND,
        source_id=attendance_id,
        person_id=person.person_id,
        category_code=shift.category_code,
        host_party_id=shift.host_party_id,
        role="",
        activity_on=shift.activity_on,
        planned_minutes=shift.window.planned_minutes,
        counted_minutes=minutes,
        households=shift.households if households is None else households,
        is_paid=shift.is_paid,
        is_own_family=person.household_party_id == shift.requester_party_id,
        is_client_here=False,
        grade=earning.Grade(grade.value),
        people_sharing=max(1, shift.seats),
        title=shift.title,
        place=shift.place,
        ends_at=shift.ends_at,
        was_accepted=person.was_accepted,
        host=shift.host_name or "",
        is_introduced=is_introduced(person.enrolled_at, person.is_walk_in, way, shift.window),
        proof=_proof(way),
    )


PROOFS = {
    Source.VENUE_CODE: Proof.QR_BY_VOLUNTEER,
    Source.POSTER: Proof.QR_BY_VOLUNTEER,
    Source.SHIFT_CODE: Proof.QR_BY_VOLUNTEER,
    Source.HOST_CODE: Proof.QR_BY_HOST,
    Source.CARD_CODE: Proof.QR_BY_HOST,
    Source.NAME_LIST: Proof.HOST_LIST,
    Source.STAFF_ENTRY: Proof.STAFF_ENTRY,
}
"""What each way of checking in is to a programme."""


def _proof(source: Source | None) -> str:
    return PROOFS[source].value if source is not None else ""


def is_paid(shift_id: int) -> bool:
    """Whether money is paid for a shift."""
    statement = (
        select(Category.is_paid)
        .join(HelpRequest, HelpRequest.category_code == Category.code)
        .join(Shift, Shift.help_request_id == HelpRequest.id)
        .where(Shift.id == shift_id)
    )
    return bool(db.session.execute(statement).scalar_one_or_none())


def shift_exists(shift_id: int) -> bool:
    """Whether there is such a shift (a token of an emptied database may name another)."""
    return db.session.get(Shift, shift_id) is not None


def name_of(person_id: int) -> str:
    """The name of a person; "" for nobody."""
    statement = select(Person.name).where(Person.party_id == person_id)
    return db.session.execute(statement).scalar_one_or_none() or ""
