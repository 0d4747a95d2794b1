"""The passbook. Its address is the ledger's; it also reads awards and programmes and therefore lives here."""

from typing import Any

from flask import Blueprint, render_template, request, url_for

from points.earning.forms import ExtensionForm
from points.earning.lapsing import Offer, choose_extension, offers_of
from points.earning.passbook import Shelf, shelf_of
from points.earning.queries import ruled_programmes_with
from volunteer.core import clock
from volunteer.core.center import the_center
from volunteer.core.errors import DomainError
from volunteer.core.forms import act_once, page, refuse
from volunteer.core.i18n import _, show
from volunteer.core.permissions import PERSON, allow, own_or_404, viewer

blueprint = Blueprint("ledger", __name__)


def asked_for(person_id: int) -> Shelf:
    """What `?programme=` and `?year=` ask for; foreign and impossible ones answer like missing ones."""
    wanted, year = (request.args.get(name, type=int) for name in ("programme", "year"))
    found = shelf_of(person_id, the_center().fiscal_year_start, wanted, year)
    own_or_404(found is not None)
    assert found is not None
    return found


@blueprint.get("/points")
@allow(PERSON)
def passbook() -> str:
    """Balance, lines with their reason, expiry, caps, what waits."""
    shelf = asked_for(viewer().person_id or 0)
    mine = offers_of(shelf.person.party_id, shelf.ruled, clock.today())
    return render_template(
        "points/earning/passbook.html", shelf=shelf, book=shelf.book, offers=mine
    )


@blueprint.route("/points/extension", methods=["GET", "POST"])
@allow(PERSON)
def extend() -> Any:
    """Points that would end live on, where the programme leaves that to the person (V3)."""
    person_id, today = viewer().person_id or 0, clock.today()
    known = ruled_programmes_with(person_id, ())
    offers = {one.code: one for one in offers_of(person_id, known, today)}
    form = ExtensionForm()
    form.extension.choices = [(code, _offer_words(one)) for code, one in offers.items()]
    if len(offers) == 1 and not form.is_submitted():
        form.extension.data = next(iter(offers))
    if form.validate_on_submit():
        chosen = offers[form.extension.data]
        try:
            return act_once(
                form,
                lambda: choose_extension(
                    person_id, chosen.programme_id, chosen.exception.code, on=clock.today()
                ),
                lambda _points: url_for("ledger.passbook", done="extended"),
                f"person:{person_id}",
            )
        except DomainError as error:
            refuse(form, error)
    return page("points/earning/extension.html", form, offers=offers)


def _offer_words(one: Offer) -> str:
    return str(
        _(
            "%(name)s：%(points)sポイント（いまは%(now)sまで）を%(day)sまで",
            name=one.exception.name,
            points=f"{one.points:,}",
            now=str(show("date_plain", one.ends_on)),
            day=str(show("date_plain", one.exception.extended_to)),
        )
    )


@blueprint.get("/points/print")
@allow(PERSON)
def printed() -> str:
    """One fiscal year on paper."""
    shelf = asked_for(viewer().person_id or 0)
    return render_template("points/earning/print.html", shelf=shelf, book=shelf.book)
