"""Outlook of the points' cost (ポイント原資) at the desk, and the budget it is held against."""

from datetime import date
from typing import Any

from flask import Blueprint, url_for

from points.programmes.calendar import programme_year_of
from points.programmes.queries import programmes
from points.reports.forms import BudgetForm
from points.reports.picture import Picture, draw
from points.reports.queries import Outlook, outlooks, version_now
from points.reports.services import set_budget
from volunteer.core import clock
from volunteer.core.forms import act_once, page
from volunteer.core.i18n import _, show
from volunteer.core.permissions import Role, allow, viewer

blueprint = Blueprint("forecast_desk", __name__, url_prefix="/desk/forecast")


@blueprint.get("")
@allow(Role.APPROVER, Role.PAYER, Role.AUDITOR)
def outlook() -> Any:
    """What is owed in points now, what will be exchanged until the year ends, and whether the budget does."""
    found = outlooks()
    return page(
        "points/reports/outlook.html",
        found=[(one, _lines(one), _picture(one)) for one in found],
        may_set=Role.PAYER in viewer().roles,
    )


@blueprint.route("/budget", methods=["GET", "POST"])
@allow(Role.PAYER, fresh=True)
def budget() -> Any:
    """Set the budget of this programme year or the next; earlier ones stay to be read."""
    form, years = BudgetForm(), _years()
    form.year.choices = [(name, words) for name, (words, _programme, _start) in years.items()]
    if not form.validate_on_submit():
        return page("points/reports/budget.html", form)
    _words, programme_id, start = years[form.year.data]
    return act_once(
        form,
        lambda: set_budget(
            key=str(form.form_key.data),
            programme_id=programme_id,
            year_starts_on=start,
            amount_yen=form.amount_yen.data,
            reason=form.reason.data,
            by_user_id=viewer().user_id or 0,
        ),
        lambda _line: url_for("forecast_desk.outlook", done="budget"),
        lambda line: f"budget_line:{line}",
    )


def _years() -> dict[str, tuple[str, int, date]]:
    """The years a budget can be set for: by a name for the form, with words, programme and first day."""
    found = {}
    for programme in programmes():
        version = version_now(programme.id)
        if version is None:
            continue
        this = programme_year_of(clock.today(), version)
        for start in (this.start, this.end):
            words = _(
                "%(name)s（%(day)sからの1年）", name=programme.name, day=show("date_plain", start)
            )
            found[f"{programme.id}:{start}"] = (words, programme.id, start)
    return found


def _lines(one: Outlook) -> list[tuple[date, int | None, int | None, int | None, int | None]]:
    """The table beside the picture, in yen added up: month, what came, low, middle, high."""
    came = {day: one.rate.yen_for(points) for day, points in one.this_year}
    told = {line[0]: line[1:] for line in _ahead(one)}
    nothing = (None, None, None)
    return [(day, came.get(day), *told.get(day, nothing)) for day in sorted({*came, *told})]


def _ahead(one: Outlook) -> list[tuple[date, int, int, int]]:
    if one.ahead is None:
        return []
    yen, done = one.rate.yen_for, one.exchanged
    return [
        (day, yen(done + low), yen(done + middle), yen(done + high))
        for day, low, middle, high in one.ahead.by_month
    ]


def _picture(one: Outlook) -> Picture:
    came = [(day, one.rate.yen_for(points)) for day, points in one.this_year]
    return draw(came, _ahead(one), one.budget.amount_yen if one.budget else None)
