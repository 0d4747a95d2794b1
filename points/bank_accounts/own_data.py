"""A person's bank accounts, old ones too; their numbers are emptied when the person is erased."""

from sqlalchemy import update

from points.bank_accounts.models import BankAccount
from points.bank_accounts.states import ACCOUNT_TYPE_LABELS
from volunteer.core import clock
from volunteer.core.db import db, guarded_update
from volunteer.core.hooks import OwnRecords
from volunteer.core.i18n import _l, show

WORDS = (
    "bank_code", "bank_name", "branch_code", "branch_name", "account_type", "number_sealed",
    "number_tail", "holder_kana", "holder_as_typed", "blind_index", "entered_for_reason",
)  # fmt: skip


def own_data(person_id: int) -> list[OwnRecords]:
    """The accounts with the last three digits: the whole number stays sealed."""
    rows = db.session.execute(
        db.select(BankAccount).where(BankAccount.party_id == person_id).order_by(BankAccount.id)
    ).scalars()
    accounts = [
        [
            (_l("銀行"), one.bank_name),
            (_l("支店"), one.branch_name),
            (_l("種類"), ACCOUNT_TYPE_LABELS.get(one.account_type, "")),
            (_l("口座番号（下3けた）"), one.number_tail),
            (_l("口座名義"), one.holder_as_typed),
            (_l("入力した日"), show("datetime_long", one.entered_at)),
            (_l("使わなくなった日"), show("datetime_long", one.ended_at)),
        ]
        for one in rows
    ]
    return [OwnRecords("bank_accounts", _l("お金を受けとる口座"), list(accounts))]


def erase_person(person_id: int) -> None:
    """No bank, no number, no holder is left; the rows stay because cash-outs point to them."""
    ended = db.func.coalesce(BankAccount.ended_at, clock.now())
    guarded_update(
        update(BankAccount)
        .where(BankAccount.party_id == person_id)
        .values(**dict.fromkeys(WORDS, ""), ended_at=ended)
    )
