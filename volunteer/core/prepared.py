"""Statements of the hottest path, compiled once and handed to the driver without SQLAlchemy's execution around them.

SQLAlchemy compiles, knows the types of parameters and columns, and opens and ends the transaction; only the way from
a compiled statement to the cursor is shorter here. Whatever needs more than that (defaults made in Python, lists in
IN, somebody who listens) is left to it: `prepared` says None, and the caller executes as usual.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.engine import Connection, Dialect, IteratorResult
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.exc import DBAPIError

Process = Callable[[Any], Any] | None
CHANGES = re.compile(r"\s*(INSERT|UPDATE|DELETE)\b")
KEPT_MAX = 1000
"""Statements are module constants or built once; more than this would be one that is built at every call."""


class Done:
    """What came of a statement that gives no rows back."""

    __slots__ = ("rowcount",)

    def __init__(self, rowcount: int) -> None:
        self.rowcount = rowcount


class Prepared:
    """One statement for one dialect and one set of parameter names."""

    def __init__(self, compiled: Any, dialect: Dialect) -> None:
        self.sql: str = compiled.string
        self.dialect = dialect
        names = compiled.positiontup if compiled.positional else list(compiled.binds)
        self.names: list[str] = names
        self.is_positional: bool = compiled.positional
        processors = compiled._bind_processors
        self.fixed: list[Any] = []
        self.open: list[tuple[int, str, Process]] = []
        """(place, name of the parameter, what makes of its value the driver's)"""
        for place, name in enumerate(names):
            bind = compiled.binds[name]
            process = processors.get(name)
            value = None if bind.required else bind.effective_value
            self.fixed.append(process(value) if process and not bind.required else value)
            self.open.append((place, bind.key, process))
        self.columns: list[Any] = list(compiled._result_columns)
        self.processes: list[Process] | None = None
        self.metadata = SimpleResultMetaData([one.keyname for one in self.columns])

    def keep_only(self, given: Mapping[str, Any]) -> None:
        """What is never given stands fixed in the statement."""
        self.open = [one for one in self.open if one[1] in given]

    def values(self, params: Mapping[str, Any]) -> Any:
        """The parameters as the driver takes them."""
        found = self.fixed.copy()
        for place, name, process in self.open:
            value = params[name]
            found[place] = value if process is None else process(value)
        return found if self.is_positional else dict(zip(self.names, found, strict=True))

    def execute(self, connection: Connection, params: Mapping[str, Any]) -> Any:
        """Its rows as SQLAlchemy gives them, or `Done`. Raises `DBAPIError` as SQLAlchemy does."""
        values = self.values(params)
        raw: Any = connection.connection.dbapi_connection
        cursor = raw.cursor()
        try:
            cursor.execute(self.sql, values)
            if not self.columns:
                return Done(cursor.rowcount)
            return IteratorResult(self.metadata, iter(self._rows(cursor)))
        except self.dialect.loaded_dbapi.Error as error:
            is_gone = self.dialect.is_disconnect(error, raw, cursor)
            raise DBAPIError.instance(
                self.sql,
                values,
                error,
                self.dialect.loaded_dbapi.Error,
                connection_invalidated=is_gone,
                dialect=self.dialect,
            ) from error
        finally:
            cursor.close()

    def _rows(self, cursor: Any) -> list[Any]:
        """Everything that came, each value as the type of its column has it in Python."""
        if self.processes is None:
            kinds = [one[1] for one in cursor.description]
            self.processes = [
                column.type._cached_result_processor(self.dialect, kind)
                for column, kind in zip(self.columns, kinds, strict=True)
            ]
        processes = self.processes
        if not any(processes):
            return [tuple(row) for row in cursor.fetchall()]
        return [
            tuple(
                [
                    value if process is None else process(value)
                    for process, value in zip(processes, row, strict=True)
                ]
            )
            for row in cursor.fetchall()
        ]


_kept: dict[tuple[Any, ...], Prepared | None] = {}


def prepared(
    connection: Connection, statement: Executable, params: Mapping[str, Any]
) -> Prepared | None:
    """The statement, ready for these parameters; None where SQLAlchemy has to execute it itself."""
    if connection.dispatch.before_cursor_execute:  # somebody counts or records statements
        return None
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
    made = Prepared(compiled, dialect)
    made.keep_only(params)
    return made
