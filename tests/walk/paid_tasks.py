"""Paid tasks for the walks: one of 花子 for みなと食堂, one of the student for the other organization, with links."""

from collections.abc import Callable
from datetime import timedelta

from matching.assignments.states import ParticipationState
from matching.paid_tasks.links import make_link, token_of
from matching.paid_tasks.services import open_task
from tests.cast import Cast
from tests.factories.matching import (
    make_category,
    make_help_request,
    make_participation,
    make_shift,
)
from volunteer.core import clock
from volunteer.core.db import write_turn

LINKED = ("task", "agree", "pay", "change_method", "calling_off")


def keep_paid_tasks(keep: Callable[..., None], cast: Cast) -> None:
    """Nobody has agreed to either yet."""
    with write_turn():
        rental = make_category(
            "rental", "学生の手伝い", is_paid=True, yen_per_hour=1000, position=9
        )
        both = (
            (cast.minato, cast.cook, cast.hanako, 30),
            (cast.other_organization, cast.outsider, cast.student, 31),
        )
        tasks, links = [], []
        for orderer, by, student, days in both:
            request = make_help_request(
                orderer.party_id, rental, cast.area, by, title="雪かきの手伝い"
            )
            shift = make_shift(request, clock.now() + timedelta(days=days), seats=1)
            place = make_participation(student, shift, ParticipationState.ACCEPTED)
            task = open_task(place.id)
            assert task is not None
            tasks.append(task)
            link = make_link(task.id, cast.coordinator.id)
            links.append(token_of(task.id, link.number))
        keep("task_id", *(one.id for one in tasks))
        keep("number", *(one.number for one in tasks))
        for page in LINKED:
            keep(f"linked_task.{page}.token", *links)
