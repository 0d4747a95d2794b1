"""Points on their last day: expired, carried over, extended; each once, warned of before."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from points.earning import agreement as earning_agreement
from points.earning.jobs import expire_points
from points.earning.lapsing import choose_extension
from points.earning.services import settle_award
from points.ledger import agreement, services
from points.ledger.postings import (
    Act,
    Move,
    Pots,
    lock_standing,
    lot_and_debt,
    lots_with_points,
    post,
    write_journal,
)
from points.ledger.queries import balances
from points.ledger.states import JournalKind
from points.programmes.models import Programme
from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.factories.points import OTARU, enrol, make_programme
from tests.mail import Outbox
from tests.points.earning.test_awards import award, facts
from volunteer.core import clock as core_clock
from volunteer.core.db import db, write_turn
from volunteer.core.errors import NotFound

pytestmark = pytest.mark.both_databases

LAST_DAY = date(2028, 3, 31)
EXTENSION = """
[[exceptions]]
code = "flood"
name = "水害による延長"
first_day = 2028-03-01
last_day = 2028-03-31
extended_to = 2028-09-30
"""


def under(cast: Cast, rules: str) -> Programme:
    """Hanako takes part in a programme with these rules alone."""
    text = OTARU.replace("otaru-example", "carrying") + rules
    with write_turn():
        programme = make_programme("carrying", source=text)
        enrol(cast.hanako, programme, date(2026, 4, 1))
        others = update(Programme).where(Programme.id != programme.id)
        db.session.execute(others.values(position=9))
        db.session.flush()
    return programme


def earn(cast: Cast, number: int, households: int) -> None:
    made = award(facts(cast, category_code="snow", households=households, source_id=number))
    with write_turn():
        settle_award(made.id)


def at(clock: Any, day: date) -> None:
    clock.set(core_clock.from_tokyo(day))


def lots(cast: Cast, programme: Programme) -> dict[date, int]:
    db.session.rollback()
    return dict(balances(cast.hanako.party_id, programme.id).by_expiry)


def sound() -> bool:
    db.session.rollback()
    return [*agreement.findings(), *earning_agreement.findings()] == []


@pytest.mark.parametrize(
    ("rules", "carried"),
    [
        ("", 0),
        ('[carry_over]\nkind = "all"\n', 1500),
        ('[carry_over]\nkind = "once"\n', 1500),
        ('[carry_over]\nkind = "up_to"\npoints = 400\n', 400),
        ('[carry_over]\nkind = "below_minimum"\n', 0),
    ],
)
def test_what_is_left_on_the_last_day(
    cast: Cast, clock: Any, outbox: Outbox, rules: str, carried: int
) -> None:
    programme = under(cast, rules)
    earn(cast, 1, 3)
    at(clock, LAST_DAY)
    assert "expired=0 carried=0" in expire_points()
    at(clock, LAST_DAY + timedelta(days=1))
    expire_points()
    next_year = {date(2029, 3, 31): carried} if carried else {}
    assert lots(cast, programme) == next_year
    assert "expired=0 carried=0" in expire_points()
    assert sound()


@pytest.mark.parametrize(("kind", "left"), [("once", {}), ("all", {date(2030, 3, 31): 500})])
def test_points_are_carried_again_or_only_once(
    cast: Cast, clock: Any, outbox: Outbox, kind: str, left: dict[date, int]
) -> None:
    programme = under(cast, f'[carry_over]\nkind = "{kind}"\n')
    earn(cast, 1, 1)
    at(clock, date(2029, 4, 1))
    expire_points()
    assert lots(cast, programme) == left
    assert sound()


def test_what_is_below_the_minimum_is_carried(cast: Cast, clock: Any, outbox: Outbox) -> None:
    programme = under(cast, '[carry_over]\nkind = "below_minimum"\n')
    earn(cast, 1, 1)
    at(clock, LAST_DAY + timedelta(days=1))
    assert "expired=0 carried=1" in expire_points()
    assert lots(cast, programme) == {date(2029, 3, 31): 500}
    assert sound()


def test_an_exception_for_everybody_extends_before_and_is_told_of_no_end(
    cast: Cast, clock: Any, outbox: Outbox
) -> None:
    programme = under(cast, EXTENSION)
    earn(cast, 1, 2)
    at(clock, LAST_DAY - timedelta(days=20))
    assert "warned=0" in expire_points()
    assert lots(cast, programme) == {date(2028, 9, 30): 1000}
    assert sound()


def test_an_exception_that_people_choose_waits_for_them(
    cast: Cast, clock: Any, outbox: Outbox
) -> None:
    programme = under(cast, EXTENSION + "chosen = true\n")
    earn(cast, 1, 2)
    at(clock, LAST_DAY - timedelta(days=20))
    assert "warned=1" in expire_points()
    assert lots(cast, programme) == {LAST_DAY: 1000}
    with write_turn():
        today = core_clock.today()
        chosen = choose_extension(cast.hanako.party_id, programme.id, "flood", on=today)
        again = choose_extension(cast.hanako.party_id, programme.id, "flood", on=today)
    assert (chosen, again) == (1000, 0)
    assert lots(cast, programme) == {date(2028, 9, 30): 1000}
    with pytest.raises(NotFound), write_turn():
        choose_extension(cast.hanako.party_id, programme.id, "war", on=today)
    assert sound()


def test_people_take_up_an_extension_on_their_page(
    cast: Cast, client: Client, clock: Any, outbox: Outbox
) -> None:
    programme = under(cast, EXTENSION + "chosen = true\n")
    earn(cast, 1, 2)
    sign_in_as(client, cast.hanako)
    assert "期限をのばせるポイントがあります" in client.get("/points").text
    asked = client.get("/points/extension").text
    assert "いまは令和10年3月31日まで" in asked
    assert " checked" in asked, "one offer is chosen already"
    done = client.submit("/points/extension", {"extension": f"{programme.id}:flood"})
    assert done.status_code == 303, done.text
    assert "ポイントの期限をのばしました" in client.get(done.location).text
    assert lots(cast, programme) == {date(2028, 9, 30): 1000}
    assert "のばせるポイントはありません" in client.get("/points/extension").text


def test_held_points_stay_held_on_the_last_day(cast: Cast, clock: Any, outbox: Outbox) -> None:
    programme = under(cast, '[carry_over]\nkind = "all"\n')
    earn(cast, 1, 3)
    who = {"holder_id": cast.hanako.party_id, "programme_id": programme.id}
    with write_turn():
        services.hold(**who, points=1000, hold_key="k", key="hold:k", source="cash_out:1")
    at(clock, LAST_DAY + timedelta(days=1))
    expire_points()
    db.session.rollback()
    found = balances(cast.hanako.party_id, programme.id)
    assert (found.held, found.by_expiry) == (1000, [(date(2029, 3, 31), 500)])
    assert sound()


def test_points_that_live_on_may_not_go_to_somebody_else(cast: Cast, clock: Any) -> None:
    programme = under(cast, "")
    earn(cast, 1, 1)
    mine, other = Pots(cast.hanako.party_id, programme.id), Pots(cast.ichiro.party_id, programme.id)
    with write_turn():
        lock_standing(other)
        lot_id, _owed = lot_and_debt(other, date(2026, 11, 1), date(2029, 3, 31))
        lot = lots_with_points(mine)[0]
        act = Act(JournalKind.TRANSFER, "bad", mine, 100, LAST_DAY, reason="carry_over")
        journal_id, _new = write_journal(act)
        post(journal_id, [Move(lot.id, lot_id, 100)])
    db.session.rollback()
    assert [one.rule for one in earning_agreement.findings()] == ["I10 lives on"]


def test_each_threshold_warns_once_also_after_a_day_without_the_job(
    cast: Cast, clock: Any, outbox: Outbox
) -> None:
    under(cast, "")
    earn(cast, 1, 1)
    told = []
    for days_left in (70, 60, 59, 28, 27, 7, 3, 0):
        at(clock, LAST_DAY - timedelta(days=days_left))
        told.append(expire_points()[-1])
    assert told == ["0", "1", "0", "1", "0", "1", "0", "0"]
    assert "あと7日" in outbox.last().text
