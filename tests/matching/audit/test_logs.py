"""The auditor's lists: what was done, and who has seen whose data; both as files."""

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import event, insert

from matching.audit import queries
from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.factories.money import approve, make_cash_out
from volunteer.core import clock
from volunteer.core.db import db, write_turn
from volunteer.core.models import AuditEntry, Outcome, ViewEntry

STATEMENTS_MOST = 12


def _act(user_id: int | None, act: str, subject: str = "", ago: int = 0, **more: object) -> None:
    values = {"outcome": Outcome.DONE, "at": clock.now() - timedelta(days=ago), **more}
    with write_turn():
        db.session.add(AuditEntry(actor_user_id=user_id, act=act, subject=subject, **values))


def _look(user_id: int, party_id: int, what: str, ago: int = 0) -> None:
    with write_turn():
        at = clock.now() - timedelta(days=ago)
        db.session.add(ViewEntry(at=at, user_id=user_id, party_id=party_id, what=what))


def _rows(text: str) -> int:
    return text.count('scope="row"')


@pytest.mark.both_databases
def test_acts_are_told_in_words_newest_first(cast: Cast, client: Client) -> None:
    hanako = cast.hanako.party_id
    _act(cast.coordinator.id, "people_desk.register", f"person:{hanako}", ago=3)
    _act(cast.approver.id, "redemption_desk.approve", "cash_out:7", ago=2)
    _act(None, "command:areas load", ago=1)
    user = cast.user("hanako@example.jp")
    _act(user.id, "assignments.apply", "shift:1", actor_party_id=hanako)
    sign_in_as(client, cast.auditor)
    text = client.get("/desk/acts").text
    order = ["活動に申し込んだ", "サーバーで地区を読みこんだ", "換金を承認した", "登録した</td>"]
    body = text[text.index("<tbody") :]
    assert [body.index(words) for words in order] == sorted(body.index(words) for words in order)
    for words in ("承認 一男", "相談 員子", "V0001", "換金 7", "サーバーの操作", "令和8年11月21日"):
        assert words in body, words
    assert "佐藤" not in text


@pytest.mark.both_databases
def test_acts_are_narrowed_by_period_actor_kind_and_subject(cast: Cast, client: Client) -> None:
    hanako = cast.hanako.party_id
    _act(cast.coordinator.id, "people_desk.register", f"person:{hanako}", ago=9)
    _act(cast.approver.id, "redemption_desk.approve", "cash_out:7", ago=2)
    _act(cast.approver.id, "redemption_desk.approve", "cash_out:8", ago=2)
    _act(None, "command:areas load", ago=1)
    sign_in_as(client, cast.auditor)
    for query, count in (
        ("", 4),
        ("since=11/19&until=11/20", 3),
        ("until=11/19", 3),
        ("until=11/18", 1),
        (f"user={cast.approver.id}", 2),
        ("user=nobody", 1),
        ("act=redemption_desk.approve", 2),
        ("about=cash_out", 2),
        ("about=cash_out&number=7", 1),
        ("about=person&number=V0001", 1),
        ("number=ｖ０００１", 1),
        ("about=person&number=V9999", 0),
    ):
        assert _rows(client.get(f"/desk/acts?{query}").text) == count, query


def test_a_day_that_cannot_be_read_is_told_at_the_field(cast: Cast, client: Client) -> None:
    sign_in_as(client, cast.auditor)
    for address in ("/desk/acts", "/desk/views"):
        answer = client.get(f"{address}?since=きのう&until=11/20")
        assert answer.status_code == 422
        assert 'value="きのう"' in answer.text
        assert "日にちを入れてください" in answer.text


@pytest.mark.both_databases
def test_a_long_list_comes_in_pages(cast: Cast, client: Client) -> None:
    at = clock.now()
    lines = [
        {"at": at, "act": "users.sign_in", "subject": f"user:{n}", "outcome": Outcome.DONE}
        for n in range(120)
    ]
    with write_turn():
        db.session.execute(insert(AuditEntry), lines)
    sign_in_as(client, cast.auditor)
    address, seen = "/desk/acts?user=nobody", []
    for expected in (50, 50, 20):
        text = client.get(address).text
        assert _rows(text) == expected
        seen += [part.split('"')[0] for part in text.split("about=user&amp;number=")[1:]]
        if expected == 50:
            older = text.split('href="/desk/acts?before=')[1].split("&")[0].split('"')[0]
            address = f"/desk/acts?user=nobody&before={older}"
    assert len(set(seen)) == len(seen) == 120


@pytest.mark.both_databases
def test_whose_data_were_seen_by_whom_between_two_days(cast: Cast, client: Client) -> None:
    hanako, ichiro = cast.hanako.party_id, cast.ichiro.party_id
    _look(cast.coordinator.id, hanako, "record", ago=5)
    _look(cast.approver.id, hanako, "cash_out", ago=2)
    _look(cast.approver.id, ichiro, "cash_out", ago=2)
    _look(cast.coordinator.id, cast.household.party_id, "household")
    sign_in_as(client, cast.auditor)
    for query, count in (
        ("", 4),
        ("number=V0001", 2),
        ("number=V0001&since=11/18&until=11/20", 1),
        (f"user={cast.approver.id}", 2),
        (f"user={cast.approver.id}&number=V0002", 1),
        ("number=H0001", 1),
        ("number=V9999", 0),
    ):
        assert _rows(client.get(f"/desk/views?{query}").text) == count, query
    text = client.get("/desk/views").text
    for words in ("登録（生年月日・住所・連絡先）", "承認 一男", "V0002", "世帯 H0001"):
        assert words in text, words
    assert "山田" not in text
    assert "佐藤" not in text


def test_an_open_name_is_read_in_the_lists_with_its_reason(cast: Cast, client: Client) -> None:
    sign_in_as(client, cast.auditor)
    why = {"kind": "question", "words": "本人から電話"}
    client.submit(f"/desk/names/{cast.hanako.party_id}", why)
    text = client.get("/desk/views").text
    assert "本人や家族からの問い合わせ：本人から電話" in text
    assert "佐藤 花子" in text
    assert "名前を見た（理由あり）" in client.get("/desk/acts").text


@pytest.mark.both_databases
@pytest.mark.parametrize("name", ["acts", "views"])
def test_the_list_goes_into_a_file_and_that_is_an_act(
    cast: Cast, client: Client, name: str
) -> None:
    _act(cast.coordinator.id, "people_desk.register", f"person:{cast.hanako.party_id}", ago=2)
    _look(cast.coordinator.id, cast.hanako.party_id, "record", ago=2)
    with write_turn():
        values = {"what": "name", "reason": "=HYPERLINK(1)", "party_id": cast.hanako.party_id}
        db.session.add(ViewEntry(at=clock.now(), user_id=cast.auditor.id, **values))
    _act(cast.coordinator.id, "=cmd|calc", ago=2)
    sign_in_as(client, cast.auditor)
    shown = client.get(f"/desk/{name}?since=11/1&user={cast.coordinator.id}")
    file = client.resubmit(shown, action="/file")
    assert file.mimetype == "text/csv"
    assert file.headers["Cache-Control"] == "no-store"
    rows = list(csv.reader(io.StringIO(file.data.decode("utf-8-sig"))))
    assert rows[0][0] == "いつ"
    assert rows[1][0] == "2026-11-19 09:00"
    assert "相談 員子" in rows[1]
    everything = client.resubmit(client.get(f"/desk/{name}"), action="/file").text
    assert "V0001" in everything
    assert "佐藤" not in everything
    cells = [cell for row in csv.reader(io.StringIO(everything)) for cell in row]
    assert not [cell for cell in cells if cell.startswith("=")]
    assert [cell for cell in cells if cell.startswith("'=")]
    client.resubmit(shown, action="/file")
    acts = db.session.execute(db.select(AuditEntry.act)).scalars().all()
    assert acts.count(f"audit_desk.{name}_file") == 2, "the same form again is the same act"


def test_a_file_of_many_slices_lacks_nothing(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(7):
        _act(cast.coordinator.id, "people_desk.register", f"cash_out:{number}", ago=2)
    monkeypatch.setattr(queries, "SLICE", 3)
    sign_in_as(client, cast.auditor)
    shown = client.get("/desk/acts?act=people_desk.register")
    rows = list(csv.reader(io.StringIO(client.resubmit(shown, action="/file").text)))
    assert sorted(row[3][-1] for row in rows[1:]) == list("0123456")


def test_why_something_was_not_done_is_told_in_words(cast: Cast, client: Client) -> None:
    with write_turn():
        row = AuditEntry(
            at=clock.now(), act="people_desk.register", outcome=Outcome.REFUSED, code="oneself"
        )
        db.session.add(row)
    sign_in_as(client, cast.auditor)
    shown = client.get("/desk/acts?act=people_desk.register")
    assert "自分自身のことだった" in shown.text
    assert "oneself" not in shown.text
    assert "できなかった：自分自身のことだった" in client.resubmit(shown, action="/file").text


@pytest.mark.parametrize("who", ["coordinator", "approver", "payer", "administrator"])
def test_nobody_else_reads_the_logs(cast: Cast, client: Client, who: str) -> None:
    sign_in_as(client, getattr(cast, who))
    for address in ("/desk/acts", "/desk/views"):
        assert client.get(address).status_code == 403
        assert address not in client.get("/desk").text


def test_the_administrator_opens_no_page_of_persons_or_money(cast: Cast, client: Client) -> None:
    cash_out_id = make_cash_out(cast, cast.hanako)
    sign_in_as(client, cast.administrator)
    for address in (
        *("/desk/people", f"/desk/people/{cast.hanako.party_id}", "/desk/households"),
        *("/desk/cash-outs", f"/desk/cash-outs/{cash_out_id}", "/desk/payouts", "/desk/ledger"),
    ):
        assert client.get(address).status_code == 403, address


@pytest.mark.both_databases
def test_pages_of_the_auditor_ask_little_of_the_database(cast: Cast, client: Client) -> None:
    ids = [make_cash_out(cast, one, 1500, "desk_cash") for one in (cast.hanako, cast.ichiro)]
    approve(cast, ids[0])
    hanako = cast.hanako.party_id
    for number in range(60):
        party_id = (hanako, cast.ichiro.party_id, cast.minato.party_id)[number % 3]
        _act(cast.coordinator.id, "people_desk.register", f"person:{party_id}")
        _look(cast.coordinator.id, party_id, "record")
    sign_in_as(client, cast.auditor)
    counted: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: counted.append(args[2]))
    for address in (
        *("/desk/acts", "/desk/views?number=V0001", "/desk/names", "/desk/ledger"),
        *("/desk/cash-outs", f"/desk/cash-outs/{ids[0]}", "/desk/payouts/cash"),
    ):
        client.get(address)
        counted.clear()
        client.get(address)
        asked = [one for one in counted if one.startswith(("SELECT", "INSERT", "UPDATE"))]
        assert len(asked) <= STATEMENTS_MOST, (address, asked)
