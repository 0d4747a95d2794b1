"""The whole line in a real browser, by visible labels only: from sign-up to the money in the bank or in the hand.

A browser sees no database: each line is gone on one of the two, with `--long` on both.
"""

from datetime import date, time
from typing import Any

import pytest

from tests.browser import DESK, LiveServer
from tests.cast import Cast
from tests.e2e import acts
from tests.e2e.acts import NEWCOMER, SHIFT_ON
from tests.e2e.visitor import Visitor, enter
from tests.factories.money import set_originator
from tests.mail import Outbox
from tests.points.payouts import zengin_checker
from volunteer.core.clock import from_tokyo

ONCE_ON = {"test_with_email": "postgres", "test_without_email": "sqlite"}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Which databases a line is gone on."""
    once = [ONCE_ON[metafunc.function.__name__]]
    both = ["sqlite", "postgres"] if metafunc.config.getoption("--long") else once
    metafunc.parametrize("database_kind", both)


def test_with_email(
    live_server: LiveServer, cast: Cast, new_context: Any, outbox: Outbox, clock: Any
) -> None:
    app = live_server.app
    volunteer = Visitor(new_context())
    acts.signs_up(volunteer, outbox)
    acts.gives_details(volunteer)
    staff = Visitor(new_context(viewport=DESK))
    acts.staff_sign_in(staff, "coordinator")
    acts.registers(staff, "山本 春子")
    acts.gets_ready(staff)
    host = enter(new_context(), app, cast.cook)
    acts.posts_request(host)
    acts.publishes(staff)
    acts.applies(volunteer)

    clock.set(from_tokyo(SHIFT_ON, time(9, 20)))
    acts.checks_in(volunteer, host)
    clock.set(from_tokyo(SHIFT_ON, time(11, 30)))
    acts.checks_out(volunteer)

    clock.set(from_tokyo(date(2026, 12, 2), time(9)))
    acts.runs_jobs(app, "settle-attendances", "settle-awards")
    volunteer.open("/")
    volunteer.tap("通帳を見る")
    volunteer.reads("通学路の雪かき", "＋1,000")
    acts.enters_account(volunteer, outbox)
    number = acts.asks_for_money(volunteer)
    set_originator()
    acts.approves(enter(new_context(viewport=DESK), app, cast.approver), number)
    payer = enter(new_context(viewport=DESK), app, cast.payer)
    file = acts.pays(payer, "山本 春子")
    assert zengin_checker.errors(file) == []
    clock.set(from_tokyo(date(2026, 12, 4), time(9)))
    acts.marks_paid(payer)
    payer.reads("支払ずみ")
    volunteer.open("/")
    volunteer.tap("通帳を見る")
    volunteer.reads("−1,000")
    assert number in outbox.last(NEWCOMER).text


def test_without_email(
    live_server: LiveServer, cast: Cast, new_context: Any, outbox: Outbox, clock: Any
) -> None:
    """The person types nothing and taps nothing: they have a card, and the people around them have screens."""
    app = live_server.app
    staff = enter(new_context(viewport=DESK), app, cast.coordinator)
    number, card = acts.registers_from_paper(staff)
    acts.gets_ready(staff)
    host = enter(new_context(), app, cast.cook)
    acts.posts_request(host)
    acts.publishes(staff)
    acts.asks_by_telephone(staff, number)

    clock.set(from_tokyo(SHIFT_ON, time(9, 20)))
    acts.receives_card(host, card)
    clock.set(from_tokyo(SHIFT_ON, time(11, 30)))
    host.tap("終わる", card="小川 正")
    host.reads("小川 正さんは活動を終わりました")

    clock.set(from_tokyo(date(2026, 12, 2), time(9)))
    acts.runs_jobs(app, "settle-attendances", "settle-awards")
    staff = enter(new_context(viewport=DESK), app, cast.coordinator)
    cash_out = acts.asks_for_somebody(staff, number)
    approver = enter(new_context(viewport=DESK), app, cast.approver)
    acts.approves(approver, cash_out)
    payer = enter(new_context(viewport=DESK), app, cast.payer)
    acts.pays_at_the_desk(payer, cash_out)
    assert not [letter for letter in outbox.letters() if "小川" in letter.to]
