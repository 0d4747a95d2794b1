"""A statement prepared once gives what SQLAlchemy gives: values, names, errors; and leaves to it what it cannot do."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import bindparam, event, insert, select, text
from sqlalchemy.exc import IntegrityError

from tests.cast import Cast
from volunteer.core import clock
from volunteer.core.db import db, run_core, write_turn
from volunteer.core.models import AuditEntry, Notice, NoticeState
from volunteer.core.prepared import Done, prepared

pytestmark = pytest.mark.both_databases

_NOTICE: Any = Notice.__table__
_ADD = insert(_NOTICE).returning(_NOTICE.c.id)
_READ = (
    select(Notice.key, Notice.state, Notice.params, Notice.queued_at, Notice.to_user_id)
    .where(Notice.queued_at <= bindparam("at"), Notice.state == NoticeState.WAITING)
    .order_by(Notice.id)
)
_TRIED = text("UPDATE notice SET tries = tries + :more WHERE state = 'waiting'")


def _values(key: str) -> dict[str, Any]:
    return {
        "key": key,
        "template": "volunteer/pins/set_by_staff",
        "to_user_id": None,
        "to_party_id": None,
        "to_address": "a@example.jp",
        "language": "ja",
        "params": {"名前": ["花子", 1, None]},
        "state": NoticeState.WAITING,
        "tries": 0,
        "next_try_at": clock.now(),
        "queued_at": clock.now(),
        "problem": "",
    }


def _add(*keys: str) -> list[int]:
    with write_turn():
        return [run_core(_ADD, **_values(key)).scalar_one() for key in keys]


def test_values_and_names_are_those_of_sqlalchemy(cast: Cast) -> None:
    _add("first", "100% 'second'")
    at = clock.now() + timedelta(hours=1)
    usual = db.session.connection().execute(_READ, {"at": at}).all()
    for _again in range(2):
        found = run_core(_READ, at=at).all()
        assert found == usual
        assert found[0]._fields == usual[0]._fields
        assert [type(one) for one in found[0]] == [type(one) for one in usual[0]]
    assert found[1].key == "100% 'second'"
    assert found[0].params == {"名前": ["花子", 1, None]}
    assert run_core(_READ, at=at - timedelta(days=9)).one_or_none() is None


def test_changes_tell_how_many_rows(cast: Cast) -> None:
    _add("first", "second")
    with write_turn():
        assert run_core(_TRIED, more=2).rowcount == 2
    assert set(db.session.execute(select(Notice.tries)).scalars()) == {2}
    assert Done(3).rowcount == 3


def test_errors_are_those_of_sqlalchemy_and_the_turn_is_undone(cast: Cast) -> None:
    _add("first")
    with pytest.raises(IntegrityError):
        _add("second", "first")
    assert list(db.session.execute(select(Notice.key)).scalars()) == ["first"]


def test_what_needs_more_is_left_to_sqlalchemy(cast: Cast) -> None:
    connection = db.session.connection()
    listed = select(Notice.id).where(Notice.key.in_(bindparam("keys", expanding=True)))
    assert prepared(connection, listed, {"keys": ["a"]}) is None
    assert prepared(connection, text("SELECT 1 AS one"), {}) is None
    assert run_core(listed, keys=["nothing"]).all() == []
    with_defaults = insert(AuditEntry.__table__)
    assert prepared(connection, with_defaults, {"act": "x"}) is None, "defaults made in Python"


def test_whoever_counts_statements_sees_them_all(cast: Cast) -> None:
    heard: list[str] = []

    def note(_conn: Any, _cursor: Any, sql: str, *_more: Any) -> None:
        heard.append(sql)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        run_core(_READ, at=clock.now())
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert any("FROM notice" in sql for sql in heard)
