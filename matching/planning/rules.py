"""Numbers of a run: how long it may take, how far it is, which days it may have. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from matching.planning.states import Purpose, Stage

DAYS_MOST = 31
"""So many days in one plan."""
SECONDS = (30, 60, 300)
"""What staff may choose from: in a hurry, usual, a big town."""
DEFAULT_SECONDS = {Purpose.WEEK: 60, Purpose.ANEW: 30}

SILENT = timedelta(seconds=45)
"""A run that says nothing for so long has died with its process."""
GRACE_SECONDS = 30
"""The solver is given so much beyond its deadline to write its answer, then it is ended."""
FROZEN = timedelta(hours=1)
"""What begins so soon is under way: people are on the road."""
LEAD = {Purpose.WEEK: FROZEN, Purpose.ANEW: timedelta(minutes=15)}
"""What begins sooner is in no plan: by the time it is made and decided on, nobody new could come. In a hurry somebody
can still be called."""
KEEP_FILES = timedelta(days=7)
"""The files of a run that nobody has decided on stay for so long."""

HOUR_BANDS = (0, 120, 240, 480, 960)
"""Lower ends, in minutes, of the bands in which hours are shown: none, up to 2, 4, 8, 16 hours, and more."""


@dataclass(frozen=True)
class Wanted:
    """Which days, why, and how long it may take."""

    purpose: Purpose
    from_on: date
    until_on: date
    """The first day that does not belong to it."""
    seconds_max: int


def weeks_ahead(today: date, count: int = 3) -> list[tuple[date, date]]:
    """The rest of this week and the weeks after it, from Monday to Sunday; half-open."""
    monday = today - timedelta(days=today.weekday())
    first = (today, monday + timedelta(days=7))
    return [
        first,
        *(
            (monday + timedelta(days=7 * number), monday + timedelta(days=7 * number + 7))
            for number in range(1, count)
        ),
    ]


def percent_of(stage: Stage, seconds: float, seconds_max: int) -> int:
    """How far a run is. The solver is done when it proves its plan or its time is over, so time is what is shown."""
    if stage is Stage.SOLVING:
        return 10 + min(80, int(80 * seconds / max(1, seconds_max)))
    return {Stage.READING: 2, Stage.CHECKING: 92, Stage.WRITING: 96}[stage]


def band_of(minutes: int) -> int:
    """The number of the band in which so many minutes fall: 0 is nothing at all."""
    if minutes <= 0:
        return 0
    upper = HOUR_BANDS[1:]
    return next((n for n, most in enumerate(upper, 1) if minutes <= most), len(HOUR_BANDS))


def spread(minutes: Mapping[int, int], people: Iterable[int]) -> list[int]:
    """How many of these people fall in each band."""
    counts = [0] * (len(HOUR_BANDS) + 1)
    for person in people:
        counts[band_of(minutes.get(person, 0))] += 1
    return counts
