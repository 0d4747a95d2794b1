"""What a search for a plan knows: the best plan so far, what bounds it, the time left, and who wants to know."""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from matching.engine.arrays import Array, np
from matching.engine.caps import Caps
from matching.engine.model import Engine, Level, Plan
from matching.engine.problem import Table, assignments_of, covered, value_of


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the search stands."""

    stage: str
    seconds: float
    value: int
    bound: int | None

    def __str__(self) -> str:
        bound = "no bound" if self.bound is None else f"bound {self.bound}"
        return f"{self.seconds:7.1f} s  {self.stage}: value {self.value}, {bound}"


@dataclass(slots=True)
class Search:
    """The state of a search."""

    table: Table
    caps: Caps
    began: float
    seconds: float
    gap: float
    tell: Callable[[Progress], None]
    was_told_to_stop: Callable[[], bool]
    chosen: Array = None
    rank: tuple[int, ...] = ()
    engine: Engine = Engine.GREEDY
    bound: int | None = None
    settled: list[tuple[int, int]] = field(default_factory=list)
    """Levels that are proven: (priority, heads)."""
    level_bounds: list[int | None] = field(default_factory=lambda: [None] * 4)
    pairs: Array = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    """Those that the last linear program let in, and its groups: a start for the next."""
    groups: list[Array] = field(default_factory=list)
    is_proven: bool = False
    was_cut: bool = False
    """Something ended because of the time."""

    @property
    def until(self) -> float:
        """The deadline on the monotonic clock."""
        return self.began + self.seconds

    @property
    def left(self) -> float:
        """Seconds."""
        return self.until - monotonic()

    @property
    def value(self) -> int:
        """Of the best plan so far."""
        return self.rank[-1]

    def is_over(self) -> bool:
        """No time left, or told to stop."""
        if self.left <= 0:
            self.was_cut = True
        return self.was_cut and self.left <= 0 or self.was_told_to_stop()

    def is_good_enough(self) -> bool:
        """The gap that was asked for is reached, and every level settled."""
        needed = 4 if self.table.problem.policy.lexicographic else 0
        if self.bound is None or len(self.settled) < needed:
            return False
        return self.bound - self.value <= self.gap * max(1, abs(self.bound))

    def offer(self, chosen: Array, engine: Engine) -> None:
        """Keep a plan if it is better: by levels if so wished, then by value."""
        levels = covered(self.table, chosen) if self.table.problem.policy.lexicographic else ()
        rank = (*levels, value_of(self.table, chosen))
        if not self.rank or rank > self.rank:
            self.chosen, self.rank, self.engine = np.sort(chosen), rank, engine

    def say(self, stage: str) -> None:
        """Tell who wants to know."""
        self.tell(Progress(stage, monotonic() - self.began, self.value, self.bound))

    def plan(self, note: str = "") -> Plan:
        """The best plan so far."""
        bound = None if self.bound is None else max(self.bound, self.value)
        gap = None if bound is None else (bound - self.value) / max(1, abs(bound))
        if not note and self.was_told_to_stop():
            note = "interrupted"
        elif not note and self.was_cut and not self.is_proven:
            note = "deadline"
        return Plan(
            assignments_of(self.table, self.chosen),
            self.value,
            bound,
            gap,
            self.engine,
            monotonic() - self.began,
            self.is_proven,
            self._levels(),
            note,
        )

    def _levels(self) -> tuple[Level, ...]:
        work, now = self.table.work, covered(self.table, self.chosen)
        heads = self.table.pinned_heads + np.bincount(
            self.table.shift[self.chosen], minlength=len(work.ids)
        )
        full = np.minimum(heads, work.seats_max)
        return tuple(
            Level(
                level,
                int(work.seats_min[here].sum()),
                now[level],
                self.level_bounds[level],
                int(work.seats_max[here].sum()),
                int(full[here].sum()),
            )
            for level in range(4)
            for here in [work.priority == level]
        )
