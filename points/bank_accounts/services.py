"""The bank account of a person: entered, changed, opened for payment."""

import secrets

from sqlalchemy import update

from points.bank_accounts import notices
from points.bank_accounts.details import AccountDetails
from points.bank_accounts.models import BankAccount
from points.bank_accounts.queries import has_own_user, live_account, person_or_none
from volunteer.core import clock
from volunteer.core.crypto import blind_index, seal, unseal_text
from volunteer.core.db import db, guarded_update, insert_once
from volunteer.core.errors import AlreadyDecided, NotAllowed, NotFound
from volunteer.core.i18n import _l


def change_account(
    *, party_id: int, details: AccountDetails, entered_by_user_id: int, reason: str = ""
) -> BankAccount:
    """Money of this person goes to this account from now on; the old row is ended and a notice queued.

    Entering the live account once more changes nothing (and starts no new waiting time). The number is
    sealed with the row's own random name, so that it cannot be read in another row.
    Raises `NotFound`, and `AlreadyDecided` when another change came in between.
    """
    person = person_or_none(party_id)
    if person is None:
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    now_live = live_account(party_id)
    fingerprint = blind_index(details.fingerprint)
    if now_live is not None and _is_same(now_live, fingerprint, details):
        return now_live
    moment = clock.now()
    guarded_update(
        update(BankAccount)
        .where(BankAccount.party_id == party_id, BankAccount.ended_at.is_(None))
        .values(ended_at=moment)
    )
    uid = secrets.token_hex(16)
    new_id = insert_once(
        BankAccount,
        {
            "uid": uid,
            "party_id": party_id,
            "bank_code": details.bank_code,
            "bank_name": details.bank_name[:40],
            "branch_code": details.branch_code,
            "branch_name": details.branch_name[:40],
            "account_type": details.account_type,
            "number_sealed": seal(details.number, number_context(uid)),
            "number_tail": details.number_tail,
            "holder_kana": details.holder_kana,
            "holder_as_typed": details.holder_as_typed[:80],
            "blind_index": fingerprint,
            "entered_by_user_id": entered_by_user_id,
            "entered_for_reason": reason,
            "entered_at": moment,
        },
    )
    if new_id is None:
        raise AlreadyDecided(
            _l("口座は、いま別の画面から変えられました。画面を開きなおして確かめてください。")
        )
    account = db.session.get_one(BankAccount, new_id)
    notices.tell_changed(person, account, is_change=now_live is not None)
    return account


def enter_for_person(
    *, party_id: int, details: AccountDetails, entered_by_user_id: int, reason: str
) -> BankAccount:
    """Staff enter the account of somebody who does not sign in, from paper, with a reason.

    Raises `NotAllowed` when the person signs in: then only they change their own account.
    """
    if has_own_user(party_id):
        raise NotAllowed(
            _l("この方は自分でサインインできるので、口座は本人が入力します。"), code="own_user"
        )
    return change_account(
        party_id=party_id,
        details=details,
        entered_by_user_id=entered_by_user_id,
        reason=reason,
    )


def open_number(account: BankAccount) -> str:
    """The whole number, seven digits, for a payment line. The caller logs the view first (`record_view`)."""
    return unseal_text(account.number_sealed, number_context(account.uid))


def number_context(uid: str) -> str:
    """What a sealed number is bound to."""
    return f"bank_account:{uid}:number"


def _is_same(account: BankAccount, fingerprint: str, details: AccountDetails) -> bool:
    return account.blind_index == fingerprint and account.holder_kana == details.holder_kana
