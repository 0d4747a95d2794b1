"""Statements of the hottest path, compiled once and handed to the driver without SQLAlchemy's execution around them.

SQLAlchemy compiles, knows the types of parameters and columns, and opens and ends the transaction; only the way from
a compiled statement to the cursor is shorter here. Whatever needs more than that (defaults made in Python, lists in
IN, somebody who listens) is left to it: `prepared` says None, and the caller executes as usual.
"""

import re
from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import DBAPIError, MultipleResultsFound, NoResultFound

CHANGES = re.compile(r"\s*(INSERT|UPDATE|DELETE)\b")
KEPT_MAX = 1000
"""Statements are module constants or built once; more than this would be one that is built at every call."""


class Done:
    """What came of a statement that gives no rows back."""

    __slots__ = ("rowcount",)

    def __init__(self, rowcount: int) -> None:
        self.rowcount = rowcount


class Rows:
    """The rows of a statement, all of them here, asked for as SQLAlchemy's are."""

    __slots__ = ("_rows",)

    def __init__(self, rows: list[Any]) -> None:
        self._rows = rows

    def __iter__(self) -> Iterator[Any]:
        return iter(self._rows)

    def all(self) -> list[Any]:
        """Every row."""
        return self._rows

    def first(self) -> Any:
        """The first row, or None."""
        return self._rows[0] if self._rows else None

    def one_or_none(self) -> Any:
        """The only row, or None. Raises `MultipleResultsFound`."""
        if len(self._rows) > 1:
            raise MultipleResultsFound("Multiple rows were found when one or none was required")
        return self.first()

    def one(self) -> Any:
        """The only row. Raises `NoResultFound`, `MultipleResultsFound`."""
        row = self.one_or_none()
        if row is None:
            raise NoResultFound("No row was found when one was required")
        return row

    def scalar(self) -> Any:
        """The first value of the first row, or None."""
        return self._rows[0][0] if self._rows else None

    def scalar_one(self) -> Any:
        """The first value of the only row. Raises as `one`."""
        return self.one()[0]


def as_told(dialect: Dialect, sql: str, values: Any, error: Exception, raw: Any) -> DBAPIError:
    """An error of the driver as SQLAlchemy raises it."""
    kind = dialect.loaded_dbapi.Error
    is_gone = dialect.is_disconnect(error, raw, None)  # type: ignore[arg-type]
    made = DBAPIError.instance(
        sql, values, error, kind, connection_invalidated=is_gone, dialect=dialect
    )
    assert isinstance(made, DBAPIError)
    return made


class Prepared:
    """One statement for one dialect and one set of parameter names. Raises ValueError for columns without a name."""

    def __init__(self, compiled: Any, dialect: Dialect, given: Mapping[str, Any]) -> None:
        self.sql: str = compiled.string
        self.dialect = dialect
        self.names: list[str] = (
            compiled.positiontup if compiled.positional else list(compiled.binds)
        )
        self.is_positional: bool = compiled.positional
        self.keys = [str(compiled.binds[name].key) for name in self.names]
        self.fixed: dict[str, Any] = {}
        """By key, what is never given and stands in the statement, as the driver takes it."""
        self.made: list[tuple[int, Callable[[Any], Any]]] = []
        """(place, what makes of the value given the driver's)"""
        for place, (name, key) in enumerate(zip(self.names, self.keys, strict=True)):
            bind, process = compiled.binds[name], compiled._bind_processors.get(name)
            if key not in given:
                value = None if bind.required else bind.effective_value
                self.fixed[key] = process(value) if process and not bind.required else value
            elif process is not None:
                self.made.append((place, process))
        self.columns: list[Any] = list(compiled._result_columns)
        row: Any = namedtuple("row", [one.keyname for one in self.columns])  # type: ignore[misc]  # noqa: PYI024
        self.row = partial(tuple.__new__, row)
        self.read: list[tuple[int, Callable[[Any], Any]]] | None = None
        """(place, what makes of the driver's value that of the column's type), known from the first answer on."""

    def values(self, params: Mapping[str, Any]) -> Any:
        """The parameters as the driver takes them."""
        every = {**self.fixed, **params}
        found = [every[key] for key in self.keys]
        for place, process in self.made:
            found[place] = process(found[place])
        return found if self.is_positional else dict(zip(self.names, found, strict=True))

    def execute(self, connection: Connection, params: Mapping[str, Any]) -> Any:
        """Its rows as SQLAlchemy gives them, or `Done`. Raises `DBAPIError` as SQLAlchemy does."""
        values = self.values(params)
        raw: Any = connection.connection.dbapi_connection
        cursor = raw.cursor()
        try:
            cursor.execute(self.sql, values)
            return Rows(self._rows(cursor)) if self.columns else Done(cursor.rowcount)
        except self.dialect.loaded_dbapi.Error as error:
            raise as_told(self.dialect, self.sql, values, error, raw) from error
        finally:
            cursor.close()

    def _rows(self, cursor: Any) -> list[Any]:
        """Everything that came, each value as the type of its column has it in Python."""
        if self.read is None:
            self.read = self._reading([one[1] for one in cursor.description])
        rows, make = cursor.fetchall(), self.row
        if not self.read:
            return [make(row) for row in rows]
        found = []
        for row in rows:
            values = list(row)
            for place, process in self.read:
                values[place] = process(values[place])
            found.append(make(values))
        return found

    def _reading(self, kinds: list[Any]) -> list[tuple[int, Callable[[Any], Any]]]:
        processes = [
            column.type._cached_result_processor(self.dialect, kind)
            for column, kind in zip(self.columns, kinds, strict=True)
        ]
        return [(place, one) for place, one in enumerate(processes) if one is not None]


_kept: dict[tuple[Any, ...], Prepared | None] = {}


def is_heard(connection: Connection) -> bool:
    """Whether somebody counts or records the statements of this connection."""
    return bool(connection.dispatch.before_cursor_execute)


def prepared(
    connection: Connection, statement: Executable, params: Mapping[str, Any]
) -> Prepared | None:
    """The statement, ready for these parameters; None where SQLAlchemy has to execute it itself."""
    key = (statement, connection.dialect, *params)
    try:
        return _kept[key]
    except KeyError:
        if len(_kept) >= KEPT_MAX:
            _kept.clear()
        found = _kept[key] = _prepare(statement, connection.dialect, params)
        return found


def _prepare(statement: Executable, dialect: Dialect, params: Mapping[str, Any]) -> Prepared | None:
    compiled: Any = statement.compile(dialect=dialect, column_keys=list(params))  # type: ignore[attr-defined]
    needs_more = (
        compiled.insert_prefetch,
        compiled.update_prefetch,
        compiled.post_compile_params,
        compiled.literal_execute_params,
        compiled.escaped_bind_names,
    )
    is_silent = CHANGES.match(compiled.string) and "RETURNING" not in compiled.string
    if any(needs_more) or not (compiled._result_columns or is_silent):
        return None
    try:
        return Prepared(compiled, dialect, params)
    except ValueError:
        return None
