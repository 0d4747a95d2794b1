"""Paid work for the walks: of 花子 for みなと食堂, of the student for the other organization, and each for a household.

A time was reported of one task and is disputed of another; the desk has to call about both signatures.
"""

from collections.abc import Callable
from datetime import timedelta
from itertools import count

from matching.categories.models import Category
from matching.paid_tasks import services as paid_tasks
from matching.paid_tasks.links import make_link
from matching.paid_tasks.links import token_of as link_token
from matching.paid_tasks.models import PaidTask
from matching.paid_tasks.states import AgreedBy, By
from matching.paid_work import services
from matching.paid_work.pages import lot_key, slip_key
from matching.paid_work.services import Actor, Objection, Signing
from matching.paid_work.slips import token_of as slip_token
from points.billing.payer_papers import print_for_payer
from points.billing.states import PaperKind, PayMethod
from tests.cast import Cast
from tests.factories.matching import (
    make_category,
    make_help_request,
    make_participation,
    make_shift,
)
from volunteer.core import clock
from volunteer.core.db import db, run_turn, write_turn
from volunteer.people.models import Person
from volunteer.users.models import User

OF_NUMBER = {
    "reported": ("signature", "report", "confirmation", "objection"),
    "disputed": ("student_words", "organization_words"),
}
OF_TASK = {
    "reported": ("make_slip", "slip", "confirmation", "objection", "call"),
    "disputed": ("words", "decision"),
}
BY_LINK = ("confirmation", "objection", "words", "family", "end_family")
DRAWN = "M40 100L60 140L80 90L90 120M120 100L140 140L160 90L170 120"
_number = count(1)
WORKED = timedelta(hours=3, minutes=10)
"""From now until just after the work."""


def keep_paid_work(keep: Callable[..., None], cast: Cast) -> None:
    """Both sets."""
    both = (
        (cast.hanako, cast.user("hanako@example.jp"), cast.minato.party_id),
        (cast.student, cast.user("student@example.jp"), cast.other_organization.party_id),
    )
    for state in ("reported", "disputed"):
        made = [_worked(cast, *one, is_disputed=state == "disputed") for one in both]
        for page in OF_NUMBER[state]:
            keep(f"paid_work.{page}.number", *(one.number for one in made))
        for page in OF_TASK[state]:
            keep(f"paid_work_desk.{page}.task_id", *(one.id for one in made))
        _keep_papers(keep, cast, "ordered_tasks", "number", made, [one.number for one in made])
    homes = [_worked(cast, who, user, cast.household.party_id) for who, user, _order in both]
    links = [_link(cast, one) for one in homes]
    for page in BY_LINK:
        keep(f"paid_work.link_{page}.token", *links)
    _keep_papers(keep, cast, "linked_task", "token", homes, links)
    slips = [_slip(cast, one) for one in homes]
    for page in ("slip", "slip_arrive", "slip_end"):
        keep(f"paid_work.{page}.token", *slips)
    ids = (cast.household.party_id, cast.household.party_id)
    for page in ("household_family", "end_family"):
        keep(f"paid_work_desk.{page}.party_id", *ids)


def _keep_papers(
    keep: Callable[..., None],
    cast: Cast,
    pages: str,
    name: str,
    tasks: list[PaidTask],
    keys: list[str],
) -> None:
    """The payer of each has taken the invoice."""
    papers = [_invoice(cast, one.charge_id or 0) for one in tasks]
    keep(f"{pages}.paper.paper_id", *papers)
    for page in ("paper", "print_paper"):
        keep(f"{pages}.{page}.{name}", *keys)


def _invoice(cast: Cast, charge_id: int) -> int:
    def made() -> int:
        values = {"desk_payment_id": None, "by_user_id": cast.coordinator.id}
        return print_for_payer(charge_id, PaperKind.INVOICE, **values).id

    return run_turn(made)


def _worked(
    cast: Cast, who: Person, user: User, orderer_id: int, *, is_disputed: bool = False
) -> PaidTask:
    task = _agreed(cast, who, orderer_id)
    shift, key = task.participation.shift, f"walk-paid-work-{task.id}"
    clock.advance(WORKED)
    signing = Signing(key, user.id, "phone", DRAWN, "", shift.starts_at, shift.ends_at)
    run_turn(services.sign, task.id, signing, lot_key())
    actor = Actor(By.STUDENT, user.id, key)
    report = run_turn(lambda: services.report(task.id, 120, "庭の雪かき", actor).id)
    if is_disputed:
        told = Objection(report, 60, "1時間でした")
        orderer = Actor(By.ORDERER, None, f"{key}:no")
        run_turn(lambda: services.object_to(task.id, told, orderer).id)
    clock.advance(-WORKED)
    db.session.rollback()
    return db.session.get_one(PaidTask, task.id, populate_existing=True)


def _agreed(cast: Cast, who: Person, orderer_id: int) -> PaidTask:
    by_household = orderer_id == cast.household.party_id
    with write_turn():
        kind = db.session.get(Category, "garden") or make_category(
            "garden", "庭しごと", is_paid=True, yen_per_hour=1000, needs_insurance=False, position=8
        )
        host = {"host_party_id": None} if by_household else {}
        request = make_help_request(
            orderer_id,
            kind,
            cast.area,
            cast.coordinator,
            title=f"庭の草とり {next(_number)}",
            **host,
        )
        shift = make_shift(request, clock.now() + timedelta(hours=1), seats=1)
        task = paid_tasks.open_task(make_participation(who, shift).id)
        assert task is not None
        how = (PayMethod.CASH, AgreedBy.TELEPHONE, cast.coordinator.id)
        paid_tasks.agree(task.id, task.quote_hash, *how, f"walk-agreed-{task.id}")
    db.session.rollback()
    return db.session.get_one(PaidTask, task.id)


def _link(cast: Cast, task: PaidTask) -> str:
    number = run_turn(lambda: make_link(task.id, cast.coordinator.id).number)
    return link_token(task.id, number)


def _slip(cast: Cast, task: PaidTask) -> str:
    made = run_turn(lambda: services.make_slip(task.id, cast.coordinator.id).id)
    return slip_token(slip_key(), made)
