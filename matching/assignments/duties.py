"""What this package owes the rest through hooks: things that wait, checks, a stopped or erased person."""

from datetime import timedelta
from typing import Any

from flask import url_for
from sqlalchemy import update

from matching.assignments import queries
from matching.assignments.models import Participation, ParticipationEvent
from matching.assignments.services import leave
from matching.assignments.states import OPEN_STATES, ParticipationState
from matching.help_requests.models import HelpRequest, Shift
from matching.help_requests.queries import submitted_requests, unfilled_shifts
from volunteer.core import clock
from volunteer.core.db import db
from volunteer.core.hooks import ErasureHindrance, Finding, OwnRecords, WaitingItem
from volunteer.core.i18n import _l, show
from volunteer.core.permissions import Role

CHECK_WITHIN = timedelta(days=2)
"""A request is checked within two days of being sent."""

UNFILLED_WITHIN = timedelta(hours=72)

COORDINATOR = frozenset({Role.COORDINATOR.value})


def waiting_items() -> list[WaitingItem]:
    """Requests to check, applications the center must answer, shifts unfilled within 72 hours, open offers."""
    waiting = queries.waiting_for_answer()
    return [*_requests(), *_applications(waiting), *_unfilled(), *_offers(waiting)]


def _requests() -> list[WaitingItem]:
    found = submitted_requests()
    return [
        WaitingItem(
            kind="help_request",
            label=_l(
                "%(title)s（%(who)s）",
                title=one.title,
                who=one.requester.display_name,
            ),
            subject=f"help_request:{one.id}",
            url=url_for("help_requests_desk.help_request", help_request_id=one.id),
            due_at=(one.submitted_at or one.created_at) + CHECK_WITHIN,
            roles=COORDINATOR,
            icon="bell",
        )
        for one in found
    ]


def _applications(waiting: list[Participation]) -> list[WaitingItem]:
    return [
        WaitingItem(
            kind="application",
            label=_l(
                "%(who)sさんに返事をする（%(place)s）",
                who=one.person.name,
                place=one.shift.help_request.public_place,
            ),
            subject=f"participation:{one.id}",
            url=url_for("assignments_desk.people", shift_id=one.shift_id),
            due_at=one.shift.starts_at,
            roles=COORDINATOR,
            icon="person",
        )
        for one in waiting
        if one.state is ParticipationState.APPLIED
    ]


def _unfilled() -> list[WaitingItem]:
    return [
        WaitingItem(
            kind="unfilled",
            label=_lacks(one),
            subject=f"shift:{one.id}",
            url=url_for("assignments_desk.people", shift_id=one.id),
            due_at=one.starts_at,
            roles=COORDINATOR,
            icon="group",
        )
        for one in unfilled_shifts(clock.now() + UNFILLED_WITHIN)
    ]


def _lacks(shift: Shift) -> Any:
    request = shift.help_request
    where_and_when = {
        "place": request.public_place,
        "when": show("datetime", shift.starts_at),
        "n": shift.free_seats,
    }
    if not request.priority.is_urgent:
        return _l("%(place)s %(when)s あと%(n)s人", **where_and_when)
    word = request.priority.label
    return _l("%(place)s %(when)s あと%(n)s人（%(word)s）", word=word, **where_and_when)


def _offers(waiting: list[Participation]) -> list[WaitingItem]:
    return [
        WaitingItem(
            kind="offer",
            label=_l(
                "%(who)sさんの返事を待つ（%(place)s %(when)s）",
                who=one.person.name,
                place=one.shift.help_request.public_place,
                when=show("datetime", one.shift.starts_at),
            ),
            subject=f"participation:{one.id}",
            url=url_for("assignments_desk.people", shift_id=one.shift_id),
            due_at=one.answer_by,
            roles=COORDINATOR,
            icon="mail",
        )
        for one in waiting
        if one.state is ParticipationState.OFFERED
    ]


def free_future_seats(person_id: int, _why: str) -> None:
    """A stopped person gives up everything to come, inside the caller's turn; hosts and waiting people are told.

    Why somebody rests or has left is nothing for the host to read; their own record has the decision.
    """
    for one in sorted(queries.plan(person_id), key=lambda found: found.shift_id):
        if one.state in OPEN_STATES and one.shift.starts_at > clock.now():
            leave(one, None, "")


def own_data(person_id: int) -> list[OwnRecords]:
    """What is kept about a person's places."""
    statement = (
        db.select(Participation, Shift.starts_at, HelpRequest.title, HelpRequest.public_place)
        .join(Shift, Shift.id == Participation.shift_id)
        .join(HelpRequest, HelpRequest.id == Shift.help_request_id)
        .where(Participation.person_id == person_id)
        .order_by(Participation.id)
    )
    places = [
        [
            (_l("活動"), title),
            (_l("場所"), place),
            (_l("日時"), show("datetime_long", starts_at)),
            (_l("いまの状態"), one.state.label),
            (_l("変わった日"), show("datetime_long", one.changed_at)),
        ]
        for one, starts_at, title, place in db.session.execute(statement)
    ]
    return [OwnRecords("participations", _l("活動の申し込みと予定"), list(places))]


def hindrances(person_id: int) -> list[ErasureHindrance]:
    """Future places are lost."""
    seats = [
        one
        for one in queries.plan(person_id)
        if one.state in OPEN_STATES and one.shift.starts_at > clock.now()
    ]
    if not seats:
        return []
    words = _l(
        "これからの予定%(n)s件が取り消されます。受け入れ先にはお知らせします。", n=len(seats)
    )
    return [ErasureHindrance(words, is_final=False)]


def erase_person(person_id: int) -> None:
    """Free text about an erased person's places is emptied; the places themselves stay under the pseudonym."""
    theirs = db.select(Participation.id).where(Participation.person_id == person_id)
    db.session.execute(
        update(ParticipationEvent)
        .where(ParticipationEvent.participation_id.in_(theirs))
        .values(reason="")
        .execution_options(synchronize_session=False)
    )


def check_seats() -> list[Finding]:
    """`seats_taken` of each shift is the number of rows that hold a seat."""
    return [
        Finding("seats_taken", f"shift:{shift_id}", f"seats_taken {taken}, rows {held}")
        for shift_id, taken, held in queries.seat_mismatches()
    ]
