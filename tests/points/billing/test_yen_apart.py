"""Yen of paid work and points stand side by side: no page, figure or rule of points ever counts them."""

import pytest
from sqlalchemy.exc import DBAPIError

from points.billing.earnings import FILE, yen_programme
from points.billing.own_data import hindrances, own_data
from points.earning.own_data import hindrances as points_hindrances
from points.earning.queries import programmes_with
from points.ledger.models import LedgerAccount
from points.ledger.queries import newest_journals, totals
from points.ledger.states import AccountKind, Unit
from points.programmes.models import Programme
from points.programmes.queries import programmes
from points.programmes.services import enrol_in_default_programmes, load_rule_version
from points.redemption.position import programmes_of
from points.redemption.yearly import statement_of
from points.reports.queries import outlooks
from points.simulation.queries import loaded_versions
from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.points.billing.town import Town
from volunteer.core.db import db, run_turn
from volunteer.core.errors import Refused


@pytest.fixture
def town(cast: Cast) -> Town:
    made = Town(cast)
    made.captured(payee_yen=3333)
    return made


def test_no_reading_of_points_finds_yen(town: Town, cast: Cast) -> None:
    yen, hanako = town.programme_id, town.payee_id
    db.session.rollback()
    lists = [programmes(), programmes_with(hanako, ()), programmes_of(hanako)]
    lists.append([one.programme for one in (*outlooks(), *loaded_versions())])
    assert all(yen not in {one.id for one in found} for found in lists)
    assert statement_of(hanako, yen, None) is None
    assert totals()[AccountKind.LOT] == 0
    assert newest_journals() == []
    assert points_hindrances(hanako) == []
    made = run_turn(enrol_in_default_programmes, cast.student.party_id)
    assert yen not in {one.programme_id for one in made}


def test_the_passbook_shows_no_yen(town: Town, cast: Cast, client: Client) -> None:
    page = sign_in_as(client, cast.hanako).get("/points", follow_redirects=True)
    assert page.status_code == 200
    assert "3,333" not in page.text
    assert "有償活動の報酬" not in page.text


def test_whoever_pays_or_earns_finds_it_in_their_data(town: Town) -> None:
    db.session.rollback()
    for person in (town.payer_id, town.payee_id):
        assert len(own_data(person)[0].rows) == 1
    assert [one.is_final for one in hindrances(town.payee_id)] == [True]
    assert hindrances(town.payer_id) == []


@pytest.mark.both_databases
def test_the_database_keeps_a_programme_to_its_unit(town: Town) -> None:
    def set_unit(table: str) -> None:
        db.session.execute(db.text(f"UPDATE {table} SET unit = 'points'"))  # noqa: S608

    def open_points_account() -> None:
        db.session.add(
            LedgerAccount(
                unit=Unit.POINTS,
                kind=AccountKind.OWED,
                holder_id=town.payer_id,
                programme_id=town.programme_id,
                opened_at=db.session.query(Programme).first().created_at,  # type: ignore[union-attr]
            )
        )
        db.session.flush()

    for table in ("programme", "standing"):
        with pytest.raises(DBAPIError, match="unit"):
            run_turn(set_unit, table)
    with pytest.raises(DBAPIError, match="the unit is that of the programme"):
        run_turn(open_points_account)


def test_a_file_of_points_cannot_take_the_programme_of_yen(town: Town) -> None:
    text = FILE.read_text(encoding="utf-8").replace("2020-04-01", "2026-04-01")
    with pytest.raises(Refused, match="other_unit"):
        run_turn(load_rule_version, text)
    assert run_turn(yen_programme) == town.programme_id
