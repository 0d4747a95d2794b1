"""Expressions both databases must say in their own way. They read the same whatever the values are: built once."""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Boolean, Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

DIGITS = 5
MOST = 10**DIGITS - 1


class among(FunctionElement[bool]):  # noqa: N801 - reads as SQL
    """Whether a column is in a SELECT, which is worked out once and looked up by row.

    Several of them side by side are more than PostgreSQL can estimate: left alone it makes joins of them, with loops
    within loops where it expects one person and finds a thousand.
    """

    type = Boolean()
    inherit_cache = True
    _is_implicitly_boolean = True  # no "= 1" behind it, which would keep SQLite from its index
    name = "among"


@compiles(among, "sqlite")
def _plainly(element: Any, compiler: Any, **options: Any) -> str:
    column, rows = element.clauses
    return f"{compiler.process(column, **options)} IN {compiler.process(rows, **options)}"


@compiles(among, "postgresql")
def _by_itself(element: Any, compiler: Any, **options: Any) -> str:
    return f"(({_plainly(element, compiler, **options)}) IS TRUE)"


class is_one_of(FunctionElement[bool]):  # noqa: N801 - reads as SQL
    """Whether a column is one of the numbers that are handed over as one text (`as_list`), however many they are."""

    type = Boolean()
    inherit_cache = True
    _is_implicitly_boolean = True
    name = "is_one_of"


def as_list(numbers: Iterable[int]) -> str:
    """Numbers for `is_one_of`."""
    return json.dumps(sorted(numbers))


@compiles(is_one_of, "sqlite")
def _in_json(element: Any, compiler: Any, **options: Any) -> str:
    column, numbers = (compiler.process(one, **options) for one in element.clauses)
    return f"({column} IN (SELECT value FROM json_each({numbers})))"  # noqa: S608 - expressions, not values


@compiles(is_one_of, "postgresql")
def _in_array(element: Any, compiler: Any, **options: Any) -> str:
    # the inner SELECT: the text is read once, not for each row
    column, numbers = (compiler.process(one, **options) for one in element.clauses)
    array = f"CAST(translate({numbers}, '[]', '{{}}') AS INTEGER[])"
    return f"({column} = ANY ((SELECT {array})::INTEGER[]))"


class is_listed(is_one_of):  # noqa: N801 - reads as SQL
    """The same, looked up for many rows in a list of any length: no index is asked, the list is hashed once."""

    inherit_cache = True
    name = "is_listed"


@compiles(is_listed, "postgresql")
def _in_hash(element: Any, compiler: Any, **options: Any) -> str:
    column, numbers = (compiler.process(one, **options) for one in element.clauses)
    array = f"CAST(translate({numbers}, '[]', '{{}}') AS INTEGER[])"
    return f"(({column} IN (SELECT unnest({array}))) IS TRUE)"


class number_at(FunctionElement[int]):  # noqa: N801 - reads as SQL
    """The number at a place, from 0, of a row of numbers that is handed over as one text (`as_row`)."""

    type = Integer()
    inherit_cache = True
    name = "number_at"


def as_row(numbers: Iterable[int]) -> str:
    """Numbers for `number_at`, from 0 to `MOST`: what is more is cut to that."""
    return "{" + ",".join(f"{min(number, MOST):0{DIGITS}d}" for number in numbers) + "}"


@compiles(number_at, "sqlite")
def _by_position(element: Any, compiler: Any, **options: Any) -> str:
    # bytes, not letters: those are counted from the beginning each time
    row, place = (compiler.process(one, **options) for one in element.clauses)
    text = f"substr(CAST({row} AS BLOB), ({place}) * {DIGITS + 1} + 2, {DIGITS})"
    return f"CAST({text} AS INTEGER)"


@compiles(number_at, "postgresql")
def _in_row(element: Any, compiler: Any, **options: Any) -> str:
    row, place = (compiler.process(one, **options) for one in element.clauses)
    return f"((SELECT CAST({row} AS INTEGER[])))[({place}) + 1]"
