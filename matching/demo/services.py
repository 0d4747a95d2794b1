"""Lives through a plan day by day with the clock set to each day: people check in, points are credited, settle,
are cashed out and paid by the real services, so that a demo town passes every check a real one must pass.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import insert

from matching.assignments.models import Participation
from matching.assignments.states import ParticipationState
from matching.checkin.jobs import close_forgotten, settle_attendances
from matching.checkin.services import Scan, check_in
from matching.checkin.states import Source
from matching.demo.plan import RequestPlan, ShiftPlan, TownPlan
from matching.demo.settlers import Settled
from matching.help_requests.models import HelpRequest, Shift
from matching.help_requests.services import free_codes
from matching.help_requests.states import HelpRequestState, ShiftState
from points.earning.jobs import settle_due
from volunteer.core import clock
from volunteer.core.center import next_number
from volunteer.core.db import db, run_turn
from volunteer.core.permissions import Role

LEAD = timedelta(days=14)
"""How long before its first shift a request was posted."""


@dataclass(frozen=True)
class Arrival:
    """Somebody comes to a shift at a moment."""

    at: datetime
    shift_id: int
    person_id: int
    actor_user_id: int


def post_requests(town: TownPlan, settled: Settled, now: datetime) -> list[Arrival]:
    """Write every request with its shifts and seats inside the caller's write turn; who comes when, in order."""
    arrivals: list[Arrival] = []
    for plan in town.requests:
        request = _request(plan, settled, now)
        for shift_plan in plan.shifts:
            arrivals.extend(_shift(request, shift_plan, settled, now))
    arrivals.sort(key=lambda one: (one.at, one.shift_id, one.person_id))
    return arrivals


def _request(plan: RequestPlan, settled: Settled, now: datetime) -> HelpRequest:
    scene, first = plan.scene, plan.shifts[0].starts_at
    coordinator = settled.staff[Role.COORDINATOR][0]
    asks = settled.households[plan.household] if plan.household is not None else None
    body = None if scene.is_visit else settled.bodies[scene.body]
    posted_at = min(first, now) - LEAD
    request = HelpRequest(
        number=next_number(f"help_request:{posted_at.year}", f"R{posted_at.year}-"),
        requester_party_id=asks or body,
        host_party_id=body,
        category_code=scene.category,
        title=scene.title,
        description=scene.description,
        area_id=settled.areas[plan.area],
        public_place=scene.place if body else f"見本{1 + (asks or 0) % 4}丁目",
        exact_place="見本3丁目3番3号" if asks else f"{scene.place}（見本2丁目2番2号）",
        bring=scene.bring,
        dangers=scene.dangers,
        effort=scene.effort,
        contact_name="センター窓口" if asks else "当日の担当",
        contact_telephone="0134-00-0001",
        walk_in_allowed=not scene.is_visit,
        state=HelpRequestState.PUBLISHED,
        created_by_user_id=coordinator if asks else settled.members[scene.body],
        created_at=posted_at,
        submitted_at=posted_at,
        published_at=posted_at + timedelta(days=1),
    )
    if plan.shifts[-1].ends_at < now:
        request.state, request.closed_at = HelpRequestState.CLOSED, plan.shifts[-1].ends_at
    db.session.add(request)
    db.session.flush()
    return request


def _shift(request: HelpRequest, plan: ShiftPlan, settled: Settled, now: datetime) -> list[Arrival]:
    taken = len(plan.accepted)
    shift = Shift(
        help_request_id=request.id,
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
        seats=plan.seats,
        seats_taken=taken,
        state=ShiftState.FULL if taken == plan.seats else ShiftState.OPEN,
        code=free_codes(1).pop(),
    )
    db.session.add(shift)
    db.session.flush()
    agreed = min(plan.starts_at, now) - timedelta(days=5)
    people = [settled.people[index] for index in plan.accepted]
    if people:
        rows = [_seat(person_id, shift.id, agreed) for person_id in people]
        db.session.execute(insert(Participation), rows)
    actor = request.created_by_user_id
    return [
        Arrival(
            plan.starts_at + timedelta(minutes=order - 6), shift.id, settled.people[index], actor
        )
        for order, index in enumerate(plan.came)
    ]


def _seat(person_id: int, shift_id: int, at: datetime) -> dict[str, object]:
    return {
        "person_id": person_id,
        "shift_id": shift_id,
        "state": ParticipationState.ACCEPTED,
        "walk_in": False,
        "created_at": at,
        "changed_at": at,
    }


def live_through(arrivals: list[Arrival], tell: Callable[[int], object] = lambda _n: None) -> None:
    """Everybody arrives in turn; each evening what is due closes and settles. `tell` counts them."""
    day: date | None = None
    for arrival in arrivals:
        today = clock.activity_date(arrival.at)
        if day is not None and today != day:
            _end_day(day)
        day = today
        clock.set(arrival.at)
        scan = Scan(
            arrival.shift_id,
            arrival.person_id,
            Source.CARD_CODE,
            f"demo-{arrival.shift_id}-{arrival.person_id}",
            arrival.actor_user_id,
        )
        run_turn(check_in, scan)
        tell(1)
    if day is not None:
        _end_day(day)


def _end_day(day: date) -> None:
    _start, end = clock.day_bounds(day)
    clock.set(end - timedelta(minutes=1))
    close_forgotten()
    settle_attendances()
    settle_due()


def chance_of(seed: int) -> Random:
    """The dice of the second half: who cashes out."""
    return Random(seed + 1)  # noqa: S311 - a repeatable town, not a secret
