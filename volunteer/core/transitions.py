"""State moves: one guarded UPDATE, exactly one row, or somebody else was faster."""

from collections.abc import Iterable
from enum import Enum
from typing import Any

from sqlalchemy import update

from volunteer.core.db import db, guarded_update
from volunteer.core.errors import AlreadyDecided
from volunteer.core.i18n import _l


def move(
    model: type[Any], row_id: int, from_: Enum | Iterable[Enum], to: Enum, **columns: Any
) -> None:
    """The row of `model` leaves one of the states `from_` for `to`, with `columns` set in the same write.

    Two callers at once are safe because the old state stands in the WHERE of one statement.
    Raises `AlreadyDecided` (facts: state) when the row is no longer in a `from_` state.
    """
    key = next(iter(model.__table__.primary_key.columns))
    states = [from_] if isinstance(from_, Enum) else list(from_)
    statement = (
        update(model).where(key == row_id, model.state.in_(states)).values(state=to, **columns)
    )
    if guarded_update(statement) == 1:
        db.session.expire_all()
        return
    found = db.session.execute(db.select(model.state).where(key == row_id)).scalar()
    raise AlreadyDecided(
        _l("ほかの人が先に決めました。画面を開きなおして、いまの状態を確かめてください。"),
        state=found,
        wanted=to,
    )
