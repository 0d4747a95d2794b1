"""The candidates of one shift, best first: a filter and a rough order in SQL, the exact cost of the foremost in Python.

The filter is exact (`conditions`). The database orders by what it knows cheaply: the way, wishes, whether the person
said when they are free, whether they know the client. Among the first `POOL` the engine's exact cost decides, which
adds experience and how much somebody did lately.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import and_, bindparam, case, func, select
from sqlalchemy.orm import aliased

from matching.assignments.states import OPEN_STATES
from matching.engine import model as engine
from matching.engine.model import Rule
from matching.engine.score import Cost, ranking_cost
from matching.help_requests.models import Shift
from matching.profiles import models as said
from matching.profiles.states import WishKind
from matching.suitability import conditions, loading, queries
from matching.suitability.models import PersonBrief
from matching.suitability.scene import Scene, Shape
from matching.suitability.sql import as_list
from volunteer.core.db import db

POOL = 60
SHAPES = 128


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
    frame, found = loading.frame_of([row]), loading.around(row)
    shift = loading.shift_of(row, frame, found.at, found.asked)
    return Scene(row, shift, frame, loading.policy_of(frame), found.at, found.no_go)


def _joined(wish: Any) -> Any:
    is_wish = and_(
        wish.person_id == PersonBrief.person_id, wish.category_code == bindparam("category")
    )
    return select(PersonBrief.person_id).outerjoin(wish, is_wish)


def _rough_cost(shape: Shape, wish: Any) -> Any:
    way = conditions.way_minutes() * bindparam("travel_cost")
    wished = case(
        (wish.kind == WishKind.WANTED, bindparam("wanted_cost")),
        (wish.kind == WishKind.RATHER_NOT, bindparam("avoided_cost")),
        else_=0,
    )
    told = case((PersonBrief.has_windows, 0), else_=bindparam("unknown_cost"))
    is_known = PersonBrief.person_id.in_(conditions.who_know())
    return way + wished + told + case((is_known, bindparam("known_cost")), else_=0)


@lru_cache(maxsize=SHAPES)
def _suiting(shape: Shape) -> Any:
    """SELECT of all who may come."""
    wish = aliased(said.Wish)
    return _joined(wish).where(*conditions.may_come(shape, wish))


@lru_cache(maxsize=SHAPES)
def _foremost(shape: Shape) -> Any:
    """SELECT of the first of all who may come, by their rough cost."""
    wish = aliased(said.Wish)
    statement = _joined(wish).where(*conditions.may_come(shape, wish))
    return statement.order_by(_rough_cost(shape, wish), PersonBrief.person_id).limit(POOL)


def suiting(scene: Scene) -> set[int]:
    """Everybody whom no rule stops and who has nothing to do with the shift yet."""
    return set(db.session.execute(_suiting(scene.shape), _values(scene)).scalars())


def _values(scene: Scene, kept: Collection[int] = ()) -> dict[str, Any]:
    return {**scene.values, "kept": as_list(kept)}


def rank(scene: Scene, limit: int = 30, *, but: Collection[int] = ()) -> list[Candidate]:
    """The best candidates, in their order, without the people `but`."""
    pool = db.session.execute(_foremost(scene.shape), _values(scene, but)).scalars()
    return weigh(scene, list(pool), is_brief=True)[:limit]


def weigh(scene: Scene, ids: Collection[int], *, is_brief: bool = False) -> list[Candidate]:
    """These people with their exact cost, the best first; whether they may come is not asked again.

    Brief ones do for costs and reasons, not for the rules.
    """
    if not ids:
        return []
    brief = queries.Of(scene.shift.category, scene.shift.client) if is_brief else None
    found = loading.people(ids, scene.frame, scene.at, covered_on=scene.on, brief=brief)
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
    rules, statement = _stops(scene.shape)
    rows = db.session.execute(statement, _values(scene))
    groups = {int(mask): int(count) for mask, count in rows}
    counts = {
        rule: sum(count for mask, count in groups.items() if mask & bit)
        for rule, bit in rules.items()
    }
    return Stopped(
        groups.get(0, 0),
        {rule: count for rule, count in counts.items() if count},
        {rule: groups[bit] for rule, bit in rules.items() if bit in groups},
    )


@lru_cache(maxsize=SHAPES)
def _stops(shape: Shape) -> tuple[dict[Rule, int], Any]:
    """A bit for each rule, and the SELECT of (bits of the rules that stop somebody, how many people)."""
    wish = aliased(said.Wish)
    found = conditions.conditions(shape, wish)
    found.pop(Rule.INACTIVE)
    bits = {rule: 1 << place for place, rule in enumerate(found)}
    stops: Any = sum(case((holds.all, 0), else_=bits[rule]) for rule, holds in found.items())
    each = (
        _joined(wish)
        .where(
            PersonBrief.is_registered,
            PersonBrief.person_id.not_in(conditions.there(OPEN_STATES)),
        )
        .add_columns(stops.label("stops"))
        .subquery()
    )
    return bits, select(each.c.stops, func.count()).group_by(each.c.stops)
