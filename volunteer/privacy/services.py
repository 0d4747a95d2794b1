"""Erasing a person (decision 14): profile, contacts, notes and bank number go; numbers and acts keep a pseudonym."""

from datetime import datetime

from volunteer.core import clock
from volunteer.core.db import db, insert_once
from volunteer.core.errors import AlreadyDecided, NotAllowed, NotFound, Refused
from volunteer.core.hooks import hooks
from volunteer.core.i18n import _l
from volunteer.people import own_data as people_data
from volunteer.people.models import Person
from volunteer.privacy.models import Erasure
from volunteer.privacy.queries import hindrances
from volunteer.privacy.states import Because
from volunteer.users import own_data as users_data
from volunteer.users.models import Party
from volunteer.users.queries import acts_for


def erase_own(person_id: int, user_id: int) -> int:
    """The person has erased themselves; the number of the erasure. Raises `Refused`, `AlreadyDecided`."""
    return _erase_checked(person_id, Because.OWN_WISH, user_id)


def erase_at_desk(person_id: int, because: Because, by_user_id: int) -> int:
    """Staff have erased a person; the number of the erasure.

    Raises `NotFound`, `NotAllowed` for oneself, `Refused` while something stands against it, `AlreadyDecided` when it
    was done before.
    """
    if db.session.get(Person, person_id) is None:
        raise NotFound(_l("見つかりませんでした。"))
    if acts_for(by_user_id, person_id):
        raise NotAllowed(
            _l("ご自分のことは決められません。ほかの職員にたのんでください。"), code="oneself"
        )
    return _erase_checked(person_id, because, by_user_id)


def _erase_checked(person_id: int, because: Because, user_id: int) -> int:
    """Asked twice: what was under way, a cash-out or an award, holds the points for which erasing has to wait."""
    _refuse_while_hindered(person_id)
    erasure_id = _erase(person_id, because, user_id, clock.now())
    _refuse_while_hindered(person_id)
    return erasure_id


def _refuse_while_hindered(person_id: int) -> None:
    final = [one for one in hindrances(person_id) if one.is_final]
    if final:
        raise Refused(final[0].words, code="erasure_hindered")


def _erase(person_id: int, because: Because, user_id: int | None, moment: datetime) -> int:
    values = {
        "party_id": person_id,
        "because": because,
        "by_user_id": user_id,
        "erased_at": moment,
    }
    erasure_id = insert_once(Erasure, values)
    if erasure_id is None:
        raise AlreadyDecided(_l("この方の記録は、もう消されています。"))
    erase_data(person_id)
    return erasure_id


def erase_data(person_id: int) -> None:
    """Every feature empties what it holds: first the places to come, last the name they were told with.

    The person is locked first, so that nobody takes a seat for them between.
    """
    own = db.select(Person.party_id).where(Person.party_id == person_id)
    db.session.execute(own.with_for_update(key_share=True))
    people_data.give_up_places(person_id)
    traces = people_data.traces_of(person_id)
    for erase in hooks.erase_person:
        erase(person_id)
    people_data.erase_person(person_id)
    users_data.erase_person(person_id, traces)
    db.session.expire_all()


def replay_erasure(party_id: int, created_at: datetime, erased_at: datetime) -> bool:
    """After an old copy was restored: whether this person, being in it again, was erased now once more.

    A party of that number that was made at another moment is somebody else. Nothing is asked and nothing stands
    against it: the wish was granted before.
    """
    party = db.session.get(Party, party_id)
    if party is None or party.created_at != created_at or _is_empty(party_id):
        return False
    known = db.select(Erasure.id).where(Erasure.party_id == party_id)
    if db.session.execute(known).scalar() is None:
        _erase(party_id, Because.REPLAYED, None, erased_at)
    else:
        erase_data(party_id)
    return True


def _is_empty(party_id: int) -> bool:
    name = db.session.execute(db.select(Person.name).where(Person.party_id == party_id)).scalar()
    return name is None or name == users_data.pseudonym(party_id)
