"""A paper name list is typed back at the desk: row by row, or all rows at once without scripts."""

from datetime import date, time, timedelta
from typing import Any

import pytest

from matching.checkin.duties import verify
from matching.checkin.jobs import settle_attendances
from matching.checkin.sheet import codes_of
from matching.checkin.states import AttendanceState, Grade
from matching.help_requests.models import Shift
from points.ledger.queries import balances
from tests.cast import Cast
from tests.factories.volunteer import make_person
from tests.matching.checkin.scenes import (
    accept,
    arrive,
    attendances,
    awards,
    browser,
    events,
    in_lots,
    rows,
)
from volunteer.core.clock import from_tokyo
from volunteer.core.db import db, write_turn
from volunteer.core.models import AuditEntry, Outcome
from volunteer.people.queries import live_card

KEYS = [f"row-key-of-the-test-{n:02}" for n in range(9)]


def _path(cast: Cast) -> str:
    return f"/desk/shifts/{cast.shift_today.id}/entry"


def _type(app: Any, cast: Cast, *typed: dict[str, str], desk: Any = None, **more: str) -> Any:
    """Post these rows at once, as a browser without scripts does."""
    desk = desk or browser(app, cast.coordinator)
    names = ("key", "who", "came", "left", "households", "sure")
    whole = [{"key": KEYS[n], **one} for n, one in enumerate(typed)]
    columns = {name: [one.get(name, "") for one in whole] for name in names}
    given = {"reason": "紙の名簿に署名あり", **columns, **more}
    return desk.submit(_path(cast), given, follow_redirects=True)


def _save(app: Any, cast: Cast, desk: Any = None, **row: str) -> dict[str, Any]:
    """Send one row as the script does; the answer about it."""
    desk = desk or browser(app, cast.coordinator)
    given = {"reason": "紙の名簿", "key": KEYS[0], "came": "", "left": "", **row}
    answer = desk.submit(_path(cast), given, headers={"Accept": "application/json"})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def _acts() -> list[tuple[str, Outcome]]:
    return [(one.subject, one.outcome) for one in rows(AuditEntry) if one.act.endswith(".entry")]


@pytest.fixture(autouse=True)
def after_the_shift(cast: Cast, clock: Any) -> None:
    clock.advance(timedelta(hours=6))


@pytest.mark.both_databases
def test_a_paper_row_is_credited_with_actor_and_reason(app: Any, cast: Cast, clock: Any) -> None:
    done = _type(app, cast, {"who": "v0002", "came": "1000", "left": "12"})
    assert "すべて保存しました" in done.text
    (one,) = attendances()
    assert (one.grade, one.state) == (Grade.HOST_SIGNED, AttendanceState.CLOSED)
    assert one.flags == ["paper", "walk_in"]
    assert in_lots(cast, cast.ichiro) == 200
    (award,) = awards()
    assert award.entered_by_user_id == cast.coordinator.id
    assert award.entered_by_person_id is not None
    assert events()[0].reason == "紙の名簿に署名あり"
    assert verify() == []
    clock.advance(timedelta(days=4))
    settle_attendances()
    assert attendances()[0].state is AttendanceState.SETTLED


def test_a_short_code_and_two_empty_times_are_a_row(app: Any, cast: Cast) -> None:
    seat = accept(cast.hanako, cast.shift_today)
    code = codes_of(cast.shift_today.id)[seat.id]
    answer = _save(app, cast, who=code)
    (row,) = answer["rows"]
    assert row["state"] == "saved"
    assert row["name"] == "佐藤 花子"
    assert "10時〜12時（2時間）" in row["words"]
    assert answer["totals"] == "入力した 1人 / 名簿 1人"
    assert attendances()[0].flags == ["paper"]
    assert in_lots(cast, cast.hanako) == 200


def test_a_card_typed_or_read_is_a_row(app: Any, cast: Cast) -> None:
    card = live_card(cast.ichiro.party_id)
    assert card is not None
    code = card.code
    assert _save(app, cast, who=f"https://center.example.jp/c/{code}")["rows"][0]["name"] == (
        "鈴木 一郎"
    )


@pytest.mark.both_databases
def test_the_same_row_again_is_saved_once(app: Any, cast: Cast) -> None:
    desk = browser(app, cast.coordinator)
    first = _save(app, cast, desk, who="v0002")
    again = _save(app, cast, desk, who="v0002")
    assert first["rows"] == again["rows"]
    assert len(awards()) == 1
    assert _acts() == [(f"attendance:{attendances()[0].id}", Outcome.DONE)]


@pytest.mark.both_databases
def test_a_key_used_for_another_row_changes_nothing(app: Any, cast: Cast) -> None:
    _save(app, cast, who="v0002")
    for other in ({"who": "v0002", "left": "11:00"}, {"who": "v0001"}):
        (row,) = _save(app, cast, **other)["rows"]
        assert row["state"] == "wrong"
        assert "もう保存されています" in row["errors"]["who"]
    assert [one.minutes_counted for one in attendances()] == [120]


@pytest.mark.both_databases
def test_sound_rows_are_saved_beside_wrong_ones(app: Any, cast: Cast) -> None:
    answer = _type(app, cast, {"who": "v0002"}, {"who": "だれもいない", "came": "930"}, {"who": ""})
    assert answer.status_code == 422
    assert "1行が まだ保存されていません" in answer.text
    assert 'value="だれもいない"' in answer.text
    assert 'value="930"' in answer.text
    assert 'value="v0002"' not in answer.text
    assert "保存しました：10時〜12時" in answer.text
    assert KEYS[1] in answer.text, "the row keeps its key"
    assert len(attendances()) == 1


def test_somebody_received_by_qr_is_no_mistake(app: Any, cast: Cast, clock: Any) -> None:
    clock.advance(timedelta(hours=-6))
    accept(cast.hanako, cast.shift_today)
    arrive(browser(app, cast.hanako), cast.shift_today)
    clock.advance(timedelta(hours=6))
    answer = _save(app, cast, who="v0001")
    (row,) = answer["rows"]
    assert row["state"] == "known"
    assert "もう受付されています" in row["words"]
    assert "会場のコード" in row["words"]
    assert answer["totals"] == "入力した 0人 / 名簿 1人"
    assert len(awards()) == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"who": "だれもいない"}, "見つかりません"),
        ({"who": "職員 太郎"}, "2人います"),
        ({"who": "999"}, "この名簿に この番号はありません"),
        ({"who": ""}, "名簿の番号を入れてください"),
        ({"left": "17:00"}, "これから先の時刻"),
        ({"left": "9:00"}, "来た時刻より後"),
        ({"came": "25時"}, "時刻は"),
        ({"left": "99"}, "時刻は"),
        ({"households": "-1"}, "世帯の数"),
        ({"who": "相談 員子"}, "ほかの担当の人"),
    ],
)
def test_a_wrong_row_says_what_to_mend_and_is_kept(
    app: Any, cast: Cast, fields: dict[str, str], words: str
) -> None:
    with write_turn():
        make_person("職員 太郎")
        make_person("職員 太郎")
    (row,) = _save(app, cast, **{"who": "v0002", "came": "10:00", **fields})["rows"]
    assert row["state"] == "wrong"
    assert words in "".join(row["errors"].values())
    assert attendances() == []
    assert all(outcome is Outcome.REFUSED for _subject, outcome in _acts())


def test_an_end_hours_after_the_plan_is_asked_about_once(app: Any, cast: Cast) -> None:
    desk = browser(app, cast.coordinator)
    (row,) = _save(app, cast, desk, who="v0002", left="1430")["rows"]
    assert (row["state"], row["sure"], attendances()) == ("ask", "1430", [])
    assert "予定の終わりは12時です。14時30分で よいですか" in row["words"]
    (row,) = _save(app, cast, desk, who="v0002", left="1445", sure="1430")["rows"]
    assert row["state"] == "ask", "another end is another question"
    (row,) = _save(app, cast, desk, who="v0002", left="1445", sure="1445")["rows"]
    assert row["state"] == "saved"
    assert attendances()[0].minutes_counted == 285


def test_an_hour_longer_than_planned_is_not_asked_about(app: Any, cast: Cast) -> None:
    assert _save(app, cast, who="v0002", left="1300")["rows"][0]["state"] == "saved"


def test_without_scripts_the_question_is_answered_with_the_same_button(
    app: Any, cast: Cast
) -> None:
    desk = browser(app, cast.coordinator)
    asked = _type(app, cast, {"who": "v0002", "left": "1430"}, desk=desk)
    assert asked.status_code == 422
    assert 'name="sure" value="1430"' in asked.text
    assert "よいですか" in asked.text
    done = _type(app, cast, {"who": "v0002", "left": "1430", "sure": "1430"}, desk=desk)
    assert "すべて保存しました" in done.text
    assert len(attendances()) == 1


@pytest.mark.both_databases
def test_a_part_of_a_name_is_enough_on_the_list_only(app: Any, cast: Cast) -> None:
    (row,) = _save(app, cast, who="鈴")["rows"]
    assert "V0002 鈴木 一郎" in row["errors"]["who"]
    assert attendances() == []
    accept(cast.ichiro, cast.shift_today)
    assert _save(app, cast, who="鈴")["rows"][0]["name"] == "鈴木 一郎"


def test_two_of_one_name_on_the_list_are_asked_about_however_many_there_are(
    app: Any, cast: Cast
) -> None:
    with write_turn():
        everybody = [make_person(f"多田 {n:02}", kana=f"ただ {n:02}") for n in range(25)]
    accept(everybody[0], cast.shift_today)
    accept(everybody[24], cast.shift_today)
    (row,) = _save(app, cast, who="多田")["rows"]
    assert "2人います" in row["errors"]["who"]
    assert attendances() == []


def test_who_came_the_evening_before_a_shift_from_midnight(app: Any, cast: Cast) -> None:
    start = from_tokyo(date(2026, 11, 21), time(0))
    with write_turn():
        shift = db.session.get_one(Shift, cast.shift_today.id)
        shift.starts_at, shift.ends_at = start, start + timedelta(hours=2)
    (row,) = _save(app, cast, who="v0002", came="2340", left="200")["rows"]
    assert row["state"] == "saved"
    (one,) = attendances()
    assert one.checked_in_at == start - timedelta(minutes=20)
    assert one.minutes_counted == 120


def test_which_list_it_was_is_asked_once(app: Any, cast: Cast) -> None:
    desk = browser(app, cast.coordinator)
    none = _type(app, cast, {"who": "v0002"}, desk=desk, reason="")
    assert none.status_code == 422
    assert "どの名簿からの入力かを入れてください" in none.text
    assert 'value="v0002"' in none.text
    assert attendances() == []
    _type(app, cast, {"who": "v0002"}, desk=desk, reason="2枚目の名簿")
    assert "2枚目の名簿</textarea>" in desk.get(_path(cast)).text


def test_nothing_typed_is_said_and_changes_nothing(app: Any, cast: Cast) -> None:
    answer = _type(app, cast, {})
    assert answer.status_code == 422
    assert "1行も入力されていません" in answer.text


@pytest.mark.both_databases
def test_a_row_for_the_wrong_person_is_taken_back(app: Any, cast: Cast) -> None:
    desk = browser(app, cast.coordinator)
    _save(app, cast, desk, who="v0001")
    (one,) = attendances()
    path = f"/desk/shifts/{cast.shift_today.id}/attendances/{one.id}/undo-entry"
    assert path in desk.get(_path(cast)).text
    blank = desk.submit(path, {"reason": ""})
    assert blank.status_code == 422
    done = desk.submit(path, {"reason": "行をまちがえました"}, follow_redirects=True)
    assert "入力を取り消しました" in done.text
    assert attendances()[0].state is AttendanceState.REFUSED
    assert in_lots(cast, cast.hanako) == 0
    assert balances(cast.hanako.party_id, cast.programme.id).owed == 0
    assert verify() == []
    again = desk.submit(path, {"reason": "もう一度"})
    assert again.status_code == 422
    assert "ほかの人が先に変えました" in again.text
    own = browser(app, cast.hanako).get(f"/shifts/{cast.shift_today.id}/attendance")
    assert "行をまちがえました" in own.text


@pytest.mark.both_databases
def test_somebody_taken_back_by_mistake_counts_again(app: Any, cast: Cast) -> None:
    desk = browser(app, cast.coordinator)
    _save(app, cast, desk, who="v0002")
    (one,) = attendances()
    base = f"/desk/shifts/{cast.shift_today.id}/attendances/{one.id}"
    desk.submit(f"{base}/undo-entry", {"reason": "まちがい"})
    (row,) = _save(app, cast, desk, key=KEYS[3], who="v0002")["rows"]
    assert row["state"] == "wrong"
    assert row["times"] == f"{base}/times"
    desk.submit(f"{base}/times", {"came": "10:00", "left": "11:00", "reason": "来ていました"})
    assert attendances()[0].state is AttendanceState.CLOSED
    assert attendances()[0].minutes_counted == 60
    assert in_lots(cast, cast.ichiro) == 100
    assert verify() == []


def test_only_coordinators_type_lists(app: Any, cast: Cast) -> None:
    for who in (cast.cook, cast.hanako, cast.auditor):
        assert browser(app, who).get(_path(cast)).status_code in (403, 404)
