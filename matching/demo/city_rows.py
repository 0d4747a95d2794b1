"""What the years of a city are written down in: rows waiting for their turn, ids and numbers given out."""

from collections import defaultdict
from datetime import datetime
from itertools import count

from sqlalchemy import select

from matching.demo import bulk
from volunteer.core.center import Counter
from volunteer.core.codes import CodeKind, new_code
from volunteer.core.db import db
from volunteer.people.models import Card


class Rows:
    """Rows by table until they are written, and the next free id of each table."""

    def __init__(self) -> None:
        """Go on from what the database holds."""
        self.by_table: dict[str, list[bulk.Row]] = defaultdict(list)
        self._ids = {table: count(bulk.highest(table) + 1) for table in bulk.WITH_IDS}
        self._series = {row.name: row.last for row in db.session.execute(select(Counter)).scalars()}
        self._codes = set(db.session.execute(select(Card.code)).scalars())
        self.postings = 0

    def card_code(self) -> str:
        """The code of one more card: among 30,000 drawn two are often the same."""
        while (code := new_code(CodeKind.CARD)) in self._codes:
            pass
        self._codes.add(code)
        return code

    def new(self, table: str) -> int:
        """The next id of a table."""
        return next(self._ids[table])

    def add(self, table: str, *row: object) -> None:
        """One row, its columns as bulk.COLUMNS lists them."""
        self.by_table[table].append(row)

    def number(self, series: str) -> int:
        """The next number of one of the center's series."""
        self._series[series] = self._series.get(series, 0) + 1
        return self._series[series]

    def write(self) -> None:
        """Insert what waits, inside the caller's write turn."""
        self.postings += len(self.by_table["posting"])
        bulk.write(self.by_table)

    def clear(self) -> None:
        """What was written waits no longer (a turn may be repeated until it is committed)."""
        self.by_table.clear()

    def end(self) -> None:
        """The center's series and the databases count on from here, inside a write turn."""
        for series, last in self._series.items():
            row = db.session.get(Counter, series)
            if row is None:
                db.session.add(Counter(name=series, last=last))
            else:
                row.last = last
        db.session.flush()
        bulk.end()


def moment_text(moment: datetime) -> str:
    """A UTC moment as the columns hold it."""
    return f"{moment:%Y-%m-%d %H:%M:%S}.000000"
