"""No page of anybody asks the database more than twelve times (of one person's whole record: once a table), or sends
more than 100 kB."""

import pytest
from flask import Flask

from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.statements import STATEMENTS_MAX, counted
from tests.walk.addresses import everything
from tests.walk.test_routes_by_role import ACTORS
from tests.walk.world import NONE, World

BYTES_MAX = 100_000

ONCE_A_TABLE = 42
"""What everything that is kept on one person takes: it stands in so many tables.

38 that each hold something else of the person (also cards, PIN, devices, disputes with their messages, cases,
anomalies, visits of groups, what was asked, plans, the profile, paid work with its time and its money), and the
sign-in, the center, the person and the log of views.
"""

WHOLE_RECORDS = {"privacy.own_data_file", "privacy_desk.own_data"}
"""The file and the paper that somebody asks for once; the page to look at it is read tab by tab."""


@pytest.mark.parametrize("actor", ACTORS)
def test_every_page_is_read_in_few_statements(
    app: Flask, cast: Cast, world: World, actor: str
) -> None:
    world.keep("session_id", 0, 0)
    client = app.test_client()
    assert isinstance(client, Client)
    if actor != "nobody":
        sign_in_as(client, getattr(cast, actor))
    shown, over = 0, []
    for rule, method, which, address in everything(app, world):
        if method != "GET" or which == NONE:
            continue
        most = ONCE_A_TABLE if rule.endpoint in WHOLE_RECORDS else STATEMENTS_MAX
        with counted() as found:
            answer = client.get(address)
        if answer.status_code != 200:
            continue
        if len(found) > most:
            with counted() as found:  # the first answer filled what a process remembers
                client.get(address)
        shown += 1
        if len(found) > most or len(answer.data) > BYTES_MAX:
            over.append(f"{rule.endpoint} {address}: {len(found)}, {len(answer.data)} bytes")
    assert shown > 5
    assert not over, "\n".join(over)
