"""Households: entered, changed and ended by coordinators only; remarks are sealed, every look is logged."""

import pytest

from tests.cast import Cast, sign_in_as
from tests.client import Client
from volunteer.core.crypto import Damaged
from volunteer.core.db import db, write_turn
from volunteer.core.models import AuditEntry, ViewEntry
from volunteer.core.permissions import Role
from volunteer.households.models import Household, HouseholdContact
from volunteer.households.queries import remarks_of

SECRET = "夜は耳が聞こえにくい"


def enter(cast: Cast, client: Client, **more: str) -> Household:
    sign_in_as(client, cast.coordinator)
    typed = {
        "name": "川上 ハル",
        "kana": "かわかみ はる",
        "area_id": str(cast.area.id),
        "address": "花園3丁目4番",
        "telephone": "0134-11-2222",
        "remarks": SECRET,
        "checked_by": "民生委員 石田",
        "contact_1_name": "川上 実",
        "contact_1_relation": "息子",
        "contact_1_telephone": "09011112222",
        **more,
    }
    answer = client.submit("/desk/households/new", typed)
    assert answer.status_code == 303, answer.text[-3000:]
    return db.session.execute(db.select(Household).filter_by(name=typed["name"])).scalar_one()


@pytest.mark.both_databases
def test_remarks_lie_sealed_and_are_bound_to_their_household(cast: Cast, client: Client) -> None:
    row = enter(cast, client)
    assert SECRET not in row.remarks_sealed
    assert remarks_of(row) == SECRET
    other_id, sealed = cast.household.party_id, row.remarks_sealed
    with write_turn():
        db.session.get_one(Household, other_id).remarks_sealed = sealed
    with pytest.raises(Damaged):
        remarks_of(db.session.get_one(Household, other_id))


def test_each_look_is_logged_before_the_page_is_sent(cast: Cast, client: Client) -> None:
    row_id = enter(cast, client).party_id
    page = client.get(f"/desk/households/{row_id}")
    assert SECRET in page.text
    views = db.session.execute(db.select(ViewEntry.user_id, ViewEntry.party_id)).all()
    assert tuple(views[-1]) == (cast.coordinator.id, row_id)


@pytest.mark.both_databases
def test_a_change_keeps_old_contacts_and_leaves_an_act(cast: Cast, client: Client) -> None:
    row_id = enter(cast, client).party_id
    typed = {"contact_1_telephone": "09033334444", "address": "花園5丁目1番"}
    assert client.submit(f"/desk/households/{row_id}/edit", typed).status_code == 303
    contacts = db.session.execute(
        db.select(HouseholdContact).filter_by(household_id=row_id).order_by(HouseholdContact.id)
    ).scalars()
    assert [one.ended_at is None for one in contacts] == [False, True]
    row = db.session.get_one(Household, row_id)
    assert (row.address, remarks_of(row)) == ("花園5丁目1番", SECRET)
    acts = db.session.execute(db.select(AuditEntry.act).filter_by(subject=f"household:{row_id}"))
    assert list(acts.scalars()) == ["households_desk.new", "households_desk.edit"]


def test_the_list_finds_by_name_and_district_and_shows_no_address(
    cast: Cast, client: Client
) -> None:
    enter(cast, client)
    text = client.get("/desk/households?q=川上").text
    assert "川上 ハル" in text
    assert "山田 トメ" not in text
    assert "花園3丁目4番" not in text


@pytest.mark.parametrize("role", [Role.APPROVER, Role.PAYER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_no_other_staff_may_open_households(cast: Cast, client: Client, role: Role) -> None:
    household_id = cast.household.party_id
    sign_in_as(client, getattr(cast, role.value))
    for path in ("", "/new", f"/{household_id}", f"/{household_id}/edit"):
        assert client.get(f"/desk/households{path}").status_code == 403
