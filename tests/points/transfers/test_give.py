"""Giving points to another member: only where the program allows it, to a member one knows, within the limits."""

import hashlib
from datetime import date
from typing import Any

import pytest

from points.ledger import services as ledger
from points.ledger.gifts import Gift
from points.ledger.gifts import give_points as move_points
from points.ledger.models import Journal
from points.ledger.postings import Pots
from points.ledger.queries import balances
from points.ledger.verifying import verify_all
from points.programmes.models import RuleVersion
from points.redemption.position import position_of
from points.transfers.models import PointTransfer
from points.transfers.own_data import own_data
from points.transfers.rules import masked
from points.transfers.services import Wish, give
from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.factories.money import balances_of, give_points, make_cash_out
from tests.factories.points import OTARU
from tests.mail import Outbox
from tests.points.earning.test_awards import award, facts
from volunteer.core import clock as core_clock
from volunteer.core.db import db, run_turn, write_turn
from volunteer.core.errors import AlreadySent, NotFound, Refused

pytestmark = pytest.mark.both_databases

ALLOWED = "\n[transfer]\nbetween_members = true\n"


@pytest.fixture
def allowed(cast: Cast) -> None:
    say(cast, ALLOWED)


def say(cast: Cast, text: str) -> None:
    source = OTARU + text
    if "[caps]" in text:
        source = OTARU.replace(
            "yearly_points = 5000", "yearly_points = 5000\nyearly_exchange_points = 1000"
        )
        source += ALLOWED
    with write_turn():
        row = db.session.execute(
            db.select(RuleVersion).filter_by(programme_id=cast.programme.id)
        ).scalar_one()
        row.source, row.sha256 = source, hashlib.sha256(source.encode()).hexdigest()


def to_student(cast: Cast, points: int, key: str = "test-gift-1", **changes: Any) -> None:
    values = {"number": "V0003", "kana": "タカハシ ヨウタ", **changes}
    wish = Wish(cast.hanako.party_id, cast.programme.id, points=points, **values)
    user_id = cast.user("hanako@example.jp").id
    run_turn(give, wish, key, user_id)


def test_points_keep_month_and_last_day_and_both_are_told(
    cast: Cast, allowed: None, outbox: Outbox
) -> None:
    give_points(cast, cast.hanako, 300)
    to_student(cast, 200)
    to_student(cast, 200)
    assert balances_of(cast, cast.hanako).in_lots == 100
    found = balances(cast.student.party_id, cast.programme.id)
    assert [(lot.month, lot.expires_on, lot.balance) for lot in found.lots] == [
        (date(2026, 11, 1), date(2028, 3, 31), 200)
    ]
    assert found.available == 200
    told = {one.template: one.text for one in outbox.letters()}
    assert "ゆずりました" in told["points/transfers/given"]
    assert "佐藤" not in told["points/transfers/received"]
    assert len(db.session.scalars(db.select(PointTransfer.id)).all()) == 1
    assert verify_all() == []
    with pytest.raises(AlreadySent):
        to_student(cast, 100)
    with pytest.raises(AlreadySent):  # the same form, changed to somebody else
        to_student(cast, 200, number=cast.ichiro.number, kana=cast.ichiro.kana)


def test_it_is_not_there_where_the_program_forbids_it(client: Client, cast: Cast) -> None:
    give_points(cast, cast.hanako, 300)
    with pytest.raises(NotFound):
        to_student(cast, 100)
    sign_in_as(client, cast.hanako)
    assert client.get("/points/gift").status_code == 404
    assert "ゆずる" not in client.get("/points").text


def test_only_settled_points_and_the_earliest_first(cast: Cast, allowed: None) -> None:
    award(facts(cast))
    with pytest.raises(Refused) as refused:
        to_student(cast, 100)
    assert refused.value.code == "gift_not_enough"
    give_points(cast, cast.hanako, 100)
    to_student(cast, 100)
    assert balances_of(cast, cast.hanako).in_lots == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"number": "V9999"},
        {"kana": "タカハシ ヨウスケ"},
        {"number": "V0001", "kana": "サトウ ハナコ"},
    ],
)
def test_number_and_reading_must_both_be_right(
    cast: Cast, allowed: None, changes: dict[str, str]
) -> None:
    give_points(cast, cast.hanako, 300)
    with pytest.raises(Refused) as refused:
        to_student(cast, 100, **changes)
    assert refused.value.code == "no_receiver"
    assert balances_of(cast, cast.hanako).in_lots == 300


def test_gifts_and_exchanges_share_one_yearly_limit(cast: Cast) -> None:
    say(cast, "[caps]")
    give_points(cast, cast.hanako, 3000)
    to_student(cast, 400)
    at = position_of(cast.hanako.party_id, cast.programme.id, core_clock.today())
    assert at is not None
    assert at.facts.exchanged_points == 400
    with pytest.raises(Refused) as refused:
        to_student(cast, 700, key="test-gift-2")
    assert refused.value.code == "gift_over_year"
    with pytest.raises(Refused) as refused:
        make_cash_out(cast, cast.hanako, 1000)
    assert refused.value.code == "over_year_points"


def test_a_debt_of_the_receiver_is_filled_first(cast: Cast, allowed: None) -> None:
    give_points(cast, cast.student, 100)
    credit_id = db.session.scalar(db.select(Journal.id))
    pots = {"holder_id": cast.student.party_id, "programme_id": cast.programme.id}
    with write_turn():
        ledger.hold(**pots, points=100, hold_key="h", key="h", source="cash_out:1")
        ledger.settle("h", key="s", source="cash_out:1")
        ledger.reverse(credit_id, key="r", reason="real_time")
    assert balances_of(cast, cast.student).owed == 100
    give_points(cast, cast.hanako, 300)
    to_student(cast, 300)
    found = balances_of(cast, cast.student)
    assert (found.owed, found.in_lots) == (0, 200)
    assert verify_all() == []


def test_a_member_gives_on_two_pages(client: Client, cast: Cast, allowed: None) -> None:
    give_points(cast, cast.hanako, 300)
    sign_in_as(client, cast.hanako)
    assert "ポイントをゆずる" in client.get("/points").text
    form = {"number": "V0003", "kana": "たかはし ようた", "points": "200"}
    wrong = client.submit("/points/gift", {**form, "number": "V0009"})
    assert "見つかりません" in wrong.text
    assert "高橋" not in wrong.text
    shown = client.get(client.submit("/points/gift", form).location)
    assert "タ●●● ヨ●●" in shown.text
    assert "高橋" not in shown.text
    done = client.resubmit(shown, page=shown.request.full_path, follow_redirects=True)
    assert "ゆずりました" in done.text
    assert "ほかの会員の方にゆずりました" in done.text
    sign_in_as(client, cast.student)
    assert "ほかの会員の方から受けとりました" in client.get("/points").text
    assert client.get(shown.request.full_path).status_code == 404
    ((row,),) = [part.rows for part in own_data(cast.student.party_id)]
    assert "佐藤" not in str(row)
    assert verify_all() == []


def test_full_width_is_understood_and_going_back_keeps_what_was_typed(
    client: Client, cast: Cast, allowed: None
) -> None:
    give_points(cast, cast.hanako, 300)
    sign_in_as(client, cast.hanako)
    form = {"number": "ｖ０００３", "kana": "ﾀｶﾊｼ ﾖｳﾀ", "points": "２００"}
    location = client.submit("/points/gift", form).location
    assert "confirmation" in location
    back = client.get(location.replace("/confirmation", ""))
    assert 'value="V0003"' in back.text
    assert 'value="200"' in back.text


def test_nobody_tries_numbers_for_long(client: Client, cast: Cast, allowed: None) -> None:
    sign_in_as(client, cast.hanako)
    give_points(cast, cast.hanako, 300)
    form = {"number": "V0009", "kana": "たかはし ようた", "points": "1"}
    answers = [client.submit("/points/gift", form).status_code for _one in range(11)]
    assert answers[0] == 422
    assert answers[-1] == 429


def test_journals_of_no_gift_are_found(cast: Cast, allowed: None) -> None:
    give_points(cast, cast.hanako, 300)
    sides = [Pots(one.party_id, cast.programme.id) for one in (cast.hanako, cast.student)]
    version_id = db.session.scalar(db.select(RuleVersion.id))
    user_id = cast.coordinator.id
    with write_turn():
        move_points(Gift(*sides, 100, "of-nobody", version_id, user_id))
    assert [one.rule for one in verify_all()] == ["journal_has_gift", "journal_has_gift"]


def test_a_name_is_masked(cast: Cast) -> None:
    assert masked("サトウ ハナコ") == "サ●● ハ●●"
