"""Whatever happens in whatever order: events alone tell the attendance, the award follows the last facts."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from matching.assignments.models import Participation
from matching.checkin import closing, confirming, services, striking
from matching.checkin.confirming import Entry, RealTimes, Word
from matching.checkin.evidence import ShiftFacts, shift_facts
from matching.checkin.models import Attendance, AttendanceEvent
from matching.checkin.replay import Replayed, replay
from matching.checkin.states import AttendanceState, Direction, Source
from matching.disputes import services as disputes
from matching.disputes.models import TimeDispute
from matching.disputes.states import DisputeKind, DisputeState, Side
from matching.help_requests.models import Shift
from tests.cast import FISCAL_YEAR_END, LONG_AGO, NOW, Cast
from tests.factories.points import enrol
from tests.factories.volunteer import insure, make_person
from tests.matching.checkin.scenes import accept, in_lots
from volunteer.core import clock as core_clock
from volunteer.core.db import db, run_turn
from volunteer.core.errors import DomainError
from volunteer.core.hooks import hooks

pytestmark = pytest.mark.both_databases

LIVES = 40
STEPS = 10
SOMEBODY_SAID = {Direction.CORRECTION, Direction.REFUSAL}


class Life:
    """One person at one shift, to whom anything may happen."""

    def __init__(self, cast: Cast, chance: random.Random, person_id: int) -> None:
        self.cast, self.chance, self.person_id = cast, chance, person_id
        self.shift: ShiftFacts = shift_facts(cast.shift_today.id)
        self.done: list[str] = []

    def id(self) -> int:
        """The attendance, or one that does not exist."""
        statement = db.select(Attendance.id).join(Participation)
        mine = statement.where(Participation.person_id == self.person_id)
        return db.session.execute(mine).scalar() or 10**6

    def word(self, *, by_staff: bool) -> Word:
        """A host's or a clerk's word about it."""
        who = self.cast.coordinator if by_staff else self.cast.cook
        return Word(self.id(), str(uuid4()), who.id, "しらべました", by_staff)

    def times(self) -> RealTimes:
        """Some times around the plan."""
        came = self.shift.starts_at + timedelta(minutes=self.chance.randrange(-20, 60, 5))
        return RealTimes(came, came + timedelta(minutes=self.chance.randrange(5, 240, 5)), 1)

    def check_in(self) -> None:
        """Received by the host."""
        services.check_in_by_host(
            self.shift.id, self.person_id, Source.NAME_LIST,
            uuid=str(uuid4()), actor_user_id=self.cast.cook.id,
        )  # fmt: skip

    def check_out(self) -> None:
        """Let go by the host."""
        closing.check_out_by_host(self.id(), uuid=str(uuid4()), actor_user_id=self.cast.cook.id)

    def forget(self) -> None:
        """Closed by the job."""
        closing.close_forgotten(self.id())

    def type_from_paper(self) -> None:
        """A row of the grid."""
        clerk = self.cast.coordinator.id
        entry = Entry(self.shift.id, self.person_id, self.times(), "紙", str(uuid4()), clerk, None)
        confirming.enter_attendance(entry)

    def take_back(self) -> None:
        """The row was about somebody else."""
        striking.take_back_entry(self.word(by_staff=True))

    def correct(self) -> None:
        """By host or staff."""
        confirming.correct_times(self.word(by_staff=self.chance.random() < 0.5), self.times())

    def confirm(self) -> None:
        """By the host."""
        confirming.confirm_attendance(self.word(by_staff=False))

    def refuse(self) -> None:
        """By the host."""
        confirming.refuse_attendance(self.word(by_staff=False))

    def settle(self) -> None:
        """By the job."""
        closing.settle_attendance(self.id())

    def dispute(self) -> None:
        """Opened by the person."""
        kind = self.chance.choice(list(DisputeKind))
        real = self.times()
        moments = (None, None) if kind is DisputeKind.NOT_THERE else (real.came_at, real.left_at)
        user_id = self.cast.user("hanako@example.jp").id
        said = disputes.Saying(str(uuid4()), Side.VOLUNTEER, user_id, "ちがいます")
        wanted = disputes.Wanted(kind, *moments)
        disputes.open_dispute(self.person_id, self.shift.id, wanted, said, 30)

    def decide(self) -> None:
        """Decided by staff."""
        statement = db.select(TimeDispute.id).join(Participation)
        mine = statement.where(Participation.person_id == self.person_id)
        found = db.session.execute(mine.order_by(TimeDispute.id.desc())).scalar()
        outcome = self.chance.choice([DisputeState.CORRECTED, DisputeState.STANDS])
        said = disputes.Saying(str(uuid4()), Side.STAFF, self.cast.coordinator.id, "決めました")
        disputes.decide(found or 10**6, disputes.Decision(outcome, said, None, self.times()))

    def live(self) -> None:
        """Steps at random, time going on; what a rule refuses did not happen."""
        acts: list[Callable[[], None]] = [
            self.check_in, self.check_out, self.forget, self.type_from_paper, self.take_back,
            self.correct, self.confirm, self.refuse, self.settle, self.dispute, self.dispute,
            self.decide, self.decide, self.correct,
        ]  # fmt: skip
        if self.chance.random() < 0.7:
            self.step(self.check_in)
        for _n in range(STEPS):
            hours = self.chance.choice([0.1, 0.2, 0.5, 1, 2, 6])
            core_clock.set(core_clock.now() + timedelta(hours=hours))
            self.step(self.chance.choice(acts))

    def step(self, act: Callable[[], None]) -> None:
        """One act in a turn of its own."""
        try:
            run_turn(act)
            self.done.append(act.__name__)
        except DomainError as error:
            self.done.append(f"({act.__name__}: {error.code})")


def _told(life: Life) -> tuple[Replayed, list[AttendanceEvent]]:
    statement = (
        db.select(AttendanceEvent)
        .where(AttendanceEvent.attendance_id == life.id())
        .order_by(AttendanceEvent.id)
    )
    events = list(db.session.execute(statement).scalars())
    return replay(events, life.shift.window, life.shift.households), events


def _agrees(life: Life, cast: Cast, person: Any) -> None:
    db.session.rollback()
    row = db.session.get(Attendance, life.id())
    if row is None:
        assert in_lots(cast, person) == 0
        return
    told, events = _told(life)
    refused = row.state is AttendanceState.REFUSED
    stands = Replayed(
        row.checked_in_at, row.checked_out_at, row.minutes_counted, row.households, refused
    )
    assert told == stands, life.done
    points = 0 if refused else min(200, row.minutes_counted // 60 * 100)
    assert in_lots(cast, person) == points, life.done
    is_paper = events[0].source is Source.STAFF_ENTRY
    if not is_paper and not SOMEBODY_SAID & {one.direction for one in events}:
        assert row.minutes_counted <= life.shift.window.planned_minutes, life.done


def _member(cast: Cast, name: str) -> Any:
    person = make_person(name)
    insure(person, LONG_AGO, FISCAL_YEAR_END)
    enrol(person, db.session.merge(cast.programme), LONG_AGO)
    return person


@pytest.mark.parametrize("seed", range(3))
def test_events_tell_the_attendance_and_the_award_follows(cast: Cast, seed: int) -> None:
    chance = random.Random(seed)
    with_seats = db.update(Shift).where(Shift.id == cast.shift_today.id).values(seats=LIVES)
    run_turn(db.session.execute, with_seats)
    seen: set[str] = set()
    for number in range(LIVES // 3):
        core_clock.set(NOW + timedelta(minutes=30))
        person = run_turn(_member, cast, f"山田 第{number}")
        accept(person, cast.shift_today)
        life = Life(cast, chance, person.party_id)
        life.live()
        seen.update(life.done)
        _agrees(life, cast, person)
    core_clock.set(core_clock.now() + timedelta(hours=1))
    found = [one for check in hooks.verify for one in check()]
    assert [one for one in found if one.rule != "attendance_is_closed"] == []
    assert {"check_in", "correct", "dispute", "decide"} <= seen, "the lives are too quiet"
