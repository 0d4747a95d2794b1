"""A simulation from files to tables. Pure but for the files: no database, no clock."""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from points.programmes.dates import end_of_month
from points.programmes.wording import N_, Wording, say
from points.simulation.columns import COMPARED, COMPARISON_OUT, FORMAT, SIDES
from points.simulation.drawing import chart_of
from points.simulation.inputs import (
    PEOPLE_READERS,
    Inputs,
    Line,
    facts_of,
    participant_of,
    read_inputs,
)
from points.simulation.mistakes import Place
from points.simulation.outputs import Output, guarded
from points.simulation.people import ANYBODY, Participant
from points.simulation.picture import lines_of
from points.simulation.purse import NEVER
from points.simulation.scheme import Scheme, compare_worth
from points.simulation.tables import Cells
from points.simulation.tally import Result, Tally

Tell = Callable[[int], None]
"""Told how far it is, in percent."""
HALF = 50


@dataclass(frozen=True)
class Order:
    """What is to be simulated. `by_line`: awards are made in the order of the file, not of the days."""

    schemes: tuple[Scheme, ...]
    activities: Path
    people: Path | None = None
    until: date | None = None
    encoding: str = "utf-8"
    by_line: bool = False


@dataclass
class Findings:
    """What comes out besides the tables."""

    summary: dict[str, Any]
    months: list[list[dict[str, Any]]]
    warnings: list[Place]


def run(order: Order, output: Output | None = None, tell: Tell = lambda _percent: None) -> Findings:
    """Read, decide, add up; write tables where there is an `output`. Raises FileMistakes."""
    size = max(order.activities.stat().st_size, 1)
    with tempfile.TemporaryDirectory(dir=output.draft.parent if output else None) as folder:
        inputs = read_inputs(
            order.activities,
            order.people,
            Path(folder),
            encoding=order.encoding,
            tell=lambda done: tell(HALF * min(done, size) // size),
        )
        return _Simulation(order, inputs, output).run(tell)


class _Simulation:
    def __init__(self, order: Order, inputs: Inputs, output: Output | None) -> None:
        self.order, self.inputs, self.output = order, inputs, output
        self.until = order.until or end_of_month(inputs.last)
        schemes = order.schemes
        if inputs.people is None:
            schemes = tuple(one.asking_nothing_of_people() for one in schemes)
        first = min(inputs.first, self.until)
        self.tallies = [Tally(one, first, self.until) for one in schemes]
        self.affected: Counter[str] = Counter()
        names = ("activities", "people", "expiries", "months") if output else ()
        self.write = {one: output.table(one) for one in names if output}

    def run(self, tell: Tell) -> Findings:
        buckets = self.inputs.activities
        for number in range(buckets.count):
            self._bucket(number)
            tell(HALF + HALF * (number + 1) // buckets.count)
        months = [one.months_as_rows() for one in self.tallies]
        summary = self._summary()
        if self.output:
            self._write_sums(self.output, months, summary)
        return Findings(summary, months, self._unlisted())

    def _bucket(self, number: int) -> None:
        by_person: dict[str, list[Line]] = {}
        for line in self.inputs.activities.take(number):
            by_person.setdefault(line[0], []).append(line)
        people = self._people(number)
        for name, lines in by_person.items():
            who = ANYBODY if people is None else people.get(name)
            self._check_ids(lines)
            if who is None:
                text = N_("この人が %(file)s にありません")
                words = say(text, file=str(self.order.people))
                self.inputs.table.wrong(lines[0][2], "person", words)
            elif not self.inputs.table.mistakes:
                self._person(name, who, lines)
        self.inputs.table.check()

    def _people(self, number: int) -> dict[str, Participant] | None:
        table, buckets = self.inputs.people_table, self.inputs.people
        if table is None or buckets is None:
            return None
        cells, found = Cells(table, PEOPLE_READERS), {}
        for name, line, row in buckets.take(number):
            values = cells.read(line, row)
            if name in found:
                table.wrong(line, "person", say(N_("この人は上の行にもあります")))
            elif values is not None:
                found[name] = participant_of(values)
        table.check()
        return found

    def _check_ids(self, lines: list[Line]) -> None:
        seen: set[str] = set()
        for _person, _day, number, given, _kind in lines:
            if given in seen:
                words = say(N_("この人の同じ番号の活動が上の行にもあります"))
                self.inputs.table.wrong(number, "id", words)
            if given:
                seen.add(given)

    def _person(self, name: str, who: Participant, lines: list[Line]) -> None:
        if not self.order.by_line:
            lines.sort(key=lambda one: (one[1], one[2]))
        activities = [facts_of(one) for one in lines]
        results = [tally.person(who, activities) for tally in self.tallies]
        if len(results) == len(SIDES):
            points = tuple(one.points for one in results)
            self.affected[compare_worth(self.order.schemes, points)] += 1
        if self.write:
            for side, result in zip(SIDES, results, strict=False):
                self._write_person(side, guarded(name), lines, result)

    def _write_person(self, side: str, name: str, lines: list[Line], result: Result) -> None:
        write = self.write["activities"]
        for line, (facts, decision, ends) in zip(lines, result.decided, strict=True):
            write((
                side, line[2], guarded(line[3]), name, facts.activity_on.isoformat(), guarded(facts.category_code),
                decision.points, decision.points_before_caps, str(decision.reason), decision.lacks,
                decision.day_left, decision.year_left, ends,
            ))  # fmt: skip
        kept, offer = result.kept, result.offer
        self.write["people"]((
            side, name, len(lines), result.points, kept.expired, kept.points,
            None if kept.next_end == NEVER else kept.next_end,
            offer.points, offer.yen, offer.method, offer.refusal,
            result.exchanged, result.exchanged_yen,
        ))  # fmt: skip
        for row in _endings(result):
            self.write["expiries"]((side, name, *row))

    def _summary(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "until": self.until.isoformat(),
            "first_day": self.inputs.first.isoformat(),
            "last_day": self.inputs.last.isoformat(),
            "activities": self.inputs.count,
            "people_known": self.inputs.people is not None,
            "sides": {
                side: tally.summary() for side, tally in zip(SIDES, self.tallies, strict=False)
            },
            "affected": {one: self.affected[one] for one in ("more", "fewer", "same")}
            if len(self.tallies) == len(SIDES)
            else None,
        }

    def _write_sums(
        self, output: Output, months: list[list[dict[str, Any]]], summary: dict[str, Any]
    ) -> None:
        for side, rows in zip(SIDES, months, strict=False):
            for row in rows:
                self.write["months"]((side, *row.values()))
        if len(months) == len(SIDES):
            write = output.table("comparison", COMPARISON_OUT)
            for pair in zip(*months, strict=True):
                write((pair[0]["month"], *(row[name] for name in COMPARED for row in pair)))
            names = tuple(one.newest.programme_name for one in self.order.schemes)
            lines = lines_of(dict(zip(SIDES, months, strict=True)))
            output.drawing("comparison", chart_of(names, lines))
        output.summary(summary)

    def _unlisted(self) -> list[Place]:
        """Categories that a programme does not list: no mistake, but somebody should know."""
        text = N_("「%(category)s」は制度 %(side)s にない分野です。ポイントはつきません")
        return [
            Place(
                str(self.order.activities),
                line,
                "category",
                _words(text, category=category, side=side),
            )
            for category, line in self.inputs.categories.items()
            for side, tally in zip(SIDES, self.tallies, strict=False)
            if not any(one.lists(category) for one in tally.scheme.versions)
        ]


def _words(text: str, **facts: str) -> Wording:
    return say(text, **facts)


def _endings(result: Result) -> Iterator[tuple[date | None, str, int]]:
    """What has come to its last day, and what will."""
    for one in result.endings:
        yield one.day, one.what, one.points
    left: dict[date, int] = {}
    for (_month, end), points in result.kept.lots.items():
        left[end] = left.get(end, 0) + points
    for end, points in sorted(left.items()):
        yield None if end == NEVER else end, "ends" if end != NEVER else "never_ends", points
