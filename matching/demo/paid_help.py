"""Paid help of students when the demo begins: one agreed, one that waits for its organization, one for a household."""

from dataclasses import dataclass
from datetime import date, time, timedelta

from matching.assignments.services import apply
from matching.demo.settlers import Settled
from matching.help_requests import services as requests
from matching.help_requests.models import Shift
from matching.paid_tasks.queries import task_of, task_or_404
from matching.paid_tasks.services import agree
from matching.paid_tasks.states import AgreedBy
from points.billing.states import PayMethod
from volunteer.core.db import db, run_turn
from volunteer.core.permissions import Role
from volunteer.people.models import Person
from volunteer.people.states import PersonState, Tie
from volunteer.users.models import Acting

NEIGHBOURS = 7
"""Which body of data/scenes.toml orders."""
PLACES = {7: "望洋台見本会館", 5: "港町カフェ ひだまり"}
BEGINS, ENDS = time(13, 0), time(15, 0)


@dataclass(frozen=True)
class Order:
    """What is asked for, by a body of data/scenes.toml or (None) by the first household."""

    title: str
    body: int | None
    day: date
    begins: time = BEGINS
    ends: time = ENDS
    seats: int = 1
    description: str = "くわしいことは、当日に説明します。"


def order_paid_help(settled: Settled, today: date) -> None:
    """Called between write turns."""
    chairs = Order(
        "集会所の模様がえの手伝い",
        NEIGHBOURS,
        today + timedelta(days=4),
        seats=2,
        description="机と本棚を運びます。当日に説明します。",
    )
    boxes = Order(
        "物置のかたづけ",
        None,
        today + timedelta(days=6),
        description="重い箱を外に出します。",
    )
    first = run_turn(publish_paid_help, settled, chairs)
    second = run_turn(publish_paid_help, settled, boxes)
    students = run_turn(students_of, settled)
    taken = [run_turn(apply, one, first, None).id for one in students[:2]]
    if taken:
        run_turn(_agree, taken[0], settled.members[NEIGHBOURS])
    for one in students[2:3]:
        run_turn(apply, one, second, None)


def students_of(settled: Settled) -> list[int]:
    """Three people who study here, as far as there are so many; those whom one can enter as come first."""
    signs_in = (
        db.select(Acting.id)
        .where(Acting.party_id == Person.party_id, Acting.ended_at.is_(None))
        .exists()
    )
    statement = (
        db.select(Person.party_id)
        .where(
            Person.party_id.in_(settled.people),
            Person.state == PersonState.REGISTERED,
            Person.tie == Tie.STUDIES,
        )
        .order_by(db.case((signs_in, 0), else_=1), Person.party_id)
        .limit(3)
    )
    return list(db.session.execute(statement).scalars())


def _agree(participation_id: int, by_user_id: int) -> None:
    task = task_of(participation_id)
    if task is not None:
        found = task_or_404(task.id)
        how = (PayMethod.BANK_TRANSFER, AgreedBy.ORGANIZATION, by_user_id, "demo-paid-help")
        agree(found.id, found.quote_hash, *how)


def publish_paid_help(settled: Settled, order: Order) -> int:
    """The order stands on the board; its shift."""
    answers = {"category_code": "paid", "title": order.title, "description": order.description}
    coordinator = settled.staff[Role.COORDINATOR][0]
    if order.body is None:
        by = coordinator
        request = requests.start_for_household(settled.households[0], answers, by)
        request.public_place = "見本3丁目"
    else:
        by = settled.members[order.body]
        request = requests.start_for_organization(settled.bodies[order.body], answers, by)
        request.public_place = PLACES[order.body]
        request.exact_place = f"{PLACES[order.body]}（見本2丁目2番2号）"
        request.contact_name = "当日の担当"
        request.contact_telephone = "0134-00-0105"
    request.is_employment = False
    requests.add_shifts(request.id, [order.day], order.begins, order.ends, order.seats)
    requests.submit_help_request(request.id, by)
    requests.publish_help_request(request.id, coordinator)
    shift = db.session.execute(db.select(Shift.id).filter_by(help_request_id=request.id))
    return int(shift.scalar_one())
