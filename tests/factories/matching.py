"""Rows of `matching`: categories, help requests with shifts, participations."""

from datetime import datetime, timedelta
from typing import Any

from matching.assignments.models import Participation
from matching.assignments.states import HOLDS_SEAT, ParticipationState
from matching.categories.models import Category
from matching.help_requests.models import HelpRequest, Shift
from matching.help_requests.states import HelpRequestState, ShiftState
from tests.factories.numbers import numbers
from tests.factories.volunteer import added
from volunteer.areas.models import Area
from volunteer.core import clock
from volunteer.core.codes import CodeKind, new_code
from volunteer.people.models import Person
from volunteer.users.models import User

_next = numbers()


def make_category(code: str = "meals", name: str = "配食・食事づくり", **values: Any) -> Category:
    """A kind of activity."""
    return added(Category(code=code, name=name, **values))


def make_help_request(
    requester_party_id: int,
    category: Category,
    area: Area,
    created_by: User,
    *,
    state: HelpRequestState = HelpRequestState.PUBLISHED,
    **values: Any,
) -> HelpRequest:
    """A help request; published, hosted by its requester, seats taken at once, unless told otherwise."""
    moment = clock.now()
    defaults = {
        "number": f"R-{1000 + next(_next)}",
        "host_party_id": requester_party_id,
        "title": "子ども食堂の準備",
        "description": "夕ごはんの準備と配膳をします。",
        "public_place": "花園公民館",
        "exact_place": "花園公民館 2階 調理室",
        "bring": "エプロン",
        "contact_name": "湊 さくら",
        "contact_telephone": "090-1111-2222",
        "created_at": moment,
        "submitted_at": None if state is HelpRequestState.DRAFT else moment,
        "published_at": moment if state is HelpRequestState.PUBLISHED else None,
    }
    return added(
        HelpRequest(
            requester_party_id=requester_party_id,
            category_code=category.code,
            area_id=area.id,
            created_by_user_id=created_by.id,
            state=state,
            **{**defaults, **values},
        )
    )


def make_shift(
    help_request: HelpRequest,
    starts_at: datetime,
    *,
    minutes: int = 120,
    seats: int = 3,
    state: ShiftState | None = None,
    **values: Any,
) -> Shift:
    """A dated piece of work; open when its request is published."""
    is_public = help_request.state is HelpRequestState.PUBLISHED
    return added(
        Shift(
            help_request_id=help_request.id,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=minutes),
            seats=seats,
            state=state or (ShiftState.OPEN if is_public else ShiftState.PLANNED),
            code=new_code(CodeKind.SHIFT) if is_public else None,
            **values,
        )
    )


def make_participation(
    person: Person,
    shift: Shift,
    state: ParticipationState = ParticipationState.ACCEPTED,
    **values: Any,
) -> Participation:
    """A person's place in a shift; the seat is taken where the state holds one."""
    if state in HOLDS_SEAT:
        shift.seats_taken += 1
        shift.state = ShiftState.OPEN if shift.free_seats else ShiftState.FULL
    return added(
        Participation(
            person_id=person.party_id,
            shift_id=shift.id,
            state=state,
            created_at=clock.now(),
            changed_at=clock.now(),
            **values,
        )
    )
