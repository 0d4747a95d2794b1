"""支払 at the desk: batches for the bank with their file, and the bank's answer."""

import hashlib
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request, url_for

from points.payouts import bank_file, desk_cash, desk_donation, queries, services
from points.payouts.business_days import next_business_day
from points.payouts.forms import MakeBatchForm, OriginatorForm, ReturnForm, kept_originator
from points.payouts.models import PayoutBatch, PayoutLine
from points.payouts.states import BATCH_STATE_LABELS, LINE_STATE_LABELS, BatchState, LineState
from points.redemption.four_eyes import Actor
from volunteer.core import audit, clock
from volunteer.core.errors import AlreadyDecided, DomainError, NotFound, Refused
from volunteer.core.forms import BaseForm, ButtonForm, act_once, page, refuse
from volunteer.core.i18n import _l
from volunteer.core.permissions import Role, allow, is_fresh, viewer
from volunteer.names.reading import names_of

blueprint = Blueprint("payouts_desk", __name__, url_prefix="/desk")
desk_cash.add_routes(blueprint)
desk_donation.add_routes(blueprint)

LOOKS = {
    BatchState.MADE: ("warn", "clock"),
    BatchState.PAID: ("ok", "check"),
    BatchState.DROPPED: ("", "cross"),
}
LINE_LOOKS = {
    LineState.IN_FILE: ("kind", "yen"),
    LineState.PAID: ("ok", "check"),
    LineState.RETURNED: ("bad", "warning"),
    LineState.DROPPED: ("", "cross"),
}


@blueprint.get("/payouts")
@allow(Role.PAYER, Role.AUDITOR)
def batches() -> Any:
    """Batches for the bank, and how much waits."""
    is_payer = Role.PAYER in viewer().roles
    waiting = queries.candidates(_actor(), clock.now()) if is_payer else []
    return page(
        "points/payouts/batches.html",
        batches=queries.batches(),
        is_payer=is_payer,
        payable=[one.cash_out for one in waiting if not one.why_not],
        held_back=[one for one in waiting if one.why_not],
        originator=queries.originator_or_none(),
        state_labels=BATCH_STATE_LABELS,
        looks=LOOKS,
    )


@blueprint.route("/payouts/new", methods=["GET", "POST"])
@allow(Role.PAYER, fresh=True)
def make() -> Any:
    """Choose approved cash-outs and the day, type the total, freeze the batch."""
    form = MakeBatchForm()
    waiting = queries.candidates(_actor(), clock.now())
    payable = [one for one in waiting if not one.why_not]
    if form.validate_on_submit():
        chosen = list(form.chosen.data or [])
        _log_numbers_of([one.cash_out.person_id for one in payable if one.cash_out.id in chosen])
        try:
            return act_once(
                form,
                lambda: services.make_batch(
                    cash_out_ids=chosen,
                    pay_on=form.pay_on.data,
                    typed_total_yen=form.total.data,
                    actor=_actor(),
                ),
                lambda made: url_for("payouts_desk.batch", batch_id=made.id, done="made"),
                subject=lambda made: f"payout_batch:{made.id}",
            )
        except AlreadyDecided as error:
            error.facts["back_url"] = url_for("payouts_desk.make")
            raise
        except Refused as error:
            refuse(form, error)
    elif not form.is_submitted():
        form.chosen.data = [one.cash_out.id for one in payable]
        form.pay_on.data = next_business_day(clock.today())
    audit.record_views([one.cash_out.person_id for one in waiting], "payout_candidates")
    return page(
        "points/payouts/make.html",
        form=form,
        payable=payable,
        held_back=[one for one in waiting if one.why_not],
        total=sum(one.cash_out.amount_yen for one in payable),
        originator=queries.originator_or_none(),
    )


@blueprint.get("/payouts/<int:batch_id>")
@allow(Role.PAYER, Role.AUDITOR)
def batch(batch_id: int) -> Any:
    """One batch: its lines, its file, the bank's answer. Whose name is read here is logged."""
    found = _batch(batch_id)
    page_count = -(-found.count // queries.LINES_ON_PAGE)
    number = min(max(request.args.get("page", 1, type=int), 1), page_count)
    lines, names = queries.lines_on_page(found, number), names_of(viewer())
    rows = queries.cash_outs_of(found, lines)
    audit.record_views(names.read(row.person for row in rows.values()), names.look("payout_batch"))
    return page(
        "points/payouts/batch.html",
        names=names,
        batch=found,
        lines=lines,
        rows=rows,
        number=number,
        page_count=page_count,
        button=ButtonForm(),
        is_payer=Role.PAYER in viewer().roles,
        fresh=is_fresh(viewer()),
        is_due=clock.today() >= found.pay_on,
        file_name=bank_file.file_name(found),
        state_labels=BATCH_STATE_LABELS,
        looks=LOOKS,
        line_labels=LINE_STATE_LABELS,
        line_looks=LINE_LOOKS,
    )


@blueprint.post("/payouts/<int:batch_id>/file")
@allow(Role.PAYER, fresh=True)
def file(batch_id: int) -> Response:
    """The bytes for the bank, the same each time. Every number opened is logged before it is opened."""
    found, form = _batch(batch_id), ButtonForm()
    if not form.validate_on_submit() or found.state is BatchState.DROPPED:
        raise Refused(
            _l("この振込データは取りやめになったので、出せません。"),
            code="dropped",
            back_url=url_for("payouts_desk.batch", batch_id=batch_id),
        )
    people = [row.person_id for row in queries.cash_outs_of(found).values()]
    name, digest = bank_file.file_name(found), found.sha256
    _log_numbers_of(people)
    # The answer to the browser is the file itself; the redirect is only kept for the form's key.
    _decide(form, batch_id, lambda: services.hand_out_file(batch_id), done="file")
    data = bank_file.bytes_of(_batch(batch_id))
    if hashlib.sha256(data).hexdigest() != digest:
        raise RuntimeError(f"payout_batch:{batch_id} no longer gives the bytes of its SHA-256")
    response = Response(data, mimetype="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/payouts/<int:batch_id>/payment")
@allow(Role.PAYER, fresh=True)
def paid(batch_id: int) -> Response:
    """The bank has carried it out."""
    return _decide(
        ButtonForm(), batch_id, lambda: services.pay_batch(batch_id, _actor()), done="paid"
    )


@blueprint.route("/payouts/<int:batch_id>/drop", methods=["GET", "POST"])
@allow(Role.PAYER, fresh=True)
def drop(batch_id: int) -> Any:
    """Ask once more, then give up a batch that was not sent to the bank."""
    found, form = _batch(batch_id), ButtonForm()
    if form.validate_on_submit():
        return _decide(
            form, batch_id, lambda: services.drop_batch(batch_id, _actor()), done="dropped"
        )
    return page("points/payouts/drop.html", form=form, batch=found, BatchState=BatchState)


@blueprint.route("/payouts/lines/<int:line_id>/return", methods=["GET", "POST"])
@allow(Role.PAYER, fresh=True)
def returned(line_id: int) -> Any:
    """The bank did not pay a line or sent the money back, or a donation was not taken."""
    line = _line(line_id)
    found, form = _batch(line.batch_id, or_donation=True), ReturnForm()
    if found.target:
        form.reason.label.text = _l("戻ってきた理由（本人に届きます）")
    if form.validate_on_submit():
        reason = form.reason.data
        return _decide(
            form,
            found.id,
            lambda: services.return_line(line_id, _actor(), reason),
            done="returned",
        )
    cash_out = queries.cash_outs_of(found, [line])[line.cash_out_id]
    audit.record_view(cash_out.person_id, "payout_line")
    return page(
        "points/payouts/return.html",
        form=form,
        batch=found,
        line=line,
        cash_out=cash_out,
        back=_url_of(found),
        can_return=line.state in (LineState.IN_FILE, LineState.PAID),
    )


@blueprint.route("/payouts/originator", methods=["GET", "POST"])
@allow(Role.PAYER, fresh=True)
def originator() -> Any:
    """The center's own account towards its bank (振込依頼人)."""
    form = OriginatorForm(stands=lambda: kept_originator(queries.originator_or_none()))
    if form.validate_on_submit():
        sender = form.sender
        try:
            return act_once(
                form,
                lambda: services.save_originator(sender),
                lambda _result: url_for("payouts_desk.batches", done="originator"),
                subject="originator:1",
            )
        except Refused as error:
            refuse(form, error)
    row = queries.originator_or_none()
    return page("points/payouts/originator.html", form=form, row=row)


def _decide(form: BaseForm, batch_id: int, service: Callable[[], Any], done: str) -> Response:
    own_url = _url_of(_batch(batch_id, or_donation=True))
    try:
        return act_once(
            form,
            service,
            lambda _result: f"{own_url}?done={done}",
            subject=f"payout_batch:{batch_id}",
        )
    except DomainError as error:
        error.facts.setdefault("back_url", own_url)
        raise


def _url_of(batch: PayoutBatch) -> str:
    """The page of a batch; that of a donation is its record."""
    endpoint = "payouts_desk.donation" if batch.target else "payouts_desk.batch"
    return url_for(endpoint, batch_id=batch.id)


def _log_numbers_of(person_ids: list[int]) -> None:
    """Remember whose numbers are about to be opened, committed before the first one is."""
    audit.record_views(person_ids, "bank_account.number")


def _actor() -> Actor:
    who = viewer()
    return Actor(who.user_id or 0, who.own_person_id)


def _batch(batch_id: int, *, or_donation: bool = False) -> PayoutBatch:
    found = queries.batch_or_none(batch_id)
    is_here = found and (found.method == queries.TRANSFER or (or_donation and found.target))
    if found is None or not is_here:
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    return found


def _line(line_id: int) -> PayoutLine:
    found = queries.line_or_none(line_id)
    if found is None:
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    return found
