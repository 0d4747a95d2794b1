"""Askings: a shift whose people are asked in waves, and one person asked."""

from typing import Any

from matching.asking.models import Ask, Asking
from matching.asking.states import AskingState
from matching.assignments.seats import note
from matching.assignments.states import ParticipationState
from matching.help_requests.models import Shift
from tests.cast import Cast
from tests.factories.matching import make_participation
from tests.factories.volunteer import added
from volunteer.core import clock
from volunteer.people.models import Person


def make_asking(shift: Shift, cast: Cast, **values: Any) -> Asking:
    """An asking that goes on, begun a moment ago."""
    return added(
        Asking(
            **{
                "shift_id": shift.id,
                "shift": shift,
                "target_permille": 900,
                "answer_hours": 24,
                "goes_on": True,
                "wave": 1,
                "next_wave_at": clock.now(),
                "state": AskingState.RUNNING,
                "started_by_user_id": cast.coordinator.id,
                "started_at": clock.now(),
                **values,
            }
        )
    )


def make_ask(person: Person, shift: Shift, cast: Cast, asking: Asking | None = None) -> Ask:
    """Somebody who was asked and has not answered, without the mail."""
    asking = asking or make_asking(shift, cast)
    made = make_participation(person, shift, ParticipationState.OFFERED)
    note(made.id, ParticipationState.OFFERED, cast.coordinator.id)
    return added(
        Ask(
            asking=asking,
            asking_id=asking.id,
            wave=1,
            person_id=person.party_id,
            permille=400,
            cost=0,
            reasons=[],
            sent_at=clock.now(),
            participation_id=made.id,
        )
    )
