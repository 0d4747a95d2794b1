"""Papers of a charge at the desk, and the closing of a day."""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, request, url_for

from points.billing.desk_queries import money_of_day, sums_of
from points.billing.forms import PaperForm
from points.billing.paper_facts import facts_of
from points.billing.papers import NO_PAPER, paper_or_404, print_paper
from points.billing.parties import called_of
from points.billing.queries import charge_or_404
from points.billing.sources import told_of
from points.billing.states import Direction, PayMethod
from points.billing.wording import DIRECTION_LABELS, METHOD_LABELS
from points.payouts.queries import cash_handed_over
from volunteer.core import audit, clock
from volunteer.core.errors import NotFound
from volunteer.core.forms import act_once, page
from volunteer.core.permissions import Role, allow, viewer
from volunteer.names.reading import names_of

FIRST_YEAR = 2020
PRINTERS = frozenset({Role.COORDINATOR, Role.PAYER})


def add_routes(blueprint: Blueprint) -> None:
    """Put the pages under the desk's blueprint of charges."""
    blueprint.add_url_rule("/day", "day", day)
    blueprint.add_url_rule("/<int:charge_id>/papers", "print_one", print_one, methods=["POST"])
    blueprint.add_url_rule("/papers/<int:paper_id>", "paper", paper)


@allow(*PRINTERS)
def print_one(charge_id: int) -> Any:
    """A paper is printed: it has its number from now on; once more, and it says 再発行."""
    form = PaperForm()
    kind = form.chosen_kind
    if not form.validate_on_submit() or kind is None:
        raise NotFound(NO_PAPER)
    key, by = str(form.form_key.data), viewer().user_id or 0
    return act_once(
        form,
        lambda: print_paper(
            charge_id, kind, desk_payment_id=form.desk_payment_id, key=key, by_user_id=by
        ),
        lambda made: url_for("billing_desk.paper", paper_id=made.id),
        subject=lambda made: f"billing_paper:{made.id}",
    )


@allow(Role.COORDINATOR, Role.PAYER, Role.AUDITOR)
def paper(paper_id: int) -> Any:
    """The paper itself."""
    made = paper_or_404(paper_id)
    charge = charge_or_404(made.charge_id)
    names, people = names_of(viewer()), called_of((charge.payer_id, charge.payee_id))
    private = [one for one in people.values() if not one.is_public]
    audit.record_views(names.read(private), names.look("billing_paper"))
    back = url_for("billing_desk.charge", charge_id=charge.id)
    return page("points/billing/paper.html", **facts_of(made, charge), names=names, back=back)


@allow(Role.PAYER, Role.AUDITOR)
def day() -> Any:
    """What came in and went back at the desk on one day, with the sum that the till must show."""
    chosen = _asked_day()
    rows, names = money_of_day(chosen), names_of(viewer())
    people = called_of(charge.payer_id for _made, charge in rows)
    private = [one for one in people.values() if not one.is_public]
    audit.record_views(names.read(private), names.look("charges"))
    sums = sums_of(made for made, _charge in rows)
    cash_in = sums.get((PayMethod.CASH, Direction.IN), 0)
    cash_back = sums.get((PayMethod.CASH, Direction.BACK), 0)
    handed = cash_handed_over(chosen)
    return page(
        "points/billing/day.html",
        chosen=chosen,
        today=clock.today(),
        before=chosen - timedelta(days=1),
        after=chosen + timedelta(days=1),
        rows=rows,
        words=told_of(charge.source for _made, charge in rows),
        people=people,
        names=names,
        sums=sums,
        cash_in=cash_in,
        cash_back=cash_back,
        handed=handed,
        till=cash_in - cash_back - handed,
        methods=METHOD_LABELS,
        directions=DIRECTION_LABELS,
        Direction=Direction,
        PayMethod=PayMethod,
    )


def _asked_day() -> date:
    """`?day=2026-11-21`; nonsense and days to come ask for today."""
    try:
        wanted = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return clock.today()
    return min(wanted, clock.today()) if wanted.year >= FIRST_YEAR else clock.today()
