"""Activities and people out of CSV files of any size: checked line by line, then grouped by person on the disk.

A file is read once and dealt out to as many small files as keep each within memory; all lines of a person go to the
same one. So the memory needed depends on neither the length of the file nor the number of people.
"""

import marshal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from operator import itemgetter
from pathlib import Path
from typing import Any
from zlib import crc32

from points.earning.facts import ActivityFacts, Grade
from points.programmes.terms import Proof
from points.programmes.wording import N_, say
from points.simulation import cells
from points.simulation.cells import LONGEST
from points.simulation.columns import ACTIVITY_MORE, ACTIVITY_NEEDED, PEOPLE_MORE, PEOPLE_NEEDED
from points.simulation.people import ALWAYS, Participant
from points.simulation.tables import Cells, CsvTable

BYTES_A_BUCKET = 8 * 1024 * 1024
MOST_BUCKETS = 200
WRITE_AT = 1024
MOST_KINDS = 100_000
MOST_CATEGORIES = 1_000
MINUTES_MOST = 44_640
"""A month. Camps last days; a longer activity is a slip of the pen."""
COUNT_MOST = 10_000

_minutes = cells.number(0, MINUTES_MOST)
_proof = cells.word_of(Proof)


def _or_nothing(read: Callable[[str], Any], missing: Any) -> Callable[[str], Any]:
    return lambda value: read(value) if value else missing


KIND_READERS: dict[str, Callable[[str], Any]] = {
    "category": cells.name,
    "minutes": _or_nothing(_minutes, None),
    "planned_minutes": _or_nothing(_minutes, None),
    "households": _or_nothing(cells.number(0, COUNT_MOST), 0),
    "people_sharing": _or_nothing(cells.number(1, COUNT_MOST), 1),
    "role": cells.text,
    "host": cells.text,
    "paid": cells.flag(missing=False),
    "own_family": cells.flag(missing=False),
    "client_here": cells.flag(missing=False),
    "introduced": cells.flag(missing=True),
    "grade": cells.word_of(Grade, Grade.ON_SITE),
    "proof": _or_nothing(_proof, ""),
}
PEOPLE_READERS: dict[str, Callable[[str], Any]] = {
    "person": cells.name,
    "birth_date": cells.day,
    "residence": cells.ties,
    "address": lambda value: value[:200],
    "guardian_consent": cells.flag(missing=False),
    "class": cells.text,
    "registered": cells.periods,
    "records": cells.records,
    "insured": cells.periods,
}
Kind = tuple[Any, ...]
"""What an activity is apart from who and when, in the order of `KIND_READERS`."""
Line = tuple[str, int, int, str, Kind]
"""Person, day as a number, line of the file, id, kind."""


def facts_of(line: Line) -> ActivityFacts:
    """A line as the facts that real awards are made from."""
    _person, day, number, _id, kind = line
    (
        category, counted, planned, households, sharing, role, host, paid, family, client,
        introduced, grade, proof,
    ) = kind  # fmt: skip
    return ActivityFacts(
        "file", number, 0, category, None, role, date.fromordinal(day), planned or 0, counted,
        households, paid, family, client, Grade(grade), sharing, "", "", None, True, host,
        introduced, proof,
    )  # fmt: skip


@dataclass
class Buckets:
    """Lines dealt out to small files by person."""

    folder: Path
    name: str
    count: int
    _waiting: list[list[Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._waiting = [[] for _number in range(self.count)]

    def put(self, person: str, line: Any) -> None:
        """Keep a line with the others of its person."""
        number = crc32(person.encode()) % self.count
        waiting = self._waiting[number]
        waiting.append(line)
        if len(waiting) >= WRITE_AT:
            with self._path(number).open("ab") as stream:
                marshal.dump(waiting, stream)
            self._waiting[number] = []

    def take(self, number: int) -> Iterator[Any]:
        """The lines of one small file, in the order in which they came."""
        path = self._path(number)
        if path.exists():
            with path.open("rb") as stream:
                end = path.stat().st_size
                while stream.tell() < end:
                    yield from marshal.load(stream)  # noqa: S302 - our own file of this run
        yield from self._waiting[number]
        self._waiting[number] = []

    def _path(self, number: int) -> Path:
        return self.folder / f"{self.name}-{number}"


@dataclass
class Inputs:
    """What was read: grouped lines, the first and last day, categories with the line they were first seen on."""

    activities: Buckets
    people: Buckets | None
    table: CsvTable
    people_table: CsvTable | None
    first: date = date.max
    last: date = date.min
    count: int = 0
    categories: dict[str, int] = field(default_factory=dict)


def buckets_for(path: Path) -> int:
    """Into how many small files the lines of a file are dealt."""
    try:
        size = path.stat().st_size
    except OSError:
        size = 0
    return min(max(-(-size // BYTES_A_BUCKET), 1), MOST_BUCKETS)


def read_inputs(
    activities: Path,
    people: Path | None,
    folder: Path,
    *,
    encoding: str = "utf-8",
    tell: Callable[[int], None] = lambda _bytes: None,
) -> Inputs:
    """Everything in the files, checked. Raises FileMistakes. `folder` is for the small files."""
    count = buckets_for(activities)
    table = CsvTable(activities, ACTIVITY_NEEDED, ACTIVITY_MORE, encoding, tell=tell)
    people_table = CsvTable(people, PEOPLE_NEEDED, PEOPLE_MORE, encoding) if people else None
    found = Inputs(Buckets(folder, "activities", count), None, table, people_table)
    if people_table is not None:
        found.people = Buckets(folder, "people", count)
        _read_people(people_table, found.people)
    _read_activities(found)
    return found


def _read_people(table: CsvTable, into: Buckets) -> None:
    reader: Cells | None = None
    for number, row in table.rows():
        reader = reader or Cells(table, PEOPLE_READERS)
        values = reader.read(number, row)
        if values is not None:
            into.put(values["person"], (values["person"], number, row))
    table.check()


def _read_activities(into: Inputs) -> None:
    """The hot loop: what repeats (days, kinds of activity) is understood once."""
    table, reader = into.table, None
    days: dict[str, int] = {}
    kinds: dict[Any, Kind] = {}
    put = into.activities.put
    for number, row in table.rows():
        if reader is None:
            reader = _LineReader(table)
            of_kind, at_person, at_day = reader.of_kind, reader.at_person, reader.at_day
            at_id = reader.at_id
        raw = of_kind(row)
        kind = kinds.get(raw) or reader.kind(number, row, raw, kinds, into.categories)
        day = days.get(row[at_day]) or reader.day(number, row[at_day], days)
        person = row[at_person].strip()
        given = row[at_id].strip() if at_id is not None else ""
        if not (0 < len(person) <= LONGEST >= len(given) and (person + given).isprintable()):
            reader.who(number, person, given)
        elif kind and day:
            put(person, (person, day, number, given, kind))
            into.count += 1
    table.check()
    into.first, into.last = (
        date.fromordinal(one) for one in (min(days.values()), max(days.values()))
    )


class _LineReader:
    """The slow way for what the hot loop has not met before."""

    def __init__(self, table: CsvTable) -> None:
        self.table = table
        at = table.columns.index
        self.at_person, self.at_day = at("person"), at("date")
        self.at_id = at("id") if "id" in table.columns else None
        self.cells = Cells(table, KIND_READERS)
        self.of_kind = itemgetter(*self.cells.at.values())

    def kind(
        self, number: int, row: list[str], raw: Any, kinds: dict[Any, Kind], seen: dict[str, int]
    ) -> Kind | None:
        """What the cells of a kind of activity say."""
        values = self.cells.read(number, row)
        if values is None:
            return None
        if values["minutes"] is None and values["planned_minutes"] is None:
            self.table.wrong(number, "minutes", say(N_("何か書いてください")))
            return None
        values["grade"], values["proof"] = str(values["grade"]), str(values["proof"])
        if len(kinds) > MOST_KINDS:
            kinds.clear()
        if len(seen) < MOST_CATEGORIES:
            seen.setdefault(values["category"], number)
        kinds[raw] = found = tuple(values.values())
        return found

    def day(self, number: int, raw: str, days: dict[str, int]) -> int | None:
        """The day of a line as a number."""
        try:
            days[raw] = found = cells.day(raw.strip()).toordinal()
        except cells.BadCell as error:
            self.table.wrong(number, "date", error.wording)
            return None
        return found

    def who(self, number: int, person: str, given: str) -> None:
        """Say which of the two texts is wrong."""
        for column, read, value in (("person", cells.name, person), ("id", cells.text, given)):
            try:
                read(value)
            except cells.BadCell as error:
                self.table.wrong(number, column, error.wording)


def participant_of(values: dict[str, Any]) -> Participant:
    """A line of the people's file as a person. Without `registered` the person takes part at all times."""
    return Participant(
        birth_date=values["birth_date"],
        ties=values["residence"],
        has_guardian_consent=values["guardian_consent"],
        class_code=values["class"] or None,
        address=values["address"],
        held=values["records"],
        insured=values["insured"],
        registered=values["registered"] or ALWAYS,
    )
