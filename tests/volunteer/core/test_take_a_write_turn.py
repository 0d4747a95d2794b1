"""The write turn: outside of it nothing is written, inside one caller at a time, everything or nothing."""

import multiprocessing
import threading
from pathlib import Path

import pytest
from flask import Flask, render_template_string
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError

from tests.applications import make_app
from volunteer.core.center import next_number
from volunteer.core.db import db, forbid_in_turn, insert_once, run_turn, write_turn
from volunteer.core.models import Counter

pytestmark = pytest.mark.both_databases


def _add_one(name: str) -> None:
    insert_once(Counter, {"name": name, "last": 0})
    # read, then write: loses counts unless the turn (or the row lock) really excludes others
    row = db.session.execute(
        db.select(Counter).where(Counter.name == name).with_for_update(key_share=True)
    ).scalar_one()
    db.session.execute(update(Counter).where(Counter.name == name).values(last=row.last + 1))


def _count_in_process(url: str, times: int) -> None:
    app = make_app(url)
    with app.app_context():
        for _ in range(times):
            run_turn(_add_one, "shared")


def test_a_write_outside_a_turn_is_refused(app: Flask) -> None:
    with pytest.raises(DBAPIError):
        db.session.execute(text("INSERT INTO counter (name, last) VALUES ('x', 1)"))
    db.session.rollback()
    assert db.session.execute(db.select(Counter)).first() is None


def test_an_error_takes_everything_back(app: Flask) -> None:
    def count_and_fail() -> None:
        insert_once(Counter, {"name": "x", "last": 1})
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_turn(count_and_fail)
    assert db.session.execute(db.select(Counter)).first() is None


def test_a_turn_inside_a_turn_is_a_mistake(app: Flask) -> None:
    with pytest.raises(RuntimeError, match="inside a write turn"), write_turn(), write_turn():
        pass


def test_changes_made_before_the_turn_are_a_mistake(app: Flask) -> None:
    db.session.add(Counter(name="x", last=1))
    with pytest.raises(RuntimeError, match="outside a write turn"), write_turn():
        pass
    db.session.rollback()


def test_slow_outside_work_is_forbidden_in_a_turn(app: Flask) -> None:
    with pytest.raises(RuntimeError, match="smtp inside"), write_turn():
        forbid_in_turn("smtp")
    with pytest.raises(RuntimeError, match="template"), write_turn():
        render_template_string("x")


def test_the_same_row_again_is_not_inserted_twice(app: Flask) -> None:
    with write_turn():
        assert insert_once(Counter, {"name": "x", "last": 1}) == "x"
        assert insert_once(Counter, {"name": "x", "last": 2}) is None
    assert db.session.get_one(Counter, "x").last == 1


def test_threads_and_processes_take_turns_and_lose_nothing(app: Flask) -> None:
    url = app.config["OTAGAI"].database_url
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_count_in_process, args=(url, 25)) for _ in range(3)]
    for process in processes:
        process.start()

    def in_thread() -> None:
        with app.app_context():
            for _ in range(25):
                run_turn(_add_one, "shared")
            db.session.remove()

    threads = [threading.Thread(target=in_thread) for _ in range(3)]
    for thread in threads:
        thread.start()
    for worker in [*threads, *processes]:
        worker.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    db.session.rollback()
    assert db.session.get_one(Counter, "shared").last == 150


def test_numbers_of_a_series_follow_each_other(app: Flask) -> None:
    assert [run_turn(next_number, "cash_out", "K-") for _ in range(3)] == [
        "K-0001",
        "K-0002",
        "K-0003",
    ]


def test_the_queue_file_lies_beside_the_database(app: Flask, database_kind: str) -> None:
    run_turn(next_number, "x", "")
    path = Path(str(db.engine.url.database) + "-turn")
    assert path.exists() == (database_kind == "sqlite")
