"""The static rules of `rules.py` for all people and all shifts at once: the same set of pairs (a test compares them).

Cheap rules first, shift by shift, on columns of booleans; the way there and what is booked only for whom is left.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from matching.engine import ways
from matching.engine.arrays import Array, np, spread_out
from matching.engine.facts import People, Taken, Work
from matching.engine.model import DAY, WEEK, Mode, Policy, Problem, Shift, Volunteer

CHUNK = 400_000
"""So many pairs are held at once while ways are computed."""


@dataclass(frozen=True, slots=True)
class Found:
    """Pairs that may be, in the order of shift, then volunteer."""

    volunteer: Array
    shift: Array
    way: Array
    """Minutes one way; 0 where a place is not known."""


def pairs_of(
    problem: Problem,
    people: People,
    work: Work,
    taken: Taken,
    minutes_left: Array,
    shifts_left: Array,
) -> Found:
    """Every pair that no rule stops; `…_left`: what each person may still take, by week."""
    parts = [
        _near(problem.policy, people, work, taken, volunteer, shift)
        for volunteer, shift in _chunks(problem, people, work, minutes_left, shifts_left)
    ]
    if not parts:
        none = np.zeros(0, dtype=np.int32)
        return Found(none, none, none)
    return Found(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _chunks(
    problem: Problem, people: People, work: Work, minutes_left: Array, shifts_left: Array
) -> Iterator[tuple[Array, Array]]:
    may, free = _Demands(people), _Free(people, work)
    forbidden = _forbidden(problem, people, work)
    left: list[tuple[Array, Array]] = []
    held = 0
    for number, shift in enumerate(work.rows):
        week = work.week[number]
        fits = may.rows(shift) & free.rows(shift.start, shift.end)
        fits &= (minutes_left[:, week] >= shift.minutes) & (shifts_left[:, week] >= 1)
        fits[forbidden.get(number, [])] = False
        who = np.nonzero(fits)[0].astype(np.int32)
        left.append((who, np.full(len(who), number, dtype=np.int32)))
        held += len(who)
        if held >= CHUNK:
            yield _joined(left)
            left, held = [], 0
    if left:
        yield _joined(left)


def _joined(parts: list[tuple[Array, Array]]) -> tuple[Array, Array]:
    return np.concatenate([one for one, _ in parts]), np.concatenate([two for _, two in parts])


def _near(
    policy: Policy, people: People, work: Work, taken: Taken, volunteer: Array, shift: Array
) -> tuple[Array, Array, Array]:
    way = ways.minutes(
        people.places.take(volunteer),
        work.places.take(shift),
        people.mode[volunteer],
        policy.season,
    )
    known = people.places.known[volunteer] & work.places.known[shift]
    keep = ~known | (way <= people.way_limit[volunteer])
    volunteer, shift, way = volunteer[keep], shift[keep], way[keep].astype(np.int32)
    keep = ~_is_taken(policy, people, work, taken, volunteer, shift)
    return volunteer[keep], shift[keep], way[keep]


def _is_taken(
    policy: Policy, people: People, work: Work, taken: Taken, volunteer: Array, shift: Array
) -> Array:
    counts = taken.first[volunteer + 1] - taken.first[volunteer]
    rows, which = spread_out(taken.first[volunteer], counts)
    clash = clashes(
        policy,
        people.mode[volunteer[which]],
        (work.start[shift[which]], work.end[shift[which]], work.places.take(shift[which])),
        (taken.start[rows], taken.end[rows], taken.places.take(rows)),
    )
    result = np.zeros(len(volunteer), dtype=bool)
    result[which[clash]] = True
    return result


Times = tuple[Array, Array, ways.Places]
"""Start, end and place of each row."""


def clashes(policy: Policy, mode: Array, a: Times, b: Times) -> Array:
    """Whether one person cannot do both, row by row: `rules.clash` for columns."""
    a_first = (a[0] < b[0]) | ((a[0] == b[0]) & (a[1] <= b[1]))
    forth = ways.minutes(a[2], b[2], mode, policy.season)
    back = ways.minutes(b[2], a[2], mode, policy.season)
    return np.where(
        a_first,
        a[1] + forth + policy.slack_minutes > b[0],
        b[1] + back + policy.slack_minutes > a[0],
    )


def _forbidden(problem: Problem, people: People, work: Work) -> dict[int, list[int]]:
    """Shift → people who must never be there: no-go and dropped."""
    number_of = {int(who): number for number, who in enumerate(people.ids)}
    of_shift = {int(shift): number for number, shift in enumerate(work.ids)}
    of_client: dict[int, list[int]] = {}
    for volunteer, client in problem.no_go:
        if volunteer in number_of:
            of_client.setdefault(client, []).append(number_of[volunteer])
    result: dict[int, list[int]] = {}
    for number, shift in enumerate(work.rows):
        if shift.client in of_client:
            result.setdefault(number, []).extend(of_client[shift.client])
    for volunteer, shift_id in problem.dropped:
        if volunteer in number_of and shift_id in of_shift:
            result.setdefault(of_shift[shift_id], []).append(number_of[volunteer])
    return result


class _Demands:
    """Who meets what a shift asks for; answers are kept, because shifts of one kind ask for the same."""

    def __init__(self, people: People) -> None:
        self.people = people
        self.answers: dict[tuple[object, ...], Array] = {}

    def rows(self, shift: Shift) -> Array:
        """Everybody, as booleans (a copy)."""
        day = shift.start // DAY
        result = self._kind(shift) & (self.people.paused_until_day <= day)
        if shift.needs_insurance:
            result &= self.people.insured_last_day >= day
        if shift.qualification:
            result &= self._qualified(shift.qualification, day)
        return result

    def _kind(self, shift: Shift) -> Array:
        key = (
            shift.category,
            shift.skills,
            shift.languages,
            shift.traits,
            shift.needs_car,
            shift.age_min,
            shift.with_children,
            shift.is_paid,
        )
        if key not in self.answers:
            self.answers[key] = self._meet(shift)
        return self.answers[key]

    def _meet(self, shift: Shift) -> Array:
        result = self.people.may_at_all & ~self._has("refuses", shift.category)
        for what in ("skills", "languages", "traits"):
            for name in sorted(getattr(shift, what)):
                result &= self._has(what, name)
        if shift.needs_car:
            result &= self.people.mode == ways.MODES.index(Mode.CAR)
        if shift.age_min is not None:
            result &= self.people.age >= shift.age_min
        if shift.with_children:
            result &= self._all(("clearance",), lambda who: who.is_cleared_for_children)
        if shift.is_paid:
            result &= self._all(("student",), lambda who: who.is_student)
        return result

    def _has(self, what: str, name: str) -> Array:
        return self._all((what, name), lambda who: name in getattr(who, what))

    def _qualified(self, kind: str, day: int) -> Array:
        return self._all(
            (kind, day),
            lambda who: any(
                one.kind == kind
                and (one.first_day is None or one.first_day <= day)
                and (one.last_day is None or day <= one.last_day)
                for one in who.qualifications
            ),
        )

    def _all(self, key: tuple[object, ...], holds: Callable[[Volunteer], bool]) -> Array:
        if key not in self.answers:
            rows = self.people.rows
            self.answers[key] = np.fromiter((holds(who) for who in rows), bool, len(rows))
        return self.answers[key]


class _Free:
    """Who has time: weekly windows and exceptions laid on the calendar, merged, and looked up by day."""

    def __init__(self, people: People, work: Work) -> None:
        self.people = people
        self.answers: dict[tuple[int, int], Array] = {}
        weeks = sorted(
            {
                week
                for start, end in set(zip(work.start.tolist(), work.end.tolist(), strict=True))
                for week in range(start // WEEK, (end - 1) // WEEK + 1)
            }
        )
        self.free = _by_day(_merged(_offered(people, weeks)))
        self.busy = _by_day(
            [
                (number, one.start, one.end)
                for number, who in enumerate(people.rows)
                for one in who.busy
            ]
        )

    def rows(self, start: int, end: int) -> Array:
        """Who is free from `start` to `end`, as booleans."""
        key = (start, end)
        if key not in self.answers:
            result = self.people.is_any_time.copy()
            day = self.free.get(start // DAY)
            if day is not None:
                result[day[0][(day[1] <= start) & (day[2] >= end)]] = True
            for number in range(start // DAY, (end - 1) // DAY + 1):
                day = self.busy.get(number)
                if day is not None:
                    result[day[0][(day[1] < end) & (day[2] > start)]] = False
            self.answers[key] = result
        return self.answers[key]


def _offered(people: People, weeks: list[int]) -> list[tuple[int, int, int]]:
    return [
        period
        for number, who in enumerate(people.rows)
        if who.windows is not None
        for period in (
            *(
                (number, week * WEEK + one.start, week * WEEK + one.end)
                for week in weeks
                for one in who.windows
            ),
            *((number, one.start, one.end) for one in who.free),
        )
    ]


def _merged(periods: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Periods of one person that touch become one."""
    result: list[tuple[int, int, int]] = []
    for number, start, end in sorted(periods):
        if result and result[-1][0] == number and start <= result[-1][2]:
            result[-1] = (number, result[-1][1], max(end, result[-1][2]))
        else:
            result.append((number, start, end))
    return result


def _by_day(periods: list[tuple[int, int, int]]) -> dict[int, Array]:
    """Day → columns of person, start, end of the periods that touch it."""
    days: dict[int, list[tuple[int, int, int]]] = {}
    for period in periods:
        for day in range(period[1] // DAY, (period[2] - 1) // DAY + 1):
            days.setdefault(day, []).append(period)
    return {day: np.array(rows, dtype=np.int64).T for day, rows in days.items()}
