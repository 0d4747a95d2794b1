"""Invitations to an address go with the person whose address it was."""

from sqlalchemy import func, update

from volunteer.core import clock
from volunteer.core.db import guarded_update
from volunteer.organizations.models import MemberInvitation
from volunteer.users.queries import live_actings, users_for


def erase_person(person_id: int) -> None:
    """Address and name of invitations are emptied, unless somebody else still signs in with the address."""
    for user in users_for(person_id):
        others = [one for one in live_actings(user.id) if one.party_id != person_id]
        if user.email and not others:
            guarded_update(
                update(MemberInvitation)
                .where(func.lower(MemberInvitation.email) == user.email.lower())
                .values(
                    email="",
                    name="",
                    ended_at=func.coalesce(MemberInvitation.ended_at, clock.now()),
                )
            )
