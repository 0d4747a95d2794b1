"""The points of one person on their way through time: earned, exchanged, extended, carried over, expired. Pure."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from points.programmes.calendar import (
    carried_expires_on,
    earned_until,
    is_window_open,
    programme_year_of,
)
from points.programmes.carrying import (
    Lapsing,
    carried_points,
    exception_for,
    least_exchangeable,
)
from points.programmes.eligibility import PersonFacts
from points.programmes.rule_version import RuleVersion
from points.programmes.terms import CarryOverKind, DatedException
from points.redemption.rules import ExchangeFacts, most_exchangeable
from points.simulation.people import Participant
from points.simulation.scheme import Scheme

NEVER = date.max
LotKey = tuple[date, date]
"""Month of activity and last valid day, as the ledger keeps lots."""
NO_DAY = date.max


@dataclass(frozen=True, slots=True)
class Offer:
    """The best that a person could exchange on a day: most yen, by the first method that gives it."""

    points: int = 0
    yen: int = 0
    method: str = ""
    refusal: str = ""


@dataclass(slots=True)
class Ending:
    """Points that reached their last day, and what became of them: expired, carried_over, extended."""

    day: date
    what: str
    points: int


@dataclass(slots=True)
class Purse:
    """Lots of one person under one scheme. Days only go forward."""

    scheme: Scheme
    person: Participant
    lots: dict[LotKey, int] = field(default_factory=dict)
    carried: set[LotKey] = field(default_factory=set)
    endings: list[Ending] = field(default_factory=list)
    expired: int = 0
    exchanged: dict[date, tuple[int, int]] = field(default_factory=lambda: defaultdict(_nothing))
    """Points and yen by the first day of the programme year."""
    _next_end: date = NO_DAY

    @property
    def points(self) -> int:
        """Everything in lots."""
        return sum(self.lots.values())

    @property
    def next_end(self) -> date:
        """The last valid day that comes first; `NEVER` when there is none."""
        return self._next_end

    def credit(self, day: date, points: int, expires_on: date | None) -> None:
        """Points for an activity of a day."""
        self.pass_to(day)
        self._add((day.replace(day=1), expires_on or NEVER), points)

    def pass_to(self, day: date) -> None:
        """It is `day` now: what ended before is expired, extended or carried over."""
        while self._next_end < day:
            self._lapse(self._next_end)
        if self.scheme.has_exceptions:
            self._extend(day)

    def offer(self, day: date) -> Offer:
        """The best exchange on a day that has been reached."""
        version = self.scheme.for_points(day)
        if version is None:
            return Offer()
        available = self._available(version, day)
        facts = self._exchange_facts(version, day, available)
        best = Offer()
        for method in version.exchange.methods:
            found = most_exchangeable(facts, version, method.code)
            if found.refusal is not None and not best.points:
                best = Offer(refusal=best.refusal or str(found.refusal))
            elif (found.yen, -found.points) > (best.yen, -best.points):
                best = Offer(found.points, found.yen, method.code)
        return best

    def quick_offer(self, day: date) -> Offer:
        """As `offer`, without a look at the person where there is too little to exchange or no window."""
        version = self.scheme.for_points(day)
        if version is None or not self.lots or not is_window_open(day, version):
            return Offer()
        return Offer() if self.points < least_exchangeable(version) else self.offer(day)

    def exchange(self, day: date) -> Offer:
        """The best exchange of the day is taken, the points that end first before others."""
        taken = self.quick_offer(day)
        version = self.scheme.for_points(day)
        if not taken.points or version is None:
            return taken
        left, until = taken.points, earned_until(day, version)
        for key in sorted(self.lots, key=lambda one: (one[1], one[0])):
            if until is None or key[0] <= until:
                part = min(left, self.lots[key])
                self._take(key, part)
                left -= part
        year = programme_year_of(day, version, self.person.anchor(version)).start
        points, yen = self.exchanged[year]
        self.exchanged[year] = (points + taken.points, yen + taken.yen)
        return taken

    def _available(self, version: RuleVersion, day: date) -> int:
        until = earned_until(day, version)
        if until is None:
            return self.points
        return sum(points for (month, _end), points in self.lots.items() if month <= until)

    def _exchange_facts(self, version: RuleVersion, day: date, available: int) -> ExchangeFacts:
        year = programme_year_of(day, version, self.person.anchor(version)).start
        points, yen = self.exchanged.get(year, (0, 0))
        return ExchangeFacts(day, self._person_on(version, day), available, points, yen)

    def _person_on(self, version: RuleVersion, day: date) -> PersonFacts:
        base = self.person.base_facts(version, left_on=self.person.left_on(day))
        return self.person.facts_on(base, version, day)

    def _add(self, key: LotKey, points: int) -> None:
        self.lots[key] = self.lots.get(key, 0) + points
        self._next_end = min(self._next_end, key[1])

    def _take(self, key: LotKey, points: int) -> None:
        if points == self.lots[key]:
            del self.lots[key]
            self._next_end = min((end for _month, end in self.lots), default=NO_DAY)
        else:
            self.lots[key] -= points

    def _lapse(self, ended_on: date) -> None:
        """What the job does on the day after: an exception, else the carry-over, else the end."""
        keys = sorted(key for key in self.lots if key[1] == ended_on)
        total = self.points
        rules = self.scheme.for_points(ended_on)
        exception = self._open_exception(ended_on)
        amounts = [0 for _key in keys]
        if exception is not None:
            self._move(keys, [self.lots[key] for key in keys], exception.extended_to, "extended")
        elif rules is not None and rules.carry_over.kind is not CarryOverKind.NONE:
            lots = [Lapsing(self.lots[key], key in self.carried) for key in keys]
            amounts = carried_points(lots, rules, total=total)
            until = carried_expires_on(ended_on, rules, self.person.anchor(rules))
            self._move(keys, amounts, until or NEVER, "carried_over")
        self._end(ended_on)

    def _extend(self, day: date) -> None:
        """What the job does every night: exceptions for everybody hold for points that still live."""
        rules = self.scheme.for_points(day)
        for exception in rules.exceptions if rules else ():
            for end in sorted({end for _month, end in self.lots}):
                if end >= day and exception.covers(end) and not exception.chosen:
                    keys = sorted(key for key in self.lots if key[1] == end)
                    amounts = [self.lots[key] for key in keys]
                    self._move(keys, amounts, exception.extended_to, "extended")

    def _open_exception(self, ended_on: date) -> DatedException | None:
        for day in (ended_on, ended_on + timedelta(days=1)):
            rules = self.scheme.for_points(day)
            found = exception_for(ended_on, rules) if rules else None
            if found is not None and not found.chosen:
                return found
        return None

    def _move(self, keys: list[LotKey], amounts: list[int], until: date, what: str) -> None:
        moved = 0
        for key, points in zip(keys, amounts, strict=True):
            if points and until > key[1]:
                later = (key[0], until)
                self._take(key, points)
                self._add(later, points)
                moved += points
                if what == "carried_over":
                    self.carried.add(later)
        if moved:
            self.endings.append(Ending(keys[0][1], what, moved))

    def _end(self, ended_on: date) -> None:
        """Whatever of this last day is still there is gone."""
        gone = [key for key in self.lots if key[1] == ended_on]
        points = sum(self.lots[key] for key in gone)
        for key in gone:
            del self.lots[key]
        self._next_end = min((end for _month, end in self.lots), default=NO_DAY)
        if points:
            self.expired += points
            self.endings.append(Ending(ended_on, "expired", points))


def _nothing() -> tuple[int, int]:
    return 0, 0
