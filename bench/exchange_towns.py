"""Towns whose people earn and exchange points for years, person by person; knows nothing of the forecast.

People join and stop, help more in winter or in summer, are away for a while; most of them exchange when they have
enough and feel like it, many in the last weeks before the programme year ends, some when the center reminds them.
Points end a year after the programme year they were earned in.
"""

import random
from dataclasses import dataclass, field
from datetime import date

MONTHS = 12
FIRST = (2021, 4)


@dataclass
class Helper:
    """Somebody with a habit of helping and a habit of exchanging."""

    helps: float
    patience: int
    """Points from which they think of exchanging."""
    eagerness: float
    waits_for_march: bool
    lots: dict[int, int] = field(default_factory=dict)
    """Points by the number of the programme year."""

    def take(self, points: int) -> None:
        """Exchange the oldest first."""
        for year in sorted(self.lots):
            part = min(points, self.lots[year])
            self.lots[year] -= part
            points -= part


@dataclass(frozen=True)
class Played:
    """What happened in a month, and what lay there when it began and ends with it."""

    first_day: date
    in_lots_before: int
    earned: int
    exchanged: int
    ended: int


def play(seed: int, months: int) -> list[Played]:
    """So many months of a town, beginning in April 2021."""
    luck = random.Random(seed)  # noqa: S311 - no secret
    people = [_helper(luck) for _ in range(luck.randint(80, 400))]
    season = [luck.uniform(0.6, 1.5) for _ in range(MONTHS)]
    growth = luck.uniform(-0.005, 0.02)
    mood, played = 1.0, []
    for number in range(months):
        year, month = divmod(FIRST[1] - 1 + number, MONTHS)
        mood = 1 + 0.7 * (mood - 1) + luck.gauss(0, 0.08)
        _come_and_go(people, luck, growth)
        before = sum(sum(one.lots.values()) for one in people)
        reminder = 1.5 if month + 1 in (3, 9) else 1.0
        programme_year = number // MONTHS
        earned = sum(_help(one, luck, season[month] * mood, programme_year) for one in people)
        exchanged = sum(_exchange(one, luck, month + 1, reminder) for one in people)
        ended = _end(people, programme_year) if month + 1 == 3 else 0
        day = date(FIRST[0] + year, month + 1, 1)
        played.append(Played(day, before, earned, exchanged, ended))
    return played


def _helper(luck: random.Random) -> Helper:
    return Helper(
        helps=luck.lognormvariate(0.3, 0.7),
        patience=luck.choice([1000, 1000, 2000, 3000, 5000]),
        eagerness=luck.uniform(0.1, 0.7),
        waits_for_march=luck.random() < 0.3,
    )


def _come_and_go(people: list[Helper], luck: random.Random, growth: float) -> None:
    people[:] = [one for one in people if luck.random() > 0.01 or any(one.lots.values())]
    for _ in range(round(len(people) * max(0.0, 0.01 + growth + luck.gauss(0, 0.005)))):
        people.append(_helper(luck))


def _help(one: Helper, luck: random.Random, weather: float, year: int) -> int:
    hours = sum(luck.random() < one.helps * weather / 10 for _ in range(10))
    one.lots[year] = one.lots.get(year, 0) + 200 * hours
    return 200 * hours


def _exchange(one: Helper, luck: random.Random, month: int, reminder: float) -> int:
    held = sum(one.lots.values())
    wish = one.eagerness * reminder if not one.waits_for_march or month == 3 else 0.02
    if held < one.patience or luck.random() > wish:
        return 0
    points = held // 1000 * 1000
    one.take(points)
    return points


def _end(people: list[Helper], year: int) -> int:
    ended = 0
    for one in people:
        for old in [lot for lot in one.lots if lot < year]:
            ended += one.lots.pop(old)
    return ended
