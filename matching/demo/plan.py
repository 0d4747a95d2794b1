"""What happened in the demo town: drawn by chance from a seed, the same for the same seed and day. Pure."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from random import Random

from matching.demo.names import RELATIONS, person_name, telephone
from matching.demo.scenes import Body, Scene, read
from volunteer.core.clock import from_tokyo
from volunteer.people.states import Tie


@dataclass(frozen=True)
class Scale:
    """How large a demo town is."""

    people: int
    households: int
    shifts_a_week: int
    """Besides the weekly shifts of organizations, which come by themselves."""


SCALES = {"small": Scale(240, 40, 7), "town": Scale(3000, 600, 220)}
RECENT_DAYS = 49
COMING_DAYS = 21


@dataclass(frozen=True)
class PersonPlan:
    """An invented volunteer."""

    name: str
    kana: str
    birth_on: date
    tie: Tie
    area: str
    email: str | None
    telephone: str
    since: date


@dataclass(frozen=True)
class HouseholdPlan:
    """An invented household that is helped."""

    name: str
    kana: str
    area: str
    telephone: str
    contact: tuple[str, str, str]
    """Name, relation, telephone."""


@dataclass
class ShiftPlan:
    """A shift, who has a seat, and who came (indices of people)."""

    starts_at: datetime
    ends_at: datetime
    seats: int
    accepted: list[int] = field(default_factory=list)
    came: list[int] = field(default_factory=list)


@dataclass
class RequestPlan:
    """A request of a body or for a household with its shifts."""

    scene: Scene
    household: int | None
    area: str
    shifts: list[ShiftPlan]


@dataclass(frozen=True)
class TownPlan:
    """Everything that is written into the database."""

    bodies: list[Body]
    people: list[PersonPlan]
    households: list[HouseholdPlan]
    requests: list[RequestPlan]


def winter_before(today: date) -> tuple[date, date]:
    """[1 December, 21 March) of the last winter whose cash-outs were paid before the weeks just past began."""
    year = today.year if today >= date(today.year, 6, 1) else today.year - 1
    return date(year - 1, 12, 1), date(year, 3, 21)


def draw(scale: Scale, seed: int, today: date, areas: dict[str, float]) -> TownPlan:
    """The town of `seed` as it is on `today`; `areas` are codes with their share of the people (any scale)."""
    chance = Random(seed)  # noqa: S311 - a repeatable town, not a secret
    bodies, scenes = read()
    since = winter_before(today)[0] - timedelta(days=200)
    people = [_person(chance, number, areas, since) for number in range(scale.people)]
    _let_one_study(people, since)
    households = [_household(chance, number, areas) for number in range(scale.households)]
    town = TownPlan(bodies, people, households, [])
    regulars = _regulars(chance, scale.people)
    for start, end in (winter_before(today), (today - timedelta(days=RECENT_DAYS), today)):
        _happenings(chance, town, scenes, scale, start, end, regulars)
    _coming(chance, town, scenes, scale, today, regulars)
    town.requests.sort(key=lambda one: one.shifts[0].starts_at)
    return town


def _let_one_study(people: list[PersonPlan], since: date) -> None:
    """The first young person with e-mail is a student, so that one can enter the town as one who does paid help."""
    for number, one in enumerate(people):
        if one.email and since.year - one.birth_on.year < 25:
            people[number] = replace(one, tie=Tie.STUDIES)
            return


def _area(chance: Random, areas: dict[str, float]) -> str:
    return chance.choices(list(areas), weights=list(areas.values()))[0]


def _age(chance: Random) -> int:
    group = chance.choices(("student", "working", "young old", "old"), weights=(18, 22, 35, 25))[0]
    low, high = {"student": (17, 24), "working": (28, 61), "young old": (62, 74), "old": (75, 86)}[
        group
    ]
    return chance.randint(low, high)


def _person(chance: Random, number: int, areas: dict[str, float], since: date) -> PersonPlan:
    age = _age(chance)
    name, kana = person_name(chance, age)
    birth_on = date(since.year - age, chance.randint(1, 12), chance.randint(1, 28))
    has_email = chance.random() < (0.97 if age < 62 else 0.55 if age < 75 else 0.25)
    tie = Tie.STUDIES if age < 25 and chance.random() < 0.6 else Tie.LIVES
    return PersonPlan(
        name=name,
        kana=kana,
        birth_on=birth_on,
        tie=tie,
        area=_area(chance, areas),
        email=f"v{number + 1:04d}@example.jp" if has_email else None,
        telephone=telephone(1000 + number),
        since=since + timedelta(days=chance.randint(0, 180)),
    )


def _household(chance: Random, number: int, areas: dict[str, float]) -> HouseholdPlan:
    name, kana = person_name(chance, 80)
    contact, _kana = person_name(chance, 50)
    return HouseholdPlan(
        name=name,
        kana=kana,
        area=_area(chance, areas),
        telephone=telephone(5000 + number),
        contact=(contact, chance.choice(RELATIONS), telephone(7000 + number)),
    )


def _regulars(chance: Random, people: int) -> list[int]:
    """People in the order of how often they come: a few come much, many come now and then."""
    order = list(range(people))
    chance.shuffle(order)
    return order


def _pick(chance: Random, regulars: list[int], wanted: int, busy: set[int]) -> list[int]:
    chosen: list[int] = []
    for _try in range(wanted * 6):
        if len(chosen) == wanted:
            break
        # squaring the chance makes the first of the list come several times as often as the last
        index = regulars[int(chance.random() ** 2 * len(regulars))]
        if index not in busy:
            busy.add(index)
            chosen.append(index)
    return chosen


def _happenings(
    chance: Random,
    town: TownPlan,
    scenes: list[Scene],
    scale: Scale,
    start: date,
    end: date,
    regulars: list[int],
) -> None:
    """What was done from `start` until before `end`: weekly shifts of bodies, visits to households."""
    weekly = {id(scene): RequestPlan(scene, None, _home(town, scene), []) for scene in scenes}
    for offset in range((end - start).days):
        day = start + timedelta(days=offset)
        busy: set[int] = set()
        for scene in scenes:
            if scene.weekday != day.weekday() or day.month not in scene.months:
                continue
            if scene.is_visit:
                for _visit in range(_share(scene, scenes, scale)):
                    town.requests.append(_visit_on(chance, town, scene, day, regulars, busy))
            else:
                weekly[id(scene)].shifts.append(_shift(chance, scene, day, regulars, busy))
    town.requests.extend(one for one in weekly.values() if one.shifts)


def _home(town: TownPlan, scene: Scene) -> str:
    return town.bodies[scene.body].area if not scene.is_visit else ""


def _share(scene: Scene, scenes: list[Scene], scale: Scale) -> int:
    total = sum(one.weight for one in scenes if one.is_visit)
    return max(1, round(scale.shifts_a_week * scene.weight / total))


def _shift(
    chance: Random, scene: Scene, day: date, regulars: list[int], busy: set[int]
) -> ShiftPlan:
    starts_at = from_tokyo(day, scene.starts)
    shift = ShiftPlan(starts_at, starts_at + timedelta(minutes=scene.minutes), scene.seats)
    shift.accepted = _pick(
        chance, regulars, chance.randint((scene.seats + 1) // 2, scene.seats), busy
    )
    shift.came = [one for one in shift.accepted if chance.random() < 0.95]
    return shift


def _visit_on(
    chance: Random,
    town: TownPlan,
    scene: Scene,
    day: date,
    regulars: list[int],
    busy: set[int],
) -> RequestPlan:
    household = chance.randrange(len(town.households))
    shift = _shift(chance, scene, day, regulars, busy)
    return RequestPlan(scene, household, town.households[household].area, [shift])


def _coming(
    chance: Random,
    town: TownPlan,
    scenes: list[Scene],
    scale: Scale,
    today: date,
    regulars: list[int],
) -> None:
    """What is planned from today on: partly filled, nobody has come yet. Snow is expected at any season."""
    later = [RequestPlan(scene, None, _home(town, scene), []) for scene in scenes]
    for offset in range(COMING_DAYS):
        day = today + timedelta(days=offset)
        busy: set[int] = set()
        for request in later:
            scene = request.scene
            if not scene.is_visit and scene.weekday == day.weekday():
                request.shifts.append(_open_shift(chance, scene, day, regulars, busy))
        if offset % 3 == 1:
            visits = [scene for scene in scenes if scene.is_visit]
            for scene in visits[: 1 + scale.shifts_a_week // 40]:
                request = _visit_on(chance, town, scene, day, regulars, busy)
                request.shifts = [_open_shift(chance, scene, day, regulars, busy)]
                town.requests.append(request)
    town.requests.extend(one for one in later if one.shifts and one.scene.seats < 20)


def _open_shift(
    chance: Random, scene: Scene, day: date, regulars: list[int], busy: set[int]
) -> ShiftPlan:
    shift = _shift(chance, scene, day, regulars, busy)
    shift.accepted = shift.accepted[: chance.randint(0, scene.seats)]
    shift.came = []
    return shift


def evening(day: date) -> datetime:
    """Nine in the evening, when the demo's clerks settle the day."""
    return from_tokyo(day, time(21, 0))
