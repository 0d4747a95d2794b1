"""Staff: password, then second factor; enrolment by a one-time link; the administrator's list of staff and roles."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, redirect, request, session, url_for
from werkzeug.exceptions import NotFound as NoSuchPage

from volunteer.core import clock
from volunteer.core.center import the_center
from volunteer.core.crypto import seal, unseal_text
from volunteer.core.errors import DomainError
from volunteer.core.forms import ButtonForm, act_once, page, refuse
from volunteer.core.i18n import _
from volunteer.core.passwords import (
    PasswordTrouble,
    check_password,
    hash_password,
    needs_new_hash,
    verify_password,
)
from volunteer.core.permissions import PUBLIC, Role, allow, own_or_404, viewer
from volunteer.core.qr import qr_svg
from volunteer.core.routes import safe_next
from volunteer.core.totp import matching_step, new_secret, otpauth_uri
from volunteer.users import queries, staff
from volunteer.users.forms import CodeForm, EnrolForm, GrantForm, InviteForm, PasswordForm
from volunteer.users.routes import blueprint as users
from volunteer.users.sessions import hash_token, put_into_cookie
from volunteer.users.states import ROLE_LABELS
from volunteer.users.visit import browser, client

blueprint = Blueprint("users_desk", __name__, url_prefix="/desk")

BETWEEN_FACTORS = timedelta(minutes=10)
SECRET_SEALED_FOR = "second factor being set"  # noqa: S105 - a purpose, not a secret


def _next_desk() -> str:
    return safe_next(request.args.get("next"), "/desk")


def _with_next(endpoint: str) -> str:
    target = _next_desk()
    return url_for(endpoint, next=target if target != "/desk" else None)


@users.route("/desk/sign-in", methods=["GET", "POST"])
@allow(PUBLIC)
def staff_sign_in() -> Any:
    """The first factor. Every failure looks the same and takes as long."""
    form = PasswordForm()
    if form.validate_on_submit():
        try:
            return _first_factor(form)
        except DomainError as error:
            refuse(form, error)
    return page("volunteer/users/staff_sign_in.html", form)


def _first_factor(form: PasswordForm) -> Response:
    email, password = form.email.data, form.password.data or ""
    staff.count_password_try(email, client())
    user = queries.find_user(email)
    stored = user.password_hash if user else None
    user_id = user.id if user else None
    is_right = verify_password(stored, password)
    new_hash = hash_password(password) if is_right and stored and needs_new_hash(stored) else None
    response = act_once(
        form,
        lambda: staff.first_factor(user_id, is_right, new_hash),
        lambda _user_id: _with_next("users.staff_second_factor"),
        subject=f"user:{user_id or ''}",
    )
    session["second"] = {"user": user_id, "at": clock.now().timestamp()}
    return response


def _between_factors() -> int | None:
    """The user whose password was right a moment ago in this browser."""
    kept = session.get("second") or {}
    age = clock.now().timestamp() - float(kept.get("at", 0))
    return kept.get("user") if 0 <= age < BETWEEN_FACTORS.total_seconds() else None


@users.route("/desk/sign-in/code", methods=["GET", "POST"])
@allow(PUBLIC)
def staff_second_factor() -> Any:
    """The second factor; on success a staff session."""
    form = CodeForm()
    user_id = _between_factors()
    if user_id is None:
        return redirect(_with_next("users.staff_sign_in"), 303)
    if form.validate_on_submit():
        typed, tokens = form.code.data, []
        try:
            staff.count_factor_try(user_id)
            response = act_once(
                form,
                lambda: tokens.append(staff.second_factor(user_id, typed, browser())),
                lambda _result: _next_desk(),
                subject=f"user:{user_id}",
            )
            if tokens:
                put_into_cookie(tokens[-1])
            return response
        except DomainError as error:
            refuse(form, error)
    back = _with_next("users.staff_sign_in")
    return page("volunteer/users/staff_second_factor.html", form, back_to=back)


@users.route("/enrol/<token>", methods=["GET", "POST"])
@allow(PUBLIC)
def enrol(token: str) -> Any:
    """Set password and authenticator with a one-time link. The address is a secret: no referrer leaves the page."""
    link = queries.open_link(hash_token(token))
    if link is None:
        return page("volunteer/users/enrol_closed.html")[0], 410, {"Referrer-Policy": "no-referrer"}
    form, email = EnrolForm(), queries.user_email(link.user_id)
    name = queries.user_name(link.user_id)
    secret = _secret_being_set(token)
    if form.validate_on_submit():
        try:
            return _enrol(form, token, secret, (email, name))
        except PasswordTrouble as trouble:
            form.password.errors = [trouble.message]
        except DomainError as error:
            refuse(form, error)
    uri = otpauth_uri(secret, email, the_center().short_name)
    body, status = page(
        "volunteer/users/enrol.html",
        form,
        name=name,
        email=email,
        secret=secret,
        drawing=qr_svg(uri, _("認証アプリのQRコード")),
    )
    return body, status, {"Referrer-Policy": "no-referrer"}


def _secret_being_set(token: str) -> str:
    kept = session.get("enrol") or {}
    if kept.get("link") == hash_token(token)[:16]:
        return unseal_text(kept["secret"], SECRET_SEALED_FOR)
    secret = new_secret()
    session["enrol"] = {
        "link": hash_token(token)[:16],
        "secret": seal(secret, SECRET_SEALED_FOR),
    }
    return secret


def _enrol(form: EnrolForm, token: str, secret: str, own_words: tuple[str, str]) -> Response:
    password = form.password.data or ""
    check_password(password, *own_words, the_center().city)
    staff.count_enrolment_try(token)
    step = matching_step(secret, form.code.data, clock.now())
    factors = staff.Factors(hash_password(password), secret, step)
    tokens: list[str] = []
    response = act_once(
        form,
        lambda: tokens.append(staff.enrol(token, factors, browser())),
        lambda _result: "/desk",
    )
    if tokens:
        session.pop("enrol", None)
        put_into_cookie(tokens[-1])
    return response


@blueprint.get("/staff")
@allow(Role.ADMINISTRATOR)
def list_staff() -> Any:
    """Everybody of the staff and what they may do."""
    return page(
        "volunteer/users/staff.html",
        staff=queries.staff(),
        labels=ROLE_LABELS,
        now=clock.now(),
    )


@blueprint.route("/staff/new", methods=["GET", "POST"])
@allow(Role.ADMINISTRATOR, fresh=True)
def invite() -> Any:
    """Invite somebody: a one-time link by mail, and the first role."""
    form = InviteForm()
    if form.validate_on_submit():
        name, email, role = form.name.data, form.email.data, Role(form.role.data)
        by_user_id = viewer().user_id
        try:
            return act_once(
                form,
                lambda: staff.invite_with_role(email, name, role, by_user_id),
                lambda user_id: url_for("users_desk.member", user_id=user_id, done="invited"),
                subject=lambda user_id: f"user:{user_id}",
            )
        except DomainError as error:
            refuse(form, error)
    return page("volunteer/users/staff_invite.html", form)


@blueprint.get("/staff/<int:user_id>")
@allow(Role.ADMINISTRATOR, fresh=True)
def member(user_id: int) -> Any:
    """One member of the staff."""
    return _member_page(user_id, GrantForm())


def _member_page(user_id: int, form: GrantForm) -> Any:
    line = queries.staff_member(user_id)
    if line is None:
        raise NoSuchPage
    return page(
        "volunteer/users/staff_member.html",
        form,
        line=line,
        labels=ROLE_LABELS,
        now=clock.now(),
        button=ButtonForm(formdata=None),
        is_oneself=user_id == viewer().user_id,
        is_alone=len(queries.administrators()) < 2,
        sessions=queries.open_sessions(user_id),
    )


@blueprint.post("/staff/<int:user_id>/roles")
@allow(Role.ADMINISTRATOR, fresh=True)
def grant(user_id: int) -> Any:
    """Grant one more role."""
    form = GrantForm()
    by_user_id = viewer().user_id
    own_or_404(queries.staff_member(user_id) is not None)
    if form.validate_on_submit():
        role = Role(form.role.data)
        try:
            return act_once(
                form,
                lambda: staff.grant_role(user_id, role, by_user_id),
                lambda _result: url_for("users_desk.member", user_id=user_id, done="granted"),
                subject=f"user:{user_id}",
            )
        except DomainError as error:
            refuse(form, error)
    return _member_page(user_id, form)


@blueprint.post("/staff/<int:user_id>/roles/<int:grant_id>/revocation")
@allow(Role.ADMINISTRATOR, fresh=True)
def revoke(user_id: int, grant_id: int) -> Response:
    """Take a role back; open sign-ins of the person end."""
    by_user_id = viewer().user_id or 0
    return act_once(
        ButtonForm(),
        lambda: staff.revoke_role(user_id, grant_id, by_user_id),
        lambda _result: url_for("users_desk.member", user_id=user_id, done="revoked"),
        subject=f"user:{user_id}",
    )


@blueprint.post('/staff/<int:user_id>/<any(disabling, enabling, "sign-out", enrolment):act>')
@allow(Role.ADMINISTRATOR, fresh=True)
def change(user_id: int, act: str) -> Response:
    """Stop somebody, let them in again, end their sign-ins, or send a new enrolment link."""
    by_user_id = viewer().user_id or 0
    verbs = {
        "disabling": staff.disable,
        "enabling": staff.enable,
        "sign-out": staff.end_all_sessions,
        "enrolment": staff.invite_again,
    }
    return act_once(
        ButtonForm(),
        lambda: verbs[act](user_id, by_user_id),
        lambda _result: url_for("users_desk.member", user_id=user_id, done=act),
        subject=f"user:{user_id}",
        act=f"users_desk.change:{act}",
    )
