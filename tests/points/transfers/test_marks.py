"""What a gift cannot wash off: points that are not settled, and points that were carried over once."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from points.earning.jobs import expire_points
from points.ledger import services as ledger
from points.ledger.gifts import Gift, give_points
from points.ledger.models import LedgerAccount
from points.ledger.postings import Act, Move, Pots, post, write_journal
from points.ledger.queries import balances
from points.ledger.states import AccountKind, JournalKind
from points.programmes.models import Programme, RuleVersion
from tests.cast import Cast
from tests.factories.points import enrol
from tests.mail import Outbox
from tests.points.earning.test_awards import award, facts
from tests.points.earning.test_lapsing import LAST_DAY, at, earn, under
from volunteer.core.db import db, run_turn, write_turn
from volunteer.people.models import Person

pytestmark = pytest.mark.both_databases

ONCE = '[carry_over]\nkind = "once"\n'


def give(cast: Cast, programme: Programme, people: tuple[Person, Person], points: int) -> None:
    giver, receiver = (Pots(one.party_id, programme.id) for one in people)
    version_id = db.session.scalars(
        db.select(RuleVersion.id).filter_by(programme_id=programme.id)
    ).one()
    with write_turn():
        give_points(Gift(giver, receiver, points, f"gift:{points}", version_id, 1))


def ends(person: Person, programme: Programme) -> dict[date, int]:
    db.session.rollback()
    return dict(balances(person.party_id, programme.id).by_expiry)


def test_points_carried_once_are_not_carried_again_by_who_received_them(
    cast: Cast, clock: Any, outbox: Outbox
) -> None:
    programme = under(cast, ONCE)
    with write_turn():
        for person in (cast.ichiro, cast.student):
            enrol(person, programme, date(2026, 4, 1))
    earn(cast, 1, 3)
    give(cast, programme, (cast.hanako, cast.student), 400)  # not carried yet: theirs to carry
    at(clock, LAST_DAY + timedelta(days=1))
    expire_points()
    give(cast, programme, (cast.hanako, cast.ichiro), 500)
    give(cast, programme, (cast.ichiro, cast.student), 200)
    everybody = (cast.hanako, cast.ichiro, cast.student)
    assert [ends(one, programme) for one in everybody] == [
        {date(2029, 3, 31): points} for points in (600, 300, 600)
    ]
    at(clock, date(2029, 4, 1))
    expire_points()
    assert [ends(one, programme) for one in everybody] == [{}, {}, {}]


def test_what_is_given_before_a_lot_is_carried_to_keeps_its_own_turn(
    cast: Cast, clock: Any, outbox: Outbox
) -> None:
    """Points that reach the giver's lot later, and were carried, do not speak for those that left it before."""
    programme = under(cast, ONCE)
    with write_turn():
        enrol(cast.ichiro, programme, date(2026, 4, 1))
        for number, ends_on in enumerate((date(2028, 3, 31), date(2029, 3, 31))):
            ledger.credit(
                holder_id=cast.hanako.party_id,
                programme_id=programme.id,
                rule_version_id=None,
                points=100,
                activity_on=date(2026, 11, 21),
                expires_on=ends_on,
                key=f"test:{number}",
                source="import:1",
            )
    with write_turn():
        ledger.hold(
            holder_id=cast.hanako.party_id,
            programme_id=programme.id,
            points=100,
            hold_key="h",
            key="h",
            source="cash_out:1",
        )
    give(cast, programme, (cast.hanako, cast.ichiro), 50)  # of those that end in 2029
    with write_turn():
        ledger.void("h", key="v", source="cash_out:1")
    at(clock, LAST_DAY + timedelta(days=1))
    expire_points()
    assert ends(cast.hanako, programme) == {date(2029, 3, 31): 150}
    at(clock, date(2029, 4, 1))
    expire_points()
    assert ends(cast.hanako, programme) == {}
    assert ends(cast.ichiro, programme) == {date(2030, 3, 31): 50}


def test_the_database_refuses_a_gift_of_unsettled_points(cast: Cast) -> None:
    """Also of somebody who forgot to ask: the awarded points can still be taken back."""
    award(facts(cast))
    pots = Pots(cast.hanako.party_id, cast.programme.id)
    lot_id, points = db.session.execute(
        db.select(LedgerAccount.id, LedgerAccount.balance).filter_by(
            kind=AccountKind.LOT, holder_id=pots.holder_id
        )
    ).one()
    act = Act(
        JournalKind.TRANSFER, "gift:x:given", pots, points, date(2026, 11, 21), "gift:x", "given"
    )

    def give_unasked() -> None:
        journal_id, _is_new = write_journal(act)
        post(journal_id, [Move(lot_id, AccountKind.ADJUST, points)])

    with pytest.raises(DBAPIError, match="neither held nor given"):
        run_turn(give_unasked)
    with write_turn():
        ledger.settle_points(pots.holder_id, pots.programme_id, points)
        give_unasked()
    assert balances(pots.holder_id, pots.programme_id).in_lots == 0
