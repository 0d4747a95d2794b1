"""What this feature owes the rest through hooks: what waits for staff, a person's own data, erasure."""

from collections.abc import Sequence
from typing import Any

from matching.paid_work import forgetting, queries
from matching.paid_work.models import WorkDispute, WorkMessage, WorkReport, WorkSignature
from matching.paid_work.states import BY_LABELS, WORK_DISPUTE_LABELS
from volunteer.core.hooks import OwnRecords, WaitingTotal
from volunteer.core.i18n import _l, show
from volunteer.core.permissions import Role

TOTALS = (
    WaitingTotal(
        kind="paid_work",
        counted=queries.waiting_counted,
        label=lambda n: _l("有償の時間で確かめること %(n)s件", n=n),
        endpoint="paid_work_desk.waiting",
        icon="clock",
        roles=frozenset({Role.COORDINATOR.value}),
    ),
)
"""One line for disputes, for signatures to call about and for times that silence leaves open."""


def own_data(person_id: int) -> list[OwnRecords]:
    """What a student reported, when somebody signed on their phone, and what was said about a time."""
    rows = queries.records_of_student(person_id)
    reports = {one.id: (number, one) for number, one, *_more in rows if one is not None}
    signed = {one.id: (number, one) for number, _report, one, *_more in rows if one is not None}
    talks = {row[3].id: (row[0], row[3]) for row in rows if row[3] is not None}
    said = {row[4].id: row[4] for row in rows if row[4] is not None}
    return [
        OwnRecords(
            "work_reports",
            _l("有償の仕事の時間の報告"),
            [_report(*one) for one in reports.values()],
        ),
        OwnRecords(
            "work_signatures", _l("有償の仕事の署名"), [_signature(*one) for one in signed.values()]
        ),
        OwnRecords(
            "work_disputes",
            _l("有償の仕事の時間についての申し出"),
            [_talk(*one, list(said.values())) for one in talks.values()],
        ),
    ]


def _report(number: str, one: WorkReport) -> list[tuple[Any, Any]]:
    return [
        (_l("番号"), number),
        (_l("報告した日時"), show("datetime_long", one.at)),
        (_l("仕事をした時間"), show("minutes", one.minutes)),
        (_l("したこと・ようす"), one.words),
    ]


def _signature(number: str, one: WorkSignature) -> list[tuple[Any, Any]]:
    return [
        (_l("番号"), number),
        (_l("署名の日時"), show("datetime_long", one.at)),
        (_l("来た時刻"), show("datetime_long", one.came_at)),
        (_l("終わった時刻"), show("datetime_long", one.left_at)),
    ]


def _talk(number: str, one: WorkDispute, said: Sequence[WorkMessage]) -> list[tuple[Any, Any]]:
    return [
        (_l("番号"), number),
        (_l("伝えた日"), show("datetime_long", one.opened_at)),
        (_l("依頼した方のいう時間"), show("minutes", one.minutes)),
        (_l("いまの状態"), WORK_DISPUTE_LABELS[one.state]),
        *((BY_LABELS[each.side], each.words) for each in said if each.dispute_id == one.id),
    ]


def erase_person(person_id: int) -> None:
    """Words and signatures of their work go; how long it was and what was decided stays (decision 14)."""
    forgetting.forget_student(person_id)
