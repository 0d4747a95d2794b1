"""Which people the next wave should ask: by the ranking of the shift, what they were asked before, what is budgeted."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from matching.asking import queries
from matching.asking.queries import History
from matching.engine.waves import (
    RESTED_DAYS,
    Askable,
    Wave,
    WavePolicy,
    acceptance_permille,
    district_budget,
    next_wave,
    queue,
    rested_group,
)
from matching.suitability import reasons
from matching.suitability.ranking import POOL, Candidate, rank, scene_of
from matching.suitability.reasons import Fact
from matching.suitability.scene import Scene
from volunteer.core import clock

POLICY = WavePolicy()
ROUNDS = 3
"""So often candidates are fetched, where too few of the best have been left in peace lately."""
SHOWN = 24
"""So many people stand on the page to choose from."""


@dataclass(frozen=True)
class Pick:
    """Somebody to be asked, with what the wave reckons with."""

    person_id: int
    permille: int
    cost: int
    facts: list[Fact]
    history: History
    is_proposed: bool
    is_capped: bool = False


@dataclass(frozen=True)
class Proposal:
    """The wave that is proposed and the next in the queue, best first; those who were asked often enough stand last."""

    picks: list[Pick]
    wave: Wave
    scene: Scene

    @property
    def proposed(self) -> list[Pick]:
        """The people of the wave."""
        return [one for one in self.picks if one.is_proposed]


def propose(shift_id: int, target_permille: int, but: Collection[int] = ()) -> Proposal | None:
    """For a shift now; `but` were asked already. None when there is no such shift."""
    scene = scene_of(shift_id)
    return None if scene is None else propose_in(scene, target_permille, but)


def propose_in(scene: Scene, target_permille: int, but: Collection[int] = ()) -> Proposal:
    """The same where the shift was read already."""
    found, before = _found(scene, but)
    policy = replace(POLICY, target_permille=target_permille)
    people = [_askable(one, before.get(one.id, History())) for one in found.values()]
    usual = acceptance_permille(0, 0, policy)
    district, waiting = queries.demand(scene.row.help_request.area_id, scene.row.id, usual)
    budget = district_budget(district.wanted, district.filled, policy) - district.notices
    wave = next_wave(
        people,
        scene.row.free_seats,
        policy,
        waiting=waiting,
        budget_left=budget,
    )
    proposed = {one.id for one in wave.invites}
    able = queue(people, policy)
    capped = [one for one in people if one.notices_this_week >= policy.notices_a_week]
    picks = [
        Pick(
            person_id=one.id,
            permille=acceptance_permille(one.said_yes, one.asked, policy),
            cost=one.cost,
            facts=_facts(scene, found[one.id]),
            history=before.get(one.id, History()),
            is_proposed=one.id in proposed,
            is_capped=one.notices_this_week >= policy.notices_a_week,
        )
        for one in [*able, *capped][: max(SHOWN, len(proposed))]
    ]
    return Proposal(picks, wave, scene)


def _found(scene: Scene, but: Collection[int]) -> tuple[dict[int, Candidate], dict[int, History]]:
    """The best candidates with their histories; more of them where the first were asked only lately: who is asked
    least often comes first, and must not be missing."""
    found: dict[int, Candidate] = {}
    before: dict[int, History] = {}
    for _round in range(ROUNDS):
        more = {one.id: one for one in rank(scene, POOL, but={*but, *found})}
        before |= queries.histories(more, scene.shift.category)
        found |= more
        askable = [_askable(one, before.get(key, History())) for key, one in found.items()]
        rested = [one for one in queue(askable, POLICY) if rested_group(one) < len(RESTED_DAYS)]
        if len(more) < POOL or len(rested) >= POLICY.wave_max:
            break
    return found, before


def _facts(scene: Scene, one: Candidate) -> list[Fact]:
    return reasons.facts(one.volunteer, scene.shift, scene.policy, one.recent_times)


def _askable(candidate: Candidate, before: History) -> Askable:
    last = before.last_asked_at
    return Askable(
        id=candidate.id,
        cost=candidate.cost.total,
        said_yes=before.said_yes,
        asked=before.asked,
        days_since_asked=None if last is None else (clock.now() - last).days,
        notices_this_week=before.notices_this_week,
    )


def acceptance_percent(asked: int, said_yes: int) -> int:
    """The smoothed chance of a yes as waves reckon with it, in hundredths."""
    return acceptance_permille(said_yes, asked, POLICY) // 10
