"""Money brought back for points that are owed: how much, received, the receipt on paper."""

from typing import Any

from flask import Blueprint, request, url_for

from points.bank_accounts.queries import person_or_none
from points.ledger.debts import OVER_DEBT
from points.payouts.forms import RepaymentForm
from points.payouts.models import Repayment
from points.payouts.repaying import Debt, debts_of, people_who_owe, repayments_of, take_back
from points.redemption.four_eyes import Actor
from volunteer.core import audit
from volunteer.core.center import the_center
from volunteer.core.db import db
from volunteer.core.errors import DomainError, NotFound, Refused
from volunteer.core.forms import act_once, page, refuse
from volunteer.core.i18n import _l
from volunteer.core.permissions import Role, allow, viewer
from volunteer.names.reading import names_of
from volunteer.people.models import Person

blueprint = Blueprint("repayment_desk", __name__, url_prefix="/desk")


@blueprint.get("/repayments")
@allow(Role.PAYER)
def owing() -> Any:
    """Everybody with a debt; whoever wishes pays it back."""
    found, names = people_who_owe(), names_of(viewer())
    people = names.read(person for person, _points in found)
    audit.record_views(people, names.look("owing_list"))
    return page("points/payouts/owing.html", owing=found, names=names)


@blueprint.route("/people/<int:person_id>/repayment", methods=["GET", "POST"])
@allow(Role.PAYER, fresh=True)
def take(person_id: int) -> Any:
    """What is owed, and money for it is received."""
    person = person_or_none(person_id)
    if person is None:
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    audit.record_view(person_id, "repayment")
    debts, form = debts_of(person_id), RepaymentForm()
    wanted = request.args.get("programme", type=int)
    debt = next((one for one in debts if wanted in (None, one.programme.id)), None)
    if form.validate_on_submit():  # also without a debt: the same form again leads to its receipt
        try:
            return act_once(
                form,
                lambda: _received(person_id, debt, form),
                lambda made: url_for(".receipt", repayment_id=made.id),
                subject=lambda made: f"repayment:{made.id}",
            )
        except DomainError as error:
            refuse(form, error)
    elif debt is not None and form.points.data is None and not form.is_submitted():
        form.points.data = debt.points
    return page(
        "points/payouts/repay.html",
        form,
        person=person,
        debt=debt,
        debts=debts,
        before=repayments_of(person_id),
    )


def _received(person_id: int, debt: Debt | None, form: RepaymentForm) -> Repayment:
    if debt is None:
        raise Refused(OVER_DEBT, code="over_debt")
    who = viewer()
    return take_back(
        person_id=person_id,
        programme_id=debt.programme.id,
        points=form.points.data,
        key=str(form.form_key.data),
        actor=Actor(who.user_id or 0, who.own_person_id),
    )


@blueprint.get("/repayments/<int:repayment_id>")
@allow(Role.PAYER, Role.AUDITOR)
def receipt(repayment_id: int) -> Any:
    """The receipt, two halves on one sheet."""
    found = db.session.get(Repayment, repayment_id)
    if found is None:
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    audit.record_view(found.person_id, "receipt")
    people = {
        one.party_id: one
        for one in db.session.scalars(
            db.select(Person).where(
                Person.party_id.in_((found.person_id, found.received_by_person_id))
            )
        )
    }
    return page(
        "points/payouts/repaid.html",
        repayment=found,
        person=people[found.person_id],
        by=people[found.received_by_person_id],
        center=the_center(),
        shows_name=Role.PAYER in viewer().roles,
    )
