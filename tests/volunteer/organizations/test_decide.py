"""Staff decide about organizations: one of two wins, nobody decides about their own; members keep to themselves."""

from threading import Barrier, Thread

import pytest
from flask import Flask

from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.factories.volunteer import make_acting, make_organization, make_user
from tests.mail import Outbox
from volunteer.core.db import db, run_turn, write_turn
from volunteer.core.errors import AlreadyDecided
from volunteer.core.models import AuditEntry, Outcome
from volunteer.core.permissions import Role
from volunteer.organizations.models import Organization, OrganizationDecision
from volunteer.organizations.services import approve, refuse
from volunteer.organizations.states import OrganizationState
from volunteer.users.models import Party, User
from volunteer.users.states import ActingAs

EMAIL = "new@example.jp"


@pytest.fixture
def applied(cast: Cast) -> int:
    """An organization that waits for approval; the id of its party."""
    with write_turn():
        row = make_organization(
            "あたらしい会", members=[make_user(EMAIL)], state=OrganizationState.APPLIED
        )
        return int(row.party_id)


def state_of(party_id: int) -> tuple[OrganizationState, bool]:
    db.session.rollback()
    row = db.session.get_one(Organization, party_id)
    return row.state, db.session.get_one(Party, party_id).is_active


@pytest.mark.both_databases
def test_approval_lets_the_organization_ask_and_tells_it(
    cast: Cast, client: Client, outbox: Outbox, applied: int
) -> None:
    sign_in_as(client, cast.coordinator)
    answer = client.submit(f"/desk/organizations/{applied}", action="/approval")
    assert answer.status_code == 303
    assert state_of(applied) == (OrganizationState.APPROVED, True)
    assert outbox.last(EMAIL).template == "volunteer/organizations/approved"


@pytest.mark.both_databases
def test_of_two_deciding_at_once_one_wins_and_the_other_hears_who(
    app: Flask, cast: Cast, applied: int
) -> None:
    with write_turn():
        other = make_user("second@center.example.jp", is_staff=True).id
    first = cast.coordinator.id
    db.session.rollback()
    gate, ends = Barrier(2), []

    def decide(act: object, *arguments: object) -> None:
        with app.app_context():
            gate.wait()
            try:
                run_turn(act, applied, *arguments)  # type: ignore[arg-type]
                ends.append("")
            except AlreadyDecided as error:
                ends.append(str(error.facts.get("who", "")))
            finally:
                db.session.remove()

    threads = [
        Thread(target=decide, args=(approve, first)),
        Thread(target=decide, args=(refuse, other, "書類が足りません")),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ends.count("") == 1
    winner = db.session.execute(db.select(OrganizationDecision)).scalar_one()
    expected = "相談 員子" if winner.decided_by_user_id == first else "second@center.example.jp"
    assert expected in ends


def test_nobody_approves_an_organization_they_are_a_member_of(
    cast: Cast, client: Client, applied: int
) -> None:
    with write_turn():
        make_acting(cast.coordinator, applied, ActingAs.MEMBER)
    sign_in_as(client, cast.coordinator)
    token = client.get("/desk/people/new").text.split('name="csrf_token" value="')[1].split('"')[0]
    answer = client.post(
        f"/desk/organizations/{applied}/approval",
        data={"csrf_token": token, "form_key": "a-key-of-this-test-1"},
    )
    assert answer.status_code == 403
    assert state_of(applied) == (OrganizationState.APPLIED, False)
    refused = db.session.execute(db.select(AuditEntry).filter_by(outcome=Outcome.REFUSED))
    assert refused.scalar_one().code == "own_organization"


def test_a_refusal_needs_a_reason_which_the_applicant_reads(
    cast: Cast, client: Client, outbox: Outbox, applied: int
) -> None:
    sign_in_as(client, cast.coordinator)
    page = f"/desk/organizations/{applied}/refusal"
    assert client.submit(page, {"reason": " "}).status_code == 422
    assert client.submit(page, {"reason": "規約を送ってください"}).status_code == 303
    assert state_of(applied) == (OrganizationState.REFUSED, False)
    assert "規約を送ってください" in outbox.last(EMAIL).text


@pytest.mark.parametrize("role", [Role.APPROVER, Role.PAYER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_only_coordinators_decide(cast: Cast, client: Client, applied: int, role: Role) -> None:
    sign_in_as(client, getattr(cast, role.value))
    assert client.get(f"/desk/organizations/{applied}").status_code == 403


def test_members_of_another_organization_are_neither_seen_nor_removed(
    cast: Cast, client: Client
) -> None:
    sign_in_as(client, cast.outsider)
    page = client.get("/o/members")
    assert "cook@minato.example.jp" not in page.text
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    answer = client.post(
        f"/o/members/{cast.cook.id}/removal",
        data={"csrf_token": token, "form_key": "a-key-of-this-test-1"},
    )
    assert answer.status_code == 404


@pytest.mark.both_databases
def test_a_removed_member_is_signed_out_of_the_organization_at_once(
    app: Flask, cast: Cast, client: Client
) -> None:
    gone = app.test_client()
    assert isinstance(gone, Client)
    sign_in_as(gone, cast.helper)
    assert gone.get("/o/members").status_code == 200
    sign_in_as(client, cast.cook)
    answer = client.submit("/o/members", action=f"/{cast.helper.id}/removal")
    assert answer.status_code == 303
    assert gone.get("/o/members").status_code != 200


def test_an_invited_address_gets_a_mail_and_may_act(
    cast: Cast, client: Client, outbox: Outbox
) -> None:
    sign_in_as(client, cast.cook)
    typed = {"email": "mate@example.jp", "name": "仲間 三郎"}
    assert client.submit("/o/members", typed, action="/o/members").status_code == 303
    assert outbox.last("mate@example.jp").template == "volunteer/organizations/invited"
    mate = db.session.execute(db.select(User).filter_by(email="mate@example.jp")).scalar_one()
    fresh = client.application.test_client()
    assert isinstance(fresh, Client)
    assert sign_in_as(fresh, mate).get("/o/members").status_code == 200
