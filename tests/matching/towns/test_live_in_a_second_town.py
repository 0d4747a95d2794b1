"""The main line in a second town: other districts, categories, fiscal year and programme, from a file alone."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from matching.assignments.services import apply
from matching.checkin.jobs import close_forgotten, settle_attendances
from matching.checkin.services import Scan, check_in
from matching.checkin.states import Source
from matching.help_requests import services as requests
from matching.help_requests.models import Shift
from matching.towns.services import found_center
from matching.towns.settings_file import read_settings
from points.bank_accounts.details import AccountDetails
from points.bank_accounts.services import change_account
from points.earning.jobs import settle_due
from points.ledger.queries import balances
from points.ledger.verifying import verify_all
from points.payouts.bank_file import bytes_of
from points.payouts.business_days import next_business_day
from points.payouts.services import make_batch, pay_batch
from points.programmes.models import Programme
from points.redemption.four_eyes import Actor
from points.redemption.services import approve, request_cash_out
from tests.factories.volunteer import make_organization, make_staff
from volunteer.areas.models import Area
from volunteer.core import clock
from volunteer.core.db import db, run_turn, write_turn
from volunteer.core.errors import Refused
from volunteer.core.permissions import Role
from volunteer.people.registration import register_from_paper
from volunteer.people.rules import PersonDetails, SignUp
from volunteer.people.states import Tie
from volunteer.users.models import User
from volunteer.users.queries import own_party

pytestmark = pytest.mark.both_databases
TOWN = Path(__file__).parents[3] / "matching" / "towns" / "data" / "minato-example.toml"
FIRST_DAY = date(2026, 8, 3)


@dataclass
class Town:
    """Who there is in the second town."""

    coordinator: int
    approver: Actor
    payer: Actor
    host_id: int
    volunteer_id: int
    programme_id: int


def _actor(user: User) -> Actor:
    own = own_party(user.id)
    assert own is not None
    return Actor(user.id, own.id)


@pytest.fixture
def town(app: Flask, clock: Any) -> Town:
    """The invented town みなと市 on the first Monday of its year, with one organization and one volunteer."""
    clock.set(clock.from_tokyo(FIRST_DAY, time(9, 0)))
    run_turn(found_center, read_settings(TOWN))
    with write_turn():
        area = db.session.execute(db.select(Area).filter_by(code="hamacho")).scalar_one()
        staff = {role: make_staff(role) for role in (Role.COORDINATOR, Role.APPROVER, Role.PAYER)}
        host = make_organization("浜町カフェの会", area=area)
        coordinator = staff[Role.COORDINATOR].id
        area_id, host_id = area.id, host.party_id
    wanted = SignUp("港 花", "ミナト ハナ", date(1960, 2, 2), "", Tie.LIVES)
    details = PersonDetails(
        telephone="0770000001",
        address="浜町1",
        area_id=area_id,
        emergency_name="港 一",
        emergency_relation="夫",
        emergency_telephone="0770000002",
    )
    person = run_turn(register_from_paper, wanted, details, coordinator, "ja")
    return Town(
        coordinator,
        _actor(staff[Role.APPROVER]),
        _actor(staff[Role.PAYER]),
        host_id,
        person.party_id,
        db.session.execute(db.select(Programme.id)).scalar_one(),
    )


def _shift_on(town: Town, day: date) -> int:
    """A published shift of two hours in the café; its id."""

    def ask() -> int:
        request = requests.start_for_organization(
            town.host_id,
            {"category_code": "cafe", "title": "お茶出し", "description": "お茶を出します"},
            town.coordinator,
        )
        request.public_place, request.exact_place = "浜町会館", "浜町2番"
        request.contact_name, request.contact_telephone = "当番", "0770000003"
        requests.add_shifts(request.id, [day], time(13, 0), time(15, 0), 3)
        requests.submit_help_request(request.id, town.coordinator)
        requests.publish_help_request(request.id, town.coordinator)
        shift = db.session.execute(db.select(Shift.id).filter_by(help_request_id=request.id))
        return int(shift.scalar_one())

    return run_turn(ask)


def _take_part(town: Town, day: date) -> None:
    shift_id = _shift_on(town, day)
    run_turn(apply, town.volunteer_id, shift_id, None)
    clock.set(clock.from_tokyo(day, time(12, 50)))
    scan = Scan(shift_id, town.volunteer_id, Source.CARD_CODE, f"scan-{day}", town.coordinator)
    run_turn(check_in, scan)
    clock.set(clock.from_tokyo(day + timedelta(days=3), time(9, 0)))
    close_forgotten()
    settle_attendances()
    settle_due()


def test_from_registration_to_the_bank_file(town: Town) -> None:
    for week in range(5):
        _take_part(town, FIRST_DAY + timedelta(days=7 * week + 2))
    now = balances(town.volunteer_id, town.programme_id)
    assert (now.in_lots, now.available) == (10, 10), "one stamp an hour, two a day, five days"
    assert {lot.expires_on for lot in now.lots} == {date(2028, 8, 31), date(2028, 9, 30)}

    account = AccountDetails("0001", "みずほ", "100", "", "1", "7654321", "ﾐﾅﾄ ﾊﾅ", "ミナト ハナ")
    run_turn(
        lambda: change_account(
            party_id=town.volunteer_id, details=account, entered_by_user_id=town.coordinator
        )
    )
    cash_out = run_turn(
        lambda: request_cash_out(
            person_id=town.volunteer_id,
            programme_id=town.programme_id,
            method="bank_transfer",
            points=10,
            key="second-town-cash-out",
            user_id=town.coordinator,
            mandate="委任状",
            proxy_reason="窓口で",
        )
    )
    assert (cash_out.amount_yen, cash_out.points) == (500, 10), "ten stamps are 500 yen"
    run_turn(approve, cash_out.id, town.approver)
    pay_on = next_business_day(clock.today())
    batch = run_turn(
        lambda: make_batch(
            cash_out_ids=[cash_out.id], pay_on=pay_on, typed_total_yen=500, actor=town.payer
        )
    )
    assert b"0000000500" in bytes_of(batch)
    assert bytes_of(batch).startswith(b"12100987654321")
    clock.set(clock.from_tokyo(pay_on, time(15, 0)))
    run_turn(pay_batch, batch.id, town.payer)
    assert balances(town.volunteer_id, town.programme_id).in_lots == 0
    assert verify_all() == []


def test_out_of_its_window_nothing_can_be_exchanged(town: Town) -> None:
    for week in range(5):
        _take_part(town, FIRST_DAY + timedelta(days=7 * week + 2))
    clock.set(clock.from_tokyo(date(2026, 10, 1), time(9, 0)))
    with pytest.raises(Refused):
        run_turn(
            lambda: request_cash_out(
                person_id=town.volunteer_id,
                programme_id=town.programme_id,
                method="desk_cash",
                points=10,
                key="too-late",
                user_id=town.coordinator,
                mandate="委任状",
                proxy_reason="窓口で",
            )
        )
    assert balances(town.volunteer_id, town.programme_id).available == 10


def test_its_numbers_and_year_are_its_own(town: Town) -> None:
    shift = db.session.get_one(Shift, _shift_on(town, FIRST_DAY + timedelta(days=2)))
    assert shift.help_request.number.startswith("R2026-"), "its year began on 1 August"
    clock.set(clock.from_tokyo(date(2027, 7, 30), time(9, 0)))
    later = db.session.get_one(Shift, _shift_on(town, date(2027, 7, 31)))
    assert later.help_request.number.startswith("R2026-"), "and ends on 31 July"
