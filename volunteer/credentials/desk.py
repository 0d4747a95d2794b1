"""The desk's pages of a person's insurance and qualifications."""

from typing import Any

from flask import Blueprint, Response, url_for

from volunteer.core import audit, clock
from volunteer.core.errors import DomainError, NotFound
from volunteer.core.forms import ButtonForm, act_once, page, refuse
from volunteer.core.i18n import _l
from volunteer.core.permissions import Role, allow, viewer
from volunteer.credentials import queries, services
from volunteer.credentials.forms import InsuranceForm, QualificationForm
from volunteer.credentials.kinds import PLAN_LABELS, known_kinds
from volunteer.credentials.rules import default_cover
from volunteer.people.models import Person
from volunteer.people.queries import person as find_person
from volunteer.users.queries import acts_for

blueprint = Blueprint("credentials_desk", __name__, url_prefix="/desk/people/<int:person_id>")


def _person(person_id: int) -> Person:
    """The person whose papers are looked at; the look is logged."""
    audit.record_view(person_id, "credentials")
    found = find_person(person_id)
    if found is None:
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    return found


def _by() -> int:
    return viewer().user_id or 0


@blueprint.route("/insurance", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def insurance(person_id: int) -> Any:
    """The covers of a person, and a form for the next one with the usual period filled in."""
    today = clock.today()
    covered_to = queries.covered_to(person_id, today)
    start, end = default_cover(today, covered_to)
    form = InsuranceForm(data={"plan": "基本", "covers_from": start, "covers_to": end})
    if form.validate_on_submit():
        plan, first, last = form.plan.data, form.covers_from.data, form.covers_to.data
        try:
            return act_once(
                form,
                lambda: services.insure_person(person_id, plan, first, last, _by()),
                lambda _row: url_for(".insurance", person_id=person_id, done="saved"),
                subject=f"person:{person_id}",
            )
        except DomainError as error:
            refuse(form, error)
    return page(
        "volunteer/credentials/insurance.html",
        form,
        person=_person(person_id),
        rows=queries.covers_of(person_id),
        covered_to=covered_to,
        is_insured=queries.is_insured(person_id, today),
        today=today,
        plans=list(PLAN_LABELS.values()),
        is_oneself=acts_for(_by(), person_id),
        button=ButtonForm(formdata=None),
        tabs_values={"person_id": person_id},
    )


@blueprint.post("/insurance/<int:row_id>/cancellation")
@allow(Role.COORDINATOR)
def cancel_cover(person_id: int, row_id: int) -> Response:
    """Cancel a cover that was entered wrongly or withdrawn."""
    return act_once(
        ButtonForm(),
        lambda: services.cancel_cover(person_id, row_id, _by()),
        lambda _result: url_for(".insurance", person_id=person_id, done="cancelled"),
        subject=f"insurance_cover:{row_id}",
    )


@blueprint.route("/qualifications", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def qualifications(person_id: int) -> Any:
    """The qualifications of a person, and a form for one more."""
    form = QualificationForm()
    form.offer_kinds(known_kinds())
    if form.validate_on_submit():
        (kind, label), since, until = form.chosen(), form.valid_from.data, form.valid_until.data
        try:
            return act_once(
                form,
                lambda: services.qualify_person(person_id, kind, label, since, until, _by()),
                lambda _row: url_for(".qualifications", person_id=person_id, done="saved"),
                subject=f"person:{person_id}",
            )
        except DomainError as error:
            refuse(form, error)
    return page(
        "volunteer/credentials/qualifications.html",
        form,
        person=_person(person_id),
        rows=queries.qualifications_of(person_id),
        today=clock.today(),
        is_oneself=acts_for(_by(), person_id),
        button=ButtonForm(formdata=None),
        tabs_values={"person_id": person_id},
    )


@blueprint.post("/qualifications/<int:row_id>/cancellation")
@allow(Role.COORDINATOR)
def cancel_qualification(person_id: int, row_id: int) -> Response:
    """Cancel a qualification that was entered wrongly or taken back."""
    return act_once(
        ButtonForm(),
        lambda: services.cancel_qualification(person_id, row_id, _by()),
        lambda _result: url_for(".qualifications", person_id=person_id, done="cancelled"),
        subject=f"qualification:{row_id}",
    )
