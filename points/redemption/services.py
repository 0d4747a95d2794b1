"""A wish to turn points into money: asked for, taken back, decided. Payment moves it on through `payment.py`."""

import hashlib
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func

from points.bank_accounts.queries import has_own_user, live_account
from points.ledger import services as ledger
from points.ledger.queries import holds_to_free
from points.ledger.states import Unit
from points.programmes.calendar import earned_until
from points.programmes.queries import rules_of
from points.programmes.terms import VoidPolicy
from points.redemption import notices
from points.redemption.checking import check_person, check_proxy, check_rules, check_target
from points.redemption.claims import check_claims, check_kept_back
from points.redemption.four_eyes import EXCLUSION_WORDS, Actor, Exclusion, limit_exclusion
from points.redemption.methods.method import PaidBy
from points.redemption.methods.registry import METHODS
from points.redemption.models import CashOut, CashOutAct
from points.redemption.position import Position, position_of
from points.redemption.queries import act_of, exclusion_for, hold_agrees
from points.redemption.rules import yen_for
from points.redemption.states import CashOutState, Step
from volunteer.core import clock
from volunteer.core.center import next_number
from volunteer.core.db import db, insert_once
from volunteer.core.errors import AlreadyDecided, AlreadySent, NotAllowed, NotFound, Refused
from volunteer.core.i18n import _, _l, show
from volunteer.core.transitions import move
from volunteer.users.models import User

APPROVED, REJECTED = "approved", "rejected"
WITHDRAWABLE = (CashOutState.REQUESTED, CashOutState.APPROVED)


def request_cash_out(
    *,
    person_id: int,
    programme_id: int,
    method: str,
    points: int,
    key: str,
    user_id: int,
    target: str = "",
    mandate: str = "",
    proxy_reason: str = "",
) -> CashOut:
    """The points are held and a cash-out waits for approval; the beneficiary stands as the first person.

    The same `key` again gives the first cash-out. The points are held first, because that takes the lock of
    the person's standing; then the rules are asked again, so that two requests cannot pass a yearly limit.
    `target` says to whom a donation goes. `mandate` and `proxy_reason` are given when staff ask on somebody's behalf.

    Raises `Refused` with the rule that says no, `NotFound`, `AlreadySent`.
    """
    if proxy_reason and has_own_user(person_id):
        raise NotAllowed(
            _l("この方は自分でサインインできるので、本人が申し込みます。"), code="own_user"
        )
    key = hashlib.sha256(key.encode()).hexdigest()[:32]
    first = db.session.execute(db.select(CashOut).filter_by(key=key)).scalar()
    if first is not None:
        return _same(first, person_id, points, method, target)
    at = position_of(person_id, programme_id, clock.today())
    if at is None:
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    unit = at.programme.unit
    if unit is Unit.POINTS:
        check_claims(person_id, is_own=not proxy_reason)
    check_proxy(at, mandate, method)
    check_rules(at.facts, at.version, points, method, unit)
    check_target(at.version, method, target)
    cash_out = _requested(at, points, method, user_id)
    cash_out.key, cash_out.target, cash_out.mandate = key, target, mandate
    cash_out.is_proxy, cash_out.proxy_reason = bool(proxy_reason), proxy_reason
    db.session.add(cash_out)
    db.session.flush()
    _hold(cash_out, user_id)
    _check_again(cash_out)
    add_act(cash_out, Step.REQUESTED, Actor(user_id, person_id))
    notices.tell(cash_out, "requested", is_proxy=cash_out.is_proxy)
    return cash_out


def _requested(at: Position, points: int, method: str, user_id: int) -> CashOut:
    terms = at.version.method(method)
    assert terms is not None, "the rules were asked"
    return CashOut(
        number=next_number("cash_out", "K-"),
        person_id=at.person.party_id,
        programme_id=at.programme.id,
        rule_version_id=at.version_id,
        method=method,
        points=points,
        amount_yen=yen_for(points, terms),
        bank_account_id=_account_for(at.person.party_id, method),
        state=CashOutState.REQUESTED,
        requested_at=clock.now(),
        requested_by_user_id=user_id,
    )


def _hold(cash_out: CashOut, user_id: int) -> None:
    ledger.hold(
        holder_id=cash_out.person_id,
        programme_id=cash_out.programme_id,
        points=cash_out.points,
        hold_key=hold_key(cash_out),
        key=f"cash_out:{cash_out.key}:hold",
        source=f"cash_out:{cash_out.id}",
        actor_user_id=user_id,
        rule_version_id=cash_out.rule_version_id,
        earned_until=earned_until(clock.today(), rules_of(cash_out.rule_version_id)),
    )


def _check_again(cash_out: CashOut) -> None:
    """Ask the rules once more, now that the hold has locked the person's standing, without this very request."""
    at = position_of(cash_out.person_id, cash_out.programme_id, clock.today())
    assert at is not None, "it was there a moment ago"
    facts = replace(
        at.facts,
        available=at.facts.available + cash_out.points,
        exchanged_points=at.facts.exchanged_points - cash_out.points,
        exchanged_yen=at.facts.exchanged_yen - cash_out.amount_yen,
    )
    check_rules(facts, at.version, cash_out.points, cash_out.method, at.programme.unit)


def withdraw(
    cash_out_id: int, *, user_id: int | None, person_id: int | None = None, reason: str = ""
) -> CashOut:
    """The request is taken back and its points are free again, as long as it is in no payment.

    `person_id` limits it to that person's own; staff give None and a reason.
    Raises `NotFound`, `AlreadyDecided`.
    """
    cash_out = cash_out_or_404(cash_out_id)
    if person_id is not None and cash_out.person_id != person_id:
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    _move(
        cash_out,
        WITHDRAWABLE,
        CashOutState.WITHDRAWN,
        closed_at=clock.now(),
        closed_reason=reason,
    )
    free_points(cash_out, user_id)
    notices.tell(cash_out, "withdrawn", reason=reason)
    return cash_out


def free_for_reversal(journal_id: int, user_id: int | None, *, reason: str = "") -> list[CashOut]:
    """Before a credit is reversed or frozen: open cash-outs that took its points and are in no payment yet are taken
    back; by nobody (None) where a bank has decided.

    Their persons are told the `reason`; without one, that the credit has changed. To be called in the same write
    turn, before `ledger.reverse(journal_id, …)`.
    """
    freed = []
    for key in holds_to_free(journal_id):
        cash_out = db.session.execute(
            db.select(CashOut).filter_by(key=key.removeprefix("cash_out:"))
        ).scalar()
        if cash_out is not None and cash_out.state in WITHDRAWABLE:
            words = reason or _reason_of(cash_out)
            freed.append(withdraw(cash_out.id, user_id=user_id, reason=words))
    return freed


def _reason_of(cash_out: CashOut) -> str:
    if cash_out.is_earnings:
        return str(_("受けとるはずの報酬の金額が変わったためです。"))
    return str(_("使うはずのポイントが、活動の記録の訂正で変わったためです。"))


def approve(cash_out_id: int, actor: Actor) -> CashOut:
    """A second person agrees: the cash-out may be paid. Two at once: one wins, the other is told who and when.

    Raises `NotAllowed` (who may not, and why), `AlreadyDecided`, `Refused` when the held points do not agree.
    """
    cash_out = cash_out_or_404(cash_out_id)
    _check_waits(cash_out, CashOutState.REQUESTED)
    check_actor(cash_out, actor)
    check_limits(cash_out, actor)
    check_hold(cash_out)
    check_kept_back(cash_out)
    check_person(cash_out)
    add_act(cash_out, Step.DECIDED, actor, APPROVED)
    _move(cash_out, (CashOutState.REQUESTED,), CashOutState.APPROVED)
    if METHODS[cash_out.method].paid_by is PaidBy.DESK:
        notices.tell(cash_out, "ready")
    return cash_out


def reject(cash_out_id: int, actor: Actor, reason: str, step: Step) -> CashOut:
    """A cash-out is turned down with a reason the person reads; its points are free again.

    `step` says whose decision it is: `DECIDED` of the approver before approval, `BATCHED` of the payer after it.
    Raises `NotAllowed`, `AlreadyDecided`, `Refused`.
    """
    if not reason.strip():
        raise Refused(_l("理由を入れてください。本人に届きます。"), code="no_reason")
    cash_out = cash_out_or_404(cash_out_id)
    state = CashOutState.REQUESTED if step is Step.DECIDED else CashOutState.APPROVED
    _check_waits(cash_out, state)
    check_actor(cash_out, actor)
    if step is Step.DECIDED:
        add_act(cash_out, step, actor, REJECTED, reason)
    else:
        add_payment_act(cash_out, actor, REJECTED, reason)
    _move(
        cash_out,
        (state,),
        CashOutState.REJECTED,
        closed_at=clock.now(),
        closed_reason=reason,
    )
    free_points(cash_out, actor.user_id)
    notices.tell(cash_out, "rejected", reason=reason)
    return cash_out


def free_points(cash_out: CashOut, user_id: int | None) -> None:
    """The held points go back to where they came from; what expired meanwhile follows the programme's policy."""
    ledger.void(
        hold_key(cash_out),
        key=f"cash_out:{cash_out.key}:void",
        source=f"cash_out:{cash_out.id}",
        actor_user_id=user_id,
        extended_to=extended_to(cash_out),
    )


def extended_to(cash_out: CashOut) -> date | None:
    """The new last valid day of points that lapsed while they were held; None lets them expire."""
    expiry = rules_of(cash_out.rule_version_id).expiry
    if expiry.void_while_held is not VoidPolicy.EXTEND:
        return None
    return clock.today() + timedelta(days=expiry.extend_days)


def hold_key(cash_out: CashOut) -> str:
    """The name of the account that holds the points."""
    return f"cash_out:{cash_out.key}"


def cash_out_or_404(cash_out_id: int) -> CashOut:
    """The cash-out as it is now; raises `NotFound`."""
    cash_out = db.session.get(CashOut, cash_out_id, populate_existing=True)
    if cash_out is None:
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    return cash_out


def check_actor(cash_out: CashOut, actor: Actor) -> None:
    """Raise `NotAllowed` when four eyes would be two, with the reason in words."""
    found = exclusion_for(cash_out, actor, clock.now())
    if found is not None:
        raise NotAllowed(EXCLUSION_WORDS[found], code=found.value)


def check_limits(cash_out: CashOut, actor: Actor) -> None:
    """Raise `NotAllowed` beyond the approver's limits. The user's row is the lock of the day's sum."""
    db.session.execute(
        db.select(User.id).where(User.id == actor.user_id).with_for_update(key_share=True)
    )
    found = limit_exclusion(cash_out.amount_yen, _approved_today_yen(actor.user_id))
    if found is not None:
        raise NotAllowed(EXCLUSION_WORDS[found], code=found.value)


def check_hold(cash_out: CashOut) -> None:
    """Raise `Refused` when the ledger does not hold what the cash-out says."""
    if not hold_agrees(cash_out):
        raise Refused(
            _l(
                "預かっている分が申請と合いません。訂正があったかもしれません。監査に知らせてください。"
            ),
            code="hold_disagrees",
        )


def add_act(
    cash_out: CashOut,
    step: Step,
    actor: Actor,
    verdict: str = "",
    reason: str = "",
    round_: int = 1,
) -> None:
    """Write the act; the unique rules of the table let nobody act twice and no step happen twice.

    Raises `AlreadyDecided` when the step was taken meanwhile, `NotAllowed` when this user or person acted before.
    """
    new = insert_once(
        CashOutAct,
        {
            "cash_out_id": cash_out.id,
            "step": step,
            "round": round_,
            "user_id": actor.user_id,
            "person_id": actor.person_id,
            "verdict": verdict,
            "reason": reason,
            "acted_at": clock.now(),
        },
    )
    if new is None:
        if act_of(cash_out.id, step, round_) is not None:
            raise already_decided(cash_out)
        raise NotAllowed(EXCLUSION_WORDS[Exclusion.ALREADY_ACTED], code="already_acted")


def add_payment_act(cash_out: CashOut, actor: Actor, verdict: str, reason: str = "") -> None:
    """The payer's act. After a dropped batch the same payer's act stands, another payer adds a round."""
    before = [act for act in cash_out.acts if act.step is Step.BATCHED]
    if not any(act.user_id == actor.user_id for act in before):
        add_act(cash_out, Step.BATCHED, actor, verdict, reason, round_=1 + len(before))


def already_decided(cash_out: CashOut) -> AlreadyDecided:
    """Who was faster, and when."""
    db.session.expire_all()
    cash_out = cash_out_or_404(cash_out.id)
    act = cash_out.acts[-1] if cash_out.acts else None
    if cash_out.state is CashOutState.WITHDRAWN or act is None or act.step is Step.REQUESTED:
        return AlreadyDecided(
            _(
                "%(number)sは、もう別の状態になっています（本人が取り下げたなど）。",
                number=cash_out.number,
            )
        )
    return AlreadyDecided(
        _(
            "%(number)sは、%(who)sさんが%(when)sに決めました。",
            number=cash_out.number,
            who=act.person.name,
            when=str(show("datetime", act.acted_at)),
        ),
        by=act.user_id,
    )


def move_on(cash_out: CashOut, from_: CashOutState, to: CashOutState, **columns: Any) -> None:
    """The cash-out goes from one state to the next; raises `AlreadyDecided` with who and when."""
    _move(cash_out, (from_,), to, **columns)


def _move(
    cash_out: CashOut, from_: tuple[CashOutState, ...], to: CashOutState, **columns: Any
) -> None:
    try:
        move(CashOut, cash_out.id, from_, to, **columns)
    except AlreadyDecided as error:
        raise already_decided(cash_out) from error


def _check_waits(cash_out: CashOut, state: CashOutState) -> None:
    if cash_out.state is not state:
        raise already_decided(cash_out)


def _account_for(person_id: int, method: str) -> int | None:
    if not METHODS[method].needs_bank_account:
        return None
    account = live_account(person_id)
    if account is None:
        raise Refused(
            _l("口座がまだありません。先に、お金を受けとる口座を入れてください。"),
            code="no_account",
        )
    return account.id


def _same(first: CashOut, person_id: int, points: int, method: str, target: str) -> CashOut:
    before = first.person_id, first.points, first.method, first.target
    if before != (person_id, points, method, target):
        raise AlreadySent(_l("この画面はもう送信ずみです。"))
    return first


def _approved_today_yen(user_id: int) -> int:
    start = clock.from_tokyo(clock.today())
    statement = (
        db.select(func.coalesce(func.sum(CashOut.amount_yen), 0))
        .join(CashOutAct, CashOutAct.cash_out_id == CashOut.id)
        .where(
            CashOutAct.user_id == user_id,
            CashOutAct.verdict == APPROVED,
            CashOutAct.acted_at >= start,
            CashOutAct.acted_at < start + timedelta(days=1),
        )
    )
    return int(db.session.execute(statement).scalar_one())
