"""わたしの口座: a person enters the account their money goes to."""

from typing import Any

from flask import Blueprint, url_for

from points.bank_accounts import typing_in
from points.bank_accounts.drafts import Draft
from points.bank_accounts.models import BankAccount
from points.bank_accounts.queries import live_account
from points.bank_accounts.services import change_account
from points.bank_accounts.states import ACCOUNT_TYPE_LABELS, AccountType
from volunteer.core.permissions import PERSON, allow, viewer

blueprint = Blueprint("bank_accounts", __name__)


@blueprint.route("/me/bank-account", methods=["GET", "POST"])
@allow(PERSON, fresh=True)
def edit() -> Any:
    """Type the account in from the bankbook."""
    person_id = _own_id()
    live = live_account(person_id)
    return typing_in.type_in(
        person_id,
        "points/bank_accounts/edit.html",
        url_for("bank_accounts.confirm"),
        by_staff=False,
        live=live,
        live_type=ACCOUNT_TYPE_LABELS[AccountType(live.account_type)] if live else "",
    )


@blueprint.route("/me/bank-account/confirm", methods=["GET", "POST"])
@allow(PERSON, fresh=True)
def confirm() -> Any:
    """See what goes to the bank, and store it."""
    person_id = _own_id()

    def save(draft: Draft) -> BankAccount:
        return change_account(
            party_id=person_id,
            details=draft.details,
            entered_by_user_id=viewer().user_id or 0,
        )

    return typing_in.confirm(
        person_id,
        "points/bank_accounts/confirm.html",
        url_for("bank_accounts.edit"),
        save,
        url_for("bank_accounts.edit", done="saved"),
    )


def _own_id() -> int:
    person_id = viewer().person_id
    assert person_id is not None, "the guard admits persons only"
    return person_id
