"""People and shifts of the database as the engine takes them.

What the database does not know is left open: nobody is cleared for children yet, and no request says that it is with
them; every need is of the usual priority. Who studies is a student; work of the last four weeks is counted by plan.
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
from matching.profiles.states import WishKind
from matching.suggestions.rules import season_of
from matching.suitability import queries
from matching.suitability.queries import Ids
from points.programmes.eligibility import age_on
from volunteer.core import clock
from volunteer.people.states import MAY_TAKE_PART, Tie

RECENT = timedelta(days=28)
HISTORY = timedelta(days=730)
WEEK = timedelta(days=7)
USUAL_PRIORITY = 2

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
    is_brief: bool = False,
) -> People:
    """These people (None = everybody registered), in four statements.

    When brief, without what only the rules look at (papers, abilities, days off): enough for costs and reasons.

    `but_shifts` are planned and therefore no bookings. The insurance must hold on `covered_on`, the first day that
    matters, and lasts as long as covers follow each other.
    """
    said = _Said.read(ids, frame, is_brief=is_brief)
    until = clock.from_tokyo(frame.until)
    recent, booked = _recent_and_booked(ids, frame, at, set(but_shifts), until)
    times_in, times_with = _times(ids)
    found = {}
    for row in queries.people(ids):
        key = row.party_id
        found[key] = engine.Volunteer(
            id=key,
            place=at.get(row.area_id) if row.area_id else None,
            mode=as_engine.MODES[row.travel_mode] if row.travel_mode else engine.Mode.BUS,
            max_travel_minutes=row.travel_minutes_max,
            is_active=row.state in MAY_TAKE_PART,
            age=age_on(row.birth_on, frame.origin),
            has_guardian_consent=row.guardian_agreed_on is not None,
            is_student=row.tie is Tie.STUDIES,
            insured_last_day=_last_day(said.covers[key], covered_on, frame),
            **said.of(key, frame),
            paused_until_day=None if row.paused_until is None else frame.day(row.paused_until),
            max_minutes_a_week=row.minutes_per_week_max,
            max_shifts_a_week=row.times_per_week_max,
            booked=tuple(booked[key]),
            recent_minutes=sum(recent[key]),
            times_in=times_in[key],
            times_with=times_with[key],
        )
    return People(found, {key: len(one) for key, one in recent.items()})


@dataclass
class _Said:
    """What the statements brought, by person."""

    wishes: Any
    abilities: Any
    windows: Any
    days_off: Any
    covers: Any
    qualifications: Any

    @classmethod
    def read(cls, ids: Ids, frame: Frame, *, is_brief: bool) -> "_Said":
        made = cls(
            defaultdict(lambda: defaultdict(list)),
            defaultdict(list),
            defaultdict(list),
            defaultdict(list),
            defaultdict(list),
            defaultdict(list),
        )
        for line in queries.said_by(ids, frame.origin, frame.until, is_brief=is_brief):
            made._take(line, frame)
        for covers in made.covers.values():
            covers.sort()
        return made

    def of(self, key: int, frame: Frame) -> dict[str, Any]:
        """One person's part of a volunteer."""
        wishes = self.wishes[key]
        return {
            "qualifications": tuple(self.qualifications[key]),
            "skills": frozenset(self.abilities[key, "skill"]),
            "languages": frozenset(self.abilities[key, "language"]),
            "traits": frozenset(self.abilities[key, "trait"]),
            "wants": frozenset(wishes[WishKind.WANTED]),
            "avoids": frozenset(wishes[WishKind.RATHER_NOT]),
            "refuses": frozenset(wishes[WishKind.NEVER]),
            "windows": as_engine.week_of(self.windows[key]),
            "free": _periods(self.days_off[key], frame, is_free=True),
            "busy": _periods(self.days_off[key], frame, is_free=False),
        }

    def _take(self, line: Any, frame: Frame) -> None:
        kind, key, word, more, one, two, three, day, until = line
        if kind == "wish":
            self.wishes[key][WishKind(more)].append(word)
        elif kind == "window":
            self.windows[key].append((one, two, three))
        elif kind == "off":
            self.days_off[key].append(DayOff(day, until, (one, two), bool(three)))
        elif kind == "cover":
            self.covers[key].append((day, until))
        elif kind == "held":
            if until is None or until >= day:  # one that ended before it began is none
                self.qualifications[key].append(_held(word, day, until, frame))
        else:
            self.abilities[key, kind].append(word)


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


def _last_day(covers: list[tuple[date, date]], on: date, frame: Frame) -> int | None:
    """The last day of the cover that holds on `on`, and of those that follow it without a gap."""
    last: date | None = None
    for first, end in covers:
        if first <= (on if last is None else last + timedelta(days=1)) and end >= on:
            last = end if last is None else max(last, end)
    return None if last is None else frame.day(last)


def _recent_and_booked(
    ids: Ids, frame: Frame, at: Places, planned: set[int], until: datetime
) -> tuple[dict[int, list[int]], dict[int, list[engine.Booking]]]:
    recent: dict[int, list[int]] = defaultdict(list)
    booked: dict[int, list[engine.Booking]] = defaultdict(list)
    begins = clock.from_tokyo(frame.origin)
    margin = timedelta(
        days=1
    )  # a shift of the night before, or of the morning after, may stand in the way
    for key, shift_id, starts_at, ends_at, area_id in queries.places(
        ids, begins - RECENT, until + margin
    ):
        start, end = frame.minute(starts_at), frame.minute(ends_at)
        if starts_at < begins:
            recent[key].append(end - start)
        if shift_id not in planned and starts_at >= begins - margin:
            booked[key].append(engine.Booking(start, end, at.get(area_id)))
    return recent, booked


def _times(ids: Ids) -> tuple[dict[int, dict[str, int]], dict[int, dict[int, int]]]:
    times_in: dict[int, dict[str, int]] = defaultdict(dict)
    times_with: dict[int, dict[int, int]] = defaultdict(dict)
    for key, category, client, count in queries.times(ids, clock.now() - HISTORY, clock.now()):
        times_in[key][category] = times_in[key].get(category, 0) + count
        times_with[key][client] = times_with[key].get(client, 0) + count
    return times_in, times_with


def shifts(rows: Iterable[Shift], frame: Frame, at: Places) -> list[engine.Shift]:
    """Shifts with loaded requests and categories, in their order."""
    found = list(rows)
    asked: dict[tuple[int, str], set[str]] = defaultdict(set)
    for key, kind, word in queries.demands({one.help_request_id for one in found}):
        asked[key, kind].add(word)
    return [_shift(one, frame, at, asked) for one in found]


def _shift(
    one: Shift, frame: Frame, at: Places, asked: dict[tuple[int, str], set[str]]
) -> engine.Shift:
    request, key = one.help_request, one.help_request_id
    return engine.Shift(
        id=one.id,
        category=request.category_code,
        start=frame.minute(one.starts_at),
        end=frame.minute(one.ends_at),
        place=at.get(request.area_id),
        seats_min=one.seats,
        seats_max=one.seats,
        priority=USUAL_PRIORITY,
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
    """A problem of these shifts and everybody registered, in ten statements.

    Whoever has a seat or an open offer is published and pinned, besides the pairs `pinned` by staff; whoever declined
    or left a shift is dropped from it, besides `dropped`.
    """
    rows = queries.shifts(shift_ids)
    frame, at = frame_of(rows), places()
    covered_on = clock.activity_date(rows[0].starts_at) if rows else frame.origin
    found = people(None, frame, at, but_shifts=shift_ids, covered_on=covered_on).volunteers
    published, gone = _standing(shift_ids)
    no_go, apart = _kept_apart(rows, set(found))
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
        dropped=frozenset(one for one in (gone | dropped) - published if one[0] in found),
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


def _kept_apart(rows: list[Shift], known: set[int]) -> tuple[Pairs, Pairs]:
    """(person, client) and (person, person), the smaller first, that are never brought together."""
    clients: dict[int, set[int]] = defaultdict(set)
    for one in rows:
        request = one.help_request
        for party in (request.requester_party_id, request.host_party_id):
            if party is not None:
                clients[party].add(request.requester_party_id)
    for person, household in queries.members(set(clients)):
        clients[person] |= clients[household]
    no_go: set[tuple[int, int]] = set()
    apart: set[tuple[int, int]] = set()
    for one_id, other_id in _both_ways(queries.no_go_pairs()):
        no_go |= {(one_id, client) for client in clients.get(other_id, ()) if one_id in known}
        if one_id < other_id and one_id in known and other_id in known:
            apart.add((one_id, other_id))
    return frozenset(no_go), frozenset(apart)


def _both_ways(rows: queries.Rows) -> Iterator[tuple[int, int]]:
    for one, other in rows:
        yield one, other
        yield other, one
