"""The ledger for the auditor: totals, journals by number, the seal of the day, the check."""

from typing import Any

from flask import Blueprint, Response, request, url_for

from points.ledger.check_runs import CHECK, check_runs
from points.ledger.queries import newest_journals, totals
from points.ledger.seals import newest
from points.ledger.states import ACCOUNT_KIND_LABELS, JOURNAL_KIND_LABELS
from volunteer.core.forms import ButtonForm, act_once, page
from volunteer.core.jobs import ask_for
from volunteer.core.permissions import Role, allow, viewer
from volunteer.names.queries import people_by_id
from volunteer.names.reading import names_of

blueprint = Blueprint("ledger_desk", __name__, url_prefix="/desk")

PAGE = 50


@blueprint.get("/ledger")
@allow(Role.AUDITOR)
def accounts() -> Any:
    """What lies where, and the newest journals; holders are numbers."""
    before = request.args.get("before", type=int)
    rows = newest_journals(before, PAGE)
    return page(
        "points/ledger/accounts.html",
        totals=totals(),
        rows=rows,
        names=names_of(viewer()),
        people=people_by_id(one.holder_id for one in rows),
        older=rows[-1].journal_id if len(rows) == PAGE else None,
        seal=newest(),
        account_labels=ACCOUNT_KIND_LABELS,
        labels=JOURNAL_KIND_LABELS,
    )


@blueprint.get("/ledger/check")
@allow(Role.AUDITOR)
def check() -> Any:
    """What the last check found, at night or asked for, and the button that asks for one."""
    return page("points/ledger/check.html", runs=check_runs(), button=ButtonForm(formdata=None))


@blueprint.post("/ledger/check")
@allow(Role.AUDITOR)
def start_check() -> Response:
    """Ask for a check; the process of the jobs begins it within a minute, and its result stays."""
    return act_once(
        ButtonForm(),
        lambda: ask_for(CHECK),
        lambda _result: url_for("ledger_desk.check"),
        subject=f"job:{CHECK}",
    )
