"""What a new device can be bound to: organizations, places and activities of the coming days."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from matching.help_requests.models import HelpRequest, Shift
from matching.help_requests.states import PUBLIC_SHIFT_STATES
from volunteer.core import clock
from volunteer.core.db import db
from volunteer.organizations.models import Organization
from volunteer.organizations.states import OrganizationState

AHEAD = timedelta(days=60)
SHIFTS_AHEAD = timedelta(days=3)
MANY = 200


@dataclass(frozen=True)
class Offered:
    """Organizations by number, places by name, shifts in the order of time."""

    organizations: list[tuple[int, str]]
    places: list[str]
    shifts: list[Shift]


def offered(also_shift_id: int | None = None) -> Offered:
    """What staff may choose from; a shift that was named already is always among them."""
    moment = clock.now()
    organizations = (
        select(Organization.party_id, Organization.name)
        .where(Organization.state == OrganizationState.APPROVED)
        .order_by(Organization.kana, Organization.party_id)
        .limit(MANY)
    )
    places = (
        select(HelpRequest.public_place)
        .join(Shift, Shift.help_request_id == HelpRequest.id)
        .where(
            Shift.state.in_(PUBLIC_SHIFT_STATES),
            Shift.ends_at > moment,
            Shift.starts_at < moment + AHEAD,
        )
        .distinct()
        .order_by(HelpRequest.public_place)
        .limit(MANY)
    )
    soon = (Shift.ends_at > moment) & (Shift.starts_at < moment + SHIFTS_AHEAD)
    shifts = (
        select(Shift)
        .join(Shift.help_request)
        .where(
            Shift.state.in_(PUBLIC_SHIFT_STATES),
            soon if also_shift_id is None else soon | (Shift.id == also_shift_id),
        )
        .order_by(Shift.starts_at, Shift.id)
        .limit(40)
    )
    return Offered(
        [(row[0], row[1]) for row in db.session.execute(organizations)],
        list(db.session.execute(places).scalars()),
        list(db.session.execute(shifts).scalars()),
    )
