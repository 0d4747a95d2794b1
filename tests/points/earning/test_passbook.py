"""The passbook: every line says which activity and why this number."""

from datetime import timedelta
from typing import Any

import pytest

from points.earning import services
from points.earning.facts import Grade
from points.earning.jobs import expire_points, settle_due
from points.ledger import services as ledger
from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.mail import Outbox
from tests.points.earning.test_awards import award, facts
from volunteer.core import clock as core_clock
from volunteer.core.db import db, write_turn


def book(client: Client, cast: Cast, address: str = "/points") -> str:
    answer = sign_in_as(client, cast.hanako).get(address)
    assert answer.status_code == 200, answer.text[:500]
    return " ".join(answer.text.split())


def test_an_empty_passbook_says_what_will_stand_in_it(client: Client, cast: Cast) -> None:
    text = book(client, cast)
    assert "佐藤 花子" in text
    assert "登録番号 V0001" in text
    assert "この年度の記録はまだありません" in text
    assert "0 / 5,000ポイント（あと5,000）" in text


def test_each_line_says_what_and_why(client: Client, cast: Cast) -> None:
    award(facts(cast))
    award(facts(cast, source_id=2, title="学校支援", place="見本小学校", category_code="school"))
    text = book(client, cast)
    assert "配食 花園" in text
    assert "2時間・2時間×100ポイント＝200ポイント" in text
    assert "「たるボラポイント（例）」の令和3年4月1日からの決まり" in text
    assert "確定前 200ポイント" in text
    assert "1日の上限の200ポイントまで、もうついています" in text
    assert "200 / 5,000ポイント（あと4,800）" in text
    assert "令和10年3月31日まで" in text


def test_settled_held_and_waiting_points_are_told_apart(
    client: Client, cast: Cast, clock: Any
) -> None:
    award(facts(cast, category_code="snow", households=4))
    award(facts(cast, source_id=2, grade=Grade.CLAIMED, title="配食のお手伝い"))
    clock.advance(timedelta(days=5))
    assert settle_due() == "settled=1 confirmed=0"
    with write_turn():
        ledger.hold(
            holder_id=cast.hanako.party_id,
            programme_id=cast.programme.id,
            points=1000,
            hold_key="h",
            key="hold:h",
            source="cash_out:1",
        )
    text = book(client, cast)
    assert "確認待ち 200ポイント" in text
    assert "換金の申し込み（預り）" in text
    assert "−1,000" in text
    assert "換金の申し込み中：1,000ポイント" in text
    assert '<span class="soft small">確定前' not in text


def test_a_correction_is_two_more_lines(client: Client, cast: Cast) -> None:
    award(facts(cast))
    with write_turn():
        services.correct_award(
            "attendance", 1, facts(cast, counted_minutes=60), reason="left_early"
        )
    text = book(client, cast)
    assert "訂正：配食 花園" in text
    assert text.index("＋100") < text.index("−200") < text.index("＋200")


def test_other_years_and_other_people(client: Client, cast: Cast) -> None:
    assert "令和7年度" in book(client, cast, "/points?year=2025")
    assert sign_in_as(client, cast.hanako).get("/points?year=1").status_code == 404
    assert client.get(f"/desk/people/{cast.hanako.party_id}/points").status_code == 403


def test_the_desk_reads_and_prints_the_passbook_of_a_person_without_mail(
    client: Client, cast: Cast
) -> None:
    award(facts(cast, person_id=cast.ichiro.party_id))
    sign_in_as(client, cast.coordinator)
    for ending in ("points", "points/print"):
        answer = client.get(f"/desk/people/{cast.ichiro.party_id}/{ending}")
        assert answer.status_code == 200
        assert "配食" in answer.text
    assert client.get("/desk/people/999999/points").status_code == 404


def test_the_year_prints(client: Client, cast: Cast) -> None:
    award(facts(cast))
    text = book(client, cast, "/points/print?year=2026")
    assert "みなと市ボランティアセンター" in text
    assert "配食 花園" in text


def test_an_applicant_without_a_programme_is_told_so(client: Client, cast: Cast) -> None:
    answer = sign_in_as(client, cast.applicant).get("/points")
    assert "通帳はまだありません" in answer.text


def test_the_english_passbook_reads_well(client: Client, cast: Cast) -> None:
    award(facts(cast))
    text = sign_in_as(client, cast.hanako).get("/points", headers={"Accept-Language": "en"}).text
    assert "200" in text


@pytest.mark.both_databases
def test_points_expire_once_and_people_are_warned_before(
    cast: Cast, outbox: Outbox, clock: Any
) -> None:
    award(facts(cast))
    settle_due()
    clock.set(core_clock.from_tokyo(core_clock.today().replace(year=2028, month=3, day=1)))
    assert expire_points() == "expired=0 carried=0 warned=1"
    assert expire_points() == "expired=0 carried=0 warned=0"
    letter = outbox.last()
    assert "令和10年3月31日まで" in letter.subject
    assert "200ポイントの期限が、あと30日です。" in letter.text
    clock.set(core_clock.from_tokyo(core_clock.today().replace(month=4, day=1)))
    assert expire_points() == "expired=1 carried=0 warned=0"
    assert expire_points() == "expired=0 carried=0 warned=0"
    db.session.rollback()
