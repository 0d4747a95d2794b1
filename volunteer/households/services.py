"""The verbs of households: entered, changed and ended by staff."""

from sqlalchemy import update

from volunteer.core import clock
from volunteer.core.center import next_number
from volunteer.core.crypto import seal
from volunteer.core.db import db, guarded_update
from volunteer.core.errors import AlreadyDecided, NotFound
from volunteer.core.i18n import _l
from volunteer.households.models import Household, HouseholdContact
from volunteer.households.queries import household, remarks_context
from volunteer.households.rules import HouseholdFacts
from volunteer.users.models import Party
from volunteer.users.services import new_party
from volunteer.users.states import PartyKind


def enter_household(facts: HouseholdFacts, by_user_id: int) -> Household:
    """The household exists with a number and its contacts; remarks are sealed for this household alone."""
    party = new_party(PartyKind.HOUSEHOLD, facts.name)
    party.is_active = True
    number = next_number("household", "S-")
    row = Household(
        party_id=party.id,
        number=number,
        name=facts.name,
        kana=facts.kana,
        area_id=facts.area_id,
        address=facts.address,
        telephone=facts.telephone,
        remarks_sealed=_sealed(facts.remarks, number),
        checked_by=facts.checked_by,
        checked_on=facts.checked_on,
        entered_by_user_id=by_user_id,
        entered_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    _add_contacts(party.id, facts)
    return row


def _sealed(remarks: str, number: str) -> str:
    return seal(remarks, remarks_context(number)) if remarks else ""


def _add_contacts(party_id: int, facts: HouseholdFacts) -> None:
    for name, relation, telephone in facts.contacts:
        db.session.add(
            HouseholdContact(
                household_id=party_id, name=name, relation=relation, telephone=telephone
            )
        )
    db.session.flush()


def change_household(party_id: int, facts: HouseholdFacts) -> None:
    """The household is as told now; old contacts are ended, not deleted. Raises `NotFound`."""
    found = household(party_id)
    if found is None or found.ended_at is not None:
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    values = {
        name: value for name, value in vars(facts).items() if name not in ("remarks", "contacts")
    }
    values["remarks_sealed"] = _sealed(facts.remarks, found.number)
    guarded_update(update(Household).where(Household.party_id == party_id).values(**values))
    guarded_update(update(Party).where(Party.id == party_id).values(display_name=facts.name[:80]))
    guarded_update(
        update(HouseholdContact)
        .where(HouseholdContact.household_id == party_id, HouseholdContact.ended_at.is_(None))
        .values(ended_at=clock.now())
    )
    _add_contacts(party_id, facts)


def end_household(party_id: int) -> None:
    """The household is no longer helped; its history stays. Raises `AlreadyDecided`."""
    statement = (
        update(Household)
        .where(Household.party_id == party_id, Household.ended_at.is_(None))
        .values(ended_at=clock.now())
    )
    if guarded_update(statement) != 1:
        raise AlreadyDecided(_l("もう終わりにした世帯です。画面を開きなおしてください。"))
