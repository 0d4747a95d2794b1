"""Everything that happened to a charge, in words, the oldest first; and what was asked of its gateway."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from points.billing.desk_queries import Row, events_of, papers_of
from points.billing.models import (
    BillingPaper,
    ChargeDecision,
    DeskPayment,
    GatewayCall,
    PaymentEvent,
)
from points.billing.queries import calls_of, decisions_with_notes, desk_payments_of
from points.billing.states import Cause, Direction
from points.billing.wording import (
    ASK_LABELS,
    METHOD_LABELS,
    PAPER_LABELS,
    REASON_LABELS,
    STATE_LABELS,
)
from volunteer.core.i18n import _, show


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened."""

    at: datetime
    words: str
    more: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """The story of a charge."""

    lines: list[Line]
    decisions: list[ChargeDecision]
    payments: list[DeskPayment]
    papers: list[BillingPaper]
    calls: list[tuple[GatewayCall, Any]] = field(default_factory=list)

    def copies(self, desk_payment_id: int) -> int:
        """How often the receipt of a payment was printed."""
        return sum(one.desk_payment_id == desk_payment_id for one in self.papers)


def history_of(row: Row, *, with_words: bool = True) -> History:
    """Read everything about a charge; what staff wrote about people only `with_words`."""
    charge, payment = row.charge, row.payment
    decided, payments = decisions_with_notes(charge.id), desk_payments_of(charge.id)
    decisions = [one for one, _words in decided]
    papers, calls = papers_of(charge.id), calls_of(payment.id)
    made = _("%(yen)sの料金を作りました", yen=_yen(charge.amount_yen))
    lines = [Line(charge.made_at, str(made), str(METHOD_LABELS[charge.method]))]
    lines += [_decided(one, words if with_words else "") for one, words in decided]
    lines += [_paid(one) for one in payments]
    lines += _changed(events_of(payment.id))
    lines += [_printed(one) for one in papers]
    lines.sort(key=lambda one: one.at)  # those of one moment stay in the order above
    asked = [(one, ASK_LABELS[one.ask]) for one in calls]
    return History(lines, decisions, payments, papers, asked)


def _decided(one: ChargeDecision, note: str) -> Line:
    words = _("払う金額を%(yen)sに決めました", yen=_yen(one.total_yen))
    reason = str(REASON_LABELS[one.reason])
    return Line(one.at, str(words), f"{reason}：{note}" if note else reason)


def _paid(one: DeskPayment) -> Line:
    is_in = one.direction is Direction.IN
    words = _("%(yen)sを受けとりました", yen=_yen(one.amount_yen))
    if not is_in:
        words = _("%(yen)sを返しました", yen=_yen(one.amount_yen))
    more = _(
        "%(method)s　領収書 %(number)s　%(day)s",
        method=str(METHOD_LABELS[one.method]),
        number=one.receipt,
        day=str(show("date", one.received_on)),
    )
    return Line(one.at, str(words), str(more))


def _printed(one: BillingPaper) -> Line:
    words = _("%(paper)sを印刷しました", paper=str(PAPER_LABELS[one.kind]))
    if one.copy > 1:
        words = _("%(paper)sを再発行しました", paper=str(PAPER_LABELS[one.kind]))
    return Line(one.at, str(words), one.shown_number)


def _changed(events: list[PaymentEvent]) -> list[Line]:
    """What changed of the money, told once: what staff recorded or decided stands above already."""
    found, before = [], None
    for one in events:
        words = _what(before, one)
        if words:
            found.append(Line(one.at, words))
        before = one
    return found


def _what(before: PaymentEvent | None, now: PaymentEvent) -> str:
    words = []
    if now.cause is Cause.GATEWAY:
        words = _by_card(before, now)
    earned, frozen = _before(before, "earned_yen"), _before(before, "frozen_yen")
    if now.earned_yen != earned:
        words.append(_("報酬は%(yen)sになりました", yen=_yen(now.earned_yen)))
    if now.frozen_yen != frozen:
        words.append(_("止めている報酬は%(yen)sです", yen=_yen(now.frozen_yen)))
    return "、".join(str(one) for one in words)


def _by_card(before: PaymentEvent | None, now: PaymentEvent) -> list[str]:
    words = []
    if before is None or before.state is not now.state:
        words.append(_("カード：%(state)s", state=str(STATE_LABELS[now.state])))
    more = now.captured_yen - _before(before, "captured_yen")
    back = now.refunded_yen - _before(before, "refunded_yen")
    disputed = now.disputed_yen - _before(before, "disputed_yen")
    lost = now.lost_yen - _before(before, "lost_yen")
    if more:
        words.append(_("%(yen)sを引き落としました", yen=_yen(more)))
    if back:
        words.append(_("%(yen)sを払いもどしました", yen=_yen(back)))
    if disputed > 0:
        words.append(_("%(yen)sについてカード会社に申し立てがありました", yen=_yen(disputed)))
    if disputed < 0:
        words.append(_("申し立てが取り下げられました"))
    if lost:
        words.append(_("%(yen)sはカード会社が払う人に返しました", yen=_yen(lost)))
    return words


def _before(event: PaymentEvent | None, name: str) -> int:
    return int(getattr(event, name)) if event is not None else 0


def _yen(amount: int) -> str:
    return str(show("yen", amount))
