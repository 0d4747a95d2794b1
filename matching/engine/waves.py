"""Whom to ask next for a shift, and how many at once.

The chance that somebody says yes is (yes + a) / (asked + a + b) of their own answers in the category: a Beta prior that
counts the town's usual answer as a few answers of everybody, so that one no says little. The next wave is the shortest
beginning of the queue that fills the free seats with the chance aimed at (Poisson-binomial). The queue is ordered by
when people were last asked, then by suitability; what somebody answered before moves nobody in it: the chance decides
how many are asked, never who comes first. Nobody is asked more often than the cap allows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

PERMILLE = 1000
RESTED_DAYS = (28, 14, 7)
"""Last asked at least so many days ago: the first, second, third group of the queue; the rest is the last group."""


@dataclass(frozen=True, slots=True)
class WavePolicy:
    """How a town asks. Chances in thousandths."""

    target_permille: int = 900
    prior_yes: int = 2
    prior_no: int = 3
    notices_a_week: int = 2
    """How often one person is asked in seven days, all shifts together."""
    wave_max: int = 30
    """More people are not asked at once, however small their chances are."""
    district_notices_a_week: int = 60
    """For all requests of a district in seven days; up to twice as many where few requests find their people."""


@dataclass(frozen=True, slots=True)
class Askable:
    """Somebody who may do the shift."""

    id: int
    cost: int
    """Of the ranking, lower is better."""
    said_yes: int = 0
    """Of `asked`, in the category of the shift."""
    asked: int = 0
    days_since_asked: int | None = None
    """None = never asked."""
    notices_this_week: int = 0
    is_standing: bool = False
    """On the standing list (snow days): before everybody else."""


@dataclass(frozen=True, slots=True)
class Invite:
    """Ask this person; the chance that they say yes."""

    id: int
    permille: int


@dataclass(frozen=True, slots=True)
class Wave:
    """The people to ask now."""

    invites: tuple[Invite, ...]
    permille: int
    """The chance that the seats are filled by these people and those who have not answered yet."""
    is_enough: bool
    """Whether the aim is reached."""
    capped: int
    """People left out because they were asked often enough this week."""
    is_out_of_budget: bool
    """Whether the district's budget ended the wave."""


def acceptance_permille(said_yes: int, asked: int, policy: WavePolicy) -> int:
    """The smoothed chance of a yes."""
    return (said_yes + policy.prior_yes) * PERMILLE // (asked + policy.prior_yes + policy.prior_no)


def filling_chance(seats: int, permilles: Iterable[int]) -> float:
    """The chance that at least `seats` of people with these chances say yes, each for themselves."""
    if seats <= 0:
        return 1.0
    exactly = [1.0] + [0.0] * (seats - 1)  # so many yes, up to one too few
    for permille in permilles:
        yes = permille / PERMILLE
        for heads in range(seats - 1, 0, -1):
            exactly[heads] = exactly[heads] * (1 - yes) + exactly[heads - 1] * yes
        exactly[0] *= 1 - yes
    return min(1.0, max(0.0, 1.0 - sum(exactly)))


def district_budget(wanted: int, filled: int, policy: WavePolicy) -> int:
    """Notices a week for the requests of a district: the base, and as much again as its heads stay unfilled."""
    base = policy.district_notices_a_week
    return base if wanted <= 0 else base + base * max(0, wanted - filled) // wanted


def queue(people: Iterable[Askable], policy: WavePolicy) -> list[Askable]:
    """Everybody who may be asked, in the order of asking."""
    able = [one for one in people if one.notices_this_week < policy.notices_a_week]
    return sorted(able, key=lambda one: (not one.is_standing, rested_group(one), one.cost, one.id))


def rested_group(person: Askable) -> int:
    """0 = never asked, or so long ago that it is the same; then 1, 2, 3."""
    days = person.days_since_asked
    if days is None:
        return 0
    groups = (group for group, least in enumerate(RESTED_DAYS) if days >= least)
    return next(groups, len(RESTED_DAYS))


def next_wave(
    people: Sequence[Askable],
    seats: int,
    policy: WavePolicy,
    *,
    waiting: Sequence[int] = (),
    budget_left: int | None = None,
) -> Wave:
    """The shortest beginning of the queue that is enough, together with those who have not answered (`waiting`)."""
    able = queue(people, policy)
    wanted = min(policy.wave_max, len(able))
    most = wanted if budget_left is None else min(wanted, max(0, budget_left))
    invites: list[Invite] = []
    while len(invites) < most and not _is_enough(seats, waiting, invites, policy):
        one = able[len(invites)]
        invites.append(Invite(one.id, acceptance_permille(one.said_yes, one.asked, policy)))
    is_enough = _is_enough(seats, waiting, invites, policy)
    return Wave(
        invites=tuple(invites),
        permille=_permille(seats, waiting, invites),
        is_enough=is_enough,
        capped=len(people) - len(able),
        is_out_of_budget=not is_enough and most < wanted,
    )


def _permille(seats: int, waiting: Sequence[int], invites: Sequence[Invite]) -> int:
    chance = filling_chance(seats, [*waiting, *(one.permille for one in invites)])
    return int(chance * PERMILLE + 1e-9)


def _is_enough(
    seats: int, waiting: Sequence[int], invites: Sequence[Invite], policy: WavePolicy
) -> bool:
    return _permille(seats, waiting, invites) >= policy.target_permille
