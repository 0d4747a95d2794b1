"""What this feature owes the rest through hooks: disputes that wait, a person's own data, erasure."""

from typing import Any

from flask import url_for
from sqlalchemy import select, update

from matching.assignments.models import Participation
from matching.disputes.models import DisputeMessage, TimeDispute
from matching.disputes.queries import disputes_of, has_open_dispute, open_disputes
from matching.disputes.states import DISPUTE_KIND_LABELS, DISPUTE_STATE_LABELS, SIDE_LABELS
from volunteer.core.db import db
from volunteer.core.hooks import ErasureHindrance, OwnRecords, WaitingItem
from volunteer.core.i18n import _l, show
from volunteer.core.permissions import Role

COORDINATOR = frozenset({Role.COORDINATOR.value})


def waiting_items() -> list[WaitingItem]:
    """Disputes that staff have to decide."""
    return [
        WaitingItem(
            kind="dispute",
            label=_l(
                "%(who)sさん（%(title)s）",
                who=one.participation.person.name,
                title=one.participation.shift.help_request.title,
            ),
            subject=f"dispute:{one.id}",
            url=url_for("disputes_desk.dispute", dispute_id=one.id),
            due_at=one.opened_at,
            roles=COORDINATOR,
            icon="clock",
        )
        for one in open_disputes()
    ]


def own_data(person_id: int) -> list[OwnRecords]:
    """What a person has held to be wrong, what was said, and how it ended."""
    rows: list[list[tuple[Any, Any]]] = [
        [
            (_l("活動"), one.participation.shift.help_request.title),
            (_l("伝えた日"), show("datetime_long", one.opened_at)),
            (_l("何がちがいますか"), DISPUTE_KIND_LABELS[one.kind]),
            (_l("来た時刻"), show("datetime_long", one.came_at)),
            (_l("終わった時刻"), show("datetime_long", one.left_at)),
            (_l("いまの状態"), DISPUTE_STATE_LABELS[one.state]),
            *((SIDE_LABELS[said.side], said.words) for said in one.messages),
        ]
        for one in disputes_of(person_id)
    ]
    return [OwnRecords("disputes", _l("活動の時間についての申し出"), rows)]


def hindrances(person_id: int) -> list[ErasureHindrance]:
    """What is disputed is decided first."""
    if not has_open_dispute(person_id):
        return []
    words = _l("センターが活動の時間を確かめています。決まってから消してください。")
    return [ErasureHindrance(words, is_final=True)]


def erase_person(person_id: int) -> None:
    """All that was said goes; what was decided by whom stays under the pseudonym (decision 14)."""
    own = (
        select(TimeDispute.id)
        .join(Participation, Participation.id == TimeDispute.participation_id)
        .where(Participation.person_id == person_id)
    )
    db.session.execute(
        update(DisputeMessage)
        .where(DisputeMessage.dispute_id.in_(own))
        .values(words="")
        .execution_options(synchronize_session=False)
    )
