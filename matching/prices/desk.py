"""The administrator's page of the price rule, with everything that was written before."""

from typing import Any

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from matching.prices import queries, services
from matching.prices.forms import PricesForm
from matching.prices.rules import RULE
from matching.prices.states import COLLECTS_LABELS
from volunteer.core.errors import DomainError
from volunteer.core.forms import act_once, page, refuse
from volunteer.core.permissions import Role, allow, viewer

blueprint = Blueprint("prices_desk", __name__, url_prefix="/desk/prices")

OTHERS = ("collects", "card_days", "cover")
USUAL = {"yen_per_hour": "usual_yen_per_hour"}
"""Column → field, where they differ: a category may have an hourly price of its own."""


def _standing() -> dict[str, Any]:
    """What counts now, by the names of the fields."""
    now = queries.prices_now()
    rule = {USUAL.get(name, name): getattr(now.rule, name) for name in RULE}
    return {**rule, **{name: getattr(now, name) for name in OTHERS}}


@blueprint.route("", methods=["GET", "POST"])
@allow(Role.ADMINISTRATOR)
def prices() -> ResponseReturnValue:
    """The rule that counts now, the history below it."""
    form = PricesForm(stands=_standing)
    if form.validate_on_submit():
        values = {name: getattr(form, USUAL.get(name, name)).data for name in (*RULE, *OTHERS)}
        user_id = viewer().user_id or 0
        try:
            return act_once(
                form,
                lambda: services.write_prices(values, form.reason.data, user_id),
                lambda _made: url_for("prices_desk.prices", done="saved"),
                subject="prices",
            )
        except DomainError as error:
            refuse(form, error)
    return page(
        "matching/prices/prices.html",
        form,
        rule=queries.prices_now().rule,
        history=queries.history(),
        collects_labels=COLLECTS_LABELS,
    )
