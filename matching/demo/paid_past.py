"""Paid help of the last weeks: done, confirmed, paid in cash or by transfer, one not yet paid for, one decided anew,
one disputed, and the pay that a student took. Through the real services; the clock stands where the story is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial

from matching.assignments.services import apply
from matching.demo.paid_help import Order, publish_paid_help, students_of
from matching.demo.settlers import Settled
from matching.paid_tasks import services as tasks
from matching.paid_tasks.models import PaidTask
from matching.paid_tasks.states import AgreedBy, By
from matching.paid_work import recording
from matching.paid_work import services as work
from points.bank_accounts.details import read_bank
from points.billing.deciding import Anew, decide_anew, effect_on
from points.billing.earnings import yen_programme
from points.billing.paper_settings import on_paper, write_paper_setting
from points.billing.papers import due_of, print_paper
from points.billing.queries import charge_or_404
from points.billing.services import AtDesk, record_desk_payment
from points.billing.shares import Share
from points.billing.states import DecisionReason, Direction, PaperKind, PayMethod
from points.payouts.services import pay_at_desk
from points.redemption.four_eyes import Actor as Eyes
from points.redemption.services import approve, request_cash_out
from volunteer.core import clock
from volunteer.core.db import db, run_turn
from volunteer.core.permissions import Role
from volunteer.users.queries import users_for

CASH, TRANSFER = PayMethod.CASH, PayMethod.BANK_TRANSFER
BEGINS, ENDS = time(13, 0), time(15, 0)
AFTER_WINTER = timedelta(days=30)
EARLY = time(8, 0)
"""Before the first activity of a day."""


@dataclass(frozen=True)
class Piece:
    """One piece of paid work of the past."""

    days_ago: int
    title: str
    body: int | None
    """Which body of data/scenes.toml ordered it; None for a household."""
    method: PayMethod
    minutes: int = 120
    paid_yen: int | None = None
    """What came in; None for everything."""
    student: int = 0
    paper: PaperKind | None = None
    told_after: int = 2
    """So many days after the work its money moves, early in the morning."""


NEIGHBOURS, CAFE = 7, 5
TAKEN = Piece(58, "会報を封筒に入れる手伝い", NEIGHBOURS, CASH)
DISPUTED = Piece(4, "庭の落ち葉あつめ", None, CASH, 180, told_after=1)
LOWERED = Piece(6, "集会所の大そうじ", NEIGHBOURS, TRANSFER, 150, paper=PaperKind.INVOICE)
PIECES = (
    TAKEN,
    Piece(50, "本棚の組み立て", None, TRANSFER, student=1),
    Piece(24, "カフェの机はこび", CAFE, TRANSFER, 150, paid_yen=0, paper=PaperKind.REMINDER),
    LOWERED,
    DISPUTED,
)
"""From the oldest on. The first has been paid out, the second waits longest for its student."""


def chapters(
    settled: Settled, today: date, spring: datetime
) -> list[tuple[datetime, Callable[[], None]]]:
    """(until when the town must have been lived through, what happens then), in order; called between write turns.

    What would have to be told before the winter's points were cashed out is left out.

    No ledger of a person runs backwards: each piece is told when its money moves, though it began before.
    """
    students = run_turn(students_of, settled)
    if not students:
        return []
    told = [
        (
            _at(today - timedelta(days=one.days_ago - one.told_after), time()),
            partial(_tell, settled, today, students[min(one.student, len(students) - 1)], one),
        )
        for one in PIECES
    ]
    return sorted((one for one in told if one[0] > spring + AFTER_WINTER), key=lambda one: one[0])


def _tell(settled: Settled, today: date, student: int, piece: Piece) -> None:
    if not on_paper().has_account:
        clock.set(_at(today - timedelta(days=piece.days_ago + 10), time(9, 30)))
        run_turn(_account, settled)
    task_id = _worked(settled, piece, today, student, f"demo-past-{piece.days_ago}")
    if piece is TAKEN:
        _take_pay(settled, student, today)
    elif piece is LOWERED:
        clock.advance(timedelta(minutes=50))
        run_turn(_lower, task_id, settled)


def _at(day: date, when: time) -> datetime:
    return clock.from_tokyo(day) + timedelta(hours=when.hour, minutes=when.minute)


def _account(settled: Settled) -> None:
    """Where transfers go; the holder is invented."""
    by = settled.staff[Role.ADMINISTRATOR][0]
    account = read_bank("0501", "小樽中央", "1", "1234567", "フク）ミホンシャキョウ")
    write_paper_setting(account, "", "見本の口座", by)


def _worked(settled: Settled, piece: Piece, today: date, student: int, key: str) -> int:
    """The piece from its order to the money; its task."""
    day = today - timedelta(days=piece.days_ago)
    coordinator = settled.staff[Role.COORDINATOR][0]
    clock.set(_at(day - timedelta(days=5), time(11, 0)))
    order = Order(piece.title, piece.body, day, BEGINS, ENDS)
    shift_id = run_turn(publish_paid_help, settled, order)
    place_id = run_turn(apply, student, shift_id, None).id
    task_id = run_turn(_agree, place_id, piece, settled, key)
    slip_id = run_turn(lambda: work.make_slip(task_id, coordinator).id)
    own = _user_of(student) or coordinator
    for name, when, verb in (("in", BEGINS, recording.arrive), ("out", ENDS, recording.leave)):
        clock.set(_at(day, when))
        run_turn(verb, recording.Reading(task_id, slip_id, f"{key}-{name}", own, "demo"))
    clock.set(_at(day, time(16, 20)))
    by_student = work.Actor(By.STUDENT, own, f"{key}-report")
    report_id = run_turn(lambda: work.report(task_id, piece.minutes, "", by_student).id)
    if piece is DISPUTED:
        words = work.Objection(report_id, 120, "2時間で帰られました")
        run_turn(work.object_to, task_id, words, work.Actor(By.STAFF, coordinator, f"{key}-no"))
        return task_id
    orderer = work.Actor(By.STAFF, coordinator, f"{key}-yes")
    if piece.body is not None:
        orderer = work.Actor(By.ORDERER, settled.members[piece.body], f"{key}-yes")
    run_turn(work.confirm, task_id, report_id, orderer)
    clock.set(_at(day + timedelta(days=piece.told_after), EARLY))
    run_turn(_paid, task_id, piece, settled, key)
    return task_id


def _agree(place_id: int, piece: Piece, settled: Settled, key: str) -> int:
    task = tasks.task_of(place_id)
    assert task is not None
    by, who = AgreedBy.TELEPHONE, settled.staff[Role.COORDINATOR][0]
    if piece.body is not None:
        by, who = AgreedBy.ORGANIZATION, settled.members[piece.body]
    tasks.agree(task.id, task.quote_hash, piece.method, by, who, f"{key}-agreed")
    return task.id


def _paid(task_id: int, piece: Piece, settled: Settled, key: str) -> None:
    """The money comes in, its receipt and other papers are printed."""
    charge = charge_or_404(db.session.get_one(PaidTask, task_id).charge_id or 0)
    payer = settled.staff[Role.PAYER][0]
    yen = due_of(charge) if piece.paid_yen is None else piece.paid_yen
    if piece.paper is not None:
        print_paper(
            charge.id, piece.paper, desk_payment_id=None, key=f"{key}-paper", by_user_id=payer
        )
    if yen:
        money = AtDesk(Direction.IN, piece.method, yen, clock.today())
        made = record_desk_payment(charge.id, money, key=f"{key}-in", by_user_id=payer)
        print_paper(
            charge.id,
            PaperKind.RECEIPT,
            desk_payment_id=made.id,
            key=f"{key}-receipt",
            by_user_id=payer,
        )


def _lower(task_id: int, settled: Settled) -> None:
    """Half an hour is taken off: the money has still to be given back."""
    charge = charge_or_404(db.session.get_one(PaidTask, task_id).charge_id or 0)
    due = Share(due_of(charge) - 500, 0)
    words = "道具がそろわず、はじめの30分は待ってもらった（見本）"
    anew = Anew(due, DecisionReason.COMPLAINT, words, effect_on(charge.id, due).seen)
    by = settled.staff[Role.COORDINATOR][0]
    decide_anew(charge.id, anew, key=f"demo-past-lower-{charge.id}", by_user_id=by)


def _take_pay(settled: Settled, student: int, today: date) -> None:
    """The student asks for the pay and has it in cash."""
    clock.set(_at(today - timedelta(days=TAKEN.days_ago - 2), EARLY) + timedelta(minutes=10))
    own = _user_of(student)
    if own is None:
        return
    cash_out_id = run_turn(_ask, student, own)
    clock.advance(timedelta(minutes=10))
    run_turn(approve, cash_out_id, Eyes(*settled.staff[Role.APPROVER]))
    clock.advance(timedelta(minutes=10))
    run_turn(pay_at_desk, cash_out_id, Eyes(*settled.staff[Role.PAYER]), "学生証")


def _ask(student: int, own: int) -> int:
    made = request_cash_out(
        person_id=student,
        programme_id=yen_programme(),
        method="desk_cash",
        points=2000,
        key=f"demo-pay-{student}",
        user_id=own,
    )
    return made.id


def _user_of(person_id: int) -> int | None:
    return next((one.id for one in users_for(person_id)), None)
