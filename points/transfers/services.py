"""A member gives points to another one. Never an edit; the same form again gives the first gift."""

from dataclasses import dataclass

from points.ledger.gifts import Gift, give_points
from points.ledger.postings import Pots
from points.redemption.claims import check_claims
from points.redemption.position import Position, position_of
from points.transfers import notices
from points.transfers.models import PointTransfer
from points.transfers.queries import receiver_of
from points.transfers.rules import GiftRefusal, refusal_to_give
from volunteer.core import clock
from volunteer.core.db import db
from volunteer.core.errors import AlreadySent, NotFound, Refused
from volunteer.core.i18n import _l
from volunteer.people.states import PersonState

WORDS = {
    GiftRefusal.FORBIDDEN: _l("この制度では、ポイントをほかの人にゆずれません。"),
    GiftRefusal.MAY_NOT_EXCHANGE: _l("ゆずれるのは、ポイントを換金できる方です。"),
    GiftRefusal.NOT_ENOUGH: _l("使えるポイントより多くは、ゆずれません。"),
    GiftRefusal.OVER_YEAR: _l(
        "ゆずるポイントと換金したポイントを合わせて、1年の換金の上限までです。"
    ),
}


@dataclass(frozen=True)
class Wish:
    """What a member wants to give, and to whom as they know them."""

    giver_id: int
    programme_id: int
    number: str
    kana: str
    points: int


def check_wish(wish: Wish) -> Position:
    """Where the giver stands, when the wish can be fulfilled now. Raises `NotFound`, `Refused`."""
    at = position_of(wish.giver_id, wish.programme_id, clock.today())
    if at is None or not at.version.may_transfer:
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    if at.person.state is not PersonState.REGISTERED:
        raise Refused(_l("ポイントをゆずれるのは、登録ずみの方です。"), code="not_registered")
    check_claims(wish.giver_id, is_own=True)
    refusal = refusal_to_give(wish.points, at.balances.available, at.facts, at.version)
    if refusal is not None:
        raise Refused(WORDS[refusal], code=refusal.value)
    if receiver_of(wish.number, wish.kana, wish.giver_id, wish.programme_id) is None:
        raise Refused(
            _l(
                "この番号とフリガナの方は見つかりません。相手の方に、もう一度聞いてください。この制度に参加している方にだけゆずれます。"
            ),
            code="no_receiver",
        )
    return at


def give(wish: Wish, key: str, user_id: int) -> PointTransfer:
    """The points are the other member's, with their month and last valid day; both are told.

    Raises `NotFound`, `Refused` (the rule that says no), `AlreadySent`.
    """
    first: PointTransfer | None = db.session.scalars(
        db.select(PointTransfer).filter_by(key=key)
    ).first()
    if first is not None:
        meant = receiver_of(wish.number, wish.kana, wish.giver_id, wish.programme_id)
        is_same = (first.giver_id, first.points) == (wish.giver_id, wish.points)
        if not is_same or meant is None or meant.party_id != first.receiver_id:
            raise AlreadySent(_l("この画面はもう送信ずみです。"))
        return first
    at = check_wish(wish)
    receiver = receiver_of(wish.number, wish.kana, wish.giver_id, wish.programme_id)
    assert receiver is not None, "the wish was checked"
    gift = Gift(
        Pots(wish.giver_id, wish.programme_id),
        Pots(receiver.party_id, wish.programme_id),
        wish.points,
        key,
        at.version_id,
        user_id,
    )
    given_id, received_id = give_points(gift)
    _check_again(wish)
    made = PointTransfer(
        key=key,
        programme_id=wish.programme_id,
        rule_version_id=at.version_id,
        giver_id=wish.giver_id,
        receiver_id=receiver.party_id,
        points=wish.points,
        given_journal_id=given_id,
        received_journal_id=received_id,
        given_by_user_id=user_id,
        given_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    notices.tell_both(made, at.person, receiver, at.programme.name)
    return made


def _check_again(wish: Wish) -> None:
    """Ask the yearly limit once more, now that the standing is locked and this very gift is counted."""
    at = position_of(wish.giver_id, wish.programme_id, clock.today())
    assert at is not None, "it was there a moment ago"
    refusal = refusal_to_give(0, 0, at.facts, at.version)
    if refusal is not None:
        raise Refused(WORDS[refusal], code=refusal.value)
