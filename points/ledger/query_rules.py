"""Rules of `ledger verify` that are queries: rows come back only when something is wrong; the first is named."""

# ruff: noqa: S608 - the queries are put together from our own words only

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from volunteer.core.db import db
from volunteer.core.hooks import Finding


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its name, the table of a bad row, what such a row is called, and the query that finds such rows."""

    name: str
    table: str
    words: str
    query: str


def first_bad_rows(rules: Sequence[Rule], **values: Any) -> Iterator[Finding]:
    """The first bad row of each rule; `values` are bound in the queries that name them."""
    for rule in rules:
        bound = {name: value for name, value in values.items() if f":{name}" in rule.query}
        statement = text(f"SELECT * FROM ({rule.query}) AS bad ORDER BY id LIMIT 1")
        row = db.session.execute(statement, bound).mappings().first()
        if row is not None:
            yield Finding(rule.name, f"{rule.table}:{row['id']}", rule.words.format(**row))
