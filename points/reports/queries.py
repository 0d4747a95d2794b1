"""What a programme has cost this year, will cost until its end, and what was set aside for it."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from points.programmes.calendar import ProgrammeYear, programme_year_of
from points.programmes.models import Programme
from points.programmes.queries import parsed, programmes, versions_of
from points.programmes.rule_version import RuleVersion
from points.reports.forecast import HISTORY_MIN, Ahead, Forecast, Month, Silence, forecast, silence
from points.reports.history import Holding, holding, months
from points.reports.models import BudgetLine
from volunteer.core import clock
from volunteer.core.db import db


@dataclass(frozen=True, slots=True)
class Rate:
    """So many yen for so many points: the dearest form of payout, so that a budget is not too small."""

    yen: int
    points: int

    def yen_for(self, points: int) -> int:
        """Rounded up."""
        return -(-points * self.yen // self.points)


@dataclass(frozen=True, slots=True)
class Outlook:
    """A programme in its running year. Sums of points; `rate` makes yen of them."""

    programme: Programme
    year: ProgrammeYear
    rate: Rate
    holding: Holding
    this_year: tuple[tuple[date, int], ...]
    """(month, points exchanged in this year up to its end)."""
    ahead: Forecast | None
    budget: BudgetLine | None
    silence: Silence | None = None
    """Why nothing is said of the months ahead."""
    speaks_from: date | None = None
    """The day from which a history that is too young will be long enough."""

    @property
    def exchanged(self) -> int:
        """Points exchanged in this year up to today."""
        return self.this_year[-1][1] if self.this_year else 0

    @property
    def by_the_end(self) -> tuple[int, int, int] | None:
        """(low, middle, high) points exchanged in the whole year."""
        if self.ahead is None:
            return None
        done = self.exchanged
        return done + self.ahead.low, done + self.ahead.middle, done + self.ahead.high

    @property
    def verdict(self) -> str:
        """How the budget stands: `enough`, `tight`, `short`, `over` by now, or empty where that cannot be said."""
        if self.budget is None:
            return ""
        if self.rate.yen_for(self.exchanged) > self.budget.amount_yen:
            return "over"
        if self.by_the_end is None:
            return ""
        low, _middle, high = (self.rate.yen_for(points) for points in self.by_the_end)
        if high <= self.budget.amount_yen:
            return "enough"
        return "short" if low > self.budget.amount_yen else "tight"


def outlooks() -> list[Outlook]:
    """Every programme that has a rule version, in the center's order."""
    found = ((one, version_now(one.id)) for one in programmes())
    return [_outlook(programme, version) for programme, version in found if version]


def version_now(programme_id: int) -> RuleVersion | None:
    """The version in force today, else the newest."""
    rows, today = versions_of(programme_id), clock.today()
    begun = [row for row in rows if row.valid_from <= today]
    return parsed((begun or rows)[0].source) if rows else None


def _outlook(programme: Programme, version: RuleVersion) -> Outlook:
    year, now = programme_year_of(clock.today(), version), holding(programme.id)
    history = months(programme.id)
    missing = silence(history[:-1])
    if missing is Silence.NO_POINTS and silence(history) is Silence.YOUNG:
        missing = Silence.YOUNG  # the first points came in the running month
    return Outlook(
        programme=programme,
        year=year,
        rate=rate_of(version),
        holding=now,
        this_year=_added_up(history, year),
        ahead=forecast(history[:-1], now.in_lots, _ahead(year, now)),
        budget=budget_of(programme.id, year.start),
        silence=missing,
        speaks_from=_old_enough(history) if missing is Silence.YOUNG else None,
    )


def _old_enough(history: list[Month]) -> date:
    first = next(one.first_day for one in history if one.at_hand > 0)
    return clock.add_months(first, HISTORY_MIN)


def rate_of(version: RuleVersion) -> Rate:
    """The most yen a point can become."""
    rates = [Rate(one.yen, one.points) for one in version.exchange.methods if one.points]
    rates += [
        Rate(step.yen, step.points)
        for one in version.exchange.methods
        for step in one.table
        if step.points
    ]
    return max(rates, key=lambda rate: rate.yen / rate.points, default=Rate(1, 1))


def _added_up(history: list[Month], year: ProgrammeYear) -> tuple[tuple[date, int], ...]:
    total, lines = 0, []
    for month in history:
        if clock.month_of(year.start) <= month.first_day < year.end:
            total += month.exchanged
            lines.append((month.first_day, total))
    return tuple(lines)


def _ahead(year: ProgrammeYear, now: Holding) -> list[Ahead]:
    """The rest of this month and the whole months up to the end of the year."""
    today = clock.today()
    day, months_ahead = clock.month_of(today), []
    while day < year.end:
        length = monthrange(day.year, day.month)[1]
        share = (length - today.day + 1) / length if day <= today else 1.0
        months_ahead.append(Ahead(day, share, now.ending.get(day, 0)))
        day = clock.add_months(day, 1)
    return months_ahead


def budget_of(programme_id: int, year_starts_on: date) -> BudgetLine | None:
    """The budget that counts for a programme year."""
    return db.session.execute(
        select(BudgetLine)
        .filter_by(programme_id=programme_id, year_starts_on=year_starts_on)
        .order_by(BudgetLine.id.desc())
        .limit(1)
    ).scalar_one_or_none()
