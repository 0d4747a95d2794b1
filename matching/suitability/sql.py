"""An expression both databases must say in their own way."""

from typing import Any

from sqlalchemy import Boolean
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


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
