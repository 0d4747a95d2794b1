"""The first page of everybody: the public, volunteers, organizations."""

from datetime import date, datetime
from typing import Any

from flask import Blueprint, redirect, render_template, url_for

from matching.checkin.queries import to_confirm
from matching.help_requests.models import HelpRequest
from matching.help_requests.states import HELP_REQUEST_STATE_LABELS, HelpRequestState
from matching.home import queries
from matching.home.waiting import next_expiry
from matching.paid_tasks.queries import to_answer_of_orderer
from points.ledger.queries import balances
from volunteer.core import clock
from volunteer.core.forms import ButtonForm
from volunteer.core.permissions import MEMBER, PERSON, PUBLIC, allow, viewer

blueprint = Blueprint("home", __name__)

FIRST_PAGE = {
    "desk": "home_desk.desk",
    "organization": "home.organization",
    "member": "home.volunteer",
}


@blueprint.get("/")
@allow(PUBLIC)
def index() -> Any:
    """The public front page; whoever is signed in goes on to their own first page."""
    own = FIRST_PAGE.get(viewer().place)
    if own:
        return redirect(url_for(own))
    return render_template("matching/home/index.html", shifts=queries.next_open_shifts(clock.now()))


@blueprint.get("/home")
@allow(PERSON)
def volunteer() -> str:
    """A volunteer's first page: today, one thing to answer, points, what comes next."""
    person_id = viewer().person_id or 0
    now, today = clock.now(), clock.today()
    activities = queries.todays_activities(person_id, today)
    shown = {activity.participation.id for activity in activities}
    return render_template(
        "matching/home/volunteer.html",
        person=queries.person_of(person_id),
        activities=activities,
        offers=queries.offers(person_id, now),
        changes=queries.changes_to_answer(person_id),
        accounts=accounts_of(person_id),
        coming=[one for one in queries.coming(person_id, now) if one.id not in shown],
        today=today,
        now=now,
        form=ButtonForm(),
    )


def accounts_of(person_id: int) -> list[tuple[Any, Any, tuple[date, int] | None]]:
    """(programme, balances, next expiry) of every programme this person is enrolled in today."""
    programmes = queries.programmes_of(person_id, clock.today())
    found = [(programme, balances(person_id, programme.id)) for programme in programmes]
    return [(programme, sums, next_expiry(sums.lots)) for programme, sums in found]


def _nearest_first(requests: list[HelpRequest]) -> list[HelpRequest]:
    """Requests in the order of their next day; those without one come first, because they are not sent yet."""
    now = clock.now()

    def next_day(request: HelpRequest) -> datetime:
        coming = [shift.starts_at for shift in request.shifts if shift.ends_at > now]
        return min(coming, default=now)

    return sorted(requests, key=next_day)


@blueprint.get("/o")
@allow(MEMBER)
def organization() -> str:
    """An organization's first page: its requests and how full they are, who comes today, what to confirm."""
    organization_id = viewer().organization_id or 0
    requests = _nearest_first(queries.open_requests(organization_id, clock.now()))
    tomorrow = clock.day_bounds(clock.today())[1]
    return render_template(
        "matching/home/organization.html",
        organization=queries.organization_of(organization_id),
        requests=requests,
        applications=queries.applications_to_answer(organization_id, clock.now()),
        claims=to_confirm(organization_id),
        paid=to_answer_of_orderer(organization_id),
        sent_back=[one for one in requests if one.state is HelpRequestState.SENT_BACK],
        next_shift=queries.next_shift(organization_id, tomorrow),
        arrivals=queries.arrivals_on(clock.today(), organization_id),
        today=clock.today(),
        now=clock.now(),
        request_labels=HELP_REQUEST_STATE_LABELS,
    )
