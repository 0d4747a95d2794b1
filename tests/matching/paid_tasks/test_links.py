"""The address with a household's token: it works behind HTTPS, and the token is kept and told nowhere."""

from typing import Any

from sqlalchemy import String

from matching.paid_tasks.links import make_link, token_of
from matching.paid_tasks.states import PaidTaskState
from tests.cast import Cast
from tests.client import Client
from tests.matching.paid_tasks.scene import fresh, quoted
from volunteer.core.db import Base, db, run_turn


def _token(cast: Cast, task_id: int) -> str:
    number = run_turn(lambda: make_link(task_id, cast.coordinator.id).number)
    return token_of(task_id, number)


def test_over_https_a_household_agrees_though_its_page_sends_no_referrer(
    cast: Cast, client: Client
) -> None:
    task = quoted(cast, household=True)
    address, https = f"/o/{_token(cast, task.id)}", {"base_url": "https://localhost"}
    page = client.get(address, **https)
    client.resubmit(page, {"method": "cash"}, action="/agreement", page=address, **https)
    assert fresh(task).state is PaidTaskState.AGREED


def test_the_token_stands_in_no_table_and_in_no_referrer(cast: Cast, client: Client) -> None:
    task = quoted(cast, household=True)
    token = _token(cast, task.id)
    page = client.get(f"/o/{token}")
    press: dict[str, Any] = {"data": {"method": "cash"}, "action": "/agreement"}
    first = client.resubmit(page, **press)
    again = client.resubmit(page, **press)
    assert first.location == again.location == f"/o/{token}?done=agreed"
    assert not [where for where, text in _texts() if token in text]
    late = client.post(f"/o/{token}/agreement", data={"csrf_token": "forged"})
    for answer in (first, late, client.get(f"/o/{token}x")):
        assert answer.headers["Referrer-Policy"] == "no-referrer"


def _texts() -> list[tuple[str, str]]:
    db.session.rollback()
    columns = [
        column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, String)
    ]
    return [
        (str(column), str(value))
        for column in columns
        for value in db.session.execute(db.select(column)).scalars()
    ]
