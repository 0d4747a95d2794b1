"""A member gives points to another: say to whom, see it once more, give. Not there where no programme allows it."""

import json
from datetime import timedelta
from typing import Any

from flask import Blueprint, request, url_for

from points.redemption.position import Position, position_of, programmes_of
from points.transfers import services
from points.transfers.forms import GiveForm
from points.transfers.rules import masked
from points.transfers.services import Wish
from volunteer.core import clock
from volunteer.core.attempts import count_attempt
from volunteer.core.crypto import Damaged, KeyTrouble, seal, unseal_text
from volunteer.core.errors import Refused
from volunteer.core.forms import ButtonForm, act_once, page, refuse
from volunteer.core.permissions import PERSON, allow, own_or_404, viewer

blueprint = Blueprint("transfers", __name__, url_prefix="/points/gift")

TRIES, TRIES_WINDOW = 10, timedelta(hours=1)
"""So often somebody may try numbers and readings."""


@blueprint.route("", methods=["GET", "POST"])
@allow(PERSON, fresh=True)
def choose() -> Any:
    """To whom, and how many points."""
    at, typed = _position(), _unsealed(request.args.get("wish", ""))
    form = GiveForm(obj=typed)
    if form.validate_on_submit():
        count_attempt("gift_receiver", str(viewer().user_id), TRIES, TRIES_WINDOW)
        wish = Wish(
            at.person.party_id, at.programme.id, form.number.data, form.kana.data, form.points.data
        )
        try:
            return act_once(
                form,
                lambda: services.check_wish(wish),
                lambda _at: url_for(".give", wish=_sealed(wish)),
                subject=f"person:{at.person.party_id}",
            )
        except Refused as error:
            refuse(form, error)
    return page("points/transfers/choose.html", form, at=at)


@blueprint.route("/confirmation", methods=["GET", "POST"])
@allow(PERSON, fresh=True)
def give() -> Any:
    """See it once more, with as much of the name as a check needs; then give."""
    wish = _unsealed(request.args.get("wish", ""))
    own_or_404(wish is not None)
    assert wish is not None
    form = ButtonForm()
    if form.validate_on_submit():
        try:
            return act_once(
                form,
                lambda: services.give(wish, str(form.form_key.data), viewer().user_id or 0),
                lambda _made: url_for("ledger.passbook", programme=wish.programme_id, done="given"),
                subject=lambda made: f"point_transfer:{made.id}",
            )
        except Refused as error:
            refuse(form, error)
    return page("points/transfers/confirm.html", form, wish=wish, called=masked(wish.kana))


def _position() -> Position:
    """Where the reader stands in the programme that is asked for, or the first that allows gifts; else 404."""
    person_id, wanted = viewer().person_id or 0, request.args.get("programme", type=int)
    found = [
        position_of(person_id, one.id, clock.today())
        for one in programmes_of(person_id)
        if wanted in (None, one.id)
    ]
    at = next((one for one in found if one and one.version.may_transfer), None)
    own_or_404(at is not None)
    assert at is not None
    return at


def _context() -> str:
    return f"gift:{viewer().session_id}:{viewer().person_id}"


def _sealed(wish: Wish) -> str:
    body = [wish.programme_id, wish.number, wish.kana, wish.points]
    return seal(json.dumps(body, ensure_ascii=False), _context())


def _unsealed(token: str) -> Wish | None:
    """The wish of a token of this session and person; None for any other."""
    try:
        body = json.loads(unseal_text(token, _context()))
    except (Damaged, KeyTrouble):
        return None
    return Wish(viewer().person_id or 0, *body)
