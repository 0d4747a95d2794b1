"""Reads of help requests and shifts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from matching.categories.models import Category
from matching.help_requests.models import (
    HelpRequest,
    HelpRequestDecision,
    HelpRequestPriority,
    Shift,
)
from matching.help_requests.states import PUBLIC_SHIFT_STATES, HelpRequestState, ShiftState
from volunteer.areas.models import Area
from volunteer.core import clock
from volunteer.core.db import db
from volunteer.core.errors import NotFound
from volunteer.core.i18n import _l
from volunteer.people.models import Person
from volunteer.users.models import Acting, Party, User
from volunteer.users.states import ActingAs, PartyKind

PRIORITY = func.coalesce(HelpRequest.own_priority, Category.usual_priority)
"""How pressing a request is, in a statement that joins its category; the smaller, the more."""
PAGE = 20
BOARD_PAGE = 10
"""Cards on a page of the board: a telephone shows one or two at a time, and the map stands below them."""


def help_request(help_request_id: int) -> HelpRequest:
    """A help request with its shifts. Raises `NotFound`."""
    statement = (
        db.select(HelpRequest)
        .where(HelpRequest.id == help_request_id)
        .options(
            joinedload(HelpRequest.category),
            joinedload(HelpRequest.area),
            joinedload(HelpRequest.requester),
            joinedload(HelpRequest.host),
            selectinload(HelpRequest.shifts),
        )
        .execution_options(populate_existing=True)
    )
    found: HelpRequest | None = db.session.execute(statement).scalar_one_or_none()
    if found is None:
        raise NotFound(_l("その依頼は見つかりませんでした。"))
    return found


def own_help_request(help_request_id: int, organization_id: int | None) -> HelpRequest:
    """A help request of this organization; a foreign one answers like a missing one."""
    found = help_request(help_request_id)
    if organization_id is None or organization_id not in (
        found.requester_party_id,
        found.host_party_id,
    ):
        raise NotFound(_l("その依頼は見つかりませんでした。"))
    return found


def shift_with_request(shift_id: int) -> Shift:
    """A shift with its help request, category, area and asker. Raises `NotFound`."""
    statement = (
        db.select(Shift)
        .join(Shift.help_request)
        .where(Shift.id == shift_id)
        .options(*_with_request())
        .execution_options(populate_existing=True)
    )
    found: Shift | None = db.session.execute(statement).scalar_one_or_none()
    if found is None:
        raise NotFound(_l("その活動は見つかりませんでした。"))
    return found


def _with_request() -> tuple[Any, ...]:
    request = contains_eager(Shift.help_request)
    return (
        request.joinedload(HelpRequest.category),
        request.joinedload(HelpRequest.area),
        request.joinedload(HelpRequest.requester),
        request.joinedload(HelpRequest.host),
    )


def organization_requests(
    organization_id: int, page: int = 1, per_page: int = PAGE
) -> tuple[list[HelpRequest], int]:
    """The help requests of an organization, newest first, and how many there are."""
    condition = or_(
        HelpRequest.requester_party_id == organization_id,
        HelpRequest.host_party_id == organization_id,
    )
    return _paged(condition, HelpRequest.created_at.desc(), page, per_page)


def submitted_requests(limit: int = 100) -> list[HelpRequest]:
    """What waits for publication, the oldest first."""
    statement = (
        db.select(HelpRequest)
        .where(HelpRequest.state == HelpRequestState.SUBMITTED)
        .options(joinedload(HelpRequest.requester))
        .order_by(HelpRequest.submitted_at, HelpRequest.id)
        .limit(limit)
    )
    return list(db.session.execute(statement).scalars())


def desk_requests(
    states: Sequence[HelpRequestState], page: int = 1, per_page: int = PAGE
) -> tuple[list[HelpRequest], int]:
    """The help requests in these states: what waits for the desk oldest first, others newest first."""
    waits = tuple(states) == (HelpRequestState.SUBMITTED,)
    order = HelpRequest.submitted_at if waits else HelpRequest.created_at.desc()
    return _paged(HelpRequest.state.in_(states), order, page, per_page)


def _paged(
    condition: ColumnElement[bool], order: Any, page: int, per_page: int
) -> tuple[list[HelpRequest], int]:
    count = db.session.execute(
        db.select(func.count()).select_from(HelpRequest).where(condition)
    ).scalar_one()
    statement = (
        db.select(HelpRequest)
        .where(condition)
        .options(
            joinedload(HelpRequest.category),
            joinedload(HelpRequest.area),
            joinedload(HelpRequest.requester),
            selectinload(HelpRequest.shifts),
        )
        .order_by(order, HelpRequest.id.desc())
        .limit(per_page)
        .offset((page - 1) * per_page)
    )
    return list(db.session.execute(statement).scalars()), int(count)


def state_counts() -> dict[HelpRequestState, int]:
    """How many help requests stand in each state."""
    statement = db.select(HelpRequest.state, func.count()).group_by(HelpRequest.state)
    return {row[0]: row[1] for row in db.session.execute(statement)}


@dataclass(frozen=True)
class DecisionLine:
    """A decision with the name of who made it."""

    decision: HelpRequestDecision
    who: str


def decisions(help_request_id: int) -> list[DecisionLine]:
    """What was decided about a help request, newest first."""
    statement = (
        db.select(HelpRequestDecision)
        .where(HelpRequestDecision.help_request_id == help_request_id)
        .order_by(HelpRequestDecision.id.desc())
    )
    rows = list(db.session.execute(statement).scalars())
    names = names_of_users({row.decided_by_user_id for row in rows})
    return [DecisionLine(row, names.get(row.decided_by_user_id, "")) for row in rows]


@dataclass(frozen=True)
class PriorityLine:
    """A priority that was given, with the name of who gave it."""

    change: HelpRequestPriority
    who: str


def priorities(help_request_id: int) -> list[PriorityLine]:
    """The priorities a help request was given, newest first."""
    statement = (
        db.select(HelpRequestPriority)
        .where(HelpRequestPriority.help_request_id == help_request_id)
        .order_by(HelpRequestPriority.id.desc())
    )
    rows = list(db.session.execute(statement).scalars())
    names = names_of_users({row.by_user_id for row in rows})
    return [PriorityLine(row, names.get(row.by_user_id, "")) for row in rows]


def names_of_users(user_ids: set[int]) -> dict[int, str]:
    """The names by which users are known: their own person's, else their address."""
    if not user_ids:
        return {}
    statement = (
        db.select(User.id, User.email, Party.display_name)
        .outerjoin(
            Acting,
            (Acting.user_id == User.id)
            & (Acting.capacity == ActingAs.SELF)
            & Acting.ended_at.is_(None),
        )
        .outerjoin(Party, (Party.id == Acting.party_id) & (Party.kind == PartyKind.PERSON))
        .where(User.id.in_(user_ids))
    )
    return {row[0]: row[2] or row[1] or "" for row in db.session.execute(statement)}


def is_member(user_id: int, party_ids: set[int]) -> bool:
    """Whether a user acts for one of these parties now."""
    statement = db.select(Acting.id).where(
        Acting.user_id == user_id, Acting.party_id.in_(party_ids), Acting.ended_at.is_(None)
    )
    return db.session.execute(statement.limit(1)).scalar() is not None


@dataclass(frozen=True)
class Reach:
    """How a message reaches somebody; without an address it is kept for the desk."""

    party_id: int
    address: str | None
    user_id: int | None
    language: str


def reach_person(person_id: int) -> Reach:
    """How to reach a person: their e-mail, in the language of the user behind them."""
    statement = (
        db.select(Person.email, User.id, User.email, User.language)
        .outerjoin(Acting, (Acting.party_id == Person.party_id) & Acting.ended_at.is_(None))
        .outerjoin(User, (User.id == Acting.user_id) & User.disabled_at.is_(None))
        .where(Person.party_id == person_id)
        .order_by(case((Acting.capacity == ActingAs.SELF, 0), else_=1), Acting.id)
        .limit(1)
    )
    row = db.session.execute(statement).one()
    return Reach(person_id, row[2] or row[0], row[1], row[3] or "ja")


def reach_members(organization_id: int | None) -> list[Reach]:
    """How to reach the members of an organization; nobody where the center hosts."""
    if organization_id is None:
        return []
    statement = (
        db.select(User.id, User.email, User.language)
        .join(Acting, Acting.user_id == User.id)
        .where(
            Acting.party_id == organization_id,
            Acting.capacity == ActingAs.MEMBER,
            Acting.ended_at.is_(None),
            User.disabled_at.is_(None),
        )
        .order_by(User.id)
    )
    return [Reach(organization_id, row[1], row[0], row[2]) for row in db.session.execute(statement)]


def areas() -> list[Area]:
    """The districts in the center's order."""
    return list(db.session.execute(db.select(Area).order_by(Area.position)).scalars())


def categories(also: str | None = None) -> list[Category]:
    """The kinds of activity one can ask for; `also` keeps one that was switched off meanwhile."""
    statement = (
        db.select(Category)
        .where(or_(Category.is_active, Category.code == also))
        .order_by(Category.position, Category.code)
    )
    return list(db.session.execute(statement).scalars())


@dataclass(frozen=True)
class BoardFilter:
    """What somebody looks for on the board. Days are half-open; None means any."""

    from_day: date | None = None
    before_day: date | None = None
    area_id: int | None = None
    category_code: str | None = None
    no_car: bool = False


def _on_board(wanted: BoardFilter, now: datetime) -> list[ColumnElement[bool]]:
    since = now if wanted.from_day is None else max(now, clock.from_tokyo(wanted.from_day))
    conditions = [
        HelpRequest.state == HelpRequestState.PUBLISHED,
        Shift.state.in_(PUBLIC_SHIFT_STATES),
        Shift.starts_at > since,
    ]
    if wanted.before_day is not None:
        conditions.append(Shift.starts_at < clock.from_tokyo(wanted.before_day))
    if wanted.category_code:
        conditions.append(HelpRequest.category_code == wanted.category_code)
    if wanted.no_car:
        conditions.append(HelpRequest.needs_car.is_(False))
    return conditions


def open_shifts(wanted: BoardFilter, page: int = 1, per_page: int = BOARD_PAGE) -> list[Shift]:
    """The shifts on the board in the order of time; `open_counts_by_area` tells how many there are."""
    conditions = _on_board(wanted, clock.now())
    if wanted.area_id is not None:
        conditions.append(HelpRequest.area_id == wanted.area_id)
    statement = (
        db.select(Shift)
        .join(Shift.help_request)
        .where(*conditions)
        .options(*_with_request())
        .order_by(Shift.starts_at, Shift.id)
        .limit(per_page)
        .offset((page - 1) * per_page)
    )
    return list(db.session.execute(statement).scalars())


def open_counts_by_area(wanted: BoardFilter) -> dict[int, int]:
    """How many shifts the board shows in each district, whatever district is chosen."""
    statement = (
        db.select(HelpRequest.area_id, func.count())
        .select_from(Shift)
        .join(Shift.help_request)
        .where(*_on_board(wanted, clock.now()))
        .group_by(HelpRequest.area_id)
    )
    return {row[0]: row[1] for row in db.session.execute(statement)}


def unfilled_shifts(until: datetime) -> list[Shift]:
    """Open shifts that begin before `until` and still want people, the nearest first."""
    statement = (
        db.select(Shift)
        .join(Shift.help_request)
        .where(
            HelpRequest.state == HelpRequestState.PUBLISHED,
            Shift.state == ShiftState.OPEN,
            Shift.starts_at > clock.now(),
            Shift.starts_at < until,
        )
        .options(*_with_request())
        .order_by(Shift.starts_at, Shift.id)
        .limit(100)
    )
    return list(db.session.execute(statement).scalars())


def asker(party_id: int) -> Party:
    """A household or an approved organization for which staff may enter a request. Raises `NotFound`."""
    found = db.session.get(Party, party_id)
    if found is None or found.kind not in (PartyKind.HOUSEHOLD, PartyKind.ORGANIZATION):
        raise NotFound(_l("その団体・世帯は見つかりませんでした。"))
    return found


def possible_askers(words: str, limit: int = 30) -> list[Party]:
    """Approved organizations and households whose name holds `words`, organizations first."""
    statement = (
        db.select(Party)
        .where(
            or_(
                Party.kind == PartyKind.HOUSEHOLD,
                (Party.kind == PartyKind.ORGANIZATION) & Party.is_active,
            )
        )
        .order_by(Party.kind.desc(), Party.display_name)
        .limit(limit)
    )
    if words:
        statement = statement.where(Party.display_name.contains(words, autoescape=True))
    return list(db.session.execute(statement).scalars())
