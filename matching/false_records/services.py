"""False records: one member of staff proposes, another one decides; an objection that was right undoes it.

Everything is undone or added through the ledger; nothing is edited. Lock order: attendances, cash-outs, standing.
"""

from collections.abc import Sequence
from datetime import timedelta

from matching.checkin.confirming import Word
from matching.checkin.services import refuse_own
from matching.checkin.striking import (
    CAN_BE_STRUCK,
    lock_attendances,
    restore_attendance,
    strike_attendance,
)
from matching.false_records import notices
from matching.false_records.models import FalseRecordCase, FalseRecordItem
from matching.false_records.queries import (
    Chosen,
    attendances_of,
    case_or_none,
    entered_by,
    has_open_case,
)
from matching.false_records.rules import following
from matching.false_records.states import FALSE_REASON_LABELS, CaseState, FalseReason
from points.ledger.debts import WAIVED, fill_debt, owed_now
from points.ledger.postings import Pots
from points.redemption.claims import hold_claims, let_claims_go, lock_open_cash_outs
from points.redemption.four_eyes import Actor
from volunteer.core import clock
from volunteer.core.db import db
from volunteer.core.errors import AlreadySent, NotAllowed, NotFound, Refused
from volunteer.core.i18n import _, _l, show
from volunteer.core.transitions import move
from volunteer.people.queries import latest_decision
from volunteer.people.registration import resume_person, suspend_person
from volunteer.people.states import PersonState


def propose(
    *,
    key: str,
    person_id: int,
    attendance_ids: Sequence[int],
    reason: FalseReason,
    note: str,
    with_suspension: bool,
    actor: Actor,
) -> FalseRecordCase:
    """These attendances are held to be false; open cash-outs wait until somebody else has decided.

    Raises `Refused` (nothing_chosen, open_case, two_programmes), `NotAllowed` for oneself, `AlreadySent`.
    """
    first = db.session.execute(db.select(FalseRecordCase).filter_by(key=key)).scalar()
    if first is not None:
        return _same(first, person_id, attendance_ids)
    named = _named(actor)
    refuse_own(actor.user_id, [person_id])
    items = attendances_of(person_id, attendance_ids)
    _check_items(person_id, items, attendance_ids)
    follows = following(one.terms for one in items)
    case = FalseRecordCase(
        key=key,
        person_id=person_id,
        programme_id=next((one.award.programme_id for one in items if one.points), None),
        reason=reason,
        note=note,
        suspend_days=follows.suspend_days if with_suspension else 0,
        state=CaseState.PROPOSED,
        proposed_by_user_id=actor.user_id,
        proposed_by_person_id=named,
        proposed_at=clock.now(),
    )
    db.session.add(case)
    db.session.flush()
    db.session.add_all(_item(case, one) for one in items)
    db.session.flush()
    if follows.holds_claims:
        hold_claims(person_id, source_of(case))
    notices.tell(case, "looked_into", items, waits=follows.holds_claims)
    return case


def _item(case: FalseRecordCase, one: Chosen) -> FalseRecordItem:
    return FalseRecordItem(
        case_id=case.id,
        attendance_id=one.attendance_id,
        points=one.points,
        minutes=one.minutes,
        households=one.households,
    )


def _same(first: FalseRecordCase, person_id: int, attendance_ids: Sequence[int]) -> FalseRecordCase:
    if first.person_id != person_id or {one.attendance_id for one in first.items} != {
        *attendance_ids
    }:
        raise AlreadySent(_l("この画面はもう送信ずみです。"))
    return first


def _named(actor: Actor) -> int:
    if actor.person_id is None:
        raise NotAllowed(
            _l(
                "あなたの名前が職員の登録にないので、だれが決めたかを残せません。管理者に知らせてください。"
            ),
            code="no_person",
        )
    return actor.person_id


def _check_items(person_id: int, items: list[Chosen], wanted: Sequence[int]) -> None:
    if not items or len(items) != len(set(wanted)):
        raise Refused(_l("事実とちがう活動を1つ以上えらんでください。"), code="nothing_chosen")
    if any(one.state not in CAN_BE_STRUCK for one in items):
        raise Refused(
            _l("活動中のものや、もう取り消されたものは、えらべません。"), code="nothing_chosen"
        )
    if has_open_case(person_id):
        raise Refused(
            _l("この方には、決定を待っている件がもうあります。先にそれを決めてください。"),
            code="open_case",
        )
    if len({one.award.programme_id for one in items if one.points}) > 1:
        raise Refused(_l("ポイントの制度ごとに分けて進めてください。"), code="two_programmes")


def source_of(case: FalseRecordCase) -> str:
    """How other tables name a case."""
    return f"false_record:{case.id}"


def decide(case_id: int, actor: Actor, answer: str) -> FalseRecordCase:
    """The records are false: awards are voided, what was paid is owed, taking part rests, the person is told.

    In one act; two deciders at once: one wins. Raises `NotAllowed` (own_attendance, same_person, entered_award),
    `AlreadyDecided`, `NotFound`.
    """
    case = _case_for(case_id, actor)
    ids = [one.attendance_id for one in case.items]
    lock_attendances(ids)
    lock_open_cash_outs(case.person_id)
    _close(case, CaseState.DECIDED, actor, answer)
    items = attendances_of(case.person_id, ids)
    struck = [one for one in items if one.is_struck_by_rule and one.state in CAN_BE_STRUCK]
    pots = Pots(case.person_id, case.programme_id) if case.programme_id else None
    before = owed_now(pots) if pots else 0
    for one in sorted(struck, key=lambda item: item.attendance_id):
        strike_attendance(_word(case, one.attendance_id, actor, "strike"))
    owed = (owed_now(pots) if pots else 0) - before
    waived = _waive(case, pots, owed, items, actor)
    for item in case.items:
        item.is_struck = any(one.attendance_id == item.attendance_id for one in struck)
    case.points_taken = sum(one.points for one in struck)
    case.points_owed, case.points_waived = owed - waived, waived
    _suspend(case, actor)
    until = clock.from_tokyo(case.suspended_until) if case.suspended_until else clock.now()
    let_claims_go(source_of(case), until)
    db.session.flush()
    _tell_decided(case, struck)
    return case


def _word(case: FalseRecordCase, attendance_id: int, actor: Actor, what: str) -> Word:
    return Word(
        attendance_id,
        f"{what}:{case.id}:{attendance_id}",
        actor.user_id,
        str(FALSE_REASON_LABELS[case.reason]),
        by_staff=True,
    )


def _waive(
    case: FalseRecordCase, pots: Pots | None, owed: int, items: list[Chosen], actor: Actor
) -> int:
    """Where the programme asks nothing back, the debt that came of it is let off."""
    if pots is None or owed <= 0 or following(one.terms for one in items).claws_back:
        return 0
    fill_debt(
        pots,
        owed,
        key=f"{source_of(case)}:waive",
        source=source_of(case),
        reason=WAIVED,
        actor_user_id=actor.user_id,
    )
    return owed


def _suspend(case: FalseRecordCase, actor: Actor) -> None:
    if not case.suspend_days or case.person.state is not PersonState.REGISTERED:
        return
    until = clock.today() + timedelta(days=case.suspend_days)
    words = _(
        "活動の記録が事実とちがったためです。%(day)sから、また参加できます。",
        day=str(show("date_long", until)),
    )
    suspend_person(case.person_id, actor.user_id, words)
    db.session.refresh(case)
    case.suspended_until = until
    case.suspension_id = _newest_decision(case)


def _newest_decision(case: FalseRecordCase) -> int | None:
    found = latest_decision(case.person_id)
    return found.id if found else None


def _tell_decided(case: FalseRecordCase, struck: list[Chosen]) -> None:
    until = case.suspended_until
    notices.tell(
        case,
        "decided",
        struck,
        answer=case.answer,
        points=case.points_taken,
        owed=case.points_owed,
        until=until.isoformat() if until else "",
    )


def drop(case_id: int, actor: Actor, answer: str) -> FalseRecordCase:
    """The records are right after all: nothing changes, and what waited goes on. Raises as `decide`."""
    case = _case_for(case_id, actor)
    _close(case, CaseState.DROPPED, actor, answer)
    let_claims_go(source_of(case), clock.now())
    items = attendances_of(case.person_id, [one.attendance_id for one in case.items])
    notices.tell(case, "dropped", items, answer=answer)
    return case


def undo(case_id: int, actor: Actor, answer: str) -> FalseRecordCase:
    """An objection was right: the attendances count again, points are credited anew, a suspension ends.

    Whoever had decided it does not decide the objection. Raises `NotAllowed`, `AlreadyDecided`, `NotFound`.
    """
    case = _found(case_id)
    _named(actor)
    refuse_own(actor.user_id, [case.person_id])
    if actor.user_id == case.decided_by_user_id or actor.person_id == case.decided_by_person_id:
        raise NotAllowed(
            _l("この件を決めた人とは別の人が、申し出について決めます。"), code="same_person"
        )
    items = [one for one in case.items if one.is_struck]
    lock_attendances([one.attendance_id for one in items])
    lock_open_cash_outs(case.person_id)
    move(
        FalseRecordCase,
        case.id,
        CaseState.DECIDED,
        CaseState.UNDONE,
        undone_by_user_id=actor.user_id,
        undone_at=clock.now(),
    )
    for item in items:
        word = _word(case, item.attendance_id, actor, "restore")
        restore_attendance(word, item.minutes, item.households)
    let_claims_go(source_of(case), clock.now())
    if case.suspension_id is not None and case.suspension_id == _newest_decision(case):
        resume_person(case.person_id, actor.user_id)
    told = attendances_of(case.person_id, [one.attendance_id for one in items])
    notices.tell(case, "undone", told, answer=answer)
    return case


def end_suspension(person_id: int, decided_by_user_id: int) -> None:
    """The last day of a suspension is over: the person may take part again, as it was decided."""
    resume_person(person_id, decided_by_user_id)


def _found(case_id: int) -> FalseRecordCase:
    case = case_or_none(case_id)
    if case is None:
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    return case


def why_not_decide(case: FalseRecordCase, actor: Actor) -> tuple[str, str] | None:
    """(code, words) why this member of staff leaves the decision to somebody else."""
    ids = [one.attendance_id for one in case.items]
    is_same = actor.user_id == case.proposed_by_user_id
    if is_same or actor.person_id == case.proposed_by_person_id:
        return "same_person", str(_("この件はあなたが出したので、別の人が決めます。"))
    if actor.person_id == case.person_id:
        return "own_attendance", str(_("ご自分のことは決められません。"))
    if entered_by(actor.user_id, ids):
        return "entered_award", str(_("あなたがこの活動を手で入力したので、別の人が決めます。"))
    return None


def _case_for(case_id: int, actor: Actor) -> FalseRecordCase:
    case = _found(case_id)
    _named(actor)
    refuse_own(actor.user_id, [case.person_id])
    excluded = why_not_decide(case, actor)
    if excluded is not None:
        raise NotAllowed(excluded[1], code=excluded[0])
    return case


def _close(case: FalseRecordCase, to: CaseState, actor: Actor, answer: str) -> None:
    move(
        FalseRecordCase,
        case.id,
        CaseState.PROPOSED,
        to,
        decided_by_user_id=actor.user_id,
        decided_by_person_id=actor.person_id,
        decided_at=clock.now(),
        answer=answer,
    )
