"""Callers in processes of their own with real connections, for storms. Each result goes through a queue."""

import multiprocessing
import random
import time
from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy.exc import DBAPIError

from points.ledger import queries, services
from volunteer.core import clock
from volunteer.core.db import db, run_turn
from volunteer.core.errors import DomainError

FORK = multiprocessing.get_context("fork")
"""Quick, because the children need not import everything; no connection lives when they are born."""
PATIENCE = 120

Call = tuple[Callable[..., Any], dict[str, Any]]


def together(app: Flask, calls: list[Call]) -> list[Any]:
    """Run each call in a process of its own, all beginning at once; their answers in the order of the calls."""
    db.session.remove()
    db.engine.dispose()
    answers = FORK.Queue()
    start = FORK.Barrier(len(calls))
    processes = [
        FORK.Process(target=_one, args=(number, app, call, start, answers))
        for number, call in enumerate(calls)
    ]
    for process in processes:
        process.start()
    found = dict(answers.get(timeout=PATIENCE) for _process in processes)
    for process in processes:
        process.join(timeout=PATIENCE)
    answers.close()
    answers.join_thread()
    return [found[number] for number in range(len(calls))]


def _one(number: int, app: Flask, call: Call, start: Any, answers: Any) -> None:
    function, values = call
    with app.app_context():
        try:
            db.session.execute(db.text("SELECT 1"))
            db.session.remove()
            start.wait(timeout=PATIENCE)
            answer: Any = function(**values)
        except Exception as error:  # noqa: BLE001 - the parent judges what happened
            answer = f"{type(error).__name__}: {error}"
        finally:
            db.session.remove()
            db.engine.dispose()
    answers.put((number, answer))


def attempt(service: Callable[..., Any], values: dict[str, Any]) -> str:
    """One call of a service in a turn: the id of what came out, or the code of the refusal."""
    try:
        return f"id:{run_turn(_id_of, service, values)}"
    except DomainError as error:
        return error.code


def _id_of(service: Callable[..., Any], values: dict[str, Any]) -> int:
    return int(service(**values).id)


def drain(who: dict[str, int], name: str, amounts: list[int]) -> list[int]:
    """Hold one amount after the other until there is nothing left; the amounts that were held."""
    held = []
    for number, points in enumerate(amounts):
        key = f"{name}:{number}"
        request = {"points": points, "hold_key": key, "key": f"hold:{key}", "source": key}
        if attempt(services.hold, {**who, **request}).startswith("id:"):
            held.append(points)
    return held


def drain_blindly(who: dict[str, int], name: str, times: int, points: int) -> int:
    """Post out of the lots without lock or check in Python, as a careless programmer would; how often it went."""
    done = 0
    for number in range(times):
        try:
            run_turn(_post_blindly, who, f"{name}:{number}", points)
            done += 1
        except DBAPIError:
            db.session.rollback()
    return done


def _post_blindly(who: dict[str, int], key: str, points: int) -> None:
    values = {**who, "key": key, "points": points, "now": clock.now().isoformat()}
    journal: int = db.session.execute(
        db.text(
            "INSERT INTO journal (key, request_hash, kind, unit, holder_id, programme_id, effective_on,"
            " occurred_at, recorded_at, reason, source) VALUES (:key, '', 'expire', 'points',"
            " :holder_id, :programme_id, '2026-11-21', :now, :now, '', '') RETURNING id"
        ),
        {name: value for name, value in values.items() if name != "points"},
    ).scalar_one()
    db.session.execute(
        db.text(
            "INSERT INTO posting (journal_id, seq, from_account_id, to_account_id, amount) SELECT"
            " :journal, 1, lot.id, sink.id, :points FROM ledger_account lot, ledger_account sink"
            " WHERE lot.holder_id = :holder_id AND lot.kind = 'lot' AND sink.kind = 'expired'"
            " AND sink.unit = 'points'"
        ),
        {"journal": journal, "points": points, "holder_id": who["holder_id"]},
    )


def watch(who: dict[str, int], total: int, seconds: float) -> str:
    """Read all balances again and again: the sum is always `total`, nothing is ever below zero. "" when so."""
    until, reads = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        found = queries.balances(**who)
        db.session.rollback()
        reads += 1
        if found.in_lots + found.held != total:
            return f"read {reads}: {found.in_lots} in lots and {found.held} held are not {total}"
        if (
            min([found.in_lots, found.held, found.available, *(lot.balance for lot in found.lots)])
            < 0
        ):
            return f"read {reads}: something is below zero"
    return "" if reads > 3 else "hardly any reads"


WHOLE = """
SELECT (SELECT coalesce(sum(balance), 0) FROM ledger_account WHERE holder_id IS NOT NULL) AS kept,
 (SELECT coalesce(sum(p.amount), 0) FROM posting p JOIN ledger_account a ON a.id = p.from_account_id
  WHERE a.holder_id IS NULL)
 - (SELECT coalesce(sum(p.amount), 0) FROM posting p JOIN ledger_account a ON a.id = p.to_account_id
  WHERE a.holder_id IS NULL) AS given,
 (SELECT count(*) FROM ledger_account WHERE (kind <> 'owed' AND balance < 0)
  OR (kind = 'owed' AND balance > 0)) AS forbidden,
 (SELECT count(*) FROM standing s WHERE s.in_lots <> (SELECT coalesce(sum(a.balance), 0)
  FROM ledger_account a WHERE a.kind = 'lot' AND a.holder_id = s.holder_id
  AND a.programme_id = s.programme_id)) AS astray
"""
"""In one statement, so in one moment: what accounts say, what postings say, forbidden signs, wrong standings."""


def watch_everything(seconds: float) -> str:
    """Read the whole ledger again and again: sums and signs hold in every single read. "" when so."""
    until, reads = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        row = db.session.execute(db.text(WHOLE)).one()
        db.session.rollback()
        reads += 1
        if row.kept != row.given or row.forbidden or row.astray:
            return f"read {reads}: {row}"
    return "" if reads > 3 else "hardly any reads"


def churn(people: list[int], programme_id: int, seed: int, seconds: float) -> int:
    """Credit, hold, settle, void and reverse for several people in any order; how many acts were done."""
    luck, until = random.Random(seed), time.monotonic() + seconds  # noqa: S311 - no secret
    open_holds: list[str] = []
    credits: list[int] = []
    done = number = 0
    while time.monotonic() < until:
        number += 1
        key = f"churn:{seed}:{number}"
        who = {"holder_id": luck.choice(people), "programme_id": programme_id}
        answer = _one_act(luck, who, key, open_holds, credits)
        done += answer.startswith("id:")
    return done


def _one_act(
    luck: random.Random, who: dict[str, int], key: str, open_holds: list[str], credits: list[int]
) -> str:
    kind = luck.choice(["credit", "credit", "hold", "settle", "void", "reverse"])
    values: dict[str, Any] = {"key": key, "source": key}
    if kind == "hold":
        answer = attempt(
            services.hold, {**who, **values, "points": luck.randint(1, 80), "hold_key": key}
        )
        if answer.startswith("id:"):
            open_holds.append(key)
        return answer
    if kind in ("settle", "void") and open_holds:
        verb = services.settle if kind == "settle" else services.void
        return attempt(verb, {"hold_key": open_holds.pop(), **values})
    if kind == "reverse" and credits:
        return attempt(services.reverse, {"journal_id": credits.pop(), "key": key, "reason": "x"})
    answer = attempt(
        services.credit,
        {
            **who,
            **values,
            "rule_version_id": None,
            "points": luck.randint(1, 60),
            "activity_on": clock.today(),
            "expires_on": None,
        },
    )
    if answer.startswith("id:"):
        credits.append(int(answer[3:]))
    return answer
