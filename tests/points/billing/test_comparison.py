"""The night's comparison names every kind of difference that is planted, and nothing where nothing differs."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from migrations.guards import install_guards, installed_guards
from points.billing import jobs
from points.billing.comparing import Kind, compare, take_up
from points.billing.earnings import live_credits
from points.billing.jobs import BooksDiffer, compare_books, work_through
from points.billing.models import Charge, Payment
from points.ledger.services import reverse
from tests.cast import Cast
from tests.points.billing.account import Account
from tests.points.billing.town import Town
from volunteer.core import clock
from volunteer.core.db import db, run_turn, writing_allowed


@pytest.fixture
def town(cast: Cast) -> Town:
    return Town(cast)


def behind_everybodys_back(statement: str) -> None:
    """A hand in the tables, past every guard and CHECK."""
    db.session.remove()
    with writing_allowed(), db.engine.connect() as connection:
        for name in installed_guards(connection):
            if "payment" in name:
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
        connection.execute(text(statement))
        install_guards(connection)
        connection.commit()
        connection.exec_driver_sql("PRAGMA ignore_check_constraints = OFF")


def _in_table(setting: str) -> Callable[[Town, Charge], None]:
    def plant(_town: Town, charge: Charge) -> None:
        behind_everybodys_back(f"UPDATE payment SET {setting} WHERE charge_id = {charge.id}")  # noqa: S608

    return plant


def _object(town: Town, charge: Charge, prefix: str) -> dict[str, Any]:
    row = town.payment(charge)
    name = {"cs": row.reference, "pi": row.intent}.get(prefix)
    objects = town.fake.machine.objects
    return objects[name] if name else objects[objects[row.intent]["latest_charge"]]


def _forgotten(town: Town, charge: Charge) -> None:
    del town.fake.machine.objects[town.payment(charge).reference or ""]


def _stranger(town: Town, _charge: Charge) -> None:
    order = Account(now=clock.now()).order("somebody:1")
    town.cards.open_payment(order, "somebody")


def _second(town: Town, charge: Charge) -> None:
    page = town.cards.open_payment(Account(now=clock.now()).order(charge.key), "by hand")
    town.fake.machine.pay(page.reference)


def _other_amount(town: Town, charge: Charge) -> None:
    _object(town, charge, "cs")["amount_total"] = 9999


def _taken_back(town: Town, charge: Charge) -> None:
    journal, _yen = live_credits(charge.id)[0]
    db.session.rollback()
    run_turn(reverse, journal, key="by hand", reason="by_hand")


def _unanswered(_town: Town, charge: Charge) -> None:
    charge_id = charge.id
    db.session.remove()
    with writing_allowed(), db.engine.connect() as connection:
        connection.execute(
            text(
                "INSERT INTO gateway_call (key, payment_id, ask, amount_yen, made_at, refusal) SELECT"
                " 'lost', id, 'refund', 1, '2026-11-20 00:00:00', '' FROM payment"
                " WHERE charge_id = :charge"
            ),
            {"charge": charge_id},
        )
        connection.commit()


def _unknown_notice(_town: Town, _charge: Charge) -> None:
    db.session.remove()
    with writing_allowed(), db.engine.connect() as connection:
        connection.execute(
            text(
                "INSERT INTO gateway_notice (event_id, kind, reference, intent, charge_key, happened_at,"
                " received_at) VALUES ('evt_x', 'charge.captured', 'cs_x', '', '',"
                " '2026-11-20 00:00:00', '2026-11-20 00:00:00')"
            )
        )
        connection.commit()


def _missed(town: Town, charge: Charge) -> None:
    town.fake.machine.tell("charge.updated", _object(town, charge, "ch"))


PLANTED: dict[Kind, Callable[[Town, Charge], None]] = {
    Kind.UNKNOWN: _stranger,
    Kind.MISSING: _forgotten,
    Kind.TWICE: _second,
    Kind.AMOUNT: _other_amount,
    Kind.STATE: _in_table("state = 'held'"),
    Kind.HELD: _in_table("held_yen = 5"),
    Kind.CAPTURED: _in_table("captured_yen = 2999"),
    Kind.REFUNDED: _in_table("refunded_yen = 1"),
    Kind.DISPUTED: _in_table("disputed_yen = 1"),
    Kind.LOST: _in_table("lost_yen = 1"),
    Kind.UNANSWERED: _unanswered,
    Kind.LEDGER: _taken_back,
    Kind.NOTICE_MISSED: _missed,
    Kind.NOTICE_UNKNOWN: _unknown_notice,
}
"""One difference of each kind; the end of a hold has its own test."""


def test_each_kind_of_difference_is_named(town: Town) -> None:
    for kind, plant in PLANTED.items():
        charge = town.captured(key=f"kind:{kind.value}")
        town.deliver()
        work_through(town.cards)
        assert compare(town.cards).differences == []
        plant(town, charge)
        db.session.remove()
        found = {one.kind for one in compare(town.cards).differences}
        extra = {Kind.UNKNOWN, Kind.NOTICE_MISSED} if kind is Kind.TWICE else set()
        assert kind in found, kind
        assert found <= {kind} | extra, kind
        _clear(town)
    assert set(PLANTED) == set(Kind) - {Kind.CAPTURE_BEFORE}


def _clear(town: Town) -> None:
    """Forty days and more later nobody looks at it any more."""
    clock.advance(timedelta(days=41))
    town.forget()
    town.fake.webhooks()
    with writing_allowed(), db.engine.connect() as connection:
        connection.execute(text("UPDATE gateway_notice SET handled_at = received_at"))
        connection.execute(
            text(
                "UPDATE gateway_call SET outcome = 'refused', answered_at = made_at WHERE outcome IS NULL"
            )
        )
        connection.commit()


def test_another_end_of_a_hold_is_named(town: Town) -> None:
    charge = town.held()
    town.deliver()
    _object(town, charge, "ch")["payment_method_details"]["card"]["capture_before"] += 60
    assert [one.kind for one in compare(town.cards).differences] == [Kind.CAPTURE_BEFORE]
    run_turn(take_up, compare(town.cards))
    work_through(town.cards)
    assert compare(town.cards).differences == []


def test_a_page_that_was_opened_long_after_its_charge_was_made_is_known(town: Town) -> None:
    charge = town.charge()
    town.wait(days=30)
    town.turn(charge)
    town.pay(charge)
    town.turn(charge)
    town.wait(days=20)
    town.deliver()
    work_through(town.cards)
    assert compare(town.cards).differences == []


def test_what_webhooks_did_not_bring_is_found_told_and_mended(town: Town, outbox: Any) -> None:
    charge = town.held()
    town.deliver()
    town.cards.capture(town.payment(charge).reference or "", 3000, "by hand")
    with pytest.raises(BooksDiffer, match="5 differences"):
        compare_books(town.cards)
    assert (
        "captured paid_task:1: ours 0, theirs 3000" in outbox.last("payer@center.example.jp").text
    )
    work_through(town.cards)
    assert town.credited(charge) == 3000
    assert compare_books(town.cards) == "no difference"
    assert db.session.query(Payment).one().captured_yen == 3000


def test_a_night_that_dies_while_it_tells_is_told_by_the_next(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    charge = town.held()
    town.deliver()
    town.cards.capture(town.payment(charge).reference or "", 3000, "by hand")
    with monkeypatch.context() as patch:
        patch.setattr(jobs, "tell_differences", _killed)
        with pytest.raises(KeyboardInterrupt):
            compare_books(town.cards)
    db.session.rollback()
    with pytest.raises(BooksDiffer, match="5 differences"):
        compare_books(town.cards)


def _killed(*_args: Any) -> None:
    raise KeyboardInterrupt
