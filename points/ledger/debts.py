"""A debt that is made up for otherwise than by the next credits: paid back in money, or not asked back."""

from points.ledger.models import Journal
from points.ledger.postings import (
    Act,
    Move,
    Pots,
    debt,
    journal_of,
    lock_standing,
    post,
    read_journal,
    write_journal,
)
from points.ledger.states import AccountKind, JournalKind
from volunteer.core import clock
from volunteer.core.errors import Refused
from volunteer.core.i18n import _l

REPAID = "repaid"
WAIVED = "waived"
"""Why a debt is smaller (`journal.reason`)."""
OVER_DEBT = _l("不足しているポイントより多くは返せません。画面を開きなおしてください。")


def owed_now(pots: Pots) -> int:
    """The debt as a positive number, read under the lock of the standing."""
    lock_standing(pots)
    found = debt(pots)
    return -found.balance if found else 0


def fill_debt(
    pots: Pots, points: int, *, key: str, source: str, reason: str, actor_user_id: int
) -> Journal:
    """So many points of a debt are made up for. Raises Refused(code="over_debt"), AlreadySent."""
    act = Act(
        JournalKind.ADJUST,
        key,
        pots,
        points,
        clock.today(),
        source=source,
        reason=reason,
        actor_user_id=actor_user_id,
    )
    lock_standing(pots)
    first = journal_of(act)
    if first is not None:
        return read_journal(first)
    found = debt(pots)
    if found is None or points > -found.balance:
        raise Refused(OVER_DEBT, code="over_debt")
    journal_id, _is_new = write_journal(act)
    post(journal_id, [Move(AccountKind.ADJUST, found.id, points)])
    return read_journal(journal_id)
