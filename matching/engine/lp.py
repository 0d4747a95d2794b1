"""Linear and integer programs through HiGHS: the only module that imports highspy.

One thread, objective divided by `SCALE` (large costs made it slow), the seed fixed: the same problem, the same answer,
unless the time limit cuts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from matching.engine.arrays import Array, np
from matching.engine.caps import ENDLESS
from matching.engine.rows import Frame, pair_entries, rounding_rows

SCALE = 1000.0
HALF = 0.5
Stop = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Relaxed:
    """An answer of the linear program: values of the pairs that are in, prices of the rows."""

    x: Array
    value: float
    price: Array
    is_optimal: bool


def is_there() -> bool:
    """Whether highspy can be used: it is installed, and the system can load its library."""
    try:
        import highspy  # noqa: F401, PLC0415 - heavy, and the platform works without it
    except ImportError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Solved:
    """An answer of the integer program; `pairs` is None when none was found."""

    pairs: Array | None
    bound: float
    """No plan of the pairs that are in is worth more."""
    is_optimal: bool
    """To the gap that was asked for."""
    is_cut: bool
    """The time limit, or somebody, ended it."""


class Master:
    """A linear program that grows by pairs and by groups of pairs that exclude each other."""

    def __init__(self, frame: Frame, should_stop: Stop) -> None:
        self.frame, self.scale = frame, SCALE * frame.goal.unit**0.5
        self.highs = highs_with({})
        self.highs.cbSimplexInterrupt.subscribe(lambda event: event.interrupt(should_stop()))
        self.highs.cbMipInterrupt.subscribe(lambda event: event.interrupt(should_stop()))
        self.pairs = np.zeros(0, dtype=np.int64)
        self.place = np.full(frame.table.pairs, -1, dtype=np.int64)
        """Column of each pair; −1 while it is not in."""
        self.groups: list[Array] = []
        self._begin()

    def _begin(self) -> None:
        import highspy  # noqa: PLC0415 - as above

        frame = self.frame
        rows, columns, factors = frame.entries
        order = np.lexsort((rows, columns))
        counts = np.bincount(columns, minlength=frame.own_columns)
        lower = np.full(len(frame.limit), -highspy.kHighsInf)
        upper = frame.limit.astype(np.float64)
        lower[: frame.shifts] = upper[: frame.shifts] = 0 if frame.help is None else -frame.help
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = frame.own_columns, len(frame.limit)
        model.col_cost_ = frame.cost / self.scale
        model.col_lower_ = np.zeros(frame.own_columns)
        model.col_upper_ = frame.upper.astype(np.float64)
        model.row_lower_, model.row_upper_ = lower, upper
        model.sense_ = highspy.ObjSense.kMaximize
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_ = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
        model.a_matrix_.index_ = rows[order].astype(np.int32)
        model.a_matrix_.value_ = factors[order].astype(np.float64)
        self.highs.passModel(model)

    def add_pairs(self, pairs: Array) -> None:
        """More columns."""
        count = len(pairs)
        rows, columns, factors = pair_entries(self.frame, pairs)
        starts = np.searchsorted(columns, np.arange(count)).astype(np.int32)
        self.highs.addCols(
            count,
            self.frame.goal.gain[pairs] / self.scale,
            np.zeros(count),
            np.ones(count),
            len(rows),
            starts,
            rows.astype(np.int32),
            factors.astype(np.float64),
        )
        self.place[pairs] = len(self.pairs) + np.arange(count)
        self.pairs = np.concatenate([self.pairs, pairs])

    def add_groups(self, groups: list[Array]) -> None:
        """More rows; every pair of a group must be in."""
        import highspy  # noqa: PLC0415 - as above

        sizes = np.array([len(group) for group in groups])
        columns = self.frame.own_columns + self.place[np.concatenate(groups)]
        self.highs.addRows(
            len(groups),
            np.full(len(groups), -highspy.kHighsInf),
            np.ones(len(groups)),
            len(columns),
            (np.cumsum(sizes) - sizes).astype(np.int32),
            columns.astype(np.int32),
            np.ones(len(columns)),
        )
        self.groups += groups

    def solve(self, seconds: float) -> Relaxed:
        """The optimum over the pairs that are in, from the last basis."""
        self.highs.setOptionValue("time_limit", self.highs.getRunTime() + max(0.01, seconds))
        self.highs.run()
        solution = self.highs.getSolution()
        x = np.array(solution.col_value)[self.frame.own_columns :]
        price = np.array(solution.row_dual) * self.scale
        value = self.highs.getObjectiveValue() * self.scale
        return Relaxed(x, value, price, status_of(self.highs) == "Optimal")

    def solve_whole(self, start: Array, seconds: float, abs_gap: float, rel_gap: float) -> Solved:
        """The best plan of whole pairs that are in, beginning from a known one (numbers of pairs)."""
        import highspy  # noqa: PLC0415 - as above

        highs, own = self.highs, self.frame.own_columns
        columns = np.arange(own, own + len(self.pairs), dtype=np.int32)
        self._whole(columns)
        if self.frame.goal.level is None:
            self._round_up_fairness()
        highs.setOptionValue("time_limit", max(0.01, seconds))
        highs.setOptionValue("mip_rel_gap", rel_gap)
        highs.setOptionValue("mip_abs_gap", abs_gap / self.scale)
        values = np.zeros(len(columns))
        values[self.place[start]] = 1
        highs.setSolution(len(columns), columns, values)
        highs.run()
        info, status = highs.getInfo(), status_of(highs)
        found = None
        if info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
            x = np.array(highs.getSolution().col_value)[own : own + len(self.pairs)]
            found = self.pairs[x > HALF]
        bound = info.mip_dual_bound * self.scale
        return Solved(found, bound, status == "Optimal", status not in ("Optimal", "Infeasible"))

    def _whole(self, columns: Array) -> None:
        import highspy  # noqa: PLC0415 - as above

        kinds = np.full(len(columns), int(highspy.HighsVarType.kInteger), dtype=np.uint8)
        self.highs.changeColsIntegrality(len(columns), columns.astype(np.int32), kinds)

    def _round_up_fairness(self) -> None:
        """A person's fairness cost is a whole number of points, rounded up: columns of its own, where it matters."""
        import highspy  # noqa: PLC0415 - as above

        fair, bands, rest = rounding_rows(self.frame)
        if not len(fair):
            return
        highs, none = self.highs, np.zeros(0, dtype=np.int32)
        count, shifts = len(fair), 2 * self.frame.shifts
        first = highs.getNumCol()
        zero = np.zeros(count)
        highs.addCols(
            count,
            zero - 1 / self.scale,
            zero,
            zero + ENDLESS,
            0,
            np.zeros(count, np.int32),
            none,
            zero[:0],
        )
        self._whole(np.arange(first, first + count))
        own = np.concatenate([shifts + rows for rows in bands]).astype(np.int32)
        highs.changeColsCost(len(own), own, np.zeros(len(own)))
        rates = self.frame.goal.rates
        for place, rows in enumerate(bands):
            columns = np.append(shifts + rows, first + place).astype(np.int32)
            factors = np.append(rates[self.frame.bands[rows, 1]], -60).astype(np.float64)
            highs.addRow(-highspy.kHighsInf, -float(rest[place]), len(columns), columns, factors)


def highs_with(options: dict[str, Any]) -> Any:
    """A solver that says nothing, with one thread and a fixed seed."""
    import highspy  # noqa: PLC0415 - as above

    highs = highspy.Highs()
    fixed = {"output_flag": False, "threads": 1, "random_seed": 0}
    for name, value in (fixed | options).items():
        highs.setOptionValue(name, value)
    return highs


def status_of(highs: Any) -> str:
    """In the words of HiGHS."""
    return str(highs.modelStatusToString(highs.getModelStatus()))
