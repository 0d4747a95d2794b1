"""Who could come to one shift, who could not and why, and whether somebody still may: for the board and for asking."""

from dataclasses import dataclass, field
from typing import Any

from matching.engine.rules import obstacles
from matching.help_requests.models import Shift
from matching.planning import queries, wording
from matching.planning.deciding import About
from matching.planning.models import PlanMark
from matching.planning.reasons import is_booked_near, shares
from matching.planning.states import MarkKind
from matching.suitability import ranking, words
from matching.suitability.reasons import facts
from matching.suitability.scene import Scene
from volunteer.core.db import db
from volunteer.people.models import Person

CANDIDATES_SHOWN = 6
CANDIDATES_MORE = 30


@dataclass(frozen=True)
class Shown:
    """A candidate as the board shows them."""

    person: Person
    reasons: list[str]
    warnings: list[Any]
    bars: list[tuple[Any, int]]
    is_pinned: bool


@dataclass(frozen=True)
class Candidates:
    """Who could come, best first; how many in all; why others could not."""

    shown: list[Shown] = field(default_factory=list)
    total: int = 0
    stopped: list[tuple[Any, int]] = field(default_factory=list)
    mended: list[str] = field(default_factory=list)


def candidates(
    shift: Shift, marks: dict[int, PlanMark], most: int = CANDIDATES_SHOWN
) -> Candidates:
    """Who could come to a shift as things stand, without those whom staff dropped."""
    scene = ranking.scene_at(shift)
    dropped = [key for key, mark in marks.items() if mark.kind is MarkKind.DROPPED]
    found = ranking.rank(scene, most, but=dropped)
    others = ranking.stopped(scene)
    people = _people([one.id for one in found])
    pinned = {key for key, mark in marks.items() if mark.kind is MarkKind.PINNED}
    return Candidates(
        [_shown(scene, one, people[one.id], one.id in pinned) for one in found if one.id in people],
        max(0, others.suiting - len(dropped)),
        [(words.RULE_WORDS[rule], count) for rule, count in others.counts.items()],
        words.mends(others.sole),
    )


def _people(ids: list[int]) -> dict[int, Person]:
    statement = db.select(Person).where(Person.party_id.in_(ids))
    return {one.party_id: one for one in db.session.execute(statement).scalars()} if ids else {}


def _shown(scene: Scene, one: ranking.Candidate, person: Person, is_pinned: bool) -> Shown:
    category = scene.row.help_request.category
    bars = shares(one.volunteer, scene.shift, scene.policy)
    return Shown(
        person,
        wording.reasons(_facts(scene, one), {category.code: category.name}),
        [wording.BOOKED_NEAR] if is_booked_near(one.volunteer, scene.shift) else [],
        [(label, bars[name]) for name, label in wording.SHARES.items()],
        is_pinned,
    )


def _facts(scene: Scene, one: ranking.Candidate) -> list[Any]:
    return facts(one.volunteer, scene.shift, scene.policy, one.recent_times)


def about(person_id: int, shift_id: int) -> About:
    """A pair with its cost and reasons as they are now."""
    scene = ranking.scene_of(shift_id)
    found = ranking.weigh(scene, [person_id]) if scene is not None else []
    if scene is None or not found:
        return About(person_id, shift_id)
    one = found[0]
    return About(person_id, shift_id, one.cost.total, tuple(_facts(scene, one)))


def stops_now(person_id: int, shift_id: int) -> str:
    """The code of the first rule that stops somebody by now; "" = nothing does."""
    scene = ranking.scene_of(shift_id)
    found = ranking.weigh(scene, [person_id]) if scene is not None else []
    if scene is None or not found:
        return "not_found"
    if person_id in scene.no_go:
        return "no_go"
    rules = obstacles(found[0].volunteer, scene.shift, scene.policy)
    return rules[0].value if rules else ""


def need_of(shift_id: int, listed: list[queries.Need]) -> queries.Need | None:
    """The need of this shift: from the list when it stands there, else read by itself."""
    found = next((one for one in listed if one.shift.id == shift_id), None)
    return found or queries.need(shift_id)
