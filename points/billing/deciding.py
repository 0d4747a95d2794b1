"""Staff decide a charge anew, outside what it was made for: less by goodwill, or something was recorded wrong.

Verbs like those of services.py, apart only for length. The work itself must have been settled before: until then the
feature that made the charge decides it.
"""

from dataclasses import dataclass

from sqlalchemy import select

from points.billing import notices
from points.billing.anew import Effect, Stands, effect_of
from points.billing.desk_queries import followed_by
from points.billing.gateway import YEN_MIN
from points.billing.models import Charge, ChargeDecision, DecisionNote
from points.billing.queries import charge_or_404, decisions_of, locked_payment, payment_of
from points.billing.services import NONE, Due, Order, decide, make_charge, most_now
from points.billing.shares import Share
from points.billing.states import CHARGE_YEN_MAX, DecisionReason, PayMethod
from points.billing.storing import figures_of
from volunteer.core.config import settings
from volunteer.core.db import db
from volunteer.core.errors import NotAllowed, Refused
from volunteer.core.i18n import _l
from volunteer.users.queries import users_for


@dataclass(frozen=True, slots=True)
class Anew:
    """What staff decide."""

    due: Share
    """Finally due in all, of this charge and of what follows it."""
    reason: DecisionReason
    words: str
    seen: str
    """The effect that was shown (`Effect.seen`)."""


def stands_of(charge_id: int) -> Stands:
    """A charge as it stands. Raises Refused where it cannot be decided here (why_not)."""
    charge, row = charge_or_404(charge_id), payment_of(charge_id)
    decisions = decisions_of(charge_id)
    _check_open(charge, decisions)
    if row.disputed_yen > row.lost_yen:
        raise Refused(
            _l("払った人がカード会社に申し立てをしています。終わるまで、金額は決めなおせません。"),
            code="disputed",
        )
    newest = decisions[-1]
    is_card = charge.method is PayMethod.CARD
    return Stands(
        Share(charge.payee_yen, charge.fee_yen),
        Share(newest.payee_yen, newest.fee_yen),
        figures_of(row).kept_yen,
        most_now(charge, row, decisions) if is_card else charge.amount_yen,
        is_card,
    )


def _check_open(charge: Charge, decisions: list[ChargeDecision]) -> None:
    if not decisions:
        raise Refused(
            _l("まだ時間と金額が決まっていません。先に、お手伝いのページで決めてください。"),
            code="not_decided_yet",
        )
    if decisions[-1].reason is DecisionReason.OTHER_WAY:
        raise Refused(
            _l("この料金は、もう別の料金に替わっています。続きの料金を開いてください。"),
            code="replaced",
        )


def effect_on(charge_id: int, due: Share) -> Effect:
    """What deciding so would do. Raises Refused as `stands_of`, or nothing_changes, other_follows, bad_amount."""
    stands = stands_of(charge_id)
    effect = effect_of(stands, due)
    if due == stands.due:
        raise Refused(_l("いまの金額と同じです。"), code="nothing_changes")
    if not effect.more.total_yen:
        return effect
    follows = followed_by(charge_id)
    if follows is not None:
        raise Refused(
            _l(
                "多い分は、続きの料金（%(n)s番）で決めてください。",
                n=follows,
            ),
            code="other_follows",
        )
    if due.total_yen > CHARGE_YEN_MAX:
        raise Refused(
            _l("金額は%(most)s円までにしてください。", most=f"{CHARGE_YEN_MAX:,}"),
            code="bad_amount",
        )
    return effect


def decide_anew(charge_id: int, anew: Anew, *, key: str, by_user_id: int) -> ChargeDecision:
    """What is finally due, with the reason; more than this charge can bring is a second one that follows it.

    The student and the payer are told. Raises NotFound, AlreadySent, NotAllowed (own), Refused (as `effect_on`, and
    effect_changed where the page showed something else; what `decide` and `make_charge` refuse).
    """
    charge = charge_or_404(charge_id)
    refuse_own(charge, by_user_id)
    locked_payment(payment_of(charge_id).id)
    first = db.session.execute(select(ChargeDecision).filter_by(key=key)).scalar()
    if first is not None:
        return first
    before = stands_of(charge_id).due
    effect = effect_on(charge_id, anew.due)
    if effect.seen != anew.seen:
        raise Refused(
            _l(
                "画面を開いたあとに、お金が動きました。いまの内容を見て、よければもう一度送ってください。"
            ),
            code="effect_changed",
        )
    made = decide(charge_id, _due(effect.due, anew), key=key, by_user_id=by_user_id)
    if effect.more.total_yen:
        _second(charge, _due(effect.more, anew), key, by_user_id)
    db.session.add(DecisionNote(charge_decision_id=made.id, words=anew.words))
    db.session.flush()
    notices.tell_decided_anew(charge, before, effect.whole, anew.reason.value, made.id)
    return made


def _due(share: Share, anew: Anew) -> Due:
    return Due(share.payee_yen, share.fee_yen, anew.reason)


def _second(charge: Charge, more: Due, key: str, by_user_id: int) -> None:
    """What is more, by the same way of paying; at the desk where a card cannot be used for it."""
    gateway = settings().cards
    method = way_of_second(charge, more.total_yen)
    order = Order(
        key=f"{key}:more",
        source=charge.source,
        payer_id=charge.payer_id,
        payee_id=charge.payee_id,
        payee_yen=more.payee_yen,
        fee_yen=more.fee_yen,
        method=method,
        earned_on=charge.earned_on,
        follows_charge_id=charge.id,
    )
    made = make_charge(order, gateway, by_user_id)
    decide(made.id, more, key=f"{key}:due", by_user_id=by_user_id)


def way_of_second(charge: Charge, yen: int) -> PayMethod:
    """How a second charge is paid."""
    is_card = charge.method is PayMethod.CARD
    has_card = settings().cards != NONE and yen >= YEN_MIN
    return PayMethod.CASH if is_card and not has_card else charge.method


def refuse_own(charge: Charge, by_user_id: int) -> None:
    """Nobody decides what they, or those they act for, pay or earn."""
    own = (
        user.id for party_id in (charge.payer_id, charge.payee_id) for user in users_for(party_id)
    )
    if by_user_id in own:
        raise NotAllowed(
            _l("ご自分の料金は決められません。ほかの職員にたのんでください。"), code="own"
        )
