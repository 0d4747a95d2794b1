"""Donations at the desk: what is gathered for whom, passing it on, the record of it on paper."""

from typing import Any

from flask import Blueprint, url_for

from points.payouts import queries
from points.payouts.donating import Gathered, gathered, pass_on
from points.payouts.forms import DonationForm
from points.payouts.models import PayoutBatch
from points.redemption.four_eyes import Actor
from points.redemption.methods.registry import METHODS
from points.redemption.queries import cash_out_or_none
from volunteer.core import audit, clock
from volunteer.core.center import the_center
from volunteer.core.errors import AlreadyDecided, NotFound, Refused
from volunteer.core.forms import act_once, page, refuse
from volunteer.core.i18n import _l
from volunteer.core.permissions import Role, allow, viewer
from volunteer.names.reading import names_of


def add_routes(blueprint: Blueprint) -> None:
    """Put the pages under the desk's blueprint of payments."""
    blueprint.add_url_rule("/payouts/donations", "donations", donations)
    blueprint.add_url_rule("/payouts/donations/<int:batch_id>", "donation", donation)
    blueprint.add_url_rule(
        "/cash-outs/<int:cash_out_id>/donation", "pass_on", passing_on, methods=["GET", "POST"]
    )


@allow(Role.PAYER, Role.AUDITOR)
def donations() -> Any:
    """How much is gathered for each target, and what was passed on so far. Nobody's name is here."""
    is_payer = Role.PAYER in viewer().roles
    return page(
        "points/payouts/donations.html",
        gathered=gathered(_actor(), clock.now()) if is_payer else [],
        is_payer=is_payer,
        records=queries.donations(),
        methods=METHODS,
    )


@allow(Role.PAYER, fresh=True)
def passing_on(cash_out_id: int) -> Any:
    """The sum for the target of this donation was handed over or transferred; say which donations were in it."""
    found = _group_of(cash_out_id)
    form = DonationForm()
    if found.target:
        del form.recipient
    audit.record_views([one.cash_out.person_id for one in found.candidates], "donation_candidates")
    if form.validate_on_submit():
        try:
            return act_once(
                form,
                lambda: pass_on(
                    cash_out_ids=list(form.chosen.data or []),
                    recipient=found.target or form.recipient.data,
                    proof=form.proof.data,
                    typed_total_yen=form.total.data,
                    actor=_actor(),
                ),
                lambda made: url_for("payouts_desk.donation", batch_id=made.id),
                subject=lambda made: f"payout_batch:{made.id}",
            )
        except AlreadyDecided as error:
            error.facts["back_url"] = url_for("payouts_desk.donations")
            raise
        except Refused as error:
            refuse(form, error)
    elif not form.is_submitted():
        form.chosen.data = [one.cash_out.id for one in found.payable]
    return page(
        "points/payouts/pass_on.html",
        form=form,
        found=found,
        method=METHODS[found.method],
        names=names_of(viewer()),
    )


@allow(Role.PAYER, Role.AUDITOR)
def donation(batch_id: int) -> Any:
    """The record of one donation, two halves on one sheet: for the target, and for the center. No names."""
    found = _donation(batch_id)
    return page(
        "points/payouts/donation.html",
        batch=found,
        lines={one.cash_out_id: one for one in found.lines},
        is_payer=Role.PAYER in viewer().roles,
        rows=sorted(queries.cash_outs_of(found).values(), key=lambda row: row.id),
        center=the_center(),
    )


def _group_of(cash_out_id: int) -> Gathered:
    """The donations that go the same way; what is not approved any more is alone with the reason why not."""
    row = cash_out_or_none(cash_out_id)
    method = METHODS.get(row.method) if row else None
    if row is None or method is None or not method.is_donation:
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    key = row.method, row.target
    for one in gathered(_actor(), clock.now()):
        if (one.method, one.target) == key:
            return one
    return Gathered(*key, [])


def _donation(batch_id: int) -> PayoutBatch:
    found = queries.batch_or_none(batch_id)
    if found is None or not found.target:
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    return found


def _actor() -> Actor:
    who = viewer()
    return Actor(who.user_id or 0, who.own_person_id)
