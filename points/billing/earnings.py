"""The yen ledger of paid work: what was taken for a payee is credited, what went back is taken back.

Its programme is made when it is first needed. The center has no account of its own: the fee stands with the payment
(`fee_kept_yen`) and in no journal. Every act is one of the ledger's own, keyed by the charge, so that the same again
changes nothing.
"""

from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from points.billing.models import Charge, Payment
from points.ledger.models import Journal, Posting
from points.ledger.postings import Pots, lock_standing
from points.ledger.queries import balances
from points.ledger.services import credit, reverse
from points.ledger.states import JournalKind, Unit
from points.programmes.models import Programme
from points.programmes.queries import version_in_force
from points.programmes.services import load_rule_version
from points.redemption.services import free_for_reversal
from volunteer.core.db import db
from volunteer.core.i18n import _

CODE = "paid-work"
FILE = Path(__file__).with_name("paid_work.toml")


def programme_or_none() -> int | None:
    """The id of the yen programme, where anything was ever earned."""
    statement = select(Programme.id).filter_by(code=CODE, unit=Unit.YEN)
    return db.session.execute(statement).scalar()


def yen_programme() -> int:
    """The id of the yen programme, made now if this is the first time."""
    found = programme_or_none()
    if found is not None:
        return found
    return load_rule_version(FILE.read_text(encoding="utf-8"), unit=Unit.YEN).version.programme_id


def source_of(charge_id: int) -> str:
    """What stands on the journals of a charge."""
    return f"charge:{charge_id}"


def live_credits(charge_id: int) -> list[tuple[int, int]]:
    """(journal, yen) of the credits of a charge that were not taken back, the oldest first."""
    undone = aliased(Journal)
    statement = (
        select(Journal.id, func.sum(Posting.amount))
        .join(Posting, Posting.journal_id == Journal.id)
        .outerjoin(undone, undone.reverses_id == Journal.id)
        .where(
            Journal.source == source_of(charge_id),
            Journal.kind == JournalKind.CREDIT,
            undone.id.is_(None),
        )
        .group_by(Journal.id)
        .order_by(Journal.id)
    )
    return [(journal, int(yen)) for journal, yen in db.session.execute(statement)]


def book(charge: Charge, wanted_yen: int, by_user_id: int | None) -> None:
    """The ledger credits the payee of this charge with exactly `wanted_yen`. The caller has locked the payment."""
    live = live_credits(charge.id)
    standing = sum(yen for _journal, yen in live)
    while standing > wanted_yen:
        journal, yen = live.pop()
        free_for_reversal(journal, by_user_id)
        key = f"charge:{charge.id}:taken_back:{journal}"
        reverse(journal, key=key, reason="paid_back", actor_user_id=by_user_id)
        standing -= yen
    if standing < wanted_yen:
        _credit(charge, wanted_yen - standing, by_user_id)


def _credit(charge: Charge, yen: int, by_user_id: int | None) -> None:
    programme = yen_programme()
    version = version_in_force(programme, charge.earned_on)
    credit(
        holder_id=charge.payee_id,
        programme_id=programme,
        rule_version_id=version.id if version else None,
        points=yen,
        activity_on=charge.earned_on,
        expires_on=None,
        key=f"charge:{charge.id}:earned:{_credits(charge.id) + 1}",
        source=source_of(charge.id),
        actor_user_id=by_user_id,
    )


def _credits(charge_id: int) -> int:
    statement = select(func.count()).where(
        Journal.source == source_of(charge_id), Journal.kind == JournalKind.CREDIT
    )
    return int(db.session.execute(statement).scalar_one())


def _take_back_requests(charge_id: int) -> None:
    reason = _(
        "受けとるはずの報酬の一部が、いま止まっているためです。のこりは、もう一度申しこめます。"
    )
    for journal, _yen in live_credits(charge_id):
        free_for_reversal(journal, None, reason=reason)


def freeze(payment: Payment, wanted_yen: int) -> int:
    """So much of the payee's yen cannot be exchanged because of this payment; how much it is in the end.

    What is asked for but in no payment yet is taken back where the rest does not suffice. No more than what could
    still be exchanged then: what was paid out before is a debt only when it is taken back.
    """
    more = wanted_yen - payment.frozen_yen
    if more == 0:
        return payment.frozen_yen
    pots = Pots(payment.charge.payee_id, yen_programme())
    if more > 0:
        if balances(pots.holder_id, pots.programme_id).available < more:
            _take_back_requests(payment.charge_id)
        locked = lock_standing(pots)
        more = min(more, max(0, locked.in_lots - locked.unsettled))
    if more:
        lock_standing(pots, unsettled=more)
    return payment.frozen_yen + more
