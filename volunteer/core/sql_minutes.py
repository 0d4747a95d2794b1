"""Moments as minutes, which both databases must say in their own way: since 1970, and into the week."""

from typing import Any

from sqlalchemy import ColumnElement, Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

FROM_MONDAY = 3 * 1440 + 540
"""1 January 1970, 0:00 UTC was a Thursday, 9:00 in Tokyo; Japan keeps no summer time."""
WEEK = 7 * 1440


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


def minute_of_week(moment: Any) -> ColumnElement[int]:
    """Minutes from Monday 0:00 in Tokyo to a moment."""
    return (epoch_minutes(moment) + FROM_MONDAY) % WEEK
