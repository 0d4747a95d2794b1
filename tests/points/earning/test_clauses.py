"""Every line of the passbook can be looked up: the row of the rules behind it, and what cut it."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from points.earning.clauses import ELSEWHERE, clause_of
from points.earning.jobs import expire_points
from points.earning.reasons import TEXTS
from points.earning.rules import AwardReason
from points.ledger import services as ledger
from points.programmes.rule_version import parse_rule_version
from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.factories.points import OTARU
from tests.points.earning.test_awards import award, facts
from tests.points.earning.test_passbook import book
from volunteer.core import clock as core_clock
from volunteer.core.db import db, write_turn

OTARU_RULES = parse_rule_version(OTARU)
NAMES = {"snow": "雪かき", "meals": "配食"}


def test_a_line_names_its_row_of_the_rules(client: Client, cast: Cast) -> None:
    award(facts(cast, category_code="snow", households=2, title="雪かき"))
    award(facts(cast, source_id=2))
    text = book(client, cast)
    assert "雪かき：1世帯につき500ポイント" in text
    assert "この活動は、1日の上限に入りません" in text
    assert "からの決まり（つけ方の1番目）" in text
    assert "60分ごとに100ポイント" in text
    assert "からの決まり（つけ方の2番目）" in text
    assert text.count('<details class="why">') == 2
    assert "<code>" not in text


def test_the_desk_also_reads_the_key_and_paper_folds_nothing(client: Client, cast: Cast) -> None:
    award(facts(cast))
    award(facts(cast, source_id=2, category_code="school"))
    sign_in_as(client, cast.coordinator)
    address = f"/desk/people/{cast.hanako.party_id}/points"
    assert "<code>awards[1]・caps.daily_points</code>" in client.get(address).text
    printed = client.get(f"{address}/print").text
    assert "<details" not in printed
    assert "60分ごとに100ポイント" in printed


def test_a_cap_is_named_where_it_cut(cast: Cast) -> None:
    found = clause_of(OTARU_RULES, facts(cast), AwardReason.CUT_BY_DAY_CAP, {"day_cap": 200}, NAMES)
    assert (found.key, found.what) == ("awards[1]・caps.daily_points", "配食")
    assert [str(one) for one in found.says] == ["1日の上限は200ポイント"]
    year = clause_of(
        OTARU_RULES, facts(cast), AwardReason.YEAR_CAP_REACHED, {"year_cap": 5000}, NAMES
    )
    assert [str(one) for one in year.says] == ["1年の上限は5,000ポイント"]


@pytest.mark.parametrize("reason", sorted(set(TEXTS) - {AwardReason.NOT_ENROLLED}))
def test_every_reason_leads_to_a_part_of_the_rules(cast: Cast, reason: AwardReason) -> None:
    found = clause_of(OTARU_RULES, facts(cast), reason, {}, NAMES)
    assert found.key.split(".")[0].split("[")[0] in {
        "awards", "exclusions", "may_collect", "requirements", "insurance", "evidence",
    }  # fmt: skip
    assert str(found.place)
    assert (reason in ELSEWHERE) == (not found.gives)


def test_what_no_row_lists_is_looked_up_among_the_rows(cast: Cast) -> None:
    other = replace(facts(cast), category_code="music")
    assert clause_of(OTARU_RULES, other, AwardReason.NOT_LISTED, {}, NAMES).key == "awards"


def test_points_that_ended_say_which_they_were(client: Client, cast: Cast) -> None:
    with write_turn():
        ledger.credit(
            holder_id=cast.hanako.party_id, programme_id=cast.programme.id, rule_version_id=None,
            points=300, activity_on=date(2025, 6, 5), expires_on=date(2026, 10, 31), key="old",
            source="attendance:99",
        )  # fmt: skip
    expire_points()
    text = book(client, cast)
    assert "令和7年6月の活動のポイント。期限は令和8年10月31日でした" in text
    assert "活動した年度の次の年度の終わりまで" not in text or "ポイントの期限" in text


def test_a_long_passbook_asks_no_more_than_a_short_one(
    client: Client, cast: Cast, clock: Any
) -> None:
    sign_in_as(client, cast.hanako)
    award(facts(cast))
    short = statements(client)
    for number in range(2, 30):
        clock.advance(timedelta(days=1))
        award(facts(cast, source_id=number, activity_on=core_clock.today()))
    assert statements(client) <= max(short, 12)


def statements(client: Client) -> int:
    """How many statements the page of the passbook sends."""
    client.get("/points")
    sent: list[str] = []
    listener = lambda _c, _cur, text, *_rest: sent.append(text)  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", listener)
    try:
        assert client.get("/points").status_code == 200
    finally:
        event.remove(db.engine, "before_cursor_execute", listener)
    return len([one for one in sent if one.lstrip().upper().startswith("SELECT")])
