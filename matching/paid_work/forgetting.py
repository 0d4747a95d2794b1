"""What is emptied: signatures after half a year, words after a year, both of a person who is erased; whom a household
that is no longer helped wanted to be told.

The rows stay: that somebody signed, and when, is part of why money was paid.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select, update

from matching.paid_tasks.models import PaidTask
from matching.paid_work.models import (
    CallBack,
    FamilyConsent,
    FamilyReport,
    WorkDispute,
    WorkMessage,
    WorkReport,
    WorkSignature,
)
from matching.paid_work.rules import SIGNATURES_KEPT, WORDS_KEPT
from matching.paid_work.states import CallState
from volunteer.core import clock
from volunteer.core.db import guarded_update
from volunteer.households.models import Household


def forget_old(now: datetime) -> int:
    """Whatever has been kept long enough. How many rows were emptied."""
    words_before = now - WORDS_KEPT
    is_old_talk = WorkMessage.dispute_id.in_(
        select(WorkDispute.id).where(WorkDispute.closed_at < words_before)
    )
    return (
        _signatures(WorkSignature.at < now - SIGNATURES_KEPT)
        + _words(WorkReport, WorkReport.at < words_before)
        + _words(FamilyReport, FamilyReport.at < words_before)
        + _words(WorkMessage, is_old_talk)
        + _notes(CallBack.closed_at < words_before)
        + _consents_of_the_past()
    )


def forget_student(person_id: int) -> None:
    """A person is erased (decision 14): what they wrote, and what was signed and said about their work, goes."""
    own = select(PaidTask.id).where(PaidTask.student_id == person_id)
    talk = select(WorkDispute.id).where(WorkDispute.paid_task_id.in_(own))
    _signatures(WorkSignature.paid_task_id.in_(own))
    _words(WorkReport, WorkReport.paid_task_id.in_(own))
    _words(FamilyReport, FamilyReport.paid_task_id.in_(own))
    _words(WorkMessage, WorkMessage.dispute_id.in_(talk))
    _notes(CallBack.paid_task_id.in_(own) & (CallBack.state != CallState.WAITING))


def _signatures(which: ColumnElement[bool]) -> int:
    there = or_(WorkSignature.strokes != "", WorkSignature.signer != "")
    emptied = {"strokes": "", "signer": "", "forgotten_at": clock.now()}
    return guarded_update(update(WorkSignature).where(which, there).values(**emptied))


def _words(model: Any, which: ColumnElement[bool]) -> int:
    return guarded_update(update(model).where(which, model.words != "").values(words=""))


def _consents_of_the_past() -> int:
    """A household that is no longer helped tells its family nothing: name and address go."""
    ended = select(Household.party_id).where(Household.ended_at.is_not(None))
    return guarded_update(
        update(FamilyConsent)
        .where(FamilyConsent.household_id.in_(ended), FamilyConsent.revoked_at.is_(None))
        .values(name="", relation="", email="", revoked_at=clock.now())
    )


def _notes(which: ColumnElement[bool]) -> int:
    return guarded_update(update(CallBack).where(which, CallBack.note != "").values(note=""))
