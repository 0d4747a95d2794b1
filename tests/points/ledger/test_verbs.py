"""Each verb of the ledger, by itself."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from points.ledger import queries, services
from points.ledger.models import LedgerAccount
from points.ledger.states import AccountKind
from tests.cast import Cast
from volunteer.core.clock import from_tokyo
from volunteer.core.db import db, write_turn
from volunteer.core.errors import AlreadyDecided, AlreadySent, NotFound, Refused

pytestmark = pytest.mark.both_databases

ON = date(2026, 11, 21)
END = date(2028, 3, 31)


class Book:
    """The ledger as one person's passbook, each verb in a turn of its own."""

    def __init__(self, cast: Cast) -> None:
        self.who = {"holder_id": cast.hanako.party_id, "programme_id": cast.programme.id}
        self.rule: dict[str, Any] = {"rule_version_id": None}

    def credit(self, points: int, key: str = "c1", **more: Any) -> int:
        values = {"activity_on": ON, "expires_on": END, "source": "attendance:1", **more}
        with write_turn():
            return services.credit(**self.who, **self.rule, points=points, key=key, **values).id

    def hold(self, points: int, name: str = "h") -> int:
        with write_turn():
            return services.hold(
                **self.who, points=points, hold_key=name, key=f"hold:{name}", source="cash_out:1"
            ).id

    def do(self, verb: Any, *args: Any, **more: Any) -> Any:
        with write_turn():
            made = verb(*args, **more)
            return made.id if made is not None else None

    @property
    def now(self) -> queries.Balances:
        db.session.rollback()
        return queries.balances(**self.who)


@pytest.fixture
def book(cast: Cast) -> Book:
    return Book(cast)


def test_a_credit_is_in_the_lot_of_its_month(book: Book) -> None:
    book.credit(500)
    assert [(lot.month, lot.expires_on, lot.balance) for lot in book.now.lots] == [
        (date(2026, 11, 1), END, 500)
    ]
    assert book.now.available == 500


def test_the_same_credit_again_changes_nothing(book: Book) -> None:
    assert book.credit(500) == book.credit(500)
    assert book.now.in_lots == 500


def test_the_same_key_with_other_content_is_refused(book: Book) -> None:
    book.credit(500)
    with pytest.raises(AlreadySent):
        book.credit(400)
    assert book.now.in_lots == 500


def test_nothing_and_less_than_nothing_cannot_be_credited(book: Book) -> None:
    for points in (0, -1):
        with pytest.raises(ValueError, match="positive"):
            book.credit(points)


def test_unsettled_points_are_shown_but_cannot_be_held(book: Book) -> None:
    book.credit(500, unsettled=True)
    book.credit(100, "c2")
    assert (book.now.in_lots, book.now.available) == (600, 100)
    with pytest.raises(Refused) as refusal:
        book.hold(101)
    assert refusal.value.code == "not_enough_points"
    assert refusal.value.facts["available"] == 100
    with write_turn():
        services.settle_points(**book.who, points=500)
    book.hold(600)
    assert book.now.held == 600


def test_a_hold_takes_the_earliest_expiry_first_then_the_oldest(book: Book) -> None:
    book.credit(100, "late", expires_on=None)
    book.credit(100, "newer", activity_on=date(2026, 11, 2))
    book.credit(100, "older", activity_on=date(2026, 10, 2))
    book.credit(100, "first", activity_on=date(2026, 12, 2), expires_on=date(2027, 3, 31))
    book.hold(150)
    left = [(lot.month.month, lot.balance) for lot in book.now.lots]
    assert left == [(10, 50), (11, 100), (11, 100)]


def test_lapsed_lots_cannot_be_held_even_before_the_expiry_run(book: Book, clock: Any) -> None:
    book.credit(100, expires_on=ON)
    clock.advance(timedelta(days=1))
    assert book.now.available == 0
    with pytest.raises(Refused):
        book.hold(1)


def test_settled_holds_are_gone_and_a_repeat_is_harmless(book: Book) -> None:
    book.credit(500)
    book.hold(300)
    first = book.do(services.settle, "h", key="s", source="cash_out:1")
    assert book.do(services.settle, "h", key="s", source="cash_out:1") == first
    assert (book.now.in_lots, book.now.held) == (200, 0)
    for verb in (services.settle, services.void):
        with pytest.raises(AlreadyDecided):
            book.do(verb, "h", key="another", source="cash_out:1")


def test_a_void_returns_to_the_lots_of_origin(book: Book) -> None:
    book.credit(100, "a", activity_on=date(2026, 10, 2))
    book.credit(100, "b")
    before = book.now
    book.hold(150)
    book.do(services.void, "h", key="v", source="cash_out:1")
    assert book.now == before
    with pytest.raises(NotFound):
        book.do(services.void, "nowhere", key="v2", source="cash_out:1")


@pytest.mark.parametrize(
    ("policy", "in_lots"),
    [
        ({"lapsed": "expire"}, 100),
        ({"lapsed": "return"}, 200),
        ({"extended_to": date(2026, 12, 31)}, 200),
    ],
)
def test_what_lapsed_while_held_follows_the_programme(
    book: Book, clock: Any, policy: dict[str, Any], in_lots: int
) -> None:
    book.credit(100, "a", expires_on=ON)
    book.credit(100, "b")
    book.hold(200)
    clock.advance(timedelta(days=2))
    book.do(services.void, "h", key="v", source="cash_out:1", **policy)
    assert book.now.in_lots == in_lots
    if "extended_to" in policy:
        assert book.now.by_expiry[0] == (date(2026, 12, 31), 100)


def test_money_that_comes_back_brings_the_points_back_once(book: Book) -> None:
    book.credit(500)
    book.hold(500)
    with pytest.raises(NotFound):
        book.do(services.return_paid, "h", key="r", source="cash_out:1")
    book.do(services.settle, "h", key="s", source="cash_out:1")
    first = book.do(services.return_paid, "h", key="r", source="cash_out:1")
    assert book.do(services.return_paid, "h", key="r", source="cash_out:1") == first
    with pytest.raises(AlreadyDecided):
        book.do(services.return_paid, "h", key="r2", source="cash_out:1")
    assert book.now.in_lots == 500


def test_pending_points_are_confirmed_or_refused_once(book: Book) -> None:
    first = book.credit(100, "a", to_pending=True)
    second = book.credit(50, "b", to_pending=True)
    assert (book.now.pending, book.now.available) == (150, 0)
    confirmed = book.do(services.confirm, first, key="ok", expires_on=END)
    assert book.do(services.confirm, first, key="ok", expires_on=END) == confirmed
    with pytest.raises(AlreadyDecided):
        book.do(services.refuse, first, key="no")
    book.do(services.refuse, second, key="no2")
    assert (book.now.pending, book.now.available) == (0, 100)
    with pytest.raises(AlreadyDecided):
        book.do(services.reverse, second, key="r", reason="entered_twice")


def test_expiry_empties_the_lot_after_its_last_day(book: Book, clock: Any) -> None:
    book.credit(100, expires_on=ON)
    lot = book.now.lots[0].account_id
    assert book.do(services.expire_lot, lot, on=ON) is None
    day_after = ON + timedelta(days=1)
    assert book.do(services.expire_lot, lot, on=day_after) is not None
    assert book.do(services.expire_lot, lot, on=day_after) is None
    book.credit(40, "late paper", expires_on=ON)
    book.do(services.expire_lot, lot, on=day_after)
    assert book.now.in_lots == 0


def test_a_reversal_takes_origin_then_other_lots_then_a_debt(book: Book) -> None:
    wrong = book.credit(500, "wrong", activity_on=date(2026, 10, 2))
    book.credit(100, "other")
    book.hold(450)
    book.do(services.settle, "h", key="s", source="cash_out:1")
    book.do(services.reverse, wrong, key="r", reason="entered_twice")
    assert (book.now.in_lots, book.now.owed) == (0, 350)
    with pytest.raises(AlreadyDecided):
        book.do(services.reverse, wrong, key="r2", reason="entered_twice")


def test_the_next_credits_fill_the_debt_first(book: Book) -> None:
    wrong = book.credit(500, "wrong")
    book.hold(500)
    book.do(services.settle, "h", key="s", source="cash_out:1")
    book.do(services.reverse, wrong, key="r", reason="entered_twice")
    book.credit(300, "next", unsettled=True)
    assert (book.now.in_lots, book.now.owed, book.now.unsettled) == (0, 200, 0)
    filling = book.credit(300, "after", unsettled=True)
    assert (book.now.in_lots, book.now.owed, book.now.unsettled) == (100, 0, 100)
    with write_turn():
        services.settle_points(**book.who, points=100)
    book.do(services.reverse, filling, key="r3", reason="entered_twice")
    assert (book.now.in_lots, book.now.owed) == (0, 200)


def test_points_that_come_back_fill_the_debt_first(book: Book) -> None:
    wrong = book.credit(500, "wrong")
    book.hold(300)
    book.do(services.reverse, wrong, key="r", reason="entered_twice")
    assert (book.now.in_lots, book.now.owed, book.now.held) == (0, 300, 300)
    book.do(services.void, "h", key="v", source="cash_out:1")
    assert book.now == queries.Balances()


def test_a_confirmed_credit_can_be_reversed(book: Book) -> None:
    claimed = book.credit(100, to_pending=True)
    book.do(services.confirm, claimed, key="ok", expires_on=END)
    book.do(services.reverse, claimed, key="r", reason="entered_twice")
    assert book.now == queries.Balances()
    other = book.credit(100, "b", to_pending=True)
    book.do(services.reverse, other, key="r2", reason="entered_twice")
    assert book.now == queries.Balances()
    with pytest.raises(AlreadyDecided):
        book.do(services.confirm, other, key="late", expires_on=END)


def test_holds_in_the_way_of_a_reversal_are_named(book: Book) -> None:
    wrong = book.credit(500, "wrong")
    book.credit(500, "other", activity_on=date(2026, 12, 1))
    assert queries.holds_to_free(wrong) == []
    book.hold(100, "one")
    book.hold(300, "two")
    assert queries.holds_to_free(wrong) == ["two", "one"]


def test_the_statement_runs_and_ends_at_the_balance(book: Book, clock: Any) -> None:
    book.credit(500)
    clock.advance(timedelta(days=1))
    book.hold(200)
    book.do(services.settle, "h", key="s", source="cash_out:1")
    lines = queries.statement(**book.who)
    assert [(line.kind, line.points, line.balance) for line in lines] == [
        ("credit", 500, 500),
        ("hold", -200, 300),
    ]
    later = queries.statement(**book.who, since=datetime.fromisoformat("2026-11-21T12:00:00+00:00"))
    assert [(line.points, line.balance) for line in later] == [(-200, 300)]
    assert queries.statement(**book.who, until=from_tokyo(ON)) == []


def test_system_accounts_keep_no_balance(book: Book) -> None:
    book.credit(500)
    kinds = (AccountKind.ISSUED, AccountKind.PAID)
    rows = db.session.execute(db.select(LedgerAccount.balance).where(LedgerAccount.kind.in_(kinds)))
    assert set(rows.scalars()) == {0}
