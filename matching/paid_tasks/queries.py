"""Reads of paid tasks: one, those of a student, those of an orderer, the one behind a household's link."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, String, cast, exists, func, literal, select
from sqlalchemy.orm import contains_eager, joinedload

from matching.assignments.models import Participation
from matching.categories.models import Category
from matching.help_requests.models import HelpRequest, Shift
from matching.paid_tasks.models import OrdererLink, PaidTask, PaidTaskEvent
from matching.paid_tasks.rules import REMIND_BEFORE
from matching.paid_tasks.states import OPEN, By, PaidTaskState
from points.billing.gateway import PaymentState
from points.billing.models import Charge, ChargeDecision, Payment
from points.billing.states import PayMethod
from volunteer.core import clock
from volunteer.core.db import db
from volunteer.core.errors import NotFound
from volunteer.core.i18n import _l
from volunteer.users.models import Party
from volunteer.users.sessions import hash_token
from volunteer.users.states import PartyKind

NOT_FOUND = _l("この有償のお手伝いは見つかりません。一覧にもどって、開きなおしてください。")
LINK_OVER = _l(
    "このリンクは、もう使えません。センターに電話してください。新しいリンクをお渡しします。"
)
PAGE = 20

_WITH_ALL = (
    joinedload(PaidTask.orderer),
    joinedload(PaidTask.student),
    joinedload(PaidTask.participation)
    .joinedload(Participation.shift)
    .joinedload(Shift.help_request)
    .joinedload(HelpRequest.category),
)


def task_or_404(task_id: int) -> PaidTask:
    """The paid task with its shift, request, student and orderer. Raises NotFound."""
    return _one(PaidTask.id == task_id)


def task_by_number(number: str) -> PaidTask:
    """The paid task of this number. Raises NotFound."""
    return _one(PaidTask.number == number)


def _one(condition: object) -> PaidTask:
    statement = select(PaidTask).where(condition).options(*_WITH_ALL)  # type: ignore[arg-type]
    found: PaidTask | None = db.session.execute(
        statement.execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if found is None:
        raise NotFound(NOT_FOUND)
    return found


def locked_task(task_id: int) -> PaidTask:
    """The paid task, nobody else's until the turn ends. Raises NotFound."""
    statement = select(PaidTask).where(PaidTask.id == task_id)
    found: PaidTask | None = db.session.execute(
        statement.with_for_update(key_share=True).execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if found is None:
        raise NotFound(NOT_FOUND)
    return found


def task_of(participation_id: int) -> PaidTask | None:
    """The newest paid task of a place, or None."""
    statement = select(PaidTask).where(PaidTask.participation_id == participation_id)
    return db.session.execute(statement.order_by(PaidTask.id.desc()).limit(1)).scalar()


def tasks_of_student(person_id: int, limit: int = 100) -> list[PaidTask]:
    """The paid tasks of a student, the newest work first."""
    return _list(PaidTask.student_id == person_id, limit)


def tasks_of_orderer(party_id: int, limit: int = 100) -> list[PaidTask]:
    """The paid tasks that an organization or a household pays, the newest work first."""
    return _list(PaidTask.orderer_id == party_id, limit)


def _list(condition: object, limit: int) -> list[PaidTask]:
    place = contains_eager(PaidTask.participation)
    request = place.contains_eager(Participation.shift).contains_eager(Shift.help_request)
    statement = (
        select(PaidTask)
        .join(PaidTask.participation)
        .join(Participation.shift)
        .join(Shift.help_request)
        .join(PaidTask.orderer)
        .where(condition)  # type: ignore[arg-type]
        .options(request, contains_eager(PaidTask.orderer), joinedload(PaidTask.student))
        .order_by(Shift.starts_at.desc(), PaidTask.id.desc())
        .limit(limit)
    )
    return list(db.session.execute(statement).scalars())


def tasks_in(states: tuple[PaidTaskState, ...], limit: int = 100) -> list[PaidTask]:
    """The paid tasks in these states, the newest work first."""
    return _list(PaidTask.state.in_(states), limit)


def to_answer_of_orderer(party_id: int) -> list[PaidTask]:
    """What waits for this orderer's yes: to a price, or to a time that was reported."""
    waits = PaidTask.state.in_((PaidTaskState.QUOTED, PaidTaskState.REPORTED))
    return _list((PaidTask.orderer_id == party_id) & waits, 20)


def counts_by_state() -> dict[PaidTaskState, int]:
    """How many paid tasks stand in each state."""
    statement = select(PaidTask.state, func.count()).group_by(PaidTask.state)
    return {row[0]: row[1] for row in db.session.execute(statement)}


def open_tasks_at(shift_id: int) -> list[int]:
    """Ids of the paid tasks of a shift of which something is still to come."""
    statement = (
        select(PaidTask.id)
        .join(PaidTask.participation)
        .where(Participation.shift_id == shift_id, PaidTask.state.in_(OPEN))
        .order_by(PaidTask.id)
    )
    return list(db.session.execute(statement).scalars())


def is_paid_place(participation_id: int) -> bool:
    """Whether the work of this place is paid."""
    statement = (
        select(Category.is_paid)
        .join(HelpRequest, HelpRequest.category_code == Category.code)
        .join(Shift, Shift.help_request_id == HelpRequest.id)
        .join(Participation, Participation.shift_id == Shift.id)
        .where(Participation.id == participation_id)
    )
    return bool(db.session.execute(statement).scalar())


def event_with_key(key: str) -> PaidTaskEvent | None:
    """The move that was made under this key, or None."""
    return db.session.execute(select(PaidTaskEvent).filter_by(key=key)).scalar()


def charges_of(task: PaidTask) -> list[tuple[Charge, Payment]]:
    """Everything that was ever asked of the orderer for this task, the oldest first."""
    statement = (
        select(Charge, Payment)
        .join(Payment, Payment.charge_id == Charge.id)
        .where(Charge.source == task.source)
        .order_by(Charge.id)
        .execution_options(populate_existing=True)
    )
    return [(row[0], row[1]) for row in db.session.execute(statement)]


def task_by_link(token: str) -> PaidTask:
    """The paid task behind a household's link. Raises NotFound when it was taken back, is too old, or never was."""
    statement = (
        select(OrdererLink.paid_task_id)
        .where(OrdererLink.token_hash == hash_token(token))
        .where(OrdererLink.revoked_at.is_(None), OrdererLink.valid_until > clock.now())
    )
    task_id = db.session.execute(statement).scalar()
    if task_id is None:
        raise NotFound(LINK_OVER, code="link_over")
    return task_or_404(task_id)


def live_link(task_id: int) -> OrdererLink | None:
    """The link that works now, or None."""
    statement = (
        select(OrdererLink)
        .where(OrdererLink.paid_task_id == task_id, OrdererLink.revoked_at.is_(None))
        .where(OrdererLink.valid_until > clock.now())
        .order_by(OrdererLink.number.desc())
        .limit(1)
    )
    return db.session.execute(statement).scalar()


def links_count(task_id: int) -> int:
    """How many links a task ever had."""
    statement = select(func.count()).select_from(OrdererLink).filter_by(paid_task_id=task_id)
    return int(db.session.execute(statement).scalar_one())


def tasks_without_agreement(before: datetime) -> list[int]:
    """Ids of tasks to which nobody has agreed although the work begins before this moment."""
    statement = (
        select(PaidTask.id)
        .join(PaidTask.participation)
        .join(Participation.shift)
        .where(PaidTask.state == PaidTaskState.QUOTED)
        .where(Shift.starts_at > clock.now(), Shift.starts_at <= before)
        .order_by(PaidTask.id)
        .limit(200)
    )
    return list(db.session.execute(statement).scalars())


def cards_to_ask_for(card_days: int) -> list[int]:
    """Ids of agreed tasks to be paid by card whose time has come and that have no charge yet."""
    statement = (
        select(PaidTask.id)
        .join(PaidTask.participation)
        .join(Participation.shift)
        .where(PaidTask.state.in_((PaidTaskState.AGREED, PaidTaskState.REPORTED)))
        .where(PaidTask.method == PayMethod.CARD, PaidTask.charge_id.is_(None))
        .where(Shift.starts_at <= clock.now() + timedelta(days=card_days))
        .order_by(PaidTask.id)
        .limit(200)
    )
    return list(db.session.execute(statement).scalars())


TELL_WITHIN = timedelta(days=7)
"""So long after the day of the work somebody still has to be told that nobody came."""


def told_key(task_id: int) -> str:
    """The key of the line in the history that says that the household knows."""
    return f"paid_task:{task_id}:told"


def _untold() -> Any:
    """An agreed task of a household that somebody else called off, and no line says that the household knows."""
    key = literal("paid_task:") + cast(PaidTask.id, String) + ":told"
    ended = (PaidTaskEvent.paid_task_id == PaidTask.id) & (
        PaidTaskEvent.to_state == PaidTaskState.CALLED_OFF
    )
    return (
        select(PaidTask.id, func.min(PaidTaskEvent.at).label("at"))
        .join(PaidTask.participation)
        .join(Participation.shift)
        .join(PaidTask.orderer)
        .join(PaidTaskEvent, ended)
        .where(PaidTask.state == PaidTaskState.CALLED_OFF, PaidTask.agreed_at.is_not(None))
        .where(Party.kind == PartyKind.HOUSEHOLD, PaidTaskEvent.side != By.ORDERER)
        .where(Shift.starts_at > clock.now() - TELL_WITHIN)
        .where(~exists().where(PaidTaskEvent.key == key).correlate(PaidTask))
        .group_by(PaidTask.id)
    )


def untold_counted() -> Any:
    """How many households have to be told by telephone that nobody comes, and since when the first."""
    found = _untold().subquery()
    return select(func.count(found.c.id), func.min(found.c.at))


def untold_tasks() -> list[PaidTask]:
    """The tasks of these households."""
    ids = list(db.session.execute(_untold().with_only_columns(PaidTask.id)).scalars())
    return _list(PaidTask.id.in_(ids), 100)


def is_untold(task: PaidTask) -> bool:
    """Whether the household of this task does not know yet that nobody comes."""
    return db.session.execute(_untold().where(PaidTask.id == task.id)).first() is not None


def answers_counted() -> Select[int, datetime]:
    """How many tasks nobody has agreed to, and when the first begins: all of households, late ones of organizations."""
    late = Shift.starts_at <= clock.now() + REMIND_BEFORE
    return (
        select(func.count(PaidTask.id), func.min(Shift.starts_at))
        .join(PaidTask.participation)
        .join(Participation.shift)
        .join(PaidTask.orderer)
        .where(PaidTask.state == PaidTaskState.QUOTED)
        .where((Party.kind == PartyKind.HOUSEHOLD) | late)
    )


def lost_cards_counted() -> Any:
    """How many cards have to be entered anew, and when the first of them was asked for."""
    return _lost(func.count(Charge.id), func.min(Charge.made_at))


def tasks_with_lost_cards() -> list[PaidTask]:
    """The tasks whose card has to be entered anew."""
    ids = [task_id for task_id, _charge_id, _yen in lost_cards()]
    return _list(PaidTask.id.in_(ids), 100)


def lost_cards() -> list[tuple[int, int, int]]:
    """(task, charge, yen due) of card charges whose page or hold is gone and that no other one has replaced."""
    statement = _lost(PaidTask.id, Charge.id, _DUE).order_by(Charge.id).limit(200)
    return [(row[0], row[1], row[2]) for row in db.session.execute(statement)]


_DUE = func.coalesce(ChargeDecision.payee_yen + ChargeDecision.fee_yen, Charge.amount_yen)


def _lost(*columns: Any) -> Any:
    newest = (
        select(ChargeDecision.charge_id, func.max(ChargeDecision.number).label("number"))
        .group_by(ChargeDecision.charge_id)
        .subquery()
    )
    return (
        select(*columns)
        .select_from(PaidTask)
        .join(Charge, Charge.source == literal("paid_task:") + cast(PaidTask.id, String))
        .join(Payment, Payment.charge_id == Charge.id)
        .outerjoin(newest, newest.c.charge_id == Charge.id)
        .outerjoin(
            ChargeDecision,
            (ChargeDecision.charge_id == Charge.id) & (ChargeDecision.number == newest.c.number),
        )
        .where(Payment.state.in_((PaymentState.EXPIRED, PaymentState.RELEASED)), _DUE > 0)
    )
