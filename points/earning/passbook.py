"""The passbook (ポイント通帳): lines of the ledger told with the facts of the awards behind them."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from typing import Any

from points.earning.facts import ActivityFacts
from points.earning.models import Award
from points.earning.queries import YearSoFar, awards_told, programmes_with, year_so_far
from points.earning.reasons import wording_of
from points.earning.rules import AwardReason
from points.earning.states import AwardState
from points.earning.telling import tell_left, tell_line, tell_sum
from points.ledger.queries import Balances, Line, balances, statement
from points.ledger.states import JOURNAL_KIND_LABELS, JournalKind
from points.programmes.models import Programme
from points.programmes.queries import Applying, applying, rules_of_programme
from points.programmes.rule_version import RuleVersion
from points.programmes.wording import Wording
from volunteer.core import clock
from volunteer.core.db import db
from volunteer.people.models import Person

Rules = dict[int, RuleVersion]
"""The rule versions of the programme by their id."""

FIRST_YEAR, LAST_YEAR = 1990, 2200
ABOUT_ACTIVITIES = (JournalKind.CREDIT, JournalKind.CONFIRM, JournalKind.REVERSE)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: what, why this number, and what was there afterwards."""

    moment: datetime
    day: date
    kind: Any
    """The label of the journal's kind, for lines that are no activity."""
    title: str
    place: str
    minutes: int
    why: tuple[Wording, ...]
    points: int
    balance: int
    is_unsettled: bool = False
    activity_on: date | None = None
    """The day of the activity where the line was written on another day."""
    rules: RuleVersion | None = None
    """The rules that gave the points: their name and first day are said."""


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
    programmes: list[Programme]
    book: Book | None


def shelf_of(
    person_id: int, year_starts_on: str, programme_id: int | None, year: int | None
) -> Shelf | None:
    """The passbook that is asked for; None when there is no such person or no such year."""
    person = db.session.get(Person, person_id)
    if person is None or not (year is None or FIRST_YEAR <= year <= LAST_YEAR):
        return None
    enrolled = {one.programme_id: one for one in applying(person_id, clock.today())}
    found = programmes_with(person_id, enrolled)
    programme = next((one for one in found if one.id == programme_id), found[0] if found else None)
    if programme is None:
        return Shelf(person, found, None)
    book = read_book(person_id, programme, enrolled.get(programme.id), year_starts_on, year)
    return Shelf(person, found, book)


def read_book(
    person_id: int,
    programme: Programme,
    enrolled: Applying | None,
    year_starts_on: str,
    year: int | None = None,
) -> Book:
    """The passbook of a fiscal year (named by the year it begins in); None is the running one.

    `enrolled` is the person's enrolment of today in this programme, if there is one.
    """
    awards = awards_told(person_id, programme.id)
    rules = rules_of_programme(programme.id)
    entries = _entries(statement(person_id, programme.id), awards, rules)
    entries = _with_empty(entries, awards, rules)
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


def _entries(lines: list[Line], awards: list[Award], rules: Rules) -> list[Entry]:
    behind = {award.journal_id: award for award in awards if award.journal_id is not None}
    return [_entry(line, behind.get(_credit_of(line)), rules) for line in lines]


def _credit_of(line: Line) -> int:
    """The journal of the credit a line is about."""
    if line.kind is JournalKind.CONFIRM:
        return int(line.source.removeprefix("journal:"))
    return line.reverses_id or line.journal_id


def _entry(line: Line, award: Award | None, rules: Rules) -> Entry:
    day = clock.to_tokyo(line.recorded_at).date()
    plain = Entry(
        moment=line.recorded_at,
        day=day,
        kind=JOURNAL_KIND_LABELS[line.kind],
        title="",
        place="",
        minutes=0,
        why=tell_line(line.reason),
        points=line.points,
        balance=line.balance,
    )
    if award is None or line.kind not in ABOUT_ACTIVITIES:
        return plain
    facts = ActivityFacts.from_json(award.facts)
    is_back = line.kind is JournalKind.REVERSE
    return replace(
        plain,
        kind=plain.kind if is_back else "",
        title=facts.title or facts.category_code,
        place=facts.place,
        minutes=0 if is_back else facts.minutes,
        why=plain.why if is_back else _why(award, facts, rules),
        is_unsettled=award.state is AwardState.CREDITED,
        activity_on=award.activity_on if award.activity_on != day else None,
        rules=None
        if is_back or award.rule_version_id is None
        else rules.get(award.rule_version_id),
    )


def _why(award: Award, facts: ActivityFacts, rules: Rules) -> tuple[Wording, ...]:
    """The sum that gave the number, and what cut it."""
    lines: list[Wording] = []
    is_cut = award.reason != AwardReason.AWARDED
    if award.rule_version_id is not None and award.points:
        rule = rules[award.rule_version_id].award_rule(facts.category_code, facts.role, facts.host)
        lines += tell_sum(rule, facts) if rule else []
        lines += tell_left(award.day_cap_left, award.year_cap_left, award.points) if is_cut else []
    if is_cut:
        lines.append(wording_of(award.reason, award.reason_facts))
    return tuple(lines)


def _with_empty(entries: list[Entry], awards: list[Award], rules: Rules) -> list[Entry]:
    """The lines with those activities put in between that earned nothing: they are recorded too."""
    empty = [
        _empty(award, rules)
        for award in awards
        if award.state is AwardState.SETTLED and not award.points and not _was_taken_back(award)
    ]
    merged = sorted([*entries, *empty], key=lambda one: one.moment)
    result, balance = [], 0
    for one in merged:
        balance = one.balance if one.points else balance
        result.append(one if one.points else replace(one, balance=balance))
    return result


def _was_taken_back(award: Award) -> bool:
    """Nothing counted after a correction: the line that takes the points back tells it already."""
    facts = ActivityFacts.from_json(award.facts)
    return award.revision > 1 and facts.counted_minutes == 0 and facts.households == 0


def _empty(award: Award, rules: Rules) -> Entry:
    facts = ActivityFacts.from_json(award.facts)
    day = clock.to_tokyo(award.created_at).date()
    return Entry(
        moment=award.created_at,
        day=day,
        kind="",
        title=facts.title or facts.category_code,
        place=facts.place,
        minutes=facts.minutes,
        why=_why(award, facts, rules),
        points=0,
        balance=0,
        activity_on=award.activity_on if award.activity_on != day else None,
        rules=rules.get(award.rule_version_id) if award.rule_version_id is not None else None,
    )


def _waiting(award: Award) -> Waiting:
    facts = ActivityFacts.from_json(award.facts)
    return Waiting(
        award.activity_on,
        facts.title or facts.category_code,
        facts.place,
        award.points,
        award.settles_at,
    )
