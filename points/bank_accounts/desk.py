"""Staff enter the bank account of somebody who does not sign in, from the paper form."""

from typing import Any

from flask import Blueprint, url_for

from points.bank_accounts import typing_in
from points.bank_accounts.drafts import Draft
from points.bank_accounts.models import BankAccount
from points.bank_accounts.queries import has_own_user, live_account, person_or_none
from points.bank_accounts.services import enter_for_person
from volunteer.core import audit
from volunteer.core.errors import NotFound
from volunteer.core.i18n import _l
from volunteer.core.permissions import Role, allow, viewer
from volunteer.people.models import Person

blueprint = Blueprint("bank_accounts_desk", __name__, url_prefix="/desk")


@blueprint.route("/people/<int:person_id>/bank-account", methods=["GET", "POST"])
@allow(Role.COORDINATOR, fresh=True)
def edit(person_id: int) -> Any:
    """Type the account in; what is stored is shown only as existing, with the day it was entered."""
    person = _person(person_id)
    audit.record_view(person_id, "bank_account")
    return typing_in.type_in(
        person_id,
        "points/bank_accounts/desk_edit.html",
        url_for("bank_accounts_desk.confirm", person_id=person_id),
        by_staff=True,
        person=person,
        live=live_account(person_id),
        has_user=has_own_user(person_id),
    )


@blueprint.route("/people/<int:person_id>/bank-account/confirm", methods=["GET", "POST"])
@allow(Role.COORDINATOR, fresh=True)
def confirm(person_id: int) -> Any:
    """See what goes to the bank, read it out to the person, and store it."""
    person = _person(person_id)

    def save(draft: Draft) -> BankAccount:
        return enter_for_person(
            party_id=person_id,
            details=draft.details,
            entered_by_user_id=viewer().user_id or 0,
            reason=draft.reason,
        )

    return typing_in.confirm(
        person_id,
        "points/bank_accounts/desk_confirm.html",
        url_for("bank_accounts_desk.edit", person_id=person_id),
        save,
        url_for("bank_accounts_desk.edit", person_id=person_id, done="saved"),
        person=person,
    )


def _person(person_id: int) -> Person:
    person = person_or_none(person_id)
    if person is None:
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    return person
