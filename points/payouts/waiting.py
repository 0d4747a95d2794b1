"""What of cash-outs waits for staff (要対応): one line for the approvers, one for the payers, one for files."""

from datetime import timedelta

from flask import url_for

from points.payouts.queries import made_batches
from points.redemption.methods.method import PaidBy
from points.redemption.methods.registry import codes_paid
from points.redemption.queries import Waiting, payable_by_method, waiting_by_state
from points.redemption.states import CashOutState
from volunteer.core import clock
from volunteer.core.hooks import WaitingItem
from volunteer.core.i18n import _, _l, show
from volunteer.core.permissions import Role

APPROVE_WITHIN = timedelta(days=5)


def to_approve() -> list[WaitingItem]:
    """The line of the approvers, if there is anything to decide."""
    approve = waiting_by_state()[CashOutState.REQUESTED]
    return [_to_approve(approve)] if approve.count else []


def to_pay() -> list[WaitingItem]:
    """The lines of the payers, those with nothing to do left out."""
    return [*_to_pay(), *_to_mark()]


def _to_approve(waiting: Waiting) -> WaitingItem:
    assert waiting.oldest is not None, "there is at least one"
    return WaitingItem(
        kind="cash_out",
        label=_(
            "承認を待つ換金 %(count)s件（%(yen)s）",
            count=waiting.count,
            yen=str(show("yen", waiting.yen)),
        ),
        subject="cash_out:requested",
        url=url_for("redemption_desk.cash_outs"),
        due_at=waiting.oldest + APPROVE_WITHIN,
        roles=frozenset({Role.APPROVER.value}),
        icon="yen",
    )


def _to_pay() -> list[WaitingItem]:
    pages = {
        PaidBy.BANK_FILE: (_l("口座に振りこむ換金 %(count)s件（%(yen)s）"), "payouts_desk.batches"),
        PaidBy.DESK: (_l("窓口で渡す換金 %(count)s件（%(yen)s）"), "payouts_desk.cash"),
        PaidBy.DONATION: (_l("とどける寄付 %(count)s件（%(yen)s）"), "payouts_desk.donations"),
    }
    waiting, found = payable_by_method(), []
    for way, (words, endpoint) in pages.items():
        those = [waiting[method] for method in codes_paid(way) if method in waiting]
        oldest = min((one.oldest for one in those if one.oldest), default=None)
        if oldest is None:
            continue
        count = sum(one.count for one in those)
        yen = str(show("yen", sum(one.yen for one in those)))
        found.append(
            WaitingItem(
                kind="payout",
                label=str(words) % {"count": count, "yen": yen},
                subject=f"cash_out:{way.value}",
                url=url_for(endpoint),
                due_at=oldest + 2 * APPROVE_WITHIN,
                roles=frozenset({Role.PAYER.value}),
                icon="yen",
            )
        )
    return found


def _to_mark() -> list[WaitingItem]:
    """Files whose day has come: see what the bank says and mark them."""
    return [
        WaitingItem(
            kind="payout",
            label=_("振込 %(number)s の結果を確かめる", number=batch.number),
            subject=f"payout_batch:{batch.id}",
            url=url_for("payouts_desk.batch", batch_id=batch.id),
            due_at=clock.from_tokyo(batch.pay_on + timedelta(days=1)),
            roles=frozenset({Role.PAYER.value}),
            icon="yen",
        )
        for batch in made_batches()
        if batch.pay_on <= clock.today()
    ]
