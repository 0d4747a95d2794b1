"""Points expire, live on and can be exchanged in the simulator as in the ledger, through the same years."""

from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from points.earning.jobs import expire_points
from points.earning.services import award_activity, settle_award
from points.ledger import queries as ledger
from points.programmes.dates import end_of_month
from points.programmes.models import Enrolment, Programme
from points.programmes.rule_version import parse_rule_version
from points.redemption.position import position_of
from points.redemption.rules import most_exchangeable
from points.simulation.history import participants, portion
from points.simulation.people import ANYBODY
from points.simulation.purse import NEVER, Purse
from points.simulation.scheme import always
from points.simulation.tally import Tally
from tests.cast import Cast
from tests.factories import rules
from tests.factories.points import enrol, make_programme
from volunteer.core.clock import from_tokyo
from volunteer.core.db import db, write_turn

FIRST, LAST = date(2025, 4, 1), date(2027, 6, 30)
SCHEMES = {
    "end_of_year": ("end_of_year", ""),
    "next_year": ("end_of_next_year", ""),
    "months": ("months", "months = 3"),
    "never": ("never", ""),
    "all": ("end_of_year", '[carry_over]\nkind = "all"'),
    "once": ("months", 'months = 4\n[carry_over]\nkind = "once"'),
    "up_to": ("end_of_year", '[carry_over]\nkind = "up_to"\npoints = 7'),
    "below_minimum": ("end_of_year", '[carry_over]\nkind = "below_minimum"'),
    "fixed_day": ("fixed_day_next_year", 'day = "01-31"\n[carry_over]\nkind = "once"'),
    "anniversary": (
        "end_of_year",
        '[carry_over]\nkind = "once"\n[programme_year]\nkind = "anniversary"',
    ),
    "exception": (
        "months",
        'months = 2\n[[exceptions]]\ncode = "covid"\nname = "延長"\nfirst_day = 2025-08-01\n'
        "last_day = 2025-10-31\nextended_to = 2026-03-31",
    ),
    "windows": (
        "end_of_next_year",
        '[exchange]\nminimum_points = 5\nunit_points = 5\nearned_up_to = "12-31"\n'
        '[exchange.window]\nfirst_day = "01-10"\nlast_day = "02-29"',
    ),
}  # fmt: skip
EXCHANGE = '[[exchange.methods]]\ncode = "bank_transfer"\nyen = 3\n[caps]\nyearly_points = 40\n'


def source_of(name: str) -> str:
    kind, more = SCHEMES[name]
    section = f'[expiry]\nkind = "{kind}"\n' + (more if more[:1] not in "[" else "\n" + more) + "\n"
    head = more[more.index("[exchange]") :] + "\n" if "[exchange]" in more else ""
    if head:
        section = f'[expiry]\nkind = "{kind}"\n'
    return rules.text_of(exchange=head + EXCHANGE, expiry=section)


@pytest.mark.both_databases
@pytest.mark.parametrize("name", SCHEMES)
def test_lots_and_offers_are_those_of_the_ledger(cast: Cast, clock: Any, name: str) -> None:
    source = source_of(name)
    with write_turn():
        for one in db.session.execute(db.select(Enrolment)).scalars():
            db.session.delete(one)
        programme = make_programme("other", source=source, valid_from=date(2000, 4, 1))
        enrol(cast.hanako, programme, date(2025, 2, 11))
    days = days_of(sorted(SCHEMES).index(name))
    earned = walk(cast, programme, days, clock)
    version = parse_rule_version(source)
    scheme, holder = always(version), cast.hanako.party_id
    person = participants(programme.id, [holder])[holder]
    activities = dict(portion(programme.id, [holder]))[holder]
    for day, (lots, offered) in earned.items():
        tally = Tally(scheme, FIRST, day)
        result = tally.person(person, [one for one in activities if one.activity_on <= day])
        found = {key: points for key, points in result.kept.lots.items() if points}
        assert found == lots, f"lots on {day}"
        assert (result.offer.points, result.offer.yen) == offered, f"offer on {day}"


def days_of(seed: int) -> list[date]:
    pick = Random(seed)
    span = (date(2026, 9, 30) - FIRST).days
    return sorted(FIRST + timedelta(days=pick.randrange(span)) for _number in range(40))


def walk(cast: Cast, programme: Programme, days: list[date], clock: Any) -> dict[date, Any]:
    """Month after month in the real ledger; what is in lots and what could be exchanged on each month's last day."""
    seen, month, number = {}, FIRST, 0
    while month < LAST:
        last = end_of_month(month)
        for day in (one for one in days if month <= one <= last):
            number += 1
            clock.set(from_tokyo(day) + timedelta(hours=12))
            expire_points()
            award(cast, number, day)
        clock.set(from_tokyo(last) + timedelta(hours=12))
        expire_points()
        db.session.rollback()
        seen[last] = (lots_of(cast, programme), offer_of(cast, programme, last))
        month = last + timedelta(days=1)
    return seen


def award(cast: Cast, number: int, day: date) -> None:
    """Two to four hours of visiting, settled at once."""
    given = rules.facts(
        source_id=number,
        person_id=cast.hanako.party_id,
        host_party_id=cast.minato.party_id,
        activity_on=day,
        planned_minutes=60 * (2 + number % 3),
    )
    with write_turn():
        made = award_activity(given)
        if made.points:
            settle_award(made.id)


def lots_of(cast: Cast, programme: Programme) -> dict[tuple[date, date], int]:
    found = ledger.balances(cast.hanako.party_id, programme.id).lots
    return {(lot.month, lot.expires_on or NEVER): lot.balance for lot in found if lot.balance}


def offer_of(cast: Cast, programme: Programme, day: date) -> tuple[int, int]:
    position = position_of(cast.hanako.party_id, programme.id, day)
    assert position is not None
    found = most_exchangeable(position.facts, position.version, "bank_transfer")
    return found.points, found.yen


def test_an_exchange_takes_what_ends_first() -> None:
    """Ten points a year may go; those that end sooner go before those of an older month."""
    source = source_of("end_of_year").replace("yearly_points", "yearly_exchange_points")
    purse = Purse(always(parse_rule_version(source.replace("40", "10"))), ANYBODY)
    purse.credit(date(2025, 5, 1), 10, date(2027, 3, 31))
    purse.credit(date(2025, 6, 1), 10, date(2026, 3, 31))
    assert purse.exchange(date(2025, 6, 30)).yen == 30
    assert purse.lots == {(date(2025, 5, 1), date(2027, 3, 31)): 10}
    assert purse.exchange(date(2025, 7, 31)).points == 0
    assert purse.exchange(date(2026, 4, 30)).points == 10
