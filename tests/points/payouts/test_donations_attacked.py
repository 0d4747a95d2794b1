"""Donations by wrong hands, with wrong numbers, after rules or person changed: nothing moves that should not."""

import hashlib
import re
from datetime import date, timedelta
from typing import Any

import pytest

from points.ledger import services as ledger
from points.ledger.verifying import verify_all
from points.payouts import services as payouts
from points.payouts.donating import pass_on
from points.payouts.models import PayoutBatch
from points.programmes.models import RuleVersion
from points.redemption.claims import hold_claims, let_claims_go
from points.redemption.four_eyes import Actor
from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.factories.money import (
    actor_of,
    approve,
    cash_out_of,
    make_cash_out,
    set_originator,
)
from tests.points.payouts.test_donations import PAGE, SCHOOL, donate, town_with_donations
from volunteer.core import clock as core_clock
from volunteer.core.db import db, write_turn
from volunteer.core.errors import DomainError, NotAllowed, NotFound, Refused
from volunteer.users.models import User

pytestmark = pytest.mark.both_databases

HUGE = ("-1", "x", "1e3", "99999999999999999999", "9" * 5000, "1\0")


def nothing_was_paid() -> bool:
    db.session.rollback()
    return db.session.scalars(db.select(PayoutBatch)).all() == [] and verify_all() == []


def hand_over(ids: list[int], user: User, yen: int) -> None:
    with write_turn():
        pass_on(
            cash_out_ids=ids,
            recipient=SCHOOL,
            proof="領収書",
            typed_total_yen=yen,
            actor=actor_of(user),
        )


@pytest.mark.parametrize(
    "who", ["coordinator", "approver", "auditor", "administrator", "hanako", "cook"]
)
def test_only_payers_pass_on(cast: Cast, client: Client, who: str) -> None:
    ids = donate(cast, town_with_donations(cast))
    sign_in_as(client, getattr(cast, who))
    sent = {"chosen": str(ids[0]), "proof": "領収書", "total": "1000"}
    page = f"/desk/cash-outs/{ids[0]}/donation"
    assert client.get(page).status_code in (303, 403, 404)
    client.post(page, data=sent)
    assert nothing_was_paid()


def test_a_payer_does_not_pass_on_their_own(cast: Cast) -> None:
    ids = donate(cast, town_with_donations(cast))
    own = Actor(cast.payer.id, cast.hanako.party_id)
    with pytest.raises(NotAllowed, match="beneficiary"), write_turn():
        pass_on(cash_out_ids=ids, recipient=SCHOOL, proof="領収書", typed_total_yen=3000, actor=own)
    assert nothing_was_paid()


@pytest.mark.parametrize("odd", HUGE)
def test_numbers_that_are_none_move_nothing(cast: Cast, client: Client, odd: str) -> None:
    ids = donate(cast, town_with_donations(cast))
    sign_in_as(client, cast.payer)
    page = f"/desk/cash-outs/{ids[0]}/donation"
    shown = client.get(page)
    good = {"chosen": [str(one) for one in ids], "proof": "領収書", "total": "3000"}
    for change in ({"chosen": [odd]}, {"chosen": [*good["chosen"], odd]}, {"total": odd}):
        answer = client.resubmit(shown, {**good, **change})
        assert answer.status_code in (404, 409, 422), change
    assert nothing_was_paid()


def test_other_cash_outs_are_not_slipped_in(cast: Cast, client: Client) -> None:
    programme_id = town_with_donations(cast)
    ids = donate(cast, programme_id)
    bank = make_cash_out(cast, cast.hanako, 1000)
    waiting = make_cash_out(cast, cast.hanako, 1000, "donation", programme_id, SCHOOL)
    approve(cast, bank)
    set_originator()
    payer = actor_of(cast.payer)
    for extra in (bank, waiting):
        with pytest.raises(DomainError):
            hand_over([*ids, extra], cast.payer, 4000)
        db.session.rollback()
    with pytest.raises(NotFound), write_turn():
        payouts.make_batch(
            cash_out_ids=[bank, ids[0]],
            pay_on=date(2026, 12, 25),
            typed_total_yen=2000,
            actor=payer,
        )
    db.session.rollback()
    with pytest.raises(NotFound), write_turn():
        payouts.pay_at_desk(ids[0], payer, "運転免許証")
    assert nothing_was_paid()


def test_the_same_twice_in_one_list_is_once(cast: Cast) -> None:
    ids = donate(cast, town_with_donations(cast))
    hand_over([ids[0], ids[0]], cast.payer, 1000)
    assert [one.total_yen for one in db.session.scalars(db.select(PayoutBatch))] == [1000]
    assert verify_all() == []


def test_a_record_is_no_batch_of_the_bank(cast: Cast, client: Client) -> None:
    ids = donate(cast, town_with_donations(cast))
    hand_over(ids, cast.payer, 3000)
    batch = db.session.scalars(db.select(PayoutBatch)).one()
    batch_id = batch.id
    payer = actor_of(cast.payer)
    for act in (
        lambda: payouts.drop_batch(batch_id, payer),
        lambda: payouts.pay_batch(batch_id, payer),
        lambda: payouts.hand_out_file(batch_id),
    ):
        with pytest.raises(NotFound), write_turn():
            act()
        db.session.rollback()
    assert cash_out_of(ids[0]).state.value == "paid"
    assert verify_all() == []


def test_while_records_are_looked_into_nothing_is_passed_on(cast: Cast, client: Client) -> None:
    ids = donate(cast, town_with_donations(cast))
    with write_turn():
        hold_claims(cast.hanako.party_id, "false_record:1")
    with pytest.raises(Refused, match="held_back"):
        hand_over(ids, cast.payer, 3000)
    db.session.rollback()
    sign_in_as(client, cast.payer)
    assert "確かめているか" in client.get(f"/desk/cash-outs/{ids[0]}/donation").text
    hand_over(ids[1:], cast.payer, 2000)
    with write_turn():
        let_claims_go("false_record:1", core_clock.now())
    hand_over(ids[:1], cast.payer, 1000)
    assert verify_all() == []


def test_rules_that_change_meanwhile_keep_the_promise(cast: Cast, client: Client) -> None:
    """The program has other rules without donations from tomorrow on; what was asked for goes where it was said."""
    programme_id = town_with_donations(cast)
    ids = donate(cast, programme_id)
    last = make_cash_out(cast, cast.hanako, 1000, "donation", programme_id, SCHOOL)
    tomorrow = core_clock.today() + timedelta(days=1)
    with write_turn():
        row = db.session.scalars(db.select(RuleVersion).filter_by(programme_id=programme_id)).one()
        row.valid_to = tomorrow
        db.session.flush()
        source = row.source.replace('code = "donation"', 'code = "desk_cash"')
        source = re.sub(r"valid_from = \S+", f"valid_from = {tomorrow}", source)
        source = "\n".join(one for one in source.splitlines() if not one.startswith("targets"))
        db.session.add(
            RuleVersion(
                programme_id=programme_id,
                valid_from=tomorrow,
                source=source,
                sha256=hashlib.sha256(source.encode()).hexdigest(),
                loaded_at=core_clock.now(),
            )
        )
    core_clock.advance(timedelta(days=1))
    approve(cast, last)
    hand_over([*ids, last], cast.payer, 4000)
    assert verify_all() == []
    give_points_after(cast, programme_id)
    sign_in_as(client, cast.hanako)
    sent = {"points": "1000", "method": "donation", "target": SCHOOL}
    shown = client.get(f"{PAGE}?programme={programme_id}&points=1000&method=desk_cash")
    answer: Any = client.resubmit(shown, sent)
    assert answer.status_code == 422
    assert verify_all() == []


def give_points_after(cast: Cast, programme_id: int) -> None:
    version_id = db.session.scalars(
        db.select(RuleVersion.id)
        .filter_by(programme_id=programme_id)
        .order_by(RuleVersion.id.desc())
    ).first()
    with write_turn():
        ledger.credit(
            holder_id=cast.hanako.party_id,
            programme_id=programme_id,
            rule_version_id=version_id,
            points=1000,
            activity_on=core_clock.today(),
            expires_on=date(2028, 3, 31),
            key="later",
            source="attendance:99",
        )
