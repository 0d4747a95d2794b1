"""What this feature owes the rest through hooks: cases that wait, a person's own data, erasure."""

from typing import Any

from flask import url_for
from sqlalchemy import update

from matching.false_records.models import FalseRecordCase
from matching.false_records.queries import cases_of, has_open_case, waiting_cases
from matching.false_records.states import CASE_STATE_LABELS, FALSE_REASON_LABELS
from volunteer.core.db import db
from volunteer.core.hooks import ErasureHindrance, OwnRecords, WaitingItem
from volunteer.core.i18n import _l, show
from volunteer.core.permissions import Role

DECIDERS = frozenset({Role.APPROVER.value})


def waiting_items() -> list[WaitingItem]:
    """Cases that wait for a second person."""
    return [
        WaitingItem(
            kind="false_record",
            label=_l("事実とちがう記録を決める：%(name)sさん", name=one.person.name),
            subject=f"false_record:{one.id}",
            url=url_for("false_records_desk.case", case_id=one.id),
            due_at=one.proposed_at,
            roles=DECIDERS,
            icon="warning",
        )
        for one in waiting_cases()
    ]


def own_data(person_id: int) -> list[OwnRecords]:
    """What was looked into, and how it ended."""
    rows: list[list[tuple[Any, Any]]] = [
        [
            (_l("確かめはじめた日"), show("datetime_long", one.proposed_at)),
            (_l("理由"), FALSE_REASON_LABELS[one.reason]),
            (_l("いまの状態"), CASE_STATE_LABELS[one.state]),
            (_l("センターからのことば"), one.answer),
            (_l("取り消したポイント"), show("points", one.points_taken)),
            (_l("お休みの終わり"), show("date_plain", one.suspended_until)),
        ]
        for one in cases_of(person_id)
    ]
    return [OwnRecords("false_records", _l("記録の確かめ"), rows)]


def hindrances(person_id: int) -> list[ErasureHindrance]:
    """What is being looked into is decided first."""
    if not has_open_case(person_id):
        return []
    words = _l("センターが活動の記録を確かめています。決まってから消してください。")
    return [ErasureHindrance(words, is_final=True)]


def erase_person(person_id: int) -> None:
    """Free words go; what was decided by whom stays under the pseudonym (decision 14)."""
    db.session.execute(
        update(FalseRecordCase)
        .where(FalseRecordCase.person_id == person_id)
        .values(note="", answer="")
        .execution_options(synchronize_session=False)
    )
