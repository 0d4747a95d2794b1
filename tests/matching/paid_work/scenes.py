"""What the tests of paid work share: the student comes to a household today at 10:00 for two hours, for 2,000 yen."""

from datetime import timedelta
from typing import Any

from matching.categories.models import Category
from matching.help_requests.models import Shift
from matching.paid_tasks import services as paid_tasks
from matching.paid_tasks.links import make_link, token_of
from matching.paid_tasks.models import PaidTask
from matching.paid_tasks.states import AgreedBy
from matching.paid_work import services
from matching.paid_work.models import WorkReport
from matching.paid_work.pages import lot_key, slip_key
from matching.paid_work.services import Actor, Signing
from matching.paid_work.slips import token_of as slip_token
from points.billing.states import PayMethod
from tests.cast import Cast
from tests.factories.matching import (
    make_category,
    make_help_request,
    make_participation,
    make_shift,
)
from volunteer.core import clock
from volunteer.core.db import db, run_turn, write_turn
from volunteer.users.models import User

DRAWN = "".join(f"M{x} 100L{x + 20} 140L{x + 40} 90L{x + 50} 120" for x in (40, 120, 200, 280))
HOUR = timedelta(hours=1)


def paid_category() -> Category:
    """A kind of paid work; other cover than that of volunteers."""
    found = db.session.get(Category, "student_help")
    return found or make_category(
        "student_help", "学生のお手伝い", is_paid=True, yen_per_hour=1000, needs_insurance=False
    )


def order(cast: Cast, *, by_household: bool = True, agreed: bool = True) -> PaidTask:
    """The task of the student; the orderer has agreed to pay cash, by telephone."""
    with write_turn():
        category = paid_category()
        orderer = cast.household.party_id if by_household else cast.minato.party_id
        request = make_help_request(
            orderer,
            category,
            cast.area,
            cast.coordinator,
            title="庭の雪かき",
            host_party_id=None if by_household else orderer,
        )
        shift = make_shift(request, clock.now() + HOUR, seats=1)
        place = make_participation(cast.student, shift).id
        task = paid_tasks.open_task(place)
        assert task is not None
        if agreed:
            given = (task.quote_hash, PayMethod.CASH, AgreedBy.TELEPHONE, cast.coordinator.id)
            paid_tasks.agree(task.id, *given, f"agreed:{task.id}")
    return now(task)


def now(task: PaidTask) -> PaidTask:
    """The task as it stands."""
    db.session.rollback()
    return db.session.get_one(PaidTask, task.id, populate_existing=True)


def shift_of(task: PaidTask) -> Shift:
    """When and where."""
    return now(task).participation.shift


def link(task: PaidTask, cast: Cast) -> str:
    """The household's link."""
    number = run_turn(lambda: make_link(task.id, cast.coordinator.id).number)
    return token_of(task.id, number)


def slip_path(task: PaidTask, cast: Cast) -> str:
    """Where the code of a new slip leads."""
    made = run_turn(lambda: services.make_slip(task.id, cast.coordinator.id, anew=True).id)
    return f"/s/{slip_token(slip_key(), made)}"


def student_user(cast: Cast) -> User:
    """The student's sign-in."""
    return cast.user("student@example.jp")


def sign(task: PaidTask, cast: Cast, **values: Any) -> int:
    """The household has signed from 10:00 to 12:00 (it is 12:10)."""
    shift = shift_of(task)
    given: dict[str, Any] = {
        "key": f"signed-by-the-household-{task.id}",
        "user_id": student_user(cast).id,
        "device": "phone",
        "strokes": DRAWN,
        "signer": "",
        "came_at": shift.starts_at,
        "left_at": shift.ends_at,
        **values,
    }
    return run_turn(lambda: services.sign(task.id, Signing(**given), lot_key()).id)


def report(task: PaidTask, cast: Cast, minutes: int = 120, **values: Any) -> WorkReport:
    """The student says how long it took."""
    key = values.pop("key", f"reported-{task.id}-{minutes}")
    actor = Actor(services.By.STUDENT, student_user(cast).id, key)
    words = values.pop("words", "雪をかたづけました")
    return run_turn(services.report, task.id, minutes, words, actor)


def worked(
    cast: Cast, clock_now: Any, minutes: int = 120, **values: Any
) -> tuple[PaidTask, WorkReport]:
    """Signed and reported; it is 12:10."""
    task = order(cast, **values)
    clock_now.advance(timedelta(hours=3, minutes=10))
    sign(task, cast)
    return now(task), report(task, cast, minutes)
