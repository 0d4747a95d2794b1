"""Years of a whole city, to measure in: people who helped, were confirmed, exchanged and let points lapse.

Drawn from a seed month by month and written in bulk (bulk.py): a million attendances through the services would take
half a day. Every guard of the database stays in force, and `ledger verify` says whether the rows are right.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from matching.demo.city_ledger import (
    DAILY,
    ENOUGH,
    PER_HOUR,
    YEARLY,
    Credit,
    Holder,
    Ledger,
    fiscal_year,
)
from matching.demo.city_people import move_in, town_of
from matching.demo.city_rows import Rows, moment_text
from matching.demo.scenes import Scene, read
from points.earning.facts import ActivityFacts, Grade
from volunteer.core import clock
from volunteer.core.db import run_turn

DAYS = 24
"""Days 1 to 24 of a month have activities; on the 25th people ask for their money, on the 27th they have it."""
TEAM = 5
EXCHANGING = 0.7
"""Of those with enough points, so many ask for money in a month."""
PAPER = 0.8
"""In the first four fifths of the time lists of names were typed in and confirmed; since then cards are scanned."""
HOURLY = ("meals", "school", "event", "support")


@dataclass(frozen=True)
class CityScale:
    """How large the city is, in people and attendances; the years go back from two months ago."""

    people: int
    attendances: int
    years: int = 5

    @property
    def first(self) -> date:
        """The first day of the history."""
        return clock.add_months(clock.month_of(clock.today()), -12 * self.years - 1)


CITY = CityScale(30_000, 1_000_000)


@dataclass(frozen=True, slots=True)
class Shift:
    """One shift while it is written."""

    id: int
    scene: Scene
    day: date
    starts_at: datetime
    minutes: int
    facts: str
    """JSON with `%d` for attendance and person."""

    @property
    def ends_at(self) -> datetime:
        """When it is over."""
        return self.starts_at + timedelta(minutes=self.minutes)


def build_city(scale: CityScale, seed: int, progress: Callable[[int], None]) -> str:
    """Write the people and their years beside what is there, a month a write turn; a short account of how much.

    `progress(n)` hears of n attendances more. Numbers go on from the center's own counters.
    """
    city = City(scale, Random(seed))  # noqa: S311 - an invented city
    run_turn(city.rows.write)
    city.rows.clear()
    for number in range(scale.years * 12):
        city.live(number)
        run_turn(city.rows.write)
        progress(len(city.rows.by_table["attendance"]))
        city.rows.clear()
    run_turn(city.end)
    return f"{scale.people} people, {city.done} attendances, {city.rows.postings} postings in bulk"


class City:
    """The city being played, month by month."""

    def __init__(self, scale: CityScale, luck: Random) -> None:
        """Everybody has moved in (as rows) and has no points yet."""
        self.scale, self.luck, self.rows, self.town = scale, luck, Rows(), town_of()
        people = move_in(self.rows, self.town, scale.people, scale.first, luck)
        self.holders = [Holder(*one) for one in people]
        self.ledger = Ledger(self.rows, self.town)
        self.done = 0
        self._requests: dict[tuple[int, int], int] = {}
        bodies, scenes = read()
        self._scenes = [one for one in scenes if one.category in HOURLY and not one.is_visit]
        self._hosts = [body.name for body in bodies]

    def live(self, number: int) -> None:
        """The rows of month `number`, from 0."""
        month, months = clock.add_months(self.scale.first, number), self.scale.years * 12
        if month.month == 4:
            for holder in self.holders:
                self.ledger.expire(holder, month)
        self._requests.clear()
        quota = self.scale.attendances * (number + 1) // months - self.done
        is_paper = number < PAPER * months
        for day in range(DAYS):
            wanted = quota * (day + 1) // DAYS - quota * day // DAYS
            self._day(month + timedelta(days=day), wanted, is_paper)
        for holder in self.holders:
            if holder.points >= ENOUGH and self.luck.random() < EXCHANGING:
                self.ledger.exchange(holder, month.replace(day=DAYS + 1))

    def end(self) -> None:
        """The caps of the years, and whatever counts on from here."""
        for holder in self.holders:
            for year, used in holder.used.items():
                self._cap(holder, "year", year, used)
        self.rows.write()
        self.rows.end()

    def _cap(self, holder: Holder, period: str, start: date, used: int) -> None:
        row = (holder.person_id, self.town.programme_id, period, str(start), used)
        self.rows.add("cap_usage", self.rows.new("cap_usage"), *row)

    def _day(self, day: date, wanted: int, is_paper: bool) -> None:
        year = fiscal_year(day)[0]
        drawn = self.luck.sample(self.holders, min(wanted, len(self.holders)))
        came = [one for one in drawn if one.used[year] + DAILY <= YEARLY]
        for start in range(0, len(came), TEAM):
            team = came[start : start + TEAM]
            shift = self._shift(day, len(team), is_paper)
            for holder in team:
                self._come(shift, holder, is_paper)
        self.done += len(came)

    def _shift(self, day: date, people: int, is_paper: bool) -> Shift:
        kind, area = self.luck.randrange(len(self._scenes)), self.luck.choice(self.town.area_ids)
        scene, request = self._scenes[kind], self._request(kind, area, day)
        starts = clock.from_tokyo(day, time(self.luck.randint(9, 16)))
        minutes = self.luck.choice((60, 120))
        facts = self._facts(scene, day, starts, minutes, people, is_paper)
        made = Shift(self.rows.new("shift"), scene, day, starts, minutes, facts)
        times = moment_text(starts), moment_text(made.ends_at)
        self.rows.add("shift", made.id, request, *times, people, people, "open", "")
        return made

    def _facts(
        self, scene: Scene, day: date, starts: datetime, minutes: int, people: int, is_paper: bool
    ) -> str:
        facts = ActivityFacts(
            source_kind="attendance", source_id=-1, person_id=-2, category_code=scene.category,
            host_party_id=self.town.body_ids[scene.body], role="", activity_on=day, planned_minutes=minutes,
            counted_minutes=minutes if is_paper else None, households=1, is_paid=False, is_own_family=False,
            is_client_here=False, grade=Grade.CLAIMED if is_paper else Grade.ON_SITE, people_sharing=people,
            title=scene.title, place=scene.place, ends_at=starts + timedelta(minutes=minutes),
            host=self._hosts[scene.body], proof="" if is_paper else "qr_by_host",
        )  # fmt: skip
        words = json.dumps(facts.as_json()).replace("%", "%%")
        return words.replace(": -1", ": %d").replace(": -2", ": %d")

    def _request(self, kind: int, area: int, day: date) -> int:
        """One request a kind, district and month."""
        if (kind, area) in self._requests:
            return self._requests[kind, area]
        scene = self._scenes[kind]
        made = self._requests[kind, area] = self.rows.new("help_request")
        month = clock.from_tokyo(clock.month_of(day))
        posted, over = (
            moment_text(month - timedelta(days=14)),
            moment_text(month + timedelta(days=DAYS)),
        )
        body, member = self.town.body_ids[scene.body], self.town.member_ids[scene.body]
        year = clock.to_tokyo(month).year
        self.rows.add(
            "help_request", made, f"R{year}-{self.rows.number(f'help_request:{year}'):04d}", body, body,
            scene.category, scene.title, scene.description, area, scene.place, scene.place, scene.bring,
            scene.dangers, "", scene.effort.value, 0, 1, "当日の担当", "0134-00-0001", 1, 1, "closed", member,
            posted, posted, posted, over,
        )  # fmt: skip
        return made

    def _come(self, shift: Shift, holder: Holder, is_paper: bool) -> None:
        participation, attendance = self.rows.new("participation"), self.rows.new("attendance")
        before, came = (
            moment_text(shift.starts_at - timedelta(days=5)),
            moment_text(shift.starts_at),
        )
        left = moment_text(shift.ends_at)
        settled = left if is_paper else moment_text(shift.ends_at + timedelta(days=3))
        member = self.town.member_ids[shift.scene.body]
        how = ("name_list", "claimed") if is_paper else ("card_code", "on_site")
        confirmed = (member, settled) if is_paper else (None, None)
        person = holder.person_id
        self.rows.add(
            "participation", participation, person, shift.id, "accepted", 0, before, before
        )
        self.rows.add(
            "attendance", attendance, participation, "settled", how[1], how[0], came, left, shift.minutes, 1, 0,
            settled, "[]", *confirmed,
        )  # fmt: skip
        self._event(
            attendance,
            "check_in",
            how,
            member,
            came,
            f'{{"came": "{shift.starts_at.isoformat()}"}}',
        )
        words = f'{{"minutes": {shift.minutes}, "left": "{shift.ends_at.isoformat()}"}}'
        self._event(attendance, "check_out", how, member, left, words)
        self._award(shift, holder, attendance, is_paper, (came, settled))

    def _event(
        self, attendance: int, way: str, how: tuple[str, str], member: int, at: str, words: str
    ) -> None:  # fmt: skip
        made, scan = self.rows.new("attendance_event"), f"city-{attendance}-{way}"
        self.rows.add(
            "attendance_event", made, scan, attendance, way, *how, member, "", at, "", words
        )

    def _award(
        self, shift: Shift, holder: Holder, attendance: int, is_paper: bool, at: tuple[str, str]
    ) -> None:
        points, made = shift.minutes // 60 * PER_HOUR, self.rows.new("award")
        body, member = self.town.body_ids[shift.scene.body], self.town.member_ids[shift.scene.body]
        left = YEARLY - holder.used[fiscal_year(shift.day)[0]]
        credit = Credit(attendance, shift.day, points, *at, member, is_paper)
        journal, lot = self.ledger.credit(holder, credit, made)
        self.rows.add(
            "award", made, "attendance", attendance, 1, holder.person_id, self.town.programme_id,
            self.town.rule_version_id, shift.scene.category, body, str(shift.day),
            "claimed" if is_paper else "on_site", shift.facts % (attendance, holder.person_id), points, "awarded",
            "{}", DAILY, left, points, str(lot.expires_on), "settled", journal, member, *at,
        )  # fmt: skip
        self._cap(holder, "day", shift.day, points)
