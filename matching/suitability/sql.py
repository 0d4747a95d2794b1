"""Two expressions both databases must say in their own way."""

from typing import Any

from sqlalchemy import Boolean, Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class epoch_minutes(FunctionElement[int]):  # noqa: N801 - reads as the SQL function it is
    """Whole minutes from 1970 to a moment: the difference of two is how long something takes."""

    type = Integer()
    inherit_cache = True
    name = "epoch_minutes"


@compiles(epoch_minutes, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    moment = compiler.process(element.clauses, **options)
    return f"(CAST(strftime('%s', {moment}) AS INTEGER) / 60)"


@compiles(epoch_minutes, "postgresql")
def _on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    moment = compiler.process(element.clauses, **options)
    return f"CAST(floor(extract(epoch FROM {moment}) / 60) AS INTEGER)"


class among(FunctionElement[bool]):  # noqa: N801 - reads as SQL
    """Whether a column is in a SELECT, which is worked out once and looked up by row.

    Several of them side by side are more than PostgreSQL can estimate: left alone it makes joins of them, with loops
    within loops where it expects one person and finds a thousand.
    """

    type = Boolean()
    inherit_cache = True
    name = "among"


@compiles(among, "sqlite")
def _plainly(element: Any, compiler: Any, **options: Any) -> str:
    column, rows = element.clauses
    return f"{compiler.process(column, **options)} IN {compiler.process(rows, **options)}"


@compiles(among, "postgresql")
def _by_itself(element: Any, compiler: Any, **options: Any) -> str:
    return f"(({_plainly(element, compiler, **options)}) IS TRUE)"
