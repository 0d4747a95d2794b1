"""The auditor reads numbers, and opens one name with a reason for half an hour."""

from datetime import timedelta

import pytest
from flask import Flask

from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.factories.money import approve, make_batch, make_cash_out, set_originator
from volunteer.core import clock
from volunteer.core.db import db
from volunteer.core.models import AuditEntry, ViewEntry

WHY = {"kind": "mismatch", "words": "換金 C-0001 の名義の確かめ"}


def _acts() -> list[tuple[str, str, str]]:
    statement = db.select(AuditEntry.act, AuditEntry.subject, AuditEntry.outcome)
    return [tuple(row) for row in db.session.execute(statement.order_by(AuditEntry.id))]


def _opened() -> list[ViewEntry]:
    statement = db.select(ViewEntry).filter_by(what="name").order_by(ViewEntry.id)
    return list(db.session.execute(statement).scalars())


@pytest.mark.both_databases
def test_a_name_opens_with_a_reason_and_closes_again(cast: Cast, client: Client) -> None:
    page = f"/desk/cash-outs/{make_cash_out(cast, cast.hanako)}"
    sign_in_as(client, cast.auditor)
    closed = client.get(page).text
    assert "V0001" in closed
    assert "佐藤" not in closed
    assert "名前を見る（理由を書きます）" in closed
    address = f"/desk/names/{cast.hanako.party_id}?next={page}"
    answer = client.submit(address, WHY)
    assert (answer.status_code, answer.location) == (303, page)
    shown = client.get(page).text
    assert "佐藤 花子" in shown
    assert "まで見えます" in shown
    assert "••••" not in shown, "the account stays closed"
    assert _acts() == [("names_desk.open_name", f"person:{cast.hanako.party_id}", "done")]
    (line,) = _opened()
    assert line.party_id == cast.hanako.party_id
    assert line.user_id == cast.auditor.id
    assert line.reason == "食いちがいの調べ：換金 C-0001 の名義の確かめ"
    clock.advance(timedelta(minutes=29))
    assert "佐藤 花子" in client.get(page).text
    clock.advance(timedelta(minutes=1))
    assert "佐藤" not in client.get(page).text


@pytest.mark.both_databases
def test_the_name_of_one_person_opens_for_one_sign_in(
    app: Flask, cast: Cast, client: Client
) -> None:
    first, second = (make_cash_out(cast, one) for one in (cast.hanako, cast.ichiro))
    sign_in_as(client, cast.auditor)
    client.submit(f"/desk/names/{cast.hanako.party_id}", WHY)
    rows = client.get("/desk/cash-outs").text
    assert "佐藤 花子" in rows
    assert "V0002" in rows
    assert "鈴木" not in rows
    assert "鈴木" not in client.get(f"/desk/cash-outs/{second}").text
    clock.advance(timedelta(minutes=2))
    sign_in_as(client, cast.auditor)
    assert "佐藤" not in client.get(f"/desk/cash-outs/{first}").text


def test_the_same_form_again_opens_nothing_more(cast: Cast, client: Client) -> None:
    sign_in_as(client, cast.auditor)
    form = client.get(f"/desk/names/{cast.hanako.party_id}")
    assert client.resubmit(form, WHY).status_code == 303
    clock.advance(timedelta(minutes=20))
    assert client.resubmit(form, WHY).status_code == 303
    assert len(_opened()) == len(_acts()) == 1
    changed = client.resubmit(form, {**WHY, "words": "ほかの理由"})
    assert changed.status_code == 409
    clock.advance(timedelta(minutes=11))
    assert "佐藤" not in client.get("/desk/names").text


def test_without_a_reason_nothing_opens_and_what_was_typed_stays(
    cast: Cast, client: Client
) -> None:
    sign_in_as(client, cast.auditor)
    address = f"/desk/names/{cast.hanako.party_id}"
    answer = client.submit(address, {"words": "名義の確かめ"})
    assert answer.status_code == 422
    assert answer.text.count("理由をえらんでください") == 2, "in the summary and at the field"
    assert 'value="名義の確かめ"' in answer.text
    answer = client.submit(address, {"kind": "check", "words": " "})
    assert answer.text.count("くわしい理由を入れてください") == 2
    assert 'value="check" checked' in answer.text
    assert not _opened()
    assert not _acts()
    assert "佐藤" not in client.get("/desk/names").text


def test_a_name_is_found_whole_or_not_at_all(cast: Cast, client: Client) -> None:
    sign_in_as(client, cast.auditor)
    part = client.submit("/desk/names", {"name": "佐藤", **WHY})
    assert part.status_code == 422
    assert "見つかりません" in part.text
    assert 'value="佐藤"' in part.text
    assert not _opened()
    for typed in ("佐藤花子", "サトウ ハナコ"):
        found = client.submit("/desk/names", {"name": typed, **WHY})
        assert "佐藤 花子" in client.get(found.location).text
    assert [line.party_id for line in _opened()] == [cast.hanako.party_id] * 2
    assert [outcome for _act, _subject, outcome in _acts()] == ["refused", "done", "done"]


def test_nobody_is_found_under_a_number_that_does_not_exist(cast: Cast, client: Client) -> None:
    sign_in_as(client, cast.auditor)
    assert client.get("/desk/names/987654").status_code == 404
    assert client.get(f"/desk/names/{cast.minato.party_id}").status_code == 404


@pytest.mark.parametrize("who", ["coordinator", "approver", "payer", "administrator"])
def test_only_the_auditor_asks_for_names(cast: Cast, client: Client, who: str) -> None:
    sign_in_as(client, getattr(cast, who))
    for address in ("/desk/names", f"/desk/names/{cast.hanako.party_id}"):
        assert client.get(address).status_code == 403
    assert "/desk/names" not in client.get("/desk").text


def test_whose_names_are_read_on_pages_of_money_is_logged(cast: Cast, client: Client) -> None:
    set_originator()
    people = [cast.hanako, cast.ichiro]
    ids = [make_cash_out(cast, one) for one in people]
    sign_in_as(client, cast.payer)
    client.get("/desk/cash-outs")
    approve(cast, *ids)
    client.get("/desk/payouts/new")
    batch_id = make_batch(cast, *ids)
    client.get(f"/desk/payouts/{batch_id}")
    seen = db.session.execute(db.select(ViewEntry.what, ViewEntry.party_id)).all()
    for what in ("cash_out_list", "payout_candidates", "payout_batch"):
        assert [one for kind, one in seen if kind == what] == [one.party_id for one in people]
    lines = len(seen)
    sign_in_as(client, cast.auditor)
    client.get(f"/desk/payouts/{batch_id}")
    client.get("/desk/cash-outs?tab=batched")
    assert len(db.session.execute(db.select(ViewEntry.id)).all()) == lines, "numbers name nobody"


def test_looks_at_records_and_homes_are_logged(cast: Cast, client: Client) -> None:
    hanako, home = cast.hanako.party_id, cast.household.party_id
    sign_in_as(client, cast.coordinator)
    for address in (
        *(f"/desk/people/{hanako}/{page}" for page in ("record", "details", "correction")),
        f"/desk/households/{home}/edit",
    ):
        assert client.get(address).status_code == 200
    seen = db.session.execute(db.select(ViewEntry.party_id, ViewEntry.what)).all()
    records = [(hanako, what) for what in ("record", "details", "correction")]
    assert [tuple(row) for row in seen] == [*records, (home, "household")]
