"""Two of everything that an address can name: a set that belongs to 佐藤 花子 and みなと食堂 (`A`), a set that
belongs to the student and the other organization (`B`), and things that do not exist (`NONE`).

A new kind of thing in an address needs a line in `World.sets`; the walk names the argument it cannot fill.
"""

import pickle
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from matching.asking.links import token_of
from matching.checkin.models import Attendance, ScanRefusal
from matching.checkin.states import AttendanceState, Grade, Source
from matching.disputes.models import TimeDispute
from matching.disputes.states import DisputeKind, DisputeState
from matching.false_records.models import FalseRecordCase
from matching.false_records.states import CaseState, FalseReason
from matching.help_requests.models import Shift
from matching.help_requests.states import HelpRequestState
from points.ledger import services as ledger
from points.ledger.models import Journal
from points.payouts.models import PayoutLine
from points.payouts.repaying import take_back
from points.programmes.models import Enrolment
from points.simulation.models import Simulation
from points.simulation.services import ask, finish, take
from points.simulation.trying import Trial
from tests.cast import NOW, Cast
from tests.databases import folder
from tests.factories.anomalies import make_finding
from tests.factories.asking import make_ask
from tests.factories.devices import make_phones
from tests.factories.groups import link_of_leader, make_name, make_visit
from tests.factories.matching import make_help_request, make_participation, make_shift
from tests.factories.money import (
    actor_of,
    approve,
    details_of,
    give_points,
    make_batch,
    make_cash_out,
    set_account,
    set_originator,
)
from tests.factories.plans import make_pair, make_run
from tests.factories.points import OTARU
from tests.factories.volunteer import added, insure, make_household, qualify
from tests.walk.billing import keep_charges
from tests.walk.paid_tasks import keep_paid_tasks
from tests.walk.paid_work import keep_paid_work
from tests.walk.profiles import keep_profiles
from volunteer.cards.models import CardPrintRun
from volunteer.cards.states import CardChoice
from volunteer.core import clock
from volunteer.core.db import db, run_turn, write_turn
from volunteer.core.models import Notice, NoticeState
from volunteer.people.models import Person
from volunteer.users.models import StaffRole, User

A, B, NONE = "A", "B", "NONE"
MISSING = {"int": 987654, "default": "nothing-here"}

SAME_FOR_ALL: dict[str, Any] = {"step": "what", "section": "times"}
"""Parts of an address that name no thing."""

OWNERS = {"hanako": A, "student": B, "cook": A, "helper": A, "outsider": B}
"""Whose set is whose; everybody else owns nothing. Staff may see both within their role."""


@dataclass
class World:
    """What the arguments of addresses stand for in each set."""

    sets: dict[str, dict[str, Any]] = field(default_factory=lambda: {A: {}, B: {}})

    def fill(self, endpoint: str, name: str, which: str, converter: str) -> Any:
        """The value of the argument `name` in a set; kept by name, or by endpoint and name where a name means two."""
        if name in SAME_FOR_ALL:
            return SAME_FOR_ALL[name]
        if which == NONE:
            return MISSING[converter]
        things = self.sets[which]
        name = f"{endpoint}.{name}" if f"{endpoint}.{name}" in things else name
        assert name in things, (
            f"tests/walk/world.py cannot fill <{name}> in the address of {endpoint}"
        )
        return things[name]

    def keep(self, name: str, of_a: Any, of_b: Any) -> None:
        """Remember what an argument stands for."""
        self.sets[A][name], self.sets[B][name] = of_a, of_b


@pytest.fixture
def world(app: Flask, cast: Cast) -> World:
    """Both sets, which stand in the database of the test from its beginning."""
    found = pickle.loads(_kept_in().read_bytes())  # noqa: S301 - written by `keep_world`
    assert isinstance(found, World)
    return found


def keep_world(cast: Cast) -> None:
    """Write both sets into the database that tests are given copies of, and keep what they are called."""
    _kept_in().write_bytes(pickle.dumps(_make_world(cast)))


def _kept_in() -> Path:
    return folder() / f"world-{db.engine.dialect.name}.pickle"


def _make_world(cast: Cast) -> World:
    world = World()
    _people(world, cast)
    _papers(world, cast)
    _work(world, cast)
    _arrivals(world, cast)
    _doubts(world, cast)
    _money(world, cast)
    _trials(world, cast)
    _devices(world, cast)
    _groups(world, cast)
    _findings(world, cast)
    _plans(world, cast)
    _asked(world, cast)
    keep_profiles(world.keep, cast)
    keep_charges(world.keep, cast)
    keep_paid_tasks(world.keep, cast)
    keep_paid_work(world.keep, cast)
    return world


def _asked(world: World, cast: Cast) -> None:
    """Both are asked for a shift by a mail with a link."""
    with write_turn():
        asks = [
            make_ask(person, make_shift(cast.help_request, NOW + timedelta(days=days)), cast)
            for days, person in ((20, cast.hanako), (21, cast.student))
        ]
        world.keep("asking_id", *(one.asking_id for one in asks))
        for name in ("answer", "accept", "decline"):
            links = (token_of(one.id, one.asking.shift.starts_at) for one in asks)
            world.keep(f"asking.{name}.token", *links)


def _plans(world: World, cast: Cast) -> None:
    """A plan for each, with one pair that waits for a decision."""
    with write_turn():
        runs = [make_run(cast) for _one in (A, B)]
        people = (cast.hanako, cast.student)
        pairs = [make_pair(run, who, cast.shift) for run, who in zip(runs, people, strict=True)]
        world.keep("plan_id", *(one.id for one in runs))
        world.keep("pair_id", *(one.id for one in pairs))


def _findings(world: World, cast: Cast) -> None:
    """What differs from what is usual: about an attendance of each."""
    with write_turn():
        made = [
            make_finding(person.party_id, attendance_id)
            for person, attendance_id in (
                (cast.hanako, world.sets[A]["attendance_id"]),
                (cast.student, world.sets[B]["attendance_id"]),
            )
        ]
        world.keep("finding_id", made[0].id, made[1].id)


def _groups(world: World, cast: Cast) -> None:
    """A group at each shift, of which the one who is there is named."""
    people = {A: cast.hanako, B: cast.student}
    with write_turn():
        visits = [
            make_visit(db.session.get_one(Shift, world.sets[which]["shift_id"]), cast.cook.id)
            for which in people
        ]
        names = [
            make_name(visit, person.party_id, world.sets[which]["attendance_id"])
            for visit, (which, person) in zip(visits, people.items(), strict=True)
        ]
        world.keep("visit_id", visits[0].id, visits[1].id)
        world.keep("name_id", names[0].id, names[1].id)
        world.keep("groups.leader.token", *map(link_of_leader, visits))


def _devices(world: World, cast: Cast) -> None:
    """The phones of both organizations, and an upload of each that waits for the desk."""
    with write_turn():
        phones, uploads = make_phones(cast)
        world.keep("device_id", *phones)
        world.keep("scan_id", *uploads)


def _people(world: World, cast: Cast) -> None:
    world.keep("person_id", cast.hanako.party_id, cast.student.party_id)
    world.keep("party_id", cast.minato.party_id, cast.other_organization.party_id)
    world.keep("user_id", cast.approver.id, cast.payer.id)
    world.keep("organizations.remove.user_id", cast.helper.id, cast.outsider.id)
    world.keep("grant_id", _grant_of(cast.approver), _grant_of(cast.payer))
    world.keep("code", "meals", "snow")
    world.keep("cards.found.code", "CCARD726", "nothing-here")
    world.keep("token", "a" * 43, "b" * 43)
    with write_turn():
        other = make_household(cast.area, cast.coordinator, name="川上 ハル")
        notices = [added(_failed_notice(number)) for number in (1, 2)]
        world.keep("notice_id", notices[0].id, notices[1].id)
        runs = [added(_card_print_run(cast, number)) for number in (1, 2)]
        world.keep("run_id", *(run.id for run in runs))
        for page in ("household", "edit", "end"):
            ids = (cast.household.party_id, other.party_id)
            world.keep(f"households_desk.{page}.party_id", *ids)
        world.keep("profiles_desk.household_wishes.party_id", *ids)


def _card_print_run(cast: Cast, number: int) -> CardPrintRun:
    return CardPrintRun(
        key=f"walk-card-print-run-{number}",
        choice=CardChoice.ALL,
        cards=1,
        made_at=clock.now(),
        made_by_user_id=cast.coordinator.id,
    )


def _papers(world: World, cast: Cast) -> None:
    """Insurance, trainings and enrolments of both."""
    people = (cast.hanako, cast.student)
    year = (date(2026, 4, 1), date(2027, 3, 31))
    with write_turn():
        covers = [insure(person, *year, plan="天災") for person in people]
        trainings = [qualify(person, "first_aid", year[0]) for person in people]
        world.keep("credentials_desk.cancel_cover.row_id", *(row.id for row in covers))
        world.keep("credentials_desk.cancel_qualification.row_id", *(row.id for row in trainings))
        world.keep("enrolment_id", *(_enrolment_of(person) for person in people))


def _enrolment_of(person: Person) -> int:
    statement = db.select(Enrolment.id).filter_by(person_id=person.party_id)
    return db.session.execute(statement).scalar_one()


def _grant_of(user: User) -> int:
    return db.session.execute(db.select(StaffRole.id).filter_by(user_id=user.id)).scalar_one()


def _failed_notice(number: int) -> Notice:
    return Notice(
        key=f"walk:{number}",
        template="volunteer/people/resumed",
        to_address="nobody@example.jp",
        params={"name": "だれか"},
        state=NoticeState.FAILED,
        next_try_at=clock.now(),
        queued_at=clock.now(),
    )


def _work(world: World, cast: Cast) -> None:
    """A is published and 花子 has a place in it; B is a draft of the other organization."""
    later = clock.now() + timedelta(days=9)
    with write_turn():
        own = make_participation(cast.hanako, cast.shift_today)
        draft = make_help_request(
            cast.other_organization.party_id,
            cast.category,
            cast.area,
            cast.outsider,
            state=HelpRequestState.DRAFT,
            title="運動会の手伝い",
        )
        hidden = make_shift(draft, later)
        foreign = make_participation(cast.student, hidden)
        world.keep("participation_id", own.id, foreign.id)
        world.keep("shift_id", cast.shift_today.id, hidden.id)
        for page in ("poster", "claim"):
            world.keep(f"paper.{page}.code", cast.shift_today.code, str(hidden.code))
        world.keep("help_request_id", cast.help_request.id, draft.id)


def _arrivals(world: World, cast: Cast) -> None:
    """花子 and the student have checked in; one scan of each was refused."""
    places = [world.sets[which]["participation_id"] for which in (A, B)]
    with write_turn():
        here = [added(_attendance(place)) for place in places]
        world.keep("attendance_id", *(row.id for row in here))
        refusals = [added(_refusal(person)) for person in (cast.hanako, cast.student)]
        world.keep("refusal_id", *(row.id for row in refusals))


def _attendance(participation_id: int) -> Attendance:
    return Attendance(
        participation_id=participation_id,
        state=AttendanceState.OPEN,
        grade=Grade.ON_SITE,
        source=Source.NAME_LIST,
        checked_in_at=clock.now(),
        minutes_counted=120,
        due_at=clock.now() + timedelta(hours=4),
    )


def _refusal(person: Person) -> ScanRefusal:
    values = {"source": Source.CARD_CODE, "code": "expired", "at": clock.now()}
    return ScanRefusal(person_id=person.party_id, **values)


def _doubts(world: World, cast: Cast) -> None:
    """Something about each is being looked into."""
    by = actor_of(cast.coordinator)
    places = [world.sets[which]["participation_id"] for which in (A, B)]
    users = (cast.user("hanako@example.jp"), cast.user("student@example.jp"))
    with write_turn():
        disputes = [
            added(_dispute(place, user.id)) for place, user in zip(places, users, strict=True)
        ]
        world.keep("dispute_id", *(row.id for row in disputes))
        cases = [
            added(
                FalseRecordCase(
                    key=f"walk-false-record-{person.party_id}",
                    person_id=person.party_id,
                    reason=FalseReason.NOT_THERE,
                    note="日誌に名前がない",
                    suspend_days=0,
                    state=CaseState.PROPOSED,
                    proposed_by_user_id=by.user_id,
                    proposed_by_person_id=by.person_id,
                    proposed_at=clock.now(),
                )
            )
            for person in (cast.hanako, cast.student)
        ]
        world.keep("case_id", *(case.id for case in cases))


def _dispute(participation_id: int, user_id: int) -> TimeDispute:
    return TimeDispute(
        key=f"walk-dispute-{participation_id}",
        participation_id=participation_id,
        kind=DisputeKind.NOT_THERE,
        state=DisputeState.OPEN,
        opened_by_user_id=user_id,
        opened_at=clock.now(),
    )


def _money(world: World, cast: Cast) -> None:
    """Each has a cash-out that waits for approval and one in a payment."""
    student = cast.user("student@example.jp")
    set_originator()
    set_account(cast.student, student, details_of("2222222"))
    clock.advance(timedelta(days=8))
    waiting = [make_cash_out(cast, person) for person in (cast.hanako, cast.student)]
    paid = [make_cash_out(cast, person) for person in (cast.hanako, cast.student)]
    approve(cast, *paid)
    batches = [make_batch(cast, one) for one in paid]
    clock.advance(timedelta(days=-8))
    world.keep("cash_out_id", *waiting)
    world.keep("repayment_id", *(_repayment_of(one, cast) for one in (cast.hanako, cast.student)))
    world.keep("batch_id", *batches)
    world.keep("line_id", *(_line_of(batch_id) for batch_id in batches))


def _trials(world: World, cast: Cast) -> None:
    """One that is done and one that waits."""
    with write_turn():
        for _one in (A, B):
            ask(cast.programme.id, OTARU, cast.coordinator.id)
    found = db.session.execute(db.select(Simulation.id).order_by(Simulation.id)).scalars().all()
    run_turn(take, found[0])
    result = Trial(found[0], clock.today()).run(lambda _percent: None)
    db.session.rollback()
    run_turn(finish, found[0], result)
    world.keep("simulation_id", *found)


def _repayment_of(person: Person, cast: Cast) -> int:
    """Points that were taken back after they had been paid, and the money for them."""
    party_id, programme_id = person.party_id, cast.programme.id
    give_points(cast, person, 100)
    credit_id = db.session.scalar(db.select(db.func.max(Journal.id)))
    key = f"walk-repayment-{party_id}"
    with write_turn():
        ledger.hold(
            holder_id=party_id, programme_id=programme_id, points=100,
            hold_key=key, key=key, source=key,
        )  # fmt: skip
        ledger.settle(key, key=f"{key}:paid", source=key)
        ledger.reverse(credit_id, key=f"{key}:back", reason="false_record")
        wanted = {"person_id": party_id, "programme_id": programme_id, "points": 50, "key": key}
        return take_back(**wanted, actor=actor_of(cast.payer)).id


def _line_of(batch_id: int) -> int:
    statement = db.select(PayoutLine.id).filter_by(batch_id=batch_id)
    return db.session.execute(statement).scalar_one()
