"""A charge is decided anew at the desk: what it does, who may, who is told, and what is refused."""

from datetime import timedelta
from typing import Any

import pytest

from points.billing.anew import Stands, effect_of
from points.billing.deciding import Anew, decide_anew, effect_on
from points.billing.models import BillingPaper, Charge, ChargeDecision, DecisionNote
from points.billing.own_notes import erase_person, own_data
from points.billing.papers import payees_part, print_paper
from points.billing.services import AtDesk, record_desk_payment
from points.billing.shares import Share
from points.billing.states import DecisionReason, Direction, PaperKind, PayMethod
from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.points.billing.test_desk_pages import text_of
from tests.points.billing.town import Town
from volunteer.core import clock
from volunteer.core.db import db, run_turn
from volunteer.core.errors import NotAllowed, Refused
from volunteer.core.models import Notice

AGREED = Share(3000, 300)


@pytest.mark.parametrize(
    ("stands", "wanted", "effect"),
    [
        # cash: less than came goes back, more than came is still to come, more than agreed is a second charge
        (Stands(AGREED, AGREED, 3300, 3300, False), Share(2000, 200), (2200, 0, 1100, 0)),
        (Stands(AGREED, AGREED, 1000, 3300, False), Share(2000, 0), (2000, 0, 0, 1000)),
        (Stands(AGREED, AGREED, 3300, 3300, False), Share(4000, 300), (3300, 1000, 0, 0)),
        # a card that holds: less is taken; one that was taken: less goes back, what was let go is a second charge
        (Stands(AGREED, AGREED, 0, 3300, True), Share(1000, 0), (1000, 0, 0, 1000)),
        (Stands(AGREED, Share(2000, 0), 2000, 2000, True), Share(0, 0), (0, 0, 2000, 0)),
        (Stands(AGREED, Share(2000, 0), 2000, 2000, True), Share(2500, 0), (2000, 500, 0, 0)),
        # a hold that is gone can bring nothing
        (Stands(AGREED, AGREED, 0, 0, True), Share(3000, 300), (0, 3300, 0, 0)),
    ],
)
def test_what_a_decision_does(stands: Stands, wanted: Share, effect: Any) -> None:
    found = effect_of(stands, wanted)
    figures = (found.due.total_yen, found.more.total_yen, found.back_yen, found.come_yen)
    assert figures == effect
    assert found.whole == wanted


@pytest.fixture
def town(cast: Cast) -> Town:
    made = Town(cast)
    made.payer_id = cast.household.party_id
    return made


def paid(town: Town, yen: int = 3000) -> Charge:
    """Paid in cash, and decided as agreed."""
    charge = town.charge(method=PayMethod.CASH)
    town.decide(charge, 3000)
    number, by = charge.id, town.cast.payer.id
    money = AtDesk(Direction.IN, PayMethod.CASH, yen, clock.today())
    run_turn(record_desk_payment, number, money, key=f"in:{number}", by_user_id=by)
    return charge


def decided(town: Town, charge: Charge, due: Share, key: str = "anew", **values: Any) -> int:
    by = values.pop("by", town.cast.coordinator.id)
    number = charge.id
    db.session.rollback()
    seen = values.pop("seen", None) or effect_on(number, due).seen
    anew = Anew(due, DecisionReason.CORRECTED, "時間の書きまちがい", seen)
    db.session.rollback()
    return int(run_turn(lambda: decide_anew(number, anew, key=key, by_user_id=by).id))


def test_less_is_due_and_another_hands_the_money_back(town: Town) -> None:
    charge = paid(town)
    first = decided(town, charge, Share(2000, 0))
    assert decided(town, charge, Share(2000, 0), seen="again") == first
    row = town.payment(charge)
    assert (row.earned_yen, row.frozen_yen) == (3000, 1000)
    number = charge.id
    money = AtDesk(Direction.BACK, PayMethod.CASH, 1000, clock.today())
    by = town.cast.coordinator.id
    with pytest.raises(NotAllowed, match="decided_anew"):
        run_turn(record_desk_payment, number, money, key="b1", by_user_id=by)
    run_turn(record_desk_payment, number, money, key="b2", by_user_id=town.cast.payer.id)
    assert (town.payment(charge).earned_yen, town.credited(charge)) == (2000, 2000)
    mails = {one.template for one in db.session.query(Notice)}
    assert {"points/billing/decided_anew", "points/billing/decided_anew_payer"} <= mails
    town.check()


def test_a_paper_keeps_the_split_that_was_known_when_it_was_printed(town: Town) -> None:
    charge = paid(town)
    number, by = charge.id, town.cast.payer.id
    values = {"desk_payment_id": None, "key": "invoice", "by_user_id": by}
    run_turn(lambda: print_paper(number, PaperKind.INVOICE, **values))
    clock.advance(timedelta(minutes=1))
    decided(town, charge, Share(2000, 0))
    made = db.session.query(BillingPaper).one()
    assert (made.amount_yen, payees_part(charge, made)) == (3000, 3000)


def test_more_than_the_charge_can_bring_is_a_second_one(town: Town) -> None:
    charge = paid(town)
    number = charge.id
    decided(town, charge, Share(3500, 0))
    more = db.session.query(Charge).filter_by(follows_charge_id=number).one()
    assert (more.amount_yen, more.method, more.source) == (500, PayMethod.CASH, charge.source)
    assert db.session.query(ChargeDecision).filter_by(charge_id=more.id).one().total_yen == 500
    with pytest.raises(Refused, match="other_follows"):
        effect_on(number, Share(3600, 0))
    town.check()


def test_what_cannot_be_decided_says_why(town: Town) -> None:
    undecided = town.charge(method=PayMethod.CASH)
    with pytest.raises(Refused, match="not_decided_yet"):
        effect_on(undecided.id, Share(0, 0))
    charge = paid(town)
    for due, seen, code in (
        (Share(3000, 0), "x", "nothing_changes"),
        (Share(2000, 0), "0-0-0-0-0-0", "effect_changed"),
        (Share(600_000, 0), "x", "bad_amount"),
    ):
        with pytest.raises(Refused, match=code):
            decided(town, charge, due, seen=seen)
    own = town.cast.user("hanako@example.jp").id
    with pytest.raises(NotAllowed, match="own"):
        decided(town, charge, Share(0, 0), by=own)
    disputed = town.captured()
    town.decide(disputed, 3000, key="again")
    intent = town.payment(disputed).intent
    town.fake.machine.dispute(intent)
    town.deliver()
    town.turn(disputed)
    with pytest.raises(Refused, match="disputed"):
        effect_on(disputed.id, Share(0, 0))
    town.check()


def test_a_card_gives_back_by_itself_what_was_decided_away(town: Town) -> None:
    charge = town.captured()
    decided(town, charge, Share(1000, 0))
    town.turn(charge)
    town.turn(charge)
    row = town.payment(charge)
    assert (row.captured_yen, row.refunded_yen, row.earned_yen) == (3000, 2000, 1000)
    town.check()


def test_the_words_go_when_a_person_is_erased(town: Town) -> None:
    decided(town, paid(town), Share(2000, 0))
    assert len(own_data(town.payee_id)[0].rows) == 1
    run_turn(erase_person, town.payee_id)
    assert db.session.query(DecisionNote).one().words == ""


def test_the_page_shows_what_will_happen_before_it_does_it(
    town: Town, cast: Cast, client: Client
) -> None:
    charge = paid(town)
    address = f"/desk/charges/{charge.id}/decision"
    sign_in_as(client, cast.coordinator)
    assert "金額を決めなおす" in text_of(client, f"/desk/charges/{charge.id}")
    same = client.get(f"{address}?payee_yen=3000")
    assert same.status_code == 422
    assert "いまの金額と同じです" in same.text
    assert "1,000円 を、払った人に返します" in text_of(client, f"{address}?payee_yen=2000")
    fields = {"reason": "complaint", "words": "道具を借りて待ってもらった"}
    answer = client.submit(f"{address}?payee_yen=2000", fields)
    assert answer.headers["Location"].endswith("?done=anew")
    page = text_of(client, f"/desk/charges/{charge.id}")
    for words in ("返すお金があります", "道具を借りて待ってもらった"):
        assert words in page, words
    more = client.submit(f"{address}?payee_yen=4000", fields)
    assert more.status_code == 422
    assert "先に払う人に聞いてください" in more.text
    assert "新しい料金" in more.text
