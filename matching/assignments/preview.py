"""What a shift would bring one person, asked of the points before anything is done."""

from matching.help_requests.models import Shift
from points.earning.facts import ActivityFacts, Grade
from points.earning.previews import previews
from points.earning.queries import preview
from points.earning.rules import Preview
from volunteer.core import clock
from volunteer.people.models import Person


def own_preview(person: Person, shift: Shift) -> Preview:
    """Points for the planned time of `shift`, what is left of the caps, the last valid day; nothing is written."""
    return preview(person.party_id, _facts(person, shift))


def own_previews(person: Person, shifts: list[Shift]) -> dict[int, Preview]:
    """The same for a page of cards, by the id of the shift; some are only told on their own page."""
    return previews(person.party_id, {one.id: _facts(person, one) for one in shifts})


def _facts(person: Person, shift: Shift) -> ActivityFacts:
    request = shift.help_request
    return ActivityFacts(
        source_kind="preview",
        source_id=0,
        person_id=person.party_id,
        category_code=request.category_code,
        host_party_id=request.host_party_id,
        role="",
        activity_on=clock.activity_date(shift.starts_at),
        planned_minutes=shift.planned_minutes,
        counted_minutes=None,
        households=request.households_count,
        is_paid=request.category.is_paid,
        is_own_family=person.household_party_id == request.requester_party_id,
        is_client_here=False,
        grade=Grade.ON_SITE,
        people_sharing=max(1, shift.seats),
    )
