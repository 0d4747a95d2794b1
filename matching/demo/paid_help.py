"""Paid help of students when the demo begins: one agreed, one that waits for its organization, one for a household."""

from datetime import date, time, timedelta

from matching.assignments.services import apply
from matching.demo.settlers import Settled
from matching.help_requests import services as requests
from matching.help_requests.models import HelpRequest, Shift
from matching.paid_tasks.queries import task_of, task_or_404
from matching.paid_tasks.services import agree
from matching.paid_tasks.states import AgreedBy
from points.billing.states import PayMethod
from volunteer.core.db import db, run_turn
from volunteer.core.permissions import Role
from volunteer.people.models import Person
from volunteer.people.states import PersonState, Tie

NEIGHBOURS = 7
"""Which body of data/scenes.toml orders."""


def order_paid_help(settled: Settled, today: date) -> None:
    """Called between write turns."""
    by = settled.members[NEIGHBOURS]
    first = run_turn(_for_neighbours, settled, today + timedelta(days=4))
    second = run_turn(_for_household, settled, today + timedelta(days=6))
    students = run_turn(_students, settled)
    taken = [run_turn(apply, one, first, None).id for one in students[:2]]
    if taken:
        run_turn(_agree, taken[0], by)
    for one in students[2:3]:
        run_turn(apply, one, second, None)


def _students(settled: Settled) -> list[int]:
    """Three people who study here, as far as there are so many: the youngest first."""
    statement = (
        db.select(Person.party_id)
        .where(
            Person.party_id.in_(settled.people),
            Person.state == PersonState.REGISTERED,
            Person.tie == Tie.STUDIES,
        )
        .order_by(Person.birth_on.desc(), Person.party_id)
        .limit(3)
    )
    return list(db.session.execute(statement).scalars())


def _agree(participation_id: int, by_user_id: int) -> None:
    task = task_of(participation_id)
    if task is not None:
        found = task_or_404(task.id)
        how = (PayMethod.BANK_TRANSFER, AgreedBy.ORGANIZATION, by_user_id, "demo-paid-help")
        agree(found.id, found.quote_hash, *how)


def _for_neighbours(settled: Settled, day: date) -> int:
    answers = {
        "category_code": "paid",
        "title": "集会所の模様がえの手伝い",
        "description": "机と本棚を運びます。当日に説明します。",
    }
    by = settled.members[NEIGHBOURS]
    request = requests.start_for_organization(settled.bodies[NEIGHBOURS], answers, by)
    request.public_place = "望洋台見本会館"
    request.exact_place = "望洋台見本会館（見本2丁目2番2号）"
    request.contact_name = "当日の担当"
    request.contact_telephone = "0134-00-0105"
    return _published(request, day, 2, by, settled)


def _for_household(settled: Settled, day: date) -> int:
    answers = {
        "category_code": "paid",
        "title": "物置のかたづけ",
        "description": "重い箱を外に出します。",
    }
    by = settled.staff[Role.COORDINATOR][0]
    request = requests.start_for_household(settled.households[0], answers, by)
    request.public_place = "見本3丁目"
    return _published(request, day, 1, by, settled)


def _published(request: HelpRequest, day: date, seats: int, by: int, settled: Settled) -> int:
    request.is_employment = False
    requests.add_shifts(request.id, [day], time(13, 0), time(15, 0), seats)
    requests.submit_help_request(request.id, by)
    requests.publish_help_request(request.id, settled.staff[Role.COORDINATOR][0])
    shift = db.session.execute(db.select(Shift.id).filter_by(help_request_id=request.id))
    return int(shift.scalar_one())
