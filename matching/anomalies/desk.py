"""Pages of the desk: what differs from what is usual, with figures; and what somebody found when they looked."""

from typing import Any

from flask import Blueprint, url_for

from matching.anomalies import queries, services, wording
from matching.anomalies.forms import AnswerForm
from matching.anomalies.models import AnomalyFinding
from matching.anomalies.services import Answer
from matching.anomalies.states import ANOMALY_LABELS, LOOKED_AT_LABELS, LookedAt
from matching.checkin.states import SOURCE_LABELS
from matching.help_requests.queries import names_of_users
from volunteer.core import audit
from volunteer.core.errors import DomainError
from volunteer.core.forms import act_once, page, refuse
from volunteer.core.permissions import Role, allow, viewer
from volunteer.names.reading import names_of
from volunteer.people.models import Person

blueprint = Blueprint("anomalies_desk", __name__, url_prefix="/desk/anomalies")

TEMPLATES = "matching/anomalies"
SHOWN = 60
"""So many attendances stand on the page of a finding; the figures count all."""


@blueprint.get("")
@allow(Role.COORDINATOR, Role.AUDITOR)
def anomalies() -> Any:
    """What nobody has looked at yet, and what was looked at lately."""
    waiting, answered = queries.waiting_findings(), queries.answered_findings()
    names = names_of(viewer())
    people = [one.person for one in [*waiting, *answered] if one.person is not None]
    audit.record_views(names.read(people), names.look("anomalies"))
    return page(
        f"{TEMPLATES}/list.html",
        waiting=waiting,
        answered=answered,
        names=names,
        actors=_actors([*waiting, *answered]),
        **_words(),
    )


def _words() -> dict[str, Any]:
    return {
        "labels": ANOMALY_LABELS,
        "outcomes": LOOKED_AT_LABELS,
        "noticed": wording.noticed,
        "usual": wording.usual,
    }


def _actors(found: list[AnomalyFinding]) -> dict[int, str]:
    """Whose entries they are about, by user; only for those who work with names."""
    if not names_of(viewer()).everybody:
        return {}
    return names_of_users({one.user_id for one in found if one.user_id is not None})


@blueprint.route("/<int:finding_id>", methods=["GET", "POST"])
@allow(Role.COORDINATOR, Role.AUDITOR)
def anomaly(finding_id: int) -> Any:
    """One finding: the figures, the attendances, and what somebody says who has looked."""
    form = AnswerForm()
    if Role.COORDINATOR in viewer().roles and form.validate_on_submit():
        given = Answer(finding_id, form.chosen, form.reason.data, viewer().user_id or 0)
        try:
            return act_once(
                form,
                lambda: services.answer(given),
                _after,
                subject=f"anomaly:{finding_id}",
            )
        except DomainError as error:
            if error.status != 403:
                raise
            refuse(form, error)
    return _page(finding_id, form)


def _after(found: AnomalyFinding) -> str:
    """Back to the finding, which names where the cases begin when it was passed on."""
    return url_for(".anomaly", finding_id=found.id, done=found.answer.outcome.value)  # type: ignore[union-attr]


def _page(finding_id: int, form: AnswerForm) -> Any:
    found = queries.finding(finding_id)
    rows = queries.attendances_of(finding_id)
    people = {one.participation.person_id: one.participation.person for one in rows}
    names = names_of(viewer())
    audit.record_views(names.read(people.values()), names.look("anomaly"))
    return page(
        f"{TEMPLATES}/finding.html",
        form,
        finding=found,
        rows=rows[:SHOWN],
        count=len(rows),
        names=names,
        actor=_actors([found]).get(found.user_id or 0, ""),
        harmless=wording.OFTEN_HARMLESS[found.kind],
        source_labels=SOURCE_LABELS,
        may_answer=Role.COORDINATOR in viewer().roles,
        cases=_cases(found, people, {one.id: one.participation.person_id for one in rows}),
        **_words(),
    )


def _cases(
    found: AnomalyFinding, people: dict[int, Person], owners: dict[int, int]
) -> list[tuple[Person, str]]:
    """Where the case of each person begins, with these attendances chosen; only after it was passed on."""
    is_passed_on = found.answer is not None and found.answer.outcome is LookedAt.PASSED_ON
    if not is_passed_on or Role.COORDINATOR not in viewer().roles:
        return []
    chosen: dict[int, list[int]] = {}
    for attendance_id, person_id in owners.items():
        chosen.setdefault(person_id, []).append(attendance_id)
    return [
        (
            people[person_id],
            url_for("false_records_desk.propose", person_id=person_id, attendance=ids),
        )
        for person_id, ids in chosen.items()
    ]
