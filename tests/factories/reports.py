"""What the reports read: shifts of the past with their seats, asks and their answers, what a plan lacks."""

from datetime import datetime, timedelta

from matching.asking.models import Ask, Asking
from matching.asking.states import AskingState, EndedBecause
from matching.assignments.models import Participation, ParticipationEvent
from matching.assignments.states import ParticipationState
from matching.categories.models import Category
from matching.help_requests.models import Shift
from matching.help_requests.states import ShiftState
from tests.cast import Cast
from tests.factories.matching import make_help_request, make_participation, make_shift
from tests.factories.volunteer import added
from volunteer.areas.models import Area
from volunteer.core import clock
from volunteer.people.models import Person

LACKS = {
    "format": "otagai-lacks", "version": 1, "how": "priced",
    "hours": [
        {"start": 1980, "end": 2160, "open": [0, 0, 2, 0], "points": 3_980},
        {"start": 540, "end": 720, "open": [0, 0, 0, 0], "points": 4_000},
        {"start": 5400, "end": 5580, "open": [0, 0, 1, 0], "points": 40},
    ],
    "wants": [
        {
            "rule": "qualification", "kind": "snow_briefing", "open": [0, 0, 2, 0], "points": 3_980, "holders": 1,
            "nearly": 4, "change": {"heads": [0, 0, 1, 0], "shifts": 1, "how": "solved"},
        },
        {
            "rule": "car", "kind": "", "open": [0, 0, 1, 0], "points": 0, "holders": 6, "nearly": 3,
            "change": {"heads": [0, 0, 2, 0], "shifts": 2, "how": "added"},
        },
        {
            "rule": "language", "kind": "en", "open": [0, 0, 1, 0], "points": 0, "holders": 2, "nearly": 0,
            "change": None,
        },
    ],
}  # fmt: skip
"""As `plan lacks` writes it."""


def past_shift(
    cast: Cast, category: Category, area: Area, *, days_ago: int, seats: int, published: datetime
) -> Shift:
    """A shift that took place, of a request of its own."""
    request = make_help_request(
        cast.minato.party_id, category, area, cast.cook, published_at=published
    )
    began = clock.now() - timedelta(days=days_ago)
    return make_shift(request, began, seats=seats, state=ShiftState.ENDED)


def take_seat(person: Person, shift: Shift, at: datetime) -> Participation:
    """A seat that was decided then; the shift stays as it ended."""
    made = make_participation(person, shift)
    made.changed_at, shift.state = at, ShiftState.ENDED
    return made


def make_ask(
    person: Person, shift: Shift, cast: Cast, made: Participation, because: EndedBecause
) -> Ask:
    """The ask of a wave that led to this participation, and why it ended."""
    moment = clock.now()
    asking = Asking(
        shift_id=shift.id, target_permille=900, answer_hours=24, goes_on=True, wave=1, next_wave_at=moment,
        state=AskingState.ENDED, started_by_user_id=cast.coordinator.id, started_at=moment,
    )  # fmt: skip
    return added(
        Ask(
            asking_id=added(asking).id, wave=1, person_id=person.party_id, permille=400, cost=0, reasons=[],
            sent_at=made.created_at, participation_id=made.id, ended_because=because,
        )
    )  # fmt: skip


def make_answer(
    person: Person,
    shift: Shift,
    asked_at: datetime,
    answer: ParticipationState = ParticipationState.OFFERED,
) -> Participation:
    """An ask, and the answer a minute later; the seat is not taken."""
    made = added(
        Participation(
            person_id=person.party_id,
            shift_id=shift.id,
            state=answer,
            created_at=asked_at,
            changed_at=asked_at,
            offered_by_user_id=shift.help_request.created_by_user_id,
        )
    )
    states = dict.fromkeys((ParticipationState.OFFERED, answer))
    for minutes, state in enumerate(states):
        at = asked_at + timedelta(minutes=minutes)
        added(ParticipationEvent(participation_id=made.id, to_state=state, at=at))
    return made
