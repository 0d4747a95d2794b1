"""The outlook at the desk: what is owed, what will come, the budget and who may set it."""

from datetime import date, timedelta

import pytest

from points.ledger import services
from points.reports.history import holding, months
from points.reports.models import BudgetLine
from points.reports.queries import budget_of, outlooks
from points.reports.services import set_budget
from tests.cast import Cast, sign_in_as
from tests.client import Client
from volunteer.core import clock
from volunteer.core.clock import from_tokyo
from volunteer.core.db import db, write_turn
from volunteer.core.errors import AlreadySent

YEAR = date(2026, 4, 1)


def live(cast: Cast, begin: date, count: int) -> None:
    """So many months in which 佐藤 花子 earns 1,000 points and exchanges 800 of them, one exchange taken back."""
    who = {"holder_id": cast.hanako.party_id, "programme_id": cast.programme.id}
    for number in range(count):
        day = clock.add_months(begin, number)
        clock.set(from_tokyo(day) + timedelta(hours=9))
        with write_turn():
            services.credit(
                **who, rule_version_id=None, points=1000, activity_on=day, key=f"credit:{number}",
                expires_on=date(2028, 3, 31), source="import:1",
            )  # fmt: skip
            for name, points in (("kept", 800), ("void", 100)):
                key = f"{name}:{number}"
                services.hold(
                    **who, points=points, hold_key=key, key=f"hold:{key}", source="import:1"
                )
            services.settle(f"kept:{number}", key=f"settle:{number}", source="import:1")
            services.void(f"void:{number}", key=f"void:{number}", source="import:1")
    clock.set(from_tokyo(date(2026, 11, 21)))


@pytest.mark.both_databases
def test_history_is_what_the_postings_say(cast: Cast) -> None:
    live(cast, date(2026, 9, 2), 3)
    found = months(cast.programme.id)
    assert [(one.first_day.month, one.in_lots_before, one.earned, one.exchanged) for one in found] == [
        (9, 0, 1000, 800),
        (10, 200, 1000, 800),
        (11, 400, 1000, 800),
    ]  # fmt: skip
    now = holding(cast.programme.id)
    assert (now.in_lots, now.held, now.outstanding) == (600, 0, 600)
    assert now.ending == {date(2028, 3, 1): 600}


@pytest.mark.both_databases
def test_the_year_is_what_came_and_what_will_come(cast: Cast) -> None:
    live(cast, date(2024, 11, 2), 25)
    one = outlooks()[0]
    assert (one.year.start, one.exchanged) == (YEAR, 8 * 800)
    assert one.by_the_end is not None
    low, middle, high = one.by_the_end
    assert one.exchanged < low <= middle <= high
    assert one.ahead is not None
    assert [line[0].month for line in one.ahead.by_month] == [11, 12, 1, 2, 3]
    assert one.verdict == ""


def budget(cast: Cast, amount_yen: int, key: str = "a" * 20) -> int:
    with write_turn():
        return set_budget(
            key=key,
            programme_id=cast.programme.id,
            year_starts_on=YEAR,
            amount_yen=amount_yen,
            reason="理事会の議決",
            by_user_id=cast.payer.id,
        )


@pytest.mark.both_databases
def test_the_newest_budget_counts_and_the_older_stays(cast: Cast) -> None:
    first = budget(cast, 100_000)
    assert budget(cast, 100_000) == first
    with pytest.raises(AlreadySent):
        budget(cast, 90_000)
    budget(cast, 120_000, "b" * 20)
    found = budget_of(cast.programme.id, YEAR)
    assert found
    assert found.amount_yen == 120_000
    assert db.session.execute(db.select(db.func.count(BudgetLine.id))).scalar() == 2
    assert budget_of(cast.programme.id, date(2027, 4, 1)) is None


def test_the_budget_is_compared_with_the_range(cast: Cast) -> None:
    live(cast, date(2024, 11, 2), 25)
    for number, (amount, verdict) in enumerate(
        [(1_000, "over"), (6_500, "short"), (900_000, "enough")]
    ):
        budget(cast, amount, f"{number}" * 20)
        assert outlooks()[0].verdict == verdict


def test_the_payer_sets_a_budget_and_everybody_of_the_money_sees_it(
    cast: Cast, client: Client
) -> None:
    live(cast, date(2024, 11, 2), 25)
    sign_in_as(client, cast.payer)
    assert "まだ入っていません" in client.get("/desk/forecast").text
    typed = {
        "year": f"{cast.programme.id}:{YEAR}",
        "amount_yen": "９００，０００",
        "reason": "理事会の議決",
    }
    assert client.submit("/desk/forecast/budget", typed).status_code == 303
    for who in (cast.payer, cast.approver, cast.auditor):
        text = sign_in_as(client, who).get("/desk/forecast").text
        assert "予算で足りる見通しです" in text
        assert "900,000円" in text
        assert "<polyline" in text
        assert "表で見る" in text
    assert client.get("/desk/forecast/budget").status_code == 403
    assert sign_in_as(client, cast.administrator).get("/desk/forecast").status_code == 403
    assert sign_in_as(client, cast.coordinator).get("/desk/forecast").status_code == 403


@pytest.mark.parametrize(
    ("begin", "count", "words"),
    [
        (date(2026, 11, 7), 1, "令和9年11月1日から出せます"),  # two weeks
        (date(2026, 9, 2), 3, "令和9年9月1日から出せます"),
        (date(2026, 11, 7), 0, "まだポイントがついていません"),
    ],
)
def test_a_young_programme_says_when_there_will_be_an_outlook(
    cast: Cast, client: Client, begin: date, count: int, words: str
) -> None:
    live(cast, begin, count)
    budget(cast, 900_000)
    text = sign_in_as(client, cast.auditor).get("/desk/forecast").text
    assert "まだ見通しを出せません" in text
    assert words in text
    assert "少なめ〜多め" not in text
    assert "予算で足りる見通しです" not in text
    assert "<polygon" not in text
    assert ("<polyline" in text) == (count > 1), "what came is drawn, nothing else"


def test_a_budget_that_is_used_up_is_told_without_a_forecast(cast: Cast, client: Client) -> None:
    live(cast, date(2026, 9, 2), 3)
    budget(cast, 1_000)
    text = sign_in_as(client, cast.auditor).get("/desk/forecast").text
    assert "予算をこえています" in text
    assert "もう2,400円です" in text


@pytest.mark.parametrize("wrong", ["", "-5", "たくさん", "9999999999"])
def test_a_budget_that_is_no_sum_is_refused(cast: Cast, client: Client, wrong: str) -> None:
    sign_in_as(client, cast.payer)
    typed = {"year": f"{cast.programme.id}:{YEAR}", "amount_yen": wrong, "reason": "議決"}
    assert client.submit("/desk/forecast/budget", typed).status_code == 422
    assert budget_of(cast.programme.id, YEAR) is None
