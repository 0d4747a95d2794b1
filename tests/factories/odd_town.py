"""Twelve weeks of a town with everything honest that looks odd, and five frauds hidden in it.

Honest: families with one phone (registered as a household or only by their telephone number), an old couple with one
device, neighbors who lend a phone, a person who fills the daily cap by planned hours, a kiosk that everybody uses,
snow before dawn, night shelters, hosts who write late in the evening, one long night after a festival, corrections
that hit the cap by chance, people without a phone. Everything comes out of `random.Random(seed)`.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from matching.anomalies.states import AnomalyKind
from matching.categories.models import Category
from matching.checkin.states import Direction, Source
from tests.factories.matching import make_help_request
from tests.factories.odd_rows import Planned, Row, save
from tests.factories.volunteer import make_organization, make_party, make_person, make_user
from volunteer.areas.models import Area
from volunteer.core import clock
from volunteer.core.db import db, write_turn
from volunteer.users.models import User
from volunteer.users.states import PartyKind

FIRST_DAY = date(2026, 8, 29)
WEEKS = 12
PEOPLE = 170
ORGANIZATIONS = 8
KIOSK = "device:1"
AROUND = timedelta(minutes=30)


class OddTown:
    """Makes the rows, then writes them; afterwards `planted` tells which attendances belong to which fraud."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.shifts: list[Planned] = []
        self.rows: list[Row] = []
        self.busy: dict[int, list[tuple[datetime, datetime]]] = {}
        self.planted: dict[AnomalyKind, set[int]] = {}
        self.people: list[int] = []
        self.device: dict[int, str] = {}
        self.requests: dict[str, tuple[int, list[int]]] = {}

    def write(self) -> None:
        """Everything into the database of the test."""
        with write_turn():
            self._settle()
            self._organizations()
            self._usual_weeks()
            self._kiosk_and_nights()
            self._snow()
            self._odd_but_honest()
            self._frauds()
            self.planted = save(self.shifts, self.rows)

    def _settle(self) -> None:
        """Homes of one to four; one phone for each person, for the family, or for a couple unknown as such."""
        while len(self.people) < PEOPLE:
            size = self.random.choice((1, 1, 1, 2, 2, 3, 4))
            kind = self.random.choice(("household", "telephone"))
            home = make_party(PartyKind.HOUSEHOLD, "家").id if kind == "household" else None
            shared = size > 1 and self.random.random() < 0.6
            telephone = f"080-{len(self.people):04d}-1111"
            for _member in range(size):
                person = make_person(
                    household_party_id=home if size > 1 else None,
                    telephone=telephone,
                    address="",
                )
                number = person.party_id
                self.device[number] = f"phone{telephone if shared else number}"
                self.people.append(number)
        for first, second in (self.people[0:2], self.people[10:12]):
            self.device[second] = self.device[first]

    def _organizations(self) -> None:
        area = db.session.execute(db.select(Area)).scalars().first()
        category = db.session.execute(db.select(Category)).scalars().first()
        staff = db.session.execute(db.select(User).where(User.is_staff)).scalars().first()
        assert area is not None
        assert category is not None
        assert staff is not None
        self.staff = staff.id
        for number in range(ORGANIZATIONS + 3):
            users = [make_user(), make_user()]
            host = make_organization(f"団体{number}", members=users)
            request = make_help_request(
                host.party_id, category, area, users[0], public_place=f"会館{number}"
            )
            self.requests[f"o{number}"] = (request.id, [one.id for one in users])
        center = make_help_request(
            host.party_id, category, area, staff, host_party_id=None, public_place="各世帯"
        )
        self.requests["center"] = (center.id, [staff.id])

    def _shift(self, host: str, day: date, start: time, minutes: int) -> Planned:
        request, users = self.requests[host]
        starts_at = clock.from_tokyo(day, start)
        ends_at = starts_at + timedelta(minutes=minutes)
        made = Planned(len(self.shifts), request, starts_at, ends_at, users)
        self.shifts.append(made)
        return made

    def _days(self, *weekdays: int) -> Iterator[date]:
        for number in range(WEEKS * 7):
            day = FIRST_DAY + timedelta(days=number)
            if day.weekday() in weekdays:
                yield day

    def _add(self, shift: Planned, person: int, source: Source, **values: Any) -> Row | None:
        if not self._is_free(person, shift):
            return None  # nobody is at two places
        self.busy.setdefault(person, []).append((shift.starts_at, shift.ends_at))
        late = timedelta(minutes=self.random.randint(-15, 6))
        row = Row(shift.number, person, source, shift.starts_at + late, shift.ends_at, **values)
        self.rows.append(row)
        return row

    def _is_free(self, person: int, shift: Planned) -> bool:
        span = (shift.starts_at - AROUND, shift.ends_at + AROUND)
        return not any(
            span[0] < end and start < span[1] for start, end in self.busy.get(person, [])
        )

    def _usual(self, shift: Planned, person: int) -> Row | None:
        """One of the ordinary ways, with the shares of an ordinary town."""
        draw = self.random.random()
        host = self.random.choice(shift.users)
        if draw < 0.66:
            return self._add(shift, person, Source.VENUE_CODE, device=self.device[person])
        if draw < 0.80:
            return self._add(shift, person, Source.CARD_CODE, actor=host)
        if draw < 0.90:
            return self._add(shift, person, Source.NAME_LIST, actor=host)
        if draw < 0.96:
            evening = shift.ends_at + timedelta(hours=self.random.randint(1, 4))
            word = [(Direction.CONFIRMATION, host, evening)]
            return self._add(shift, person, Source.POSTER, device=self.device[person], words=word)
        office = clock.from_tokyo(
            clock.activity_date(shift.starts_at) + timedelta(days=1), time(14)
        )
        return self._add(shift, person, Source.STAFF_ENTRY, actor=self.staff, entered_at=office)

    def _usual_weeks(self) -> None:
        """Eight organizations, two activities a week, each with its regulars; some times are corrected."""
        for number in range(ORGANIZATIONS):
            regulars = self.random.sample(self.people, 22)
            days = self.random.sample(range(7), 2)
            for day in self._days(*days):
                shift = self._shift(f"o{number}", day, time(9 + number % 4), 120)
                for person in self.random.sample(regulars, self.random.randint(7, 11)):
                    row = self._usual(shift, person)
                    if row is not None and self.random.random() < 0.07:
                        self._correct(row, shift, by_chance=self.random.random() < 0.05)

    def _correct(
        self, row: Row, shift: Planned, *, by_chance: bool, user: int | None = None
    ) -> None:
        """A host tells the real time in the evening; once in twenty it fills the cap to the point."""
        evening = shift.ends_at + timedelta(hours=self.random.randint(0, 5))
        row.words.append((Direction.CORRECTION, user or shift.users[0], evening))
        row.minutes = self.random.choice((70, 80, 90, 100, 105, 135, 150))
        row.points, row.cap_left = (200, 200) if by_chance else (row.minutes, 200)

    def _kiosk_and_nights(self) -> None:
        """A café with a tablet three times a week; a shelter every Saturday night."""
        regulars = self.random.sample(self.people, 40)
        for day in self._days(1, 3, 5):
            shift = self._shift(f"o{ORGANIZATIONS}", day, time(13), 180)
            for person in self.random.sample(regulars, 12):
                source = self.random.choice((Source.HOST_CODE, Source.CARD_CODE, Source.NAME_LIST))
                self._add(shift, person, source, device=KIOSK)
        for day in self._days(5):
            shift = self._shift("o0", day, time(21), 9 * 60)
            for person in self.random.sample(regulars, 4):
                row = self._add(shift, person, Source.NAME_LIST, actor=shift.users[0])
                if row is not None:
                    at = shift.starts_at + timedelta(hours=self.random.randint(4, 6))
                    row.words.append((Direction.CORRECTION, shift.users[1], at))
                    row.minutes = 400

    def _snow(self) -> None:
        """Before dawn at the households, by poster; the desk confirms by day. Neighbors lend a phone, twice."""
        diggers = self.random.sample(self.people, 14)
        for number, day in enumerate(self._days(0, 4)):
            shift = self._shift("center", day, time(5, 30), 90)
            noon = clock.from_tokyo(day, time(12))
            lends = number in (3, 9)
            for person in self.random.sample(diggers, 6):
                phone = self.device[diggers[0]] if lends else self.device[person]
                word = [(Direction.CONFIRMATION, self.staff, noon)]
                self._add(shift, person, Source.POSTER, device=phone, words=word)

    def _odd_but_honest(self) -> None:
        """Somebody who fills the cap nearly every day; a host who writes late in the evening."""
        diligent = self.people[30]
        for row in self.rows:
            if row.person == diligent and row.minutes is None:
                row.points, row.cap_left = 200, 200
        for day in self._days(2, 6):
            shift = self._shift("o1", day, time(10), 240)
            row = self._add(shift, diligent, Source.VENUE_CODE, device=self.device[diligent])
            if row is not None:
                row.points, row.cap_left = 200, 200
            for person in self.random.sample(self.people, 3):
                late = clock.from_tokyo(day, time(23, self.random.randint(10, 50)))
                found = self._usual(shift, person)
                if found is not None:
                    found.words.append((Direction.CONFIRMATION, shift.users[1], late))
        self._festival()

    def _festival(self) -> None:
        """One long night in which everything of a day is written down."""
        festival = self._shift("o2", date(2026, 10, 11), time(10), 480)
        for person in self.random.sample(self.people, 12):
            row = self._usual(festival, person)
            if row is not None:
                night = clock.from_tokyo(date(2026, 10, 12), time(1, self.random.randint(0, 59)))
                row.words.append((Direction.CONFIRMATION, festival.users[0], night))

    def _frauds(self) -> None:
        self._one_phone_for_many()
        self._made_up_list()
        self._up_to_the_cap()
        self._at_night()
        self._favorite()

    def _plant(self, kind: AnomalyKind, row: Row | None) -> Row | None:
        if row is not None:
            row.fraud = kind
        return row

    def _mine(self, host: str, limit: int, *people: int) -> list[Planned]:
        """Some activities of a host, at which these people are not elsewhere."""
        request, _users = self.requests[host]
        own = [
            one
            for one in self.shifts
            if one.help_request_id == request and all(self._is_free(who, one) for who in people)
        ]
        return self.random.sample(own, min(limit, len(own)))

    def _one_phone_for_many(self) -> None:
        """Somebody checks in four friends who stay at home."""
        friends = self.people[50:58:2] + self.people[60:61]
        for shift in self._mine("o3", 6, *friends[:3]):
            for person in friends:
                self._plant(
                    AnomalyKind.SHARED_DEVICE,
                    self._add(shift, person, Source.VENUE_CODE, device=self.device[friends[0]]),
                )

    def _made_up_list(self) -> None:
        """An organization picks names from the list, whoever came."""
        host = f"o{ORGANIZATIONS + 1}"
        members = self.random.sample(self.people, 15)
        for day in self._days(2):
            shift = self._shift(host, day, time(14), 120)
            for person in self.random.sample(members, 6):
                if self.random.random() < 0.85:
                    user = self.random.choice(shift.users)
                    self._plant(
                        AnomalyKind.BY_HAND,
                        self._add(shift, person, Source.NAME_LIST, actor=user),
                    )
                else:
                    self._usual(shift, person)

    def _up_to_the_cap(self) -> None:
        """Times are corrected until they are worth exactly the cap."""
        person = self.people[70]
        for number, shift in enumerate(self._mine("o4", 8, person)):
            row = self._add(shift, person, Source.VENUE_CODE, device=self.device[person])
            if row is not None:
                exact = number < 6
                self._correct(row, shift, by_chance=exact)
                self._plant(AnomalyKind.EXACT_CAP, row if exact else None)

    def _at_night(self) -> None:
        """Names are added at two in the morning, days later."""
        for night, shift in enumerate(self._mine("o5", 5)):
            day = clock.activity_date(shift.starts_at) + timedelta(days=1 + night % 2)
            at = clock.from_tokyo(day, time(2, self.random.randint(0, 59)))
            for person in self.random.sample(self.people, 2):
                row = self._add(
                    shift, person, Source.NAME_LIST, actor=shift.users[1], entered_at=at
                )
                self._plant(AnomalyKind.AT_NIGHT, row)

    def _favorite(self) -> None:
        """One host enters the same person at every activity."""
        person = self.people[90]
        for row in [one for one in self.rows if one.person == person]:
            self.rows.remove(row)
        self.busy[person] = []
        request, users = self.requests["o6"]
        for shift in (one for one in self.shifts if one.help_request_id == request):
            row = self._add(shift, person, Source.NAME_LIST, actor=users[0])
            self._plant(AnomalyKind.SAME_PAIR, row)
