"""The desk prints cards: one, or chosen ones by the hundred, ten to a sheet."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from volunteer.cards import queries, services
from volunteer.cards.forms import PortionForm, PrintForm
from volunteer.cards.queries import PORTION, PrintedCard
from volunteer.cards.states import CHOICE_LABELS
from volunteer.core import audit, clock
from volunteer.core.center import the_center
from volunteer.core.codes import format_code
from volunteer.core.errors import DomainError
from volunteer.core.forms import ButtonForm, act_once, page, refuse
from volunteer.core.i18n import JAPANESE, _, in_language
from volunteer.core.links import absolute
from volunteer.core.permissions import Role, allow, viewer
from volunteer.core.qr import qr_svg, smallest_version

blueprint = Blueprint("cards_desk", __name__, url_prefix="/desk")

TEMPLATES = "volunteer/cards"
ON_A_SHEET = 10
LEVEL, VERSION_MIN = "Q", 4
"""A card is bent and scratched: a quarter of the code may be gone. Version 4 holds a short address, 0.8 mm a module."""


def _by() -> int:
    return viewer().user_id or 0


@blueprint.route("/cards", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def cards() -> ResponseReturnValue:
    """Whose cards are printed; what has been printed so far and what was left half done."""
    form = PrintForm()
    if form.validate_on_submit():
        wanted, key = form.wanted(), str(form.form_key.data)
        try:
            return act_once(
                form,
                lambda: services.start_run(wanted, key, _by()),
                lambda run_id: url_for(".portion", run_id=run_id),
                subject=lambda run_id: f"card_print_run:{run_id}",
            )
        except DomainError as error:
            if error.status != 422:
                raise
            refuse(form, error)
    return page(
        f"{TEMPLATES}/cards.html",
        form,
        counts=queries.counts(),
        runs=queries.runs(),
        labels=CHOICE_LABELS,
        portion=PORTION,
    )


@blueprint.get("/cards/<int:run_id>")
@allow(Role.COORDINATOR)
def portion(run_id: int) -> ResponseReturnValue:
    """A hundred cards for the printer. Everybody on them is noted in the view log before the page is sent."""
    run = queries.run(run_id)
    done = queries.printed_portions(run_id)
    count = -(-run.cards // PORTION)
    number = min(max(1, request.args.get("page", _first_open(done, count), type=int)), count)
    found = queries.cards_of_portion(run_id, number)
    audit.record_views([one.person_id for one in found], "card")
    meant = min(PORTION, run.cards - (number - 1) * PORTION)
    return page(
        f"{TEMPLATES}/portion.html",
        PortionForm(formdata=None, data={"number": number}),
        run=run,
        number=number,
        count=count,
        done=done,
        first=(number - 1) * PORTION + 1,
        last=(number - 1) * PORTION + meant,
        printed=min(run.cards, sum(_size(run.cards, one) for one in done)),
        left_out=meant - len(found),
        sheets=_sheets(found),
        labels=CHOICE_LABELS,
    )


def _first_open(done: dict[int, Any], count: int) -> int:
    """The first portion that has not been printed; the first of all when nothing is left."""
    return next((number for number in range(1, count + 1) if number not in done), 1)


def _size(cards: int, number: int) -> int:
    return min(PORTION, cards - (number - 1) * PORTION)


@blueprint.post("/cards/<int:run_id>")
@allow(Role.COORDINATOR)
def note_portion(run_id: int) -> ResponseReturnValue:
    """These have come out of the printer; on to the next hundred."""
    form = PortionForm()
    typed = str(form.number.data)
    number = int(typed) if typed.isdecimal() and len(typed) < 6 else 0
    count = -(-queries.run(run_id).cards // PORTION)
    then = (
        url_for(".portion", run_id=run_id, page=number + 1)
        if number < count
        else url_for(".cards", done="printed")
    )
    return act_once(
        form,
        lambda: services.note_portion(run_id, number, _by()),
        lambda _done: then,
        subject=f"card_print_run:{run_id}",
    )


@blueprint.get("/people/<int:person_id>/card")
@allow(Role.COORDINATOR)
def one(person_id: int) -> ResponseReturnValue:
    """One card for the printer. Logged."""
    card = queries.card_of(person_id)
    audit.record_view(person_id, "card")
    return page(
        f"{TEMPLATES}/one.html",
        ButtonForm(formdata=None),
        card=card,
        sheets=_sheets([card]),
        printed=queries.printed_at(person_id),
    )


@blueprint.post("/people/<int:person_id>/card")
@allow(Role.COORDINATOR)
def note_one(person_id: int) -> ResponseReturnValue:
    """The one card has come out of the printer."""
    form = ButtonForm()
    return act_once(
        form,
        lambda: services.note_single(person_id, str(form.form_key.data), _by()),
        lambda _done: url_for("people_desk.record", person_id=person_id, done="printed"),
        subject=f"person:{person_id}",
    )


def _sheets(found: Sequence[PrintedCard]) -> Markup:
    """The sheets alone, ten cards each. A card is written in Japanese whoever prints it."""
    start = the_center().fiscal_year_start
    addresses = [absolute(url_for("cards.found", code=one.code)) for one in found]
    longest = max((len(address.encode()) for address in addresses), default=0)
    version = max(VERSION_MIN, smallest_version(longest, LEVEL))
    with in_language(JAPANESE):
        drawn = [
            (
                one,
                format_code(one.code),
                clock.fiscal_year(clock.to_tokyo(one.issued_at).date(), start),
                qr_svg(
                    address,
                    _("%(name)sさんのQRコード", name=one.name),
                    LEVEL,
                    version,
                    for_paper=True,
                ),
            )
            for one, address in zip(found, addresses, strict=True)
        ]
        sheets = [drawn[at : at + ON_A_SHEET] for at in range(0, len(drawn), ON_A_SHEET)]
        return Markup(render_template(f"{TEMPLATES}/sheets.html", sheets=sheets))  # noqa: S704
