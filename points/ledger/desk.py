"""The ledger for the auditor: totals, journals by number, the seal of the day, the check."""

from typing import Any

from flask import Blueprint, request

from points.ledger.queries import newest_journals, totals
from points.ledger.seals import newest
from points.ledger.states import ACCOUNT_KIND_LABELS, JOURNAL_KIND_LABELS
from points.ledger.verifying import verify_all
from volunteer.core import clock
from volunteer.core.forms import page
from volunteer.core.permissions import Role, allow

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
        older=rows[-1].journal_id if len(rows) == PAGE else None,
        seal=newest(),
        account_labels=ACCOUNT_KIND_LABELS,
        labels=JOURNAL_KIND_LABELS,
    )


@blueprint.get("/ledger/check")
@allow(Role.AUDITOR)
def check() -> Any:
    """Run every check now and show what it finds."""
    return page("points/ledger/check.html", found=verify_all(), at=clock.now())
