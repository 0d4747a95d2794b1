"""The verbs of a no-go pair: two who are never brought together. Staff only."""

from sqlalchemy import update

from matching.profiles.models import NoGoPair
from matching.profiles.queries import reason_context
from volunteer.core import clock
from volunteer.core.crypto import seal
from volunteer.core.db import db, guarded_update, hold
from volunteer.core.errors import NotFound, Refused
from volunteer.core.i18n import _l
from volunteer.users.models import Party
from volunteer.users.states import PartyKind


def keep_apart(person_id: int, other_party_id: int, reason: str, by_user_id: int) -> NoGoPair:
    """From now on these two are not brought together; places that are agreed are for staff to see to.

    Told twice the pair stands once, with its first reason. Raises `Refused` (same_two), `NotFound`.
    """
    if person_id == other_party_id:
        raise Refused(_l("同じ人どうしは、えらべません。"), code="same_two")
    other = db.session.get(Party, other_party_id)
    if other is None:
        raise NotFound(_l("相手が見つかりませんでした。"))
    one, two = person_id, other_party_id
    if other.kind is PartyKind.PERSON:
        one, two = sorted((one, two))
    hold(f"no_go_pair:{one}-{two}")
    standing: NoGoPair | None = db.session.execute(
        db.select(NoGoPair).where(
            NoGoPair.person_id == one,
            NoGoPair.other_party_id == two,
            NoGoPair.ended_at.is_(None),
        )
    ).scalar()
    if standing is not None:
        return standing
    made = NoGoPair(
        person_id=one, other_party_id=two, made_by_user_id=by_user_id, made_at=clock.now()
    )
    made.reason_sealed = seal(reason, reason_context(made))
    db.session.add(made)
    db.session.flush()
    return made


def end_pair(party_id: int, pair_id: int, by_user_id: int) -> None:
    """The two may be brought together again; the pair stays in the history. Ended already is as good.

    Raises `NotFound` when it is no pair of this party.
    """
    mine = (NoGoPair.person_id == party_id) | (NoGoPair.other_party_id == party_id)
    found = db.session.execute(db.select(NoGoPair.id).where(NoGoPair.id == pair_id, mine)).scalar()
    if found is None:
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    guarded_update(
        update(NoGoPair)
        .where(NoGoPair.id == pair_id, NoGoPair.ended_at.is_(None))
        .values(ended_at=clock.now(), ended_by_user_id=by_user_id)
    )
