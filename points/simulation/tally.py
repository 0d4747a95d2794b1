"""One scheme over many people: what each gets, and the sums month by month. Pure; keeps sums, no people."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from points.earning.facts import ActivityFacts
from points.earning.rules import AwardReason
from points.programmes.calendar import is_window_open
from points.programmes.dates import end_of_month
from points.simulation.awarding import Awarding, Decided
from points.simulation.people import Participant
from points.simulation.purse import Ending, Offer, Purse
from points.simulation.scheme import Scheme


@dataclass(slots=True)
class Month:
    """One month of everybody. The names are those of the columns in docs/simulator.md."""

    month: date
    activities: int = 0
    activities_with_points: int = 0
    people_with_points: int = 0
    earned: int = 0
    expired: int = 0
    outstanding: int = 0
    exchangeable: int = 0
    exchangeable_yen: int = 0
    exchanged: int = 0
    exchanged_yen: int = 0
    expired_if_exchanged: int = 0
    outstanding_if_exchanged: int = 0


@dataclass(frozen=True, slots=True)
class Result:
    """What one person gets. `decided` is in the order of the award, `endings` in that of days."""

    decided: list[Decided]
    points: int
    kept: Purse
    offer: Offer
    endings: list[Ending]
    exchanged: int
    exchanged_yen: int


class Tally:
    """Runs people through one scheme up to a day; `months` and `reasons` add them up."""

    def __init__(self, scheme: Scheme, first: date, until: date) -> None:
        self.scheme, self.until = scheme, until
        self.awarding = Awarding(scheme)
        self.months = [Month(one) for one in _months(first, until)]
        self.reasons: Counter[AwardReason] = Counter()
        self.people = self.people_with_points = 0
        self.offered_people = self.offered_points = self.offered_yen = 0
        self._index = {one.month: one for one in self.months}
        self._exchange_days = {one.month: self._exchange_day(one.month) for one in self.months}

    def person(self, person: Participant, activities: Iterable[ActivityFacts]) -> Result:
        """Everything about one person, whose activities come in the order in which they are awarded."""
        decided = list(self.awarding.decide(person, activities))
        self._count(decided)
        credits = sorted(
            (
                (facts.activity_on, decision.points, expires_on)
                for facts, decision, expires_on in decided
                if decision.points and facts.activity_on <= self.until
            ),
            key=lambda one: one[0],
        )
        kept, spent = Purse(self.scheme, person), Purse(self.scheme, person)
        if credits:
            self.people_with_points += 1
            self._live(kept, spent, credits)
        offer = kept.offer(self.until)
        self._offered(offer)
        return Result(
            decided=decided,
            points=sum(points for _day, points, _end in credits),
            kept=kept,
            offer=offer,
            endings=kept.endings,
            exchanged=sum(points for points, _yen in spent.exchanged.values()),
            exchanged_yen=sum(yen for _points, yen in spent.exchanged.values()),
        )

    def _count(self, decided: list[Decided]) -> None:
        self.people += 1
        with_points = set()
        for facts, decision, _expires_on in decided:
            self.reasons[decision.reason] += 1
            month = self._index.get(facts.activity_on.replace(day=1))
            if month is None or facts.activity_on > self.until:
                continue
            month.activities += 1
            month.earned += decision.points
            if decision.points:
                month.activities_with_points += 1
                with_points.add(month.month)
        for day in with_points:
            self._index[day].people_with_points += 1

    def _offered(self, offer: Offer) -> None:
        self.offered_people += offer.points > 0
        self.offered_points += offer.points
        self.offered_yen += offer.yen

    def _live(
        self, kept: Purse, spent: Purse, credits: list[tuple[date, int, date | None]]
    ) -> None:
        """Month after month: `kept` is never exchanged, `spent` as much and as soon as possible."""
        first, at = credits[0][0].replace(day=1), 0
        for month in self.months:
            if month.month < first:
                continue
            last = min(end_of_month(month.month), self.until)
            until = self._exchange_days[month.month]
            before = kept.expired, spent.expired
            start = at
            while at < len(credits) and credits[at][0] <= last:
                kept.credit(*credits[at])
                at += 1
            kept.pass_to(last)
            self._spend(spent, credits[start:at], until, last, month)
            month.expired += kept.expired - before[0]
            month.expired_if_exchanged += spent.expired - before[1]
            if kept.lots:
                month.outstanding += kept.points
                offer = kept.quick_offer(last)
                month.exchangeable += offer.points
                month.exchangeable_yen += offer.yen
            month.outstanding_if_exchanged += spent.points
            if at == len(credits) and not kept.lots and not spent.lots:
                return

    def _spend(
        self,
        spent: Purse,
        credits: list[tuple[date, int, date | None]],
        until: date | None,
        last: date,
        month: Month,
    ) -> None:
        """Credits up to the month's exchange day, the exchange, then the rest of the month."""
        for one in credits:
            if until is None or one[0] <= until:
                spent.credit(*one)
        if until is not None:
            spent.pass_to(until)
            taken = spent.exchange(until)
            month.exchanged += taken.points
            month.exchanged_yen += taken.yen
        for one in credits:
            if until is not None and one[0] > until:
                spent.credit(*one)
        spent.pass_to(last)

    def _exchange_day(self, month: date) -> date | None:
        """The last day of a month on which an exchange may be asked for."""
        day = min(end_of_month(month), self.until)
        while day >= month:
            version = self.scheme.for_points(day)
            if version is not None and is_window_open(day, version):
                return day
            day -= timedelta(days=1)
        return None

    def summary(self) -> dict[str, Any]:
        """The sums as the summary file has them."""
        version, last = self.scheme.newest, self.months[-1]
        sums = {
            name: sum(getattr(one, name) for one in self.months)
            for name in (
                "activities", "activities_with_points", "earned", "expired", "exchanged",
                "exchanged_yen", "expired_if_exchanged",
            )
        }  # fmt: skip
        return {
            "programme": version.programme_code,
            "name": version.programme_name,
            "people": self.people,
            "people_with_points": self.people_with_points,
            **sums,
            "outstanding": last.outstanding,
            "outstanding_if_exchanged": last.outstanding_if_exchanged,
            "exchangeable_people": self.offered_people,
            "exchangeable": self.offered_points,
            "exchangeable_yen": self.offered_yen,
            "reasons": {str(one): n for one, n in sorted(self.reasons.items())},
        }

    def months_as_rows(self) -> list[dict[str, Any]]:
        """The months as tables and files have them."""
        return [{**asdict(one), "month": one.month.strftime("%Y-%m")} for one in self.months]


def _months(first: date, until: date) -> list[date]:
    found, month = [], first.replace(day=1)
    while month <= until:
        found.append(month)
        month = end_of_month(month) + timedelta(days=1)
    return found
