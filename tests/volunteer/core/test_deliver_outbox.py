"""The outbox delivers to a real mail server, tries again, gives up visibly, and sends nothing twice."""

from datetime import timedelta
from typing import Any

from flask import Flask

from tests.mail import Mailbox
from volunteer.core.db import db, run_turn
from volunteer.core.models import Notice, NoticeState
from volunteer.core.outbox import RETRY_AFTER, deliver_due, queue, try_again

TEMPLATE = "volunteer/organizations/applied"
PARAMS = {"name": "みなと食堂"}


def _queue(key: str = "k", address: str | None = "hanako@example.jp", **params: Any) -> None:
    run_turn(queue, TEMPLATE, key, address, {**PARAMS, **params})


def _notice() -> Notice:
    db.session.rollback()
    return db.session.execute(db.select(Notice)).scalar_one()


def test_a_message_is_delivered_once(cast: Any, smtp: Mailbox) -> None:
    _queue()
    assert deliver_due() == "sent=1 failed=0"
    assert deliver_due() == "sent=0 failed=0"
    assert len(smtp.messages) == 1
    assert smtp.messages[0]["To"] == "hanako@example.jp"
    assert "みなと食堂" in smtp.messages[0].get_content()
    assert _notice().state is NoticeState.SENT


def test_the_same_key_is_queued_once(cast: Any) -> None:
    _queue()
    _queue()
    assert _notice().state is NoticeState.WAITING


def test_without_an_address_it_is_kept_for_the_desk(cast: Any, smtp: Mailbox) -> None:
    _queue(address=None)
    assert deliver_due() == "sent=0 failed=0"
    assert _notice().state is NoticeState.KEPT


def test_a_server_that_is_away_is_tried_again_later(cast: Any, app: Flask, clock: Any) -> None:
    app.config["OTAGAI"].smtp_host, app.config["OTAGAI"].smtp_port = "127.0.0.1", 9
    _queue()
    assert deliver_due() == "sent=0 failed=1"
    assert _notice().state is NoticeState.WAITING
    assert deliver_due() == "sent=0 failed=0", "not before its time"
    for minutes in RETRY_AFTER:
        clock.advance(timedelta(minutes=minutes))
        assert deliver_due() == "sent=0 failed=1"
    assert _notice().state is NoticeState.FAILED
    assert _notice().problem


def test_a_given_up_message_can_be_sent_again_by_hand(cast: Any, app: Flask, smtp: Mailbox) -> None:
    _queue(address="not an address")
    assert deliver_due() == "sent=0 failed=1"
    assert _notice().state is NoticeState.FAILED
    run_turn(try_again, _notice().id)
    assert _notice().state is NoticeState.WAITING


def test_a_bad_address_stops_nobody_else(cast: Any, smtp: Mailbox) -> None:
    _queue("bad", "a@b.jp\nBcc: c@d.jp")
    _queue("good")
    assert deliver_due() == "sent=1 failed=1"
    assert [str(letter["To"]) for letter in smtp.messages] == ["hanako@example.jp"]


def test_a_message_of_a_killed_process_is_taken_up_again(
    cast: Any, smtp: Mailbox, clock: Any
) -> None:
    _queue()

    def claim_and_die() -> None:
        db.session.execute(db.update(Notice).values(state=NoticeState.SENDING))

    run_turn(claim_and_die)
    assert deliver_due() == "sent=0 failed=0", "another process may still be at it"
    clock.advance(timedelta(minutes=11))
    assert deliver_due() == "sent=1 failed=0"


def test_in_a_demo_without_a_mail_server_messages_wait_to_be_read(cast: Any) -> None:
    _queue()
    assert "readable" in deliver_due()
    assert _notice().state is NoticeState.WAITING
