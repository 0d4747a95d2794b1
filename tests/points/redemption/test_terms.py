"""The terms of a programme where money is asked for, approved and paid."""

from datetime import date
from typing import Any

import pytest

from points.ledger import agreement
from points.ledger.lapses import live_on
from points.ledger.postings import Pots, lock_standing, lots_with_points
from points.payouts.queries import why_held_back
from points.programmes.models import Enrolment, Programme
from points.redemption import services
from points.redemption.models import CashOut
from points.redemption.position import first_pay_days, position_of
from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.factories.money import actor_of, give_points, make_cash_out
from tests.factories.points import OTARU, enrol, make_programme
from tests.factories.volunteer import qualify
from volunteer.core import clock as core_clock
from volunteer.core.clock import from_tokyo
from volunteer.core.db import db, guarded_update, write_turn
from volunteer.core.errors import Refused

pytestmark = pytest.mark.both_databases

TODAY = date(2026, 11, 21)
PAYS = '[exchange.pay_date]\nkind = "next_month"\nday_of_month = 20\n'
ARREARS = """
[[requirements]]
need = "excluded"
code = "premium_arrears"
name = "介護保険料の滞納"
checked_at = ["exchange"]
"""


def under(cast: Cast, rules: str = "", exchange: str = "") -> Programme:
    """Hanako in a programme with these terms."""
    text = OTARU.replace("otaru-example", "terms") + rules
    text = text.replace("unit_points = 100\n", f"unit_points = 100\n{exchange}")
    with write_turn():
        programme = make_programme("terms", source=text)
        enrol(cast.hanako, programme, date(2026, 4, 1))
        db.session.flush()
    return programme


def ask(cast: Cast, programme: Programme, points: int = 1000, **more: Any) -> CashOut:
    with write_turn():
        return services.request_cash_out(
            person_id=cast.hanako.party_id,
            programme_id=programme.id,
            method="desk_cash",
            points=points,
            key=f"key-{points}-{more}",
            user_id=cast.coordinator.id,
            **more,
        )


def test_a_programme_pays_from_its_day_on(cast: Cast, clock: Any) -> None:
    programme = under(cast, PAYS)
    row = db.session.get_one(CashOut, make_cash_out(cast, cast.hanako, programme_id=programme.id))
    assert first_pay_days([row]) == {row.id: date(2026, 12, 20)}
    payer = actor_of(cast.payer)
    assert "12月20日から" in why_held_back(row, None, payer, core_clock.now())
    clock.set(from_tokyo(date(2026, 12, 20)))
    assert "12月20日から" not in why_held_back(row, None, payer, core_clock.now())


def test_points_earned_after_the_day_wait_for_the_next(cast: Cast, clock: Any) -> None:
    programme = under(cast, exchange='earned_up_to = "10-31"\n')
    clock.set(from_tokyo(date(2026, 10, 10)))
    give_points(cast, cast.hanako, 1200, programme.id)
    clock.set(from_tokyo(TODAY))
    give_points(cast, cast.hanako, 3000, programme.id)
    db.session.rollback()
    at = position_of(cast.hanako.party_id, programme.id, TODAY)
    assert at is not None
    assert (at.balances.available, at.facts.available) == (4200, 1200)
    with pytest.raises(Refused) as refusal:
        ask(cast, programme, 1300)
    assert refusal.value.code == "over_available"
    assert ask(cast, programme, 1200).points == 1200


def test_old_points_that_live_longer_go_before_young_ones_that_must_wait(
    cast: Cast, clock: Any
) -> None:
    programme = under(cast, exchange='earned_up_to = "10-31"\n')
    pots = Pots(cast.hanako.party_id, programme.id)
    clock.set(from_tokyo(date(2026, 10, 10)))
    give_points(cast, cast.hanako, 1200, programme.id)
    clock.set(from_tokyo(TODAY))
    with write_turn():
        lock_standing(pots)
        lot = lots_with_points(pots)[0]
        live_on(pots, lot, 1200, date(2029, 3, 31), on=TODAY, reason="carry_over")
    give_points(cast, cast.hanako, 3000, programme.id)
    assert ask(cast, programme, 1200).points == 1200
    db.session.rollback()
    assert agreement.findings() == []


def test_conditions_are_asked_again_at_approval(cast: Cast) -> None:
    programme = under(cast, ARREARS)
    cash_out_id = make_cash_out(cast, cast.hanako, programme_id=programme.id)
    with write_turn():
        qualify(cast.hanako, "premium_arrears", TODAY)
    with pytest.raises(Refused) as refusal, write_turn():
        services.approve(cash_out_id, actor_of(cast.approver))
    assert refusal.value.code == "excluded"


def test_conditions_are_asked_again_before_payment(cast: Cast) -> None:
    programme = under(cast, ARREARS)
    cash_out_id = make_cash_out(cast, cast.hanako, 1000, "desk_cash", programme.id)
    with write_turn():
        services.approve(cash_out_id, actor_of(cast.approver))
        qualify(cast.hanako, "premium_arrears", TODAY)
    row = db.session.get_one(CashOut, cash_out_id)
    why = why_held_back(row, None, actor_of(cast.payer), core_clock.now())
    assert "今は交換できません" in why


def test_nobody_else_asks_where_people_must_come_themselves(cast: Cast) -> None:
    programme = under(cast, exchange='proxy = "none"\n')
    give_points(cast, cast.hanako, 2000, programme.id)
    with pytest.raises(Refused) as refusal:
        ask(cast, programme, mandate="委任状 ファイル3")
    assert refusal.value.code == "no_proxy"
    assert ask(cast, programme).points == 1000


def test_one_who_left_may_exchange_for_a_while(cast: Cast, clock: Any) -> None:
    programme = under(cast, "[registration]\nexchange_lapses_after_days = 30\n")
    give_points(cast, cast.hanako, 3000, programme.id)
    with write_turn():
        guarded_update(
            db.update(Enrolment).where(Enrolment.programme_id == programme.id).values(ends_on=TODAY)
        )
    clock.set(from_tokyo(date(2026, 12, 20)))
    assert ask(cast, programme).points == 1000
    clock.set(from_tokyo(date(2026, 12, 21)))
    with pytest.raises(Refused) as refusal:
        ask(cast, programme, 1100)
    assert refusal.value.code == "left_too_long_ago"


def test_the_page_says_which_points_when_and_what_to_bring(client: Client, cast: Cast) -> None:
    more = 'earned_up_to = "10-31"\nattachments = ["ポイント手帳"]\ndecision_notice = true\n'
    programme = under(cast, PAYS, more)
    page = sign_in_as(client, cast.hanako).get(f"/points/cash-out?programme={programme.id}")
    for words in ("10月31日までの活動", "次の月の20日から", "ポイント手帳", "決定通知書"):
        assert words in page.text
