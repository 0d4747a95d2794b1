"""One expression both databases must say in their own way: how far into the week a moment lies."""

from typing import Any

from sqlalchemy import Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

FROM_MONDAY = 3 * 1440 + 540
"""1 January 1970, 0:00 UTC was a Thursday, 9:00 in Tokyo; Japan keeps no summer time."""
WEEK = 7 * 1440


class minute_of_week(FunctionElement[int]):  # noqa: N801 - reads as the SQL function it is
    """Minutes from Monday 0:00 in Tokyo to a moment."""

    type = Integer()
    inherit_cache = True
    name = "minute_of_week"


@compiles(minute_of_week, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    moment = compiler.process(element.clauses, **options)
    return f"((CAST(strftime('%s', {moment}) AS INTEGER) / 60 + {FROM_MONDAY}) % {WEEK})"


@compiles(minute_of_week, "postgresql")
def _on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    moment = compiler.process(element.clauses, **options)
    minutes = f"CAST(floor(extract(epoch FROM {moment}) / 60) AS BIGINT)"
    return f"mod({minutes} + {FROM_MONDAY}, {WEEK})"
