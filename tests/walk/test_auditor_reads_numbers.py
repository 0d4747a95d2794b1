"""Wherever an auditor may look, people are registration numbers: no name, reading, e-mail or account."""

import pytest
from flask import Flask

from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.walk.addresses import address_of, rules_of
from tests.walk.world import A, B, World
from volunteer.core.permissions import STAFF, Role, guard_of

PRIVATE = (
    *("佐藤", "花子", "さとう", "サトウ", "ｻﾄｳ", "hanako@"),
    *("高橋", "陽太", "たかはし", "タカハシ", "ﾀｶﾊｼ", "student@"),
    *("鈴木", "一郎", "すずき", "スズキ", "ｽｽﾞｷ"),
    *("田中", "たなか", "山田", "やまだ", "川上"),
    *("••", "1234567", "2222222"),
)


@pytest.mark.both_databases
def test_no_page_of_the_auditor_names_anybody(app: Flask, cast: Cast, world: World) -> None:
    client = app.test_client()
    assert isinstance(client, Client)
    for staff in (cast.approver, cast.payer, cast.coordinator):
        sign_in_as(client, staff)
        client.get(f"/desk/cash-outs/{world.sets[A]['cash_out_id']}")
        client.get(f"/desk/people/{cast.hanako.party_id}/record")
    sign_in_as(client, cast.auditor)
    told, pages = [], 0
    for rule in rules_of(app):
        guard = guard_of(app.view_functions[rule.endpoint])
        assert guard is not None
        at_desk = Role.AUDITOR in guard.roles or STAFF in guard.audiences
        if not at_desk or "GET" not in (rule.methods or ()):
            continue
        for which in (A, B) if rule.arguments else (A,):
            answer = client.get(address_of(app, world, rule, which))
            pages += answer.status_code == 200
            told += [f"{rule.rule}: {word}" for word in PRIVATE if word in answer.text]
    assert not told, "\n".join(told)
    assert pages > 12, "the walk must see something"
