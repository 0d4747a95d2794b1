"""Donations: what people gave is gathered by target, and a payer passes each sum on with a numbered record.

These are verbs like those of services.py, apart only for length. Nothing is paid to the person who donates.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from points.payouts.models import PayoutBatch, PayoutLine
from points.payouts.queries import Candidate, candidates, why_held_back
from points.payouts.services import batch_or_404, chosen_rows, paid_batch, receipt_number, settle
from points.payouts.states import LineState
from points.redemption.four_eyes import Actor
from points.redemption.methods.method import PaidBy
from points.redemption.models import CashOut
from points.redemption.services import add_payment_act, check_actor, move_on
from points.redemption.states import CashOutState
from volunteer.core import clock
from volunteer.core.db import db
from volunteer.core.errors import Refused
from volunteer.core.i18n import _, _l


@dataclass(frozen=True)
class Gathered:
    """What may be passed on to one target by one method; an empty target is for the center to choose."""

    method: str
    target: str
    candidates: list[Candidate]

    @property
    def payable(self) -> list[Candidate]:
        """Those that nothing holds back for this payer."""
        return [one for one in self.candidates if not one.why_not]

    @property
    def held_back(self) -> list[Candidate]:
        """Those that wait for something, each with its reason."""
        return [one for one in self.candidates if one.why_not]

    @property
    def total_yen(self) -> int:
        """The sum that may be passed on."""
        return sum(one.cash_out.amount_yen for one in self.payable)


def gathered(actor: Actor, moment: datetime) -> list[Gathered]:
    """The approved donations by method and target, the oldest first."""
    found: dict[tuple[str, str], list[Candidate]] = {}
    for one in candidates(actor, moment, PaidBy.DONATION):
        found.setdefault((one.cash_out.method, one.cash_out.target), []).append(one)
    return [Gathered(*key, some) for key, some in found.items()]


def pass_on(
    *,
    cash_out_ids: Sequence[int],
    recipient: str,
    proof: str,
    typed_total_yen: int,
    actor: Actor,
) -> PayoutBatch:
    """The chosen donations have reached their target: one record with its number, each person is thanked.

    Args:
        cash_out_ids: approved donations of one method and one target.
        recipient: who was given the sum; the target itself where the people chose one.
        proof: the paper that shows it (the target's receipt, the bank's slip), and where it lies.
        typed_total_yen: the sum the payer typed, to show that they looked at it.
        actor: the payer.

    Raises `Refused`, `NotAllowed`, `AlreadyDecided`, `NotFound`.
    """
    rows = chosen_rows(cash_out_ids, PaidBy.DONATION)
    recipient, proof = recipient.strip(), proof.strip()
    _check_target(rows, recipient)
    if not proof:
        raise Refused(
            _l("寄付先の領収書や、振込の控えのある場所を入れてください。"), code="no_proof"
        )
    total = sum(row.amount_yen for row in rows)
    if total != typed_total_yen:
        raise Refused(
            _("えらんだ寄付の合計は%(total)s円です。打った金額とちがいます。", total=f"{total:,}"),
            code="other_total",
        )
    number = receipt_number("donation", "D-")
    batch = paid_batch(rows, number, actor, target=recipient, proof=proof)
    for seq, row in enumerate(rows, start=1):
        _settle(batch, row, seq, actor)
    return batch_or_404(batch.id)


def _check_target(rows: Sequence[CashOut], recipient: str) -> None:
    """All went to one target, and it is the one they were given for."""
    if len({(row.method, row.target) for row in rows}) > 1 or rows[0].target not in ("", recipient):
        raise Refused(_l("寄付先のちがうものは、別々にとどけます。"), code="other_target")
    if not recipient:
        raise Refused(_l("どこにとどけたかを入れてください。"), code="no_recipient")


def _settle(batch: PayoutBatch, row: CashOut, seq: int, actor: Actor) -> None:
    """One person's part: the guards of every payment, in their order, then the points are gone for good."""
    check_actor(row, actor)
    held_back = why_held_back(row, None, actor, clock.now())
    if held_back:
        raise Refused(
            _("%(number)s：%(reason)s", number=row.number, reason=held_back), code="held_back"
        )
    batch_id, number, target = batch.id, batch.number, batch.target
    add_payment_act(row, actor, "paid")
    move_on(row, CashOutState.APPROVED, CashOutState.BATCHED, target=target)
    line = PayoutLine(
        uid=secrets.token_hex(16),
        batch_id=batch_id,
        seq=seq,
        cash_out_id=row.id,
        amount_yen=row.amount_yen,
        state=LineState.PAID,
        closed_by_user_id=actor.user_id,
        closed_at=clock.now(),
    )
    db.session.add(line)
    db.session.flush()
    settle(row, line, actor, "donated", target=target, record=number)
