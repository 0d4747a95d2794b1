"""料金 at the desk: the list with its filters and file, one charge with its whole history, money in and back."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, request, url_for
from werkzeug.datastructures import MultiDict

from points.billing import desk_deciding, desk_papers
from points.billing.desk_queries import (
    PAGE,
    TABS,
    Row,
    Wanted,
    all_charges,
    charges,
    counts,
    followed_by,
    how_many,
    row_of,
)
from points.billing.forms import ANY, ListForm, MoneyForm, PaperForm
from points.billing.history import history_of
from points.billing.models import DeskPayment
from points.billing.parties import Called, called_of, shown_name
from points.billing.queries import NOT_FOUND
from points.billing.services import AtDesk, record_desk_payment
from points.billing.sources import Told, told, told_of
from points.billing.states import DESK_METHODS, Direction, PaperKind, PayMethod
from points.billing.unpaid import due_soon
from points.billing.wording import METHOD_LABELS, standing_of, troubles_of
from volunteer.core import audit, clock
from volunteer.core.errors import NotFound, Refused
from volunteer.core.export import Cell, csv_headers, csv_lines
from volunteer.core.forms import ButtonForm, act_once, page, refuse
from volunteer.core.i18n import _, _l
from volunteer.core.permissions import Role, allow, viewer
from volunteer.names.reading import Names, names_of

blueprint = Blueprint("billing_desk", __name__, url_prefix="/desk/charges")
desk_papers.add_routes(blueprint)
desk_deciding.add_routes(blueprint)

TAB_LABELS = {
    "look": _l("人が見るもの"),
    "open": _l("まだ入っていないお金"),
    "all": _l("ぜんぶ"),
}
TO_DO = ("look", "open")
LATE = "late"
"""The tab of work whose student has waited long; it is read another way than the others."""


@blueprint.get("")
@allow(Role.COORDINATOR, Role.APPROVER, Role.PAYER, Role.AUDITOR)
def charge_list() -> Any:
    """The charges of one tab, as far as the filters let them through."""
    form, wanted = _asked(request.args)
    if request.args.get("tab") == LATE:
        return _late(form)
    number_of = counts()
    if "tab" not in request.args:  # what there is to do, else everything
        wanted = replace(wanted, tab=next((one for one in TO_DO if number_of[one]), "all"))
    number = max(request.args.get("page", 1, type=int), 1)
    found, (count, yen) = charges(wanted, number), how_many(wanted)
    sources = told_of(one.charge.source for one in found)
    return page(
        "points/billing/charges.html",
        form=form,
        tab=wanted.tab,
        tabs=_tabs(number_of),
        rows=[_line(one, sources[one.charge.source]) for one in found],
        count=count,
        yen=yen,
        page_number=number,
        page_count=-(-count // PAGE),
        button=ButtonForm(formdata=None),
        **_people(one.charge for one in found),
    )


def _late(form: ListForm) -> tuple[str, int]:
    found = due_soon()
    sources = told_of(one.charge.source for one in found)
    return page(
        "points/billing/late.html",
        form=form,
        tab=LATE,
        tabs=_tabs(counts(), len(found)),
        rows=[(one, sources[one.charge.source]) for one in found],
        **_people(one.charge for one in found),
    )


def _tabs(number: dict[str, int], late: int | None = None) -> list[tuple[str, Any, int]]:
    found = [(one, TAB_LABELS[one], number[one]) for one in TABS]
    waiting = len(due_soon()) if late is None else late
    return [*found[:2], (LATE, _l("報酬の支払が近い・すぎた"), waiting), found[2]]


def _people(some: Iterable[Any]) -> dict[str, Any]:
    """Who pays and earns on the page, and how they are called here; whose name is read is logged."""
    names = names_of(viewer())
    people = called_of(one for charge in some for one in (charge.payer_id, charge.payee_id))
    private = [one for one in people.values() if not one.is_public]
    audit.record_views(names.read(private), names.look("charges"))
    return {"people": people, "names": names}


def _line(row: Row, words: Told) -> tuple[Row, Told, tuple[Any, str, str]]:
    return row, words, standing_of(row)


def _asked(values: MultiDict[str, str]) -> tuple[ListForm, Wanted]:
    """The filters as they were asked for; what cannot be read filters nothing and says so at its field."""
    form = ListForm(values)
    form.method.choices = [
        (ANY, _l("すべて")),
        *((one.value, METHOD_LABELS[one]) for one in PayMethod),
    ]
    form.validate()
    names = {one.value: one for one in PayMethod}
    tab = values.get("tab", "")
    wanted = Wanted(
        tab if tab in TABS else "all",
        names.get(str(form.method.data)),
        form.first.data,
        form.last.data,
    )
    return form, wanted


@blueprint.post("/file")
@allow(Role.PAYER, Role.AUDITOR)
def file() -> Response:
    """The list as CSV, itself an act; the redirect made for it is not followed, because the answer is the file."""
    form, wanted = _asked(request.form)
    if form.errors:
        raise Refused(
            _l("日にちが読めません。一覧にもどって、もう一度入れてください。"), code="unreadable"
        )
    act_once(ButtonForm(), lambda: None, lambda _none: url_for("billing_desk.charge_list"))
    found = all_charges(wanted)
    sources = told_of(one.charge.source for one in found)
    shown = _people(one.charge for one in found)
    rows = [_cells(one, sources[one.charge.source], **shown) for one in found]
    name = _("料金_%(day)s.csv", day=clock.today().isoformat())
    return Response(csv_lines([str(one) for one in HEADER], rows), headers=csv_headers(str(name)))


HEADER = (
    _l("番号"), _l("活動の日"), _l("内容"), _l("払う人"), _l("受けとる人"), _l("払い方"), _l("料金（円）"),
    _l("うち報酬（円）"), _l("うち手数料（円）"), _l("決まった金額（円）"), _l("受けとった金額（円）"),
    _l("返した金額（円）"), _l("残り（円）"), _l("状態"),
)  # fmt: skip


def _cells(row: Row, words: Told, people: dict[int, Called], names: Names) -> list[Cell]:
    charge, payment = row.charge, row.payment
    return [
        charge.id,
        charge.earned_on,
        str(words.title),
        shown_name(names, people[charge.payer_id]),
        shown_name(names, people[charge.payee_id]),
        str(METHOD_LABELS[charge.method]),
        charge.amount_yen,
        charge.payee_yen,
        charge.fee_yen,
        row.decided_yen,
        payment.captured_yen,
        payment.refunded_yen,
        row.missing_yen,
        str(standing_of(row)[0]),
    ]


@blueprint.get("/<int:charge_id>")
@allow(Role.COORDINATOR, Role.APPROVER, Role.PAYER, Role.AUDITOR)
def charge(charge_id: int) -> Any:
    """One charge: what is due, what came, everything that happened to it, its papers."""
    row = _or_404(row_of(charge_id))
    people = _people([row.charge])
    history = history_of(row, with_words=people["names"].everybody)
    return page(
        "points/billing/charge.html",
        row=row,
        words=told(row.charge.source),
        tag_=standing_of(row),
        troubles=troubles_of(row),
        history=history,
        button=PaperForm(formdata=None),
        follows=row.charge.follows_charge_id,
        followed=followed_by(charge_id),
        method=METHOD_LABELS[row.charge.method],
        at_desk=row.charge.method in DESK_METHODS,
        is_payer=Role.PAYER in viewer().roles,
        may_decide=bool(viewer().roles & desk_deciding.DECIDERS),
        may_print=bool(viewer().roles & desk_papers.PRINTERS),
        PaperKind=PaperKind,
        **people,
    )


@blueprint.route("/<int:charge_id>/money", methods=["GET", "POST"])
@allow(Role.PAYER, fresh=True)
def money(charge_id: int) -> Any:
    """Cash or a transfer is recorded: in, or back where less is due than came."""
    row, form = _or_404(row_of(charge_id)), MoneyForm()
    if form.validate_on_submit():
        try:
            return act_once(
                form,
                lambda: _recorded(charge_id, form),
                lambda made: url_for(
                    "billing_desk.charge", charge_id=charge_id, done=made.direction.value
                ),
                subject=lambda made: f"desk_payment:{made.id}",
            )
        except Refused as error:
            refuse(form, error)
            row = _or_404(row_of(charge_id))
    elif not form.is_submitted():
        form.direction.data = (Direction.BACK if row.missing_yen < 0 else Direction.IN).value
        form.amount_yen.data = abs(row.missing_yen) or None
        form.method.data = row.charge.method.value
        form.received_on.data = clock.today()
    is_back = form.chosen_direction is Direction.BACK
    if is_back:
        form.received_on.label.text = _l("返した日")
    return page(
        "points/billing/money.html",
        form,
        row=row,
        words=told(row.charge.source),
        is_back=is_back,
        can=row.charge.method in DESK_METHODS and (row.missing_yen != 0 or form.is_submitted()),
        **_people([row.charge]),
    )


def _recorded(charge_id: int, form: MoneyForm) -> DeskPayment:
    at_desk = AtDesk(
        form.chosen_direction,
        PayMethod(form.method.data),
        form.amount_yen.data,
        form.received_on.data,
    )
    key = str(form.form_key.data)
    return record_desk_payment(charge_id, at_desk, key=key, by_user_id=viewer().user_id or 0)


def _or_404(row: Row | None) -> Row:
    if row is None:
        raise NotFound(NOT_FOUND)
    return row
