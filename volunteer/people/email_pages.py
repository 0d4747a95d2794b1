"""Pages around changing an address: one's own (with a code to the new one), and a person's at the desk."""

from typing import Any

from flask import Blueprint, redirect, request, url_for

from volunteer.core import audit
from volunteer.core.errors import DomainError, NotFound
from volunteer.core.forms import act_once, page, refuse
from volunteer.core.i18n import _l
from volunteer.core.permissions import SIGNED_IN, Role, allow, viewer
from volunteer.people import email_change, queries
from volunteer.people.forms import EmailCorrectionForm, NewEmailForm
from volunteer.users import changing_email
from volunteer.users.email_codes import browser_hash, count_sending, try_code
from volunteer.users.forms import CodeForm
from volunteer.users.queries import acts_for, latest_code, own_user_id, user_email
from volunteer.users.sessions import put_into_cookie
from volunteer.users.states import CodePurpose
from volunteer.users.visit import client, device, language

blueprint = Blueprint("emails", __name__)
desk_blueprint = Blueprint("emails_desk", __name__, url_prefix="/desk/people/<int:person_id>/email")


def _user() -> int:
    return viewer().user_id or 0


@blueprint.route("/me/email", methods=["GET", "POST"])
@allow(SIGNED_IN, fresh=True)
def change() -> Any:
    """Ask for the new address and send the code there."""
    form = NewEmailForm()
    user_id, name, email = _user(), device(), user_email(_user())
    if form.validate_on_submit():
        wanted = form.email.data
        try:
            count_sending(wanted, client(), device())
            return act_once(
                form,
                lambda: changing_email.ask_to_change(user_id, wanted, name, language()),
                lambda _result: url_for("emails.change_code"),
                subject=f"user:{user_id}",
            )
        except DomainError as error:
            refuse(form, error)
    done = request.args.get("done")
    return page("volunteer/people/change_email.html", form, email=email, done=done)


@blueprint.route("/me/email/code", methods=["GET", "POST"])
@allow(SIGNED_IN, fresh=True)
def change_code() -> Any:
    """The code of the mail; the address changes here."""
    form, user_id, tokens = CodeForm(), _user(), []
    bound = changing_email.code_device(device(), user_id)
    asked = latest_code(browser_hash(bound), CodePurpose.CHANGE_EMAIL)
    if asked is None and request.method == "GET":
        return redirect(url_for("emails.change"), 303)
    email = asked.email if asked else ""
    if form.validate_on_submit():
        session_id = viewer().session_id or 0
        try:
            proof = try_code(CodePurpose.CHANGE_EMAIL, form.code.data, bound, client())
            response = act_once(
                form,
                lambda: tokens.append(email_change.change_email(session_id, user_id, proof)),
                lambda _result: url_for("emails.change", done="changed"),
                subject=f"user:{user_id}",
            )
            if tokens:
                put_into_cookie(tokens[-1])
            return response
        except DomainError as error:
            refuse(form, error)
    again = url_for("emails.change")
    return page("volunteer/users/enter_code.html", form, email=email, again=again, back_to=again)


@desk_blueprint.route("", methods=["GET", "POST"])
@allow(Role.COORDINATOR, fresh=True)
def correct(person_id: int) -> Any:
    """Staff put in another address, with a reason; the former ones are shown so that one can be put back."""
    person = queries.person(person_id)
    if person is None:
        raise NotFound(_l("見つかりませんでした。"))
    form = EmailCorrectionForm(
        data=None, stands=lambda: {"email": email_change.email_of(person_id)}
    )
    email = email_change.email_of(person_id)
    if request.method == "GET":
        audit.record_view(person_id, "email")
    if form.validate_on_submit():
        wanted, reason = form.email.data, form.reason.data
        try:
            return act_once(
                form,
                lambda: email_change.correct_email_of(person_id, wanted, _user(), reason),
                lambda _result: url_for("people_desk.record", person_id=person_id, done="email"),
                subject=f"person:{person_id}",
            )
        except DomainError as error:
            refuse(form, error)
    user_id = own_user_id(person_id)
    return page(
        "volunteer/people/correct_email.html",
        form,
        person=person,
        email=email,
        former=changing_email.former_emails(user_id) if user_id else [],
        others=email_change.shared_with(person_id),
        is_oneself=acts_for(_user(), person_id),
    )
