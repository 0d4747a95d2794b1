"""The passbook (ポイント通帳): lines of the ledger told with the facts of the awards behind them."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from points.earning.entries import Entry, Sources, entries_of
from points.earning.facts import ActivityFacts
from points.earning.models import Award
from points.earning.queries import (
    RuledProgramme,
    YearSoFar,
    awards_told,
    lots_ended,
    ruled_programmes_with,
    year_so_far,
)
from points.earning.states import AwardState
from points.earning.telling import LineWords
from points.ledger.queries import Balances, balances, statement
from points.programmes.models import Programme
from points.programmes.queries import Applying, applying, category_names
from volunteer.core import clock
from volunteer.core.db import db
from volunteer.core.hooks import hooks
from volunteer.people.models import Person

FIRST_YEAR, LAST_YEAR = 1990, 2200


@dataclass(frozen=True, slots=True)
class Waiting:
    """A claimed activity that waits for confirmation."""

    activity_on: date
    title: str
    place: str
    points: int
    settles_at: datetime | None


@dataclass(frozen=True, slots=True)
class Book:
    """A passbook of one person in one programme for one fiscal year."""

    programme: Programme
    balances: Balances
    months: list[tuple[date, list[Entry]]]
    """(first day of the month, lines), the newest first."""
    waiting: list[Waiting]
    year: int
    years: list[int]
    year_so_far: YearSoFar | None
    may_give: bool = False
    """Whether the programme lets members give points to each other (T1)."""

    @property
    def total(self) -> int:
        """What the cover shows: points in lots less a debt."""
        return self.balances.in_lots - self.balances.owed


@dataclass(frozen=True, slots=True)
class Shelf:
    """A person, the programmes of their passbooks, and the one that is open."""

    person: Person
    ruled: list[RuledProgramme]
    book: Book | None

    @property
    def programmes(self) -> list[Programme]:
        """The programmes, in the center's order."""
        return [one.programme for one in self.ruled]


def shelf_of(
    person_id: int, year_starts_on: str, programme_id: int | None, year: int | None
) -> Shelf | None:
    """The passbook that is asked for; None when there is no such person or no such year."""
    person = db.session.get(Person, person_id)
    if person is None or not (year is None or FIRST_YEAR <= year <= LAST_YEAR):
        return None
    enrolled = {one.programme_id: one for one in applying(person_id, clock.today())}
    found = ruled_programmes_with(person_id, enrolled)
    first = found[0] if found else None
    ruled = next((one for one in found if one.programme.id == programme_id), first)
    if ruled is None:
        return Shelf(person, found, None)
    book = read_book(person_id, ruled, enrolled.get(ruled.programme.id), year_starts_on, year)
    return Shelf(person, found, book)


def read_book(
    person_id: int,
    ruled: RuledProgramme,
    enrolled: Applying | None,
    year_starts_on: str,
    year: int | None = None,
) -> Book:
    """The passbook of a fiscal year (named by the year it begins in); None is the running one.

    `enrolled` is the person's enrolment of today in this programme, if there is one.
    """
    programme = ruled.programme
    awards = awards_told(person_id, programme.id)
    lines = statement(person_id, programme.id)
    sources = Sources(ruled.versions, category_names(), lots_ended(lines), _told(person_id))
    entries = entries_of(lines, awards, sources)
    this_year = clock.fiscal_year(clock.today(), year_starts_on)
    year = this_year if year is None else year
    years = {this_year, *(clock.fiscal_year(one.day, year_starts_on) for one in entries)}
    first, end = clock.fiscal_year_bounds(year, year_starts_on)
    shown = [one for one in reversed(entries) if first <= one.day < end]
    months = [
        (month, list(some)) for month, some in groupby(shown, lambda one: one.day.replace(day=1))
    ]
    return Book(
        programme=programme,
        balances=balances(person_id, programme.id),
        months=months,
        waiting=[_waiting(award) for award in awards if award.state is AwardState.PENDING],
        year=year,
        years=sorted(years, reverse=True),
        year_so_far=year_so_far(person_id, enrolled) if enrolled else None,
        may_give=enrolled is not None and enrolled.version.may_transfer,
    )


def _told(person_id: int) -> dict[str, LineWords]:
    """What other features say of their lines of this person."""
    return {
        source: words
        for provide in hooks.passbook_words
        for source, words in provide(person_id).items()
    }


def _waiting(award: Award) -> Waiting:
    facts = ActivityFacts.from_json(award.facts)
    return Waiting(
        award.activity_on,
        facts.title or facts.category_code,
        facts.place,
        award.points,
        award.settles_at,
    )
