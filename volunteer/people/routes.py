"""Signing up, the own page, the second page, the own card."""

import json
from datetime import date
from typing import Any

from flask import Blueprint, redirect, request, session, url_for

from volunteer.core import clock
from volunteer.core.codes import format_code
from volunteer.core.crypto import Damaged, KeyTrouble, seal, unseal_text
from volunteer.core.errors import DomainError
from volunteer.core.forms import act_once, page, refuse
from volunteer.core.i18n import _
from volunteer.core.links import absolute
from volunteer.core.permissions import PERSON, PUBLIC, allow, viewer
from volunteer.core.qr import qr_svg
from volunteer.people import consent, queries, rules, services
from volunteer.people.forms import DetailsForm, SignUpForm, details_of
from volunteer.people.models import Person
from volunteer.people.rules import SignUp
from volunteer.people.states import PERSON_STATE_LABELS, TIE_LABELS, Tie
from volunteer.users.email_codes import count_sending, try_code
from volunteer.users.forms import CodeForm
from volunteer.users.queries import live_actings
from volunteer.users.sessions import put_into_cookie
from volunteer.users.states import CodePurpose
from volunteer.users.visit import browser, client, device, language

blueprint = Blueprint("people", __name__)

SEALED_FOR = "sign-up under way"


@blueprint.route("/sign-up", methods=["GET", "POST"])
@allow(PUBLIC)
def sign_up() -> Any:
    """The five things. They wait, sealed, in this browser until the address is proved."""
    form = SignUpForm(data=_typed_before())
    name = device()
    if form.validate_on_submit():
        wanted = form.wanted()
        try:
            count_sending(wanted.email, client(), device())
            response = act_once(
                form,
                lambda: services.ask_to_sign_up(wanted.email, name, language()),
                lambda _result: url_for("people.sign_up_code"),
            )
            _keep(wanted)
            return response
        except DomainError as error:
            refuse(form, error)
    return page("volunteer/people/sign_up.html", form, consent=consent)


@blueprint.route("/sign-up/code", methods=["GET", "POST"])
@allow(PUBLIC)
def sign_up_code() -> Any:
    """The code of the mail; the person exists from here on."""
    wanted, form = _kept(), CodeForm()
    if wanted is None:
        return redirect(url_for("people.me" if viewer().person_id else "people.sign_up"), 303)
    if form.validate_on_submit():
        done: list[services.SignedUp] = []
        try:
            proof = try_code(CodePurpose.SIGN_UP, form.code.data, device(), client())
            response = act_once(
                form,
                lambda: done.append(services.sign_up(proof, wanted, language(), browser())),
                lambda _result: url_for(
                    "people.me" if done[-1].was_known else "people.signed_up",
                    done="known" if done[-1].was_known else None,
                ),
                subject=lambda _result: f"person:{done[-1].person_id}",
            )
            if done:
                put_into_cookie(done[-1].token)
            return response
        except DomainError as error:
            refuse(form, error)
    return page("volunteer/people/sign_up_code.html", form, email=wanted.email)


def _keep(wanted: SignUp) -> None:
    values = {**vars(wanted), "birth_on": wanted.birth_on.isoformat(), "tie": wanted.tie.value}
    session["sign_up"] = seal(json.dumps(values), SEALED_FOR)


def _kept() -> SignUp | None:
    try:
        values = json.loads(unseal_text(session["sign_up"], SEALED_FOR))
    except (KeyError, Damaged, KeyTrouble, ValueError):
        return None
    birth_on, tie = date.fromisoformat(values.pop("birth_on")), Tie(values.pop("tie"))
    return SignUp(birth_on=birth_on, tie=tie, **values)


def _typed_before() -> dict[str, Any]:
    """What was typed, for somebody who comes back to mend the address."""
    kept = _kept() if request.args.get("again") else None
    return {**vars(kept), "tie": kept.tie.value} if kept else {}


def _own_person() -> Person | None:
    return queries.person(viewer().person_id)


@blueprint.get("/sign-up/done")
@allow(PERSON)
def signed_up() -> Any:
    """What was done and what happens next."""
    person = _own_person()
    if person is None:
        return redirect(url_for("people.me"), 303)
    return page("volunteer/people/signed_up.html", person=person, missing=queries.missing(person))


@blueprint.get("/me")
@allow(PERSON)
def me() -> Any:
    """わたし: where I stand, my card, my data, my sign-ins."""
    person = _own_person()
    if person is None:
        return page("volunteer/people/not_yet.html")
    found = queries.latest_decision(person.party_id)
    return page(
        "volunteer/people/me.html",
        person=person,
        missing=queries.missing(person),
        state=PERSON_STATE_LABELS[person.state],
        decision=found,
        several=len(live_actings(viewer().user_id or 0)) > 1,
    )


@blueprint.route("/me/details", methods=["GET", "POST"])
@allow(PERSON)
def details() -> Any:
    """The second page: telephone, address, district, emergency contact, guardian."""
    person = _own_person()
    if person is None:
        return redirect(url_for("people.me"), 303)
    person_id, is_minor = person.party_id, rules.is_minor(person.birth_on, clock.today())
    form = DetailsForm(stands=lambda: details_of(queries.person(person_id)))
    form.offer_areas(queries.areas())
    form.need_guardian(is_minor)
    if form.validate_on_submit():
        typed = form.details()
        try:
            return act_once(
                form,
                lambda: services.fill_details(person_id, typed),
                lambda _result: url_for("people.me", done="details"),
                subject=f"person:{person_id}",
            )
        except DomainError as error:
            refuse(form, error)
    return page(
        "volunteer/people/details.html",
        form,
        person=person,
        is_minor=is_minor,
        tie=TIE_LABELS[person.tie],
    )


@blueprint.get("/me/card")
@allow(PERSON)
def card() -> Any:
    """The own card on the phone, with the same address in its QR as the printed one, and the code in letters."""
    person = _own_person()
    found = queries.live_card(person.party_id) if person else None
    if person is None or found is None:
        return page("volunteer/people/no_card.html", person=person)
    address = absolute(url_for("cards.found", code=found.code))
    drawing = qr_svg(address, _("登録カードのQRコード"), level="Q")
    return page(
        "volunteer/people/card.html",
        person=person,
        code=format_code(found.code),
        drawing=drawing,
    )
