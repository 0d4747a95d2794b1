"""The candidates of one shift, best first: a filter and a rough order in SQL, the exact cost of the foremost in Python.

The filter is exact (`conditions`). The database orders by what it knows cheaply: the way, wishes, whether the person
said when they are free, whether they know the client. Among the first `POOL` the engine's exact cost decides, which
adds experience and how much somebody did lately.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, case, exists, func, select
from sqlalchemy.orm import aliased

from matching.assignments.models import Participation
from matching.assignments.states import OPEN_STATES, ParticipationState
from matching.engine import model as engine
from matching.engine.model import Rule
from matching.engine.score import Cost, ranking_cost
from matching.help_requests.models import HelpRequest, Shift
from matching.profiles import models as said
from matching.profiles.states import WishKind
from matching.suitability import conditions, loading, queries
from matching.suitability.conditions import Scene
from volunteer.core import clock
from volunteer.core.db import db
from volunteer.people.models import Person
from volunteer.people.states import PersonState

POOL = 60


@dataclass(frozen=True)
class Candidate:
    """Somebody who may be asked, with what it costs that they come."""

    volunteer: engine.Volunteer
    cost: Cost
    recent_times: int
    """How often they have a place in the four weeks before the week of the shift."""

    @property
    def id(self) -> int:
        """The person."""
        return self.volunteer.id


def scene_of(shift_id: int) -> Scene | None:
    """A shift with all that its candidates depend on; None when there is no such shift."""
    rows = queries.shifts([shift_id])
    return scene_at(rows[0]) if rows else None


def scene_at(row: Shift) -> Scene:
    """The same for a shift that was just read with request and category."""
    frame, at = loading.frame_of([row]), loading.places()
    (shift,) = loading.shifts([row], frame, at)
    return Scene(row, shift, frame, loading.policy_of(frame), at, _no_go(row))


def _no_go(row: Shift) -> frozenset[int]:
    """Who is kept from the client, the host, somebody of the household, or somebody who has a place."""
    request = row.help_request
    parties = [
        one for one in (request.requester_party_id, request.host_party_id) if one is not None
    ]
    found: set[int] = set()
    for one, other, one_there, other_there in queries.kept_from(row.id, parties, loading.STANDING):
        found |= ({other} if one_there else set()) | ({one} if other_there else set())
    return frozenset(found)


def _statement(scene: Scene, without: Collection[Rule] = ()) -> tuple[Any, Any]:
    """(SELECT of the ids of all who may come, the rough cost)."""
    wish = aliased(said.Wish)
    found = conditions.conditions(scene, wish)
    statement = (
        _joined(scene, wish)
        .where(conditions.is_not_engaged(scene, OPEN_STATES))
        .where(*(holds for rule, holds in found.items() if rule not in without))
    )
    return statement, _rough_cost(scene, wish)


def _joined(scene: Scene, wish: Any) -> Any:
    is_wish = and_(wish.person_id == Person.party_id, wish.category_code == scene.shift.category)
    return (
        select(Person.party_id)
        .outerjoin(said.Profile, said.Profile.person_id == Person.party_id)
        .outerjoin(wish, is_wish)
    )


def _rough_cost(scene: Scene, wish: Any) -> Any:
    policy = scene.policy
    window = said.AvailabilityWindow
    has_told = exists().where(window.person_id == Person.party_id)
    way = conditions.way_minutes(scene) * policy.travel_minute_cost
    wished = case(
        (wish.kind == WishKind.WANTED, -policy.wanted_category_bonus),
        (wish.kind == WishKind.RATHER_NOT, policy.avoided_category_cost),
        else_=0,
    )
    told = case((has_told, 0), else_=policy.unknown_availability_cost)
    known = case((Person.party_id.in_(_who_know(scene)), -policy.continuity_bonus), else_=0)
    return way + wished + told + known


def suiting(scene: Scene) -> set[int]:
    """Everybody whom no rule stops and who has nothing to do with the shift yet."""
    statement, _cost = _statement(scene)
    return set(db.session.execute(statement).scalars())


def rank(scene: Scene, limit: int = 30, *, but: Collection[int] = ()) -> list[Candidate]:
    """The best candidates, in their order, without the people `but`."""
    statement, rough = _statement(scene)
    if but:
        statement = statement.where(Person.party_id.not_in(sorted(but)))
    pool = db.session.execute(statement.order_by(rough, Person.party_id).limit(POOL)).scalars()
    return weigh(scene, list(pool), is_brief=True)[:limit]


def _who_know(scene: Scene) -> Any:
    since = clock.now() - loading.HISTORY
    return (
        select(Participation.person_id)
        .join(Shift, Shift.id == Participation.shift_id)
        .join(HelpRequest, HelpRequest.id == Shift.help_request_id)
        .where(
            HelpRequest.requester_party_id == scene.shift.client,
            Participation.state == ParticipationState.ACCEPTED,
            Shift.starts_at >= since,
            Shift.ends_at <= clock.now(),
        )
    )


def weigh(scene: Scene, ids: Collection[int], *, is_brief: bool = False) -> list[Candidate]:
    """These people with their exact cost, the best first; whether they may come is not asked again.

    Brief ones do for costs and reasons, not for the rules.
    """
    if not ids:
        return []
    found = loading.people(ids, scene.frame, scene.at, covered_on=scene.on, is_brief=is_brief)
    made = [
        Candidate(
            one,
            ranking_cost(one, scene.shift, scene.policy),
            found.recent_times.get(one.id, 0),
        )
        for one in found.volunteers.values()
    ]
    return sorted(made, key=lambda one: (one.cost.total, one.id))


@dataclass(frozen=True)
class Stopped:
    """Why not more people come into question."""

    suiting: int
    counts: dict[Rule, int]
    """How many registered people each rule stops."""
    sole: dict[Rule, int]
    """How many are stopped by this rule alone."""


def stopped(scene: Scene) -> Stopped:
    """What each rule stops, counted by the database in one statement over everybody registered.

    People whom the same rules stop are counted together: a bit for each rule, so that it is looked at once a person.
    """
    wish = aliased(said.Wish)
    found = conditions.conditions(scene, wish)
    found.pop(Rule.INACTIVE)
    bits = {rule: 1 << place for place, rule in enumerate(found)}
    stops: Any = sum(case((holds, 0), else_=bits[rule]) for rule, holds in found.items())
    each = (
        _joined(scene, wish)
        .where(
            Person.state == PersonState.REGISTERED,
            conditions.is_not_engaged(scene, OPEN_STATES),
        )
        .add_columns(stops.label("stops"))
        .subquery()
    )
    statement = select(each.c.stops, func.count()).group_by(each.c.stops)
    groups = {int(mask): int(count) for mask, count in db.session.execute(statement)}
    counts = {
        rule: sum(count for mask, count in groups.items() if mask & bit)
        for rule, bit in bits.items()
    }
    return Stopped(
        groups.get(0, 0),
        {rule: count for rule, count in counts.items() if count},
        {rule: groups[bit] for rule, bit in bits.items() if bit in groups},
    )
