"""A plan while it is made: who has which pairs, what is left of caps and seats, and what a move would bring."""

from matching.engine.arrays import Array, np
from matching.engine.model import Place
from matching.engine.problem import Table, fairness_of
from matching.engine.travel import minutes_between

LEVEL_WEIGHTS = (1 << 46, 1 << 41, 1 << 36, 1 << 31)
"""Outweigh any value that one chain of moves can change, each also so many heads of the next."""


class Draft:
    """Pairs by number; seats, caps, time and people kept apart are always respected."""

    def __init__(self, table: Table, chosen: Array | None = None) -> None:
        self.table = table
        self.mine: dict[int, list[int]] = {}
        """Pairs of each volunteer."""
        self.inside: dict[int, set[int]] = {}
        """Volunteers in each shift."""
        self.minutes_left = table.minutes_left.copy()
        self.shifts_left = table.shifts_left.copy()
        self.minutes = np.zeros(len(table.people.ids), dtype=np.int64)
        self.need_min = table.need_min.tolist()
        self.seats = (table.need_min + table.need_more).tolist()
        self.length = table.work.minutes.tolist()
        self.week = table.work.week.tolist()
        self.times = list(zip(table.work.start.tolist(), table.work.end.tolist(), strict=True))
        self.ways: dict[tuple[int, int, int], bool] = {}
        weights = np.array(LEVEL_WEIGHTS if table.problem.policy.lexicographic else (0,) * 4)
        self.first = (table.head_value + weights[table.work.priority]).tolist()
        self.more = table.extra_value.tolist()
        for pair in [] if chosen is None else chosen.tolist():
            self.add(pair)

    def of(self, pair: int) -> tuple[int, int]:
        """Volunteer and shift of a pair."""
        return self.table.volunteer.item(pair), self.table.shift.item(pair)

    def chosen(self) -> Array:
        """All pairs, in order."""
        return np.array(
            sorted(pair for pairs in self.mine.values() for pair in pairs), dtype=np.int64
        )

    def heads(self, shift: int) -> int:
        """People in a shift besides the pinned ones."""
        return len(self.inside.get(shift, ()))

    def head_worth(self, shift: int) -> int:
        """What the next head is worth, its priority included."""
        heads = self.heads(shift)
        if heads >= self.seats[shift]:
            return -1
        return int(self.first[shift] if heads < self.need_min[shift] else self.more[shift])

    def loss(self, pair: int) -> int:
        """What a pair that is in brings now."""
        volunteer, shift = self.of(pair)
        worth = self.first[shift] if self.heads(shift) <= self.need_min[shift] else self.more[shift]
        return int(worth) + self.bare(pair, self.minutes.item(volunteer) - self.length[shift])

    def bare(self, pair: int, minutes: int) -> int:
        """Gain of a pair without the head, for somebody with so many minutes besides it."""
        volunteer, shift = self.of(pair)
        who = np.array([volunteer, volunteer])
        before, after = fairness_of(
            self.table, who, np.array([minutes, minutes + self.length[shift]])
        ).tolist()
        return int(self.table.gain.item(pair) - after + before)

    def fits(self, pair: int, without: int | None = None) -> bool:
        """Whether the person can take it (seats aside), perhaps after giving up another pair."""
        volunteer, shift = self.of(pair)
        week = self.week[shift]
        minutes = self.minutes_left.item(volunteer, week)
        shifts = self.shifts_left.item(volunteer, week)
        if without is not None:
            gone = self.table.shift.item(without)
            if self.week[gone] == week:
                minutes, shifts = minutes + self.length[gone], shifts + 1
        if minutes < self.length[shift] or shifts < 1 or self.is_beside_foe(volunteer, shift):
            return False
        return not any(
            other != without and self.clash(volunteer, shift, self.table.shift.item(other))
            for other in self.mine.get(volunteer, ())
        )

    def is_beside_foe(self, volunteer: int, shift: int) -> bool:
        """Somebody is in the shift who must not be there together with this person."""
        inside = self.inside.get(shift, ())
        return any(other in inside for other in self.table.apart.get(volunteer, ()))

    def clash(self, volunteer: int, one: int, other: int) -> bool:
        """Whether the person cannot do both shifts."""
        first, second = (one, other) if self.times[one] <= self.times[other] else (other, one)
        gap = self.times[second][0] - self.times[first][1] - self.table.problem.policy.slack_minutes
        if gap < 0:
            return True
        mode = self.table.people.mode.item(volunteer)
        key = (mode, first, second)
        if key not in self.ways:
            self.ways[key] = self._way(volunteer, first, second) > gap
        return self.ways[key]

    def _way(self, volunteer: int, first: int, second: int) -> int:
        rows = self.table.work.rows
        a: Place | None = rows[first].place
        mode = self.table.people.rows[volunteer].mode
        return minutes_between(a, rows[second].place, mode, self.table.problem.policy.season)

    def add(self, pair: int) -> None:
        """Take a pair in; the caller has asked `fits` and for a seat."""
        self._change(pair, 1)
        volunteer, shift = self.of(pair)
        self.mine.setdefault(volunteer, []).append(pair)
        self.inside.setdefault(shift, set()).add(volunteer)

    def remove(self, pair: int) -> None:
        """Take a pair out."""
        self._change(pair, -1)
        volunteer, shift = self.of(pair)
        self.mine[volunteer].remove(pair)
        self.inside[shift].remove(volunteer)

    def _change(self, pair: int, sign: int) -> None:
        volunteer, shift = self.of(pair)
        week, length = self.week[shift], self.length[shift]
        self.minutes_left[volunteer, week] -= sign * length
        self.shifts_left[volunteer, week] -= sign
        self.minutes[volunteer] += sign * length

    def candidates(self, shift: int, allowed: Array | None = None) -> tuple[Array, Array]:
        """Pairs of a shift whose people are not in it, the best first, and what each would bring without the head."""
        table = self.table
        pairs = np.arange(table.of_shift[shift], table.of_shift[shift + 1])
        if allowed is not None:
            pairs = pairs[allowed[pairs]]
        who = table.volunteer[pairs]
        minutes = self.minutes[who]
        worth = table.gain[pairs] + fairness_of(table, who, minutes)
        worth -= fairness_of(table, who, minutes + self.length[shift])
        order = np.lexsort((table.tie[who], -worth))
        return pairs[order], worth[order]

    def has_room(self, pairs: Array) -> Array:
        """Which of these pairs the weekly caps of their people still allow."""
        table = self.table
        who, shift = table.volunteer[pairs], table.shift[pairs]
        week = table.work.week[shift]
        room = self.minutes_left[who, week] >= table.work.minutes[shift]
        return room & (self.shifts_left[who, week] >= 1)
