"""The verbs of organizations: apply, approve, refuse, rest, members. A member is an `acting` row."""

from sqlalchemy import update

from volunteer.core import clock
from volunteer.core.db import db, guarded_update, insert_once
from volunteer.core.errors import AlreadyDecided, NotAllowed, NotFound, Refused
from volunteer.core.i18n import _l, show
from volunteer.core.transitions import move
from volunteer.organizations import notices, queries
from volunteer.organizations.models import MemberInvitation, Organization, OrganizationDecision
from volunteer.organizations.rules import Application
from volunteer.organizations.states import (
    OrganizationDecisionKind,
    OrganizationState,
)
from volunteer.users.email_codes import Proof, send_code, use_code
from volunteer.users.models import Acting, Party, UserSession
from volunteer.users.services import let_act, new_party, user_for
from volunteer.users.sessions import open_session
from volunteer.users.states import ActingAs, CodePurpose, PartyKind

MEMBERS_MAX = 50


def ask_to_apply(email: str, device: str, language: str) -> None:
    """A code is on its way to the applicant's address."""
    send_code(notices.APPLY_CODE, email, CodePurpose.JOIN, device, language)


def apply(proof: Proof, wanted: Application, language: str, browser: str) -> tuple[int, str]:
    """The address is proved: the organization waits for approval, its first member is signed in.

    Returns its party id and the token of the new session. The same name under the same address is the same
    organization and is not made twice. Raises `Refused` when the code is wrong or used.
    """
    use_code(proof)
    user = user_for(proof.email, language)
    known = _own_of_that_name(user.id, wanted.name)
    party_id = known or _new_applicant(wanted, user.id)
    acting_id = let_act(user.id, party_id, ActingAs.MEMBER)
    return party_id, open_session(user.id, acting_id=acting_id, browser=browser)


def _own_of_that_name(user_id: int, name: str) -> int | None:
    statement = (
        db.select(Organization.party_id)
        .join(Acting, Acting.party_id == Organization.party_id)
        .where(Acting.user_id == user_id, Acting.ended_at.is_(None), Organization.name == name)
    )
    return db.session.execute(statement).scalar()


def _new_applicant(wanted: Application, user_id: int) -> int:
    party = new_party(PartyKind.ORGANIZATION, wanted.name)
    values = {name: value for name, value in vars(wanted).items() if name != "email"}
    db.session.add(
        Organization(
            party_id=party.id,
            state=OrganizationState.APPLIED,
            applied_at=clock.now(),
            **values,
        )
    )
    db.session.flush()
    _name_member(party.id, wanted.email, wanted.applicant_name, user_id)
    notices.applied(party.id, wanted.name, wanted.email)
    return party.id


def approve(party_id: int, by_user_id: int) -> None:
    """The organization may ask for help. Raises `AlreadyDecided` (who and when), `NotAllowed` for its members."""
    _decide(
        party_id,
        by_user_id,
        (OrganizationState.APPLIED,),
        OrganizationState.APPROVED,
        OrganizationDecisionKind.APPROVED,
        approved_at=clock.now(),
    )


def refuse(party_id: int, by_user_id: int, reason: str) -> None:
    """The application is declined with a reason. Raises as `approve`."""
    _decide(
        party_id,
        by_user_id,
        (OrganizationState.APPLIED,),
        OrganizationState.REFUSED,
        OrganizationDecisionKind.REFUSED,
        reason,
    )


def suspend(party_id: int, by_user_id: int, reason: str) -> None:
    """The organization may look but not ask until it is resumed. Raises as `approve`."""
    _decide(
        party_id,
        by_user_id,
        (OrganizationState.APPROVED,),
        OrganizationState.SUSPENDED,
        OrganizationDecisionKind.SUSPENDED,
        reason,
    )


def resume(party_id: int, by_user_id: int) -> None:
    """A resting organization may ask again. Raises as `approve`."""
    _decide(
        party_id,
        by_user_id,
        (OrganizationState.SUSPENDED,),
        OrganizationState.APPROVED,
        OrganizationDecisionKind.RESUMED,
    )


def _decide(
    party_id: int,
    by_user_id: int,
    from_: tuple[OrganizationState, ...],
    to: OrganizationState,
    kind: OrganizationDecisionKind,
    reason: str = "",
    **columns: object,
) -> None:
    found = _organization(party_id)
    if queries.is_member(by_user_id, party_id):
        raise NotAllowed(
            _l("ご自分の団体については、ほかの職員が決めます。"), code="own_organization"
        )
    try:
        move(Organization, party_id, from_, to, **columns)
    except AlreadyDecided as error:
        raise _who_was_faster(party_id) or error from error
    is_active = to is OrganizationState.APPROVED
    guarded_update(update(Party).where(Party.id == party_id).values(is_active=is_active))
    row = OrganizationDecision(
        organization_id=party_id,
        kind=kind,
        reason=reason,
        decided_by_user_id=by_user_id,
        decided_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    notices.decided(party_id, found.name, kind, row.id, reason)


def _organization(party_id: int) -> Organization:
    found = queries.organization(party_id)
    if found is None:
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    return found


def _who_was_faster(party_id: int) -> AlreadyDecided | None:
    found = queries.latest_decision(party_id)
    if found is None:
        return None
    decision, name = found
    return AlreadyDecided(
        _l(
            "%(name)sさんが %(at)s に先に決めました。画面を開きなおして、いまの状態を確かめてください。",
            name=name,
            at=show("datetime", decision.decided_at),
        ),
        who=name,
        at=decision.decided_at,
    )


def _lock(party_id: int) -> None:
    """Two members who remove each other stand in a queue, so that one of them stays."""
    statement = db.select(Organization.party_id).where(Organization.party_id == party_id)
    db.session.execute(statement.with_for_update(key_share=True))


def invite_member(party_id: int, email: str, name: str, by_user_id: int, language: str) -> int:
    """Somebody may act for the organization from now on by signing in with this address; they get a mail.

    Returns the user's id. Inviting the same address again changes nothing. Raises `Refused` beyond `MEMBERS_MAX`.
    """
    found = _organization(party_id)
    if len(queries.members(party_id)) >= MEMBERS_MAX:
        raise Refused(_l("担当者は50人までです。"), code="too_many_members")
    user = user_for(email, language)
    is_new = not queries.is_member(user.id, party_id)
    let_act(user.id, party_id, ActingAs.MEMBER)
    _name_member(party_id, email, name, by_user_id)
    if is_new:
        notices.invited(party_id, found.name, name, user)
    return user.id


def _name_member(party_id: int, email: str, name: str, by_user_id: int) -> None:
    insert_once(
        MemberInvitation,
        {
            "organization_id": party_id,
            "email": email,
            "name": name,
            "invited_by_user_id": by_user_id,
            "invited_at": clock.now(),
        },
    )


def remove_member(party_id: int, user_id: int, by_user_id: int) -> None:
    """This user no longer acts for the organization; sessions that do end at once.

    Raises `Refused` for the last member and `NotFound` for somebody who is none.
    """
    _lock(party_id)
    now_members = queries.members(party_id)
    gone = next((one for one in now_members if one.user_id == user_id), None)
    if gone is None:
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    if len(now_members) == 1:
        raise Refused(
            _l("最後の担当者は外せません。先に、ほかの担当者を加えてください。"), code="last_member"
        )
    moment = clock.now()
    guarded_update(update(Acting).where(Acting.id == gone.acting_id).values(ended_at=moment))
    guarded_update(
        update(MemberInvitation)
        .where(
            MemberInvitation.organization_id == party_id,
            MemberInvitation.email == gone.email,
            MemberInvitation.ended_at.is_(None),
        )
        .values(ended_at=moment)
    )
    guarded_update(
        update(UserSession)
        .where(UserSession.acting_id == gone.acting_id, UserSession.ended_at.is_(None))
        .values(ended_at=moment, ended_because="member_removed")
    )
