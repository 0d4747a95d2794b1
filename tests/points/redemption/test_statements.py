"""How often the desk's pages of cash-outs ask the database: as often for ten rows as for two."""

from datetime import timedelta

import pytest

from points.earning.models import Award
from points.earning.states import AwardState
from points.redemption.four_eyes import Actor
from points.redemption.queries import exclusion_for, exclusion_shown, signs_of, with_acts
from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.factories.money import actor_of, approve, make_cash_out
from tests.factories.points import enrol, make_bank_account
from tests.factories.volunteer import make_person
from tests.statements import STATEMENTS_MAX, statements_of
from volunteer.core import clock
from volunteer.core.db import db, write_turn
from volunteer.people.models import Person


def conspicuous(cast: Cast, number: int, method: str = "bank_transfer") -> int:
    """A cash-out of somebody new about whom every flag has something to say. Its id."""
    with write_turn():
        person = make_person(f"人 {number}", number=f"V9{number:03}")
        enrol(person, cast.programme, clock.today() - timedelta(days=30))
        for ended_at in (clock.now(), None):
            make_bank_account(person, cast.coordinator, ended_at=ended_at)
        db.session.add(hand_entered(person, number, entered_by_user_id=cast.coordinator.id))
    return make_cash_out(cast, person, method=method)


def hand_entered(person: Person, number: int, **by: int) -> Award:
    return Award(
        source_kind="attendance",
        source_id=number,
        holder_id=person.party_id,
        category_code="meals",
        activity_on=clock.today(),
        grade="staff",
        facts={},
        points=0,
        reason="test",
        state=AwardState.SETTLED,
        created_at=clock.now(),
        **by,
    )


def test_ten_rows_take_as_many_statements_as_two(cast: Cast, client: Client) -> None:
    sign_in_as(client, cast.approver)
    for number in range(2):
        conspicuous(cast, number)
    two = statements_of(client, "/desk/cash-outs")
    for number in range(2, 10):
        conspicuous(cast, number)
    text = client.get("/desk/cash-outs").text
    for words in ("口座名義がちがいます", "口座を変えたばかり", "手で入力した", "代理の申請"):
        assert text.count(words) == 10, words
    assert text.count("同じ口座の人がいます") == 10
    assert statements_of(client, "/desk/cash-outs") == two <= STATEMENTS_MAX


@pytest.mark.parametrize("who", ["approver", "payer"])
def test_one_cash_out_is_read_in_few_statements(cast: Cast, client: Client, who: str) -> None:
    found = [conspicuous(cast, number) for number in range(2)]
    if who == "payer":
        approve(cast, *found)
    sign_in_as(client, getattr(cast, who))
    assert statements_of(client, f"/desk/cash-outs/{found[0]}") <= STATEMENTS_MAX


@pytest.mark.both_databases
def test_a_page_shows_the_exclusion_that_the_service_decides_by(cast: Cast) -> None:
    by_user, by_person = (make_cash_out(cast, one) for one in (cast.hanako, cast.ichiro))
    with write_turn():
        person = make_person(number="V9000")
        enrol(person, cast.programme, clock.today() - timedelta(days=30))
        make_bank_account(person, cast.administrator)
    account_typed = make_cash_out(cast, person)
    approver, coordinator = actor_of(cast.approver), actor_of(cast.coordinator)
    assert approver.person_id is not None
    with write_turn():
        db.session.add(hand_entered(cast.hanako, 1, entered_by_user_id=approver.user_id))
        db.session.add(hand_entered(cast.ichiro, 2, entered_by_person_id=approver.person_id))
    stranger = actor_of(cast.auditor)
    beneficiary = Actor(stranger.user_id, cast.hanako.party_id)
    nobody, typist = Actor(stranger.user_id, None), actor_of(cast.administrator)
    answers = {}
    for cash_out_id in (by_user, by_person, account_typed):
        for actor in (approver, coordinator, stranger, typist, beneficiary, nobody):
            found = with_acts(cash_out_id)
            assert found is not None
            answer = exclusion_for(found, actor, clock.now())
            assert exclusion_shown(found, actor, signs_of([found])) is answer
            answers[cash_out_id, actor] = answer.value if answer else ""
    assert answers[by_user, approver] == answers[by_person, approver] == "entered_award"
    assert answers[by_user, stranger] == answers[by_person, stranger] == ""
    assert answers[by_person, coordinator] == "already_acted"
    assert answers[account_typed, typist] == "entered_account"
    assert answers[by_user, beneficiary] == "beneficiary"
    assert answers[by_user, nobody] == "no_person"


@pytest.mark.parametrize("page", ["/desk/payouts", "/desk/payouts/new", "/desk/payouts/cash"])
def test_thirty_to_pay_take_as_many_statements_as_three(
    cast: Cast, client: Client, page: str
) -> None:
    method = "desk_cash" if page.endswith("cash") else "bank_transfer"
    sign_in_as(client, cast.payer)
    for number in range(3):
        approve(cast, conspicuous(cast, number, method))
    three = statements_of(client, page)
    for number in range(3, 30):
        approve(cast, conspicuous(cast, number, method))
    assert statements_of(client, page) == three <= STATEMENTS_MAX
