"""People and shifts of the database as the engine takes them.

What the database does not know is left open: nobody is cleared for children yet, and no request says that it is with
them. How pressing a need is the center says, by category or for one request. Who studies is a student; work of the
last four weeks is counted by plan.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from matching.assignments.states import HOLDS_SEAT, ParticipationState
from matching.engine import model as engine
from matching.help_requests.models import Shift
from matching.profiles import as_engine
from matching.profiles.rules import DayOff
from matching.profiles.states import TravelMode, WishKind
from matching.suggestions.rules import season_of
from matching.suitability import queries, surroundings
from matching.suitability.queries import Ids
from points.programmes.eligibility import age_on
from volunteer.core import clock
from volunteer.people.states import MAY_TAKE_PART, Tie

RECENT = timedelta(days=28)
HISTORY = timedelta(days=730)
WEEK = timedelta(days=7)
NIGHT = timedelta(days=1)

Pairs = frozenset[tuple[int, int]]
Places = dict[int, engine.Place | None]


@dataclass(frozen=True, slots=True)
class Frame:
    """The time of a problem: its Monday, and the first day after it. Half-open."""

    origin: date
    until: date

    def minute(self, moment: datetime) -> int:
        """A moment as the engine counts it."""
        return int((moment - clock.from_tokyo(self.origin)).total_seconds() // 60)

    def day(self, day: date) -> int:
        """A day as the engine counts it."""
        return (day - self.origin).days


def frame_of(shifts: Iterable[Shift]) -> Frame:
    """The whole weeks of these shifts; today's week when there are none."""
    found = list(shifts)
    first = min((one.starts_at for one in found), default=clock.now())
    last = max((one.ends_at for one in found), default=first)
    origin = as_engine.origin_of(clock.activity_date(first))
    ends = as_engine.origin_of(clock.activity_date(last)) + WEEK
    return Frame(origin, ends)


def policy_of(frame: Frame) -> engine.Policy:
    """How the town weighs things in the season of these weeks."""
    return engine.Policy(season=season_of(frame.origin))


def places() -> Places:
    """The middle of each district; None where it was never measured."""
    return {
        key: as_engine.place_of(latitude, longitude, height_m)
        for key, latitude, longitude, height_m in queries.areas()
    }


@dataclass(frozen=True)
class People:
    """People as the engine knows them, by id."""

    volunteers: dict[int, engine.Volunteer]
    recent_times: dict[int, int]
    """How often they have a place in the four weeks before the frame; nobody's name is missing, 0 is left out."""


def people(
    ids: Ids,
    frame: Frame,
    at: Places,
    *,
    but_shifts: Collection[int] = (),
    covered_on: date,
    brief: queries.Of | None = None,
) -> People:
    """These people (None = everybody registered), in one statement.

    When brief, without what only the rules look at (papers, abilities, times told) and what counts for other shifts:
    enough for costs and reasons of this one. Whoever told times has some then, nobody knows which.

    `but_shifts` are planned and therefore no bookings. The insurance must hold on `covered_on`, the first day that
    matters, and lasts as long as covers follow each other.
    """
    told = _Told.read(ids, frame, brief)
    planned, zero = set(but_shifts), int(clock.from_tokyo(frame.origin).timestamp()) // 60
    found, recent_times = {}, {}
    for key in told.people():
        recent, booked = _recent_and_booked(told.of("seat", key), zero, at, planned)
        times_in, times_with = _times(told.of("times", key))
        found[key] = engine.Volunteer(
            id=key,
            insured_last_day=_last_day(told.of("cover", key), covered_on, frame),
            **_person(told.of("person", key)[0], frame, at),
            **_profile(told.of("profile", key), frame),
            **_said(told, key, frame),
            windows=_windows(told, key, is_brief=brief is not None),
            booked=tuple(booked),
            recent_minutes=sum(recent),
            times_in=times_in,
            times_with=times_with,
        )
        if recent:
            recent_times[key] = len(recent)
    return People(found, recent_times)


class _Told:
    """The lines the statement brought, by kind and person."""

    def __init__(self, rows: queries.Rows) -> None:
        self._lines: dict[tuple[str, int], list[Any]] = defaultdict(list)
        for line in rows:
            self._lines[line[0], line[1]].append(line[2:])

    @classmethod
    def read(cls, ids: Ids, frame: Frame, brief: queries.Of | None) -> "_Told":
        """Of these people. Seats: of a night before may stand in the way as well as of the morning after."""
        begins, now = clock.from_tokyo(frame.origin), clock.now()
        until = clock.from_tokyo(frame.until) + NIGHT
        times = queries.Times(begins - RECENT, until, now - HISTORY, now)
        return cls(queries.told_by(ids, frame.origin, frame.until, times, brief))

    def people(self) -> list[int]:
        """Who was found, by their numbers."""
        return sorted(key for kind, key in self._lines if kind == "person")

    def of(self, kind: str, key: int) -> list[Any]:
        """Lines of one kind about a person: (word, more, one, two, three, day, until)."""
        return self._lines.get((kind, key), _NONE)

    def words(self, kind: str, key: int) -> frozenset[str]:
        """The words of these lines."""
        return frozenset(line[0] for line in self.of(kind, key))


_NONE: list[Any] = []


def _person(line: Any, frame: Frame, at: Places) -> dict[str, Any]:
    tie, state, area_id, _two, _three, birth_on, agreed_on = line
    return {
        "place": at.get(area_id) if area_id else None,
        "is_active": state in MAY_TAKE_PART,
        "age": age_on(birth_on, frame.origin),
        "has_guardian_consent": agreed_on is not None,
        "is_student": tie == Tie.STUDIES,
    }


def _profile(lines: list[Any], frame: Frame) -> dict[str, Any]:
    if not lines:
        return {}
    mode, _told, way, times, minutes, paused_until, _until = lines[0]
    return {
        "mode": as_engine.MODES[TravelMode(mode)] if mode else engine.Mode.BUS,
        "max_travel_minutes": way,
        "max_minutes_a_week": minutes,
        "max_shifts_a_week": times,
        "paused_until_day": None if paused_until is None else frame.day(paused_until),
    }


def _said(told: _Told, key: int, frame: Frame) -> dict[str, Any]:
    wishes, off = told.of("wish", key), told.of("off", key)
    days_off = [DayOff(line[5], line[6], (line[2], line[3]), bool(line[4])) for line in off]
    return {
        "qualifications": tuple(
            _held(word, day, until, frame)
            for word, _more, _one, _two, _three, day, until in told.of("held", key)
            if until is None or until >= day  # one that ended before it began is none
        ),
        "skills": told.words("skill", key),
        "languages": told.words("language", key),
        "traits": told.words("trait", key),
        **{
            name: frozenset(line[0] for line in wishes if line[1] == kind)
            for name, kind in WISHES.items()
        },
        "free": _periods(days_off, frame, is_free=True),
        "busy": _periods(days_off, frame, is_free=False),
    }


def _windows(told: _Told, key: int, *, is_brief: bool) -> tuple[engine.Period, ...] | None:
    """When they are free every week; when brief, only whether that was told at all."""
    if is_brief:
        return () if any(line[1] for line in told.of("profile", key)) else None
    return as_engine.week_of([line[2:5] for line in told.of("window", key)])


WISHES = {"wants": WishKind.WANTED, "avoids": WishKind.RATHER_NOT, "refuses": WishKind.NEVER}


def _held(kind: str, first: date, last: date | None, frame: Frame) -> engine.Qualification:
    return engine.Qualification(kind, frame.day(first), None if last is None else frame.day(last))


def _periods(days_off: list[DayOff], frame: Frame, *, is_free: bool) -> tuple[engine.Period, ...]:
    if not days_off:
        return ()
    kept = [
        DayOff(max(one.from_on, frame.origin - timedelta(days=1)), one.to_on, one.span, one.is_free)
        for one in days_off
    ]
    return as_engine.periods_of(kept, is_free=is_free, origin=frame.origin, last=frame.until)


def _last_day(lines: list[Any], on: date, frame: Frame) -> int | None:
    """The last day of the cover that holds on `on`, and of those that follow it without a gap."""
    last: date | None = None
    for first, end in sorted(line[5:7] for line in lines):
        if first <= (on if last is None else last + timedelta(days=1)) and end >= on:
            last = end if last is None else max(last, end)
    return None if last is None else frame.day(last)


def _recent_and_booked(
    lines: list[Any], zero: int, at: Places, planned: set[int]
) -> tuple[list[int], list[engine.Booking]]:
    """Minutes of the places before the frame, which begins at minute `zero`, and the seats in it and around."""
    recent, booked = [], []
    for _word, shift, starts, ends, area_id, _day, _until in lines:
        start, end = starts - zero, ends - zero
        if start < 0:
            recent.append(end - start)
        if start >= -engine.DAY and int(shift) not in planned:
            booked.append((start, int(shift), engine.Booking(start, end, at.get(area_id))))
    return recent, [one for _start, _shift, one in sorted(booked, key=lambda seat: seat[:2])]


def _times(lines: list[Any]) -> tuple[dict[str, int], dict[int, int]]:
    times_in: dict[str, int] = {}
    times_with: dict[int, int] = {}
    for category, client, count, *_more in lines:
        times_in[category] = times_in.get(category, 0) + count
        times_with[int(client)] = times_with.get(int(client), 0) + count
    return times_in, times_with


@dataclass(frozen=True)
class Around:
    """What stands around one shift: districts, abilities asked for, and who is kept from it."""

    at: Places
    asked: dict[tuple[int, str], set[str]]
    no_go: frozenset[int]


def around(row: Shift) -> Around:
    """Read in one statement. Kept from it: whoever is kept from the client, the host, somebody of the household, or
    somebody who has a place."""
    request = row.help_request
    parties = [
        one for one in (request.requester_party_id, request.host_party_id) if one is not None
    ]
    at: Places = {}
    asked: dict[tuple[int, str], set[str]] = defaultdict(set)
    no_go: set[int] = set()
    for kind, key, word, one, two, three, x, y in surroundings.around(
        row.id, row.help_request_id, parties, STANDING
    ):
        if kind == "area":
            at[key] = as_engine.place_of(x, y, one)
        elif kind == "apart":
            no_go |= ({one} if two else set()) | ({key} if three else set())
        else:
            asked[key, kind].add(word)
    return Around(at, asked, frozenset(no_go))


def shifts(rows: Iterable[Shift], frame: Frame, at: Places) -> list[engine.Shift]:
    """Shifts with loaded requests and categories, in their order."""
    found = list(rows)
    asked: dict[tuple[int, str], set[str]] = defaultdict(set)
    for key, kind, word in queries.demands({one.help_request_id for one in found}):
        asked[key, kind].add(word)
    return [shift_of(one, frame, at, asked) for one in found]


def shift_of(
    one: Shift, frame: Frame, at: Places, asked: dict[tuple[int, str], set[str]]
) -> engine.Shift:
    """One shift with loaded request and category, and what was asked for it."""
    request, key = one.help_request, one.help_request_id
    return engine.Shift(
        id=one.id,
        category=request.category_code,
        start=frame.minute(one.starts_at),
        end=frame.minute(one.ends_at),
        place=at.get(request.area_id),
        seats_min=one.seats,
        seats_max=one.seats,
        priority=request.priority,
        client=request.requester_party_id,
        qualification=request.category.qualification_kind,
        needs_insurance=request.category.needs_insurance,
        skills=frozenset(asked.get((key, "skill"), ())),
        languages=frozenset(asked.get((key, "language"), ())),
        traits=frozenset(asked.get((key, "trait"), ())),
        needs_car=request.needs_car,
        age_min=request.age_min,
        is_paid=request.category.is_paid,
    )


def problem(
    shift_ids: Collection[int], *, pinned: Pairs = frozenset(), dropped: Pairs = frozenset()
) -> engine.Problem:
    """A problem of these shifts and everybody registered, in eight statements.

    Whoever has a seat or an open offer is published and pinned, besides the pairs `pinned` by staff; whoever declined
    or left a shift is dropped from it, besides `dropped`.
    """
    rows = queries.shifts(shift_ids)
    frame, at = frame_of(rows), places()
    covered_on = clock.activity_date(rows[0].starts_at) if rows else frame.origin
    found = people(None, frame, at, but_shifts=shift_ids, covered_on=covered_on).volunteers
    published, gone = _standing(shift_ids)
    no_go, apart, kept = _kept_apart(rows, set(found), published)
    return engine.Problem(
        origin=frame.origin.isoformat(),
        volunteers=tuple(found.values()),
        shifts=tuple(shifts(rows, frame, at)),
        published=tuple(
            engine.Assignment(person, shift, is_pinned=True)
            for person, shift in sorted(published | pinned, key=lambda pair: (pair[1], pair[0]))
            if person in found
        ),
        no_go=no_go,
        apart=apart,
        dropped=frozenset(one for one in (gone | dropped | kept) - published if one[0] in found),
        policy=policy_of(frame),
    )


STANDING = frozenset({*HOLDS_SEAT, ParticipationState.OFFERED})
GONE = frozenset(
    {ParticipationState.DECLINED, ParticipationState.WITHDRAWN, ParticipationState.CANCELLED}
)


def _standing(
    shift_ids: Collection[int],
) -> tuple[set[tuple[int, int]], set[tuple[int, int]]]:
    standing, gone = set(), set()
    for person, shift, state in queries.participations(shift_ids):
        if state in STANDING:
            standing.add((person, shift))
        elif state in GONE:
            gone.add((person, shift))
    return standing, gone


def _kept_apart(
    rows: list[Shift], known: set[int], standing: set[tuple[int, int]]
) -> tuple[Pairs, Pairs, Pairs]:
    """(person, client), (person, person), the smaller first, and (person, shift) that are never brought together.

    The last: where somebody stands who is nobody the engine knows, such as who is suspended and has a seat still.
    """
    clients: dict[int, set[int]] = defaultdict(set)
    for one in rows:
        request = one.help_request
        for party in (request.requester_party_id, request.host_party_id):
            if party is not None:
                clients[party].add(request.requester_party_id)
    for person, household in queries.members(set(clients)):
        clients[person] |= clients[household]
    pairs = [pair for pair in _both_ways(queries.no_go_pairs()) if pair[0] in known]
    there = [one for one in standing if one[0] not in known]
    return (
        frozenset((one, client) for one, other in pairs for client in clients.get(other, ())),
        frozenset((one, other) for one, other in pairs if one < other and other in known),
        frozenset((one, at) for one, other in pairs for person, at in there if person == other),
    )


def _both_ways(rows: queries.Rows) -> Iterator[tuple[int, int]]:
    for one, other in rows:
        yield one, other
        yield other, one
