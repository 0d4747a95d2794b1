"""Signing in by e-mail code, choosing who one is, one's sign-ins, proving identity again, entering a demo."""

from typing import Any

from flask import Blueprint, Response, redirect, request, session, url_for

from volunteer.core.errors import DomainError, NotFound
from volunteer.core.forms import BaseForm, ButtonForm, act_once, page, refuse
from volunteer.core.i18n import _l
from volunteer.core.permissions import PUBLIC, SIGNED_IN, allow, viewer
from volunteer.core.routes import safe_next
from volunteer.core.start_checks import demo_is_open
from volunteer.users import queries, services, staff
from volunteer.users.email_codes import browser_hash, count_sending, try_code
from volunteer.users.forms import CodeForm, EmailForm, WhoForm
from volunteer.users.sessions import (
    end_session,
    end_sessions,
    open_session,
    put_into_cookie,
    take_out_of_cookie,
)
from volunteer.users.states import CodePurpose, PartyKind
from volunteer.users.visit import browser, client, device, language

blueprint = Blueprint("users", __name__)

KIND_ICONS = {
    PartyKind.PERSON: "person",
    PartyKind.HOUSEHOLD: "home",
    PartyKind.ORGANIZATION: "building",
    PartyKind.GROUP: "group",
}


def next_page() -> str:
    """Where to go on to after this detour: a page of ours, else the front page."""
    return safe_next(request.args.get("next"), "/")


def with_next(endpoint: str) -> str:
    """The address of `endpoint` that keeps the way back."""
    target = next_page()
    return url_for(endpoint, next=target if target != "/" else None)


@blueprint.route("/sign-in", methods=["GET", "POST"])
@allow(PUBLIC)
def sign_in() -> Any:
    """Ask for the address and send the code."""
    form = EmailForm()
    name = device()
    if form.validate_on_submit():
        email = form.email.data
        try:
            count_sending(email, client(), device())
            return act_once(
                form,
                lambda: services.ask_to_sign_in(email, name, language()),
                lambda _result: with_next("users.enter_code"),
            )
        except DomainError as error:
            refuse(form, error)
    return page("volunteer/users/sign_in.html", form, next_page=next_page())


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
@allow(PUBLIC)
def enter_code() -> Any:
    """Take the six digits; on success this browser carries a new session."""
    form, tokens = CodeForm(), []
    asked = queries.latest_code(browser_hash(device()), CodePurpose.SIGN_IN)
    if asked is None and request.method == "GET":
        return redirect(with_next("users.sign_in"), 303)
    email = asked.email if asked else ""
    if form.validate_on_submit():
        try:
            proof = try_code(CodePurpose.SIGN_IN, form.code.data, device(), client())
            response = act_once(
                form,
                lambda: tokens.append(services.sign_in(proof, browser())),
                lambda _result: next_page(),
            )
            return _carry(response, tokens)
        except DomainError as error:
            refuse(form, error)
    return page(
        "volunteer/users/enter_code.html",
        form,
        email=email,
        again=with_next("users.sign_in"),
        back_to=with_next("users.sign_in"),
    )


def _carry(response: Response, tokens: list[str]) -> Response:
    """Put the new session into the cookie; whoever acts for several parties (or none) sees that first."""
    if tokens:
        put_into_cookie(tokens[-1])
        if viewer().is_signed_in and viewer().party_id is None:
            response.headers["Location"] = with_next("users.who")
    return response


@blueprint.post("/sign-out")
@allow(PUBLIC)
def sign_out() -> Response:
    """End this sign-in on the server and forget it here."""
    session_id = viewer().session_id
    response = act_once(
        ButtonForm(),
        lambda: end_session(session_id, "signed_out") if session_id else None,
        lambda _result: with_next("users.signed_out"),
    )
    take_out_of_cookie()
    return response


@blueprint.get("/signed-out")
@allow(PUBLIC)
def signed_out() -> Any:
    """Say that it is done."""
    return page("volunteer/users/signed_out.html", again=with_next("users.sign_in"))


@blueprint.route("/who", methods=["GET", "POST"])
@allow(SIGNED_IN)
def who() -> Any:
    """Choose for whom one acts now: several people may share one e-mail address."""
    user_id, session_id = viewer().user_id, viewer().session_id
    assert user_id is not None
    assert session_id is not None
    actings = queries.live_actings(user_id)
    form = WhoForm()
    form.acting.choices = [(str(acting.id), acting.party.display_name) for acting in actings]
    if form.validate_on_submit():
        acting_id = int(form.acting.data)
        return act_once(
            form,
            lambda: services.choose(session_id, user_id, acting_id),
            lambda _result: next_page(),
            subject=f"acting:{acting_id}",
        )
    icons = {str(one.id): KIND_ICONS[one.party.kind] for one in actings}
    return page(
        "volunteer/users/who.html",
        form,
        actings=actings,
        icons=icons,
        button=ButtonForm(),
        leave=with_next("users.sign_out"),
    )


@blueprint.get("/me/sessions")
@allow(SIGNED_IN)
def sessions() -> Any:
    """Where one is signed in."""
    return page(
        "volunteer/users/sessions.html",
        button=ButtonForm(),
        sessions=queries.open_sessions(viewer().user_id or 0),
        here=viewer().session_id,
    )


@blueprint.post("/me/sessions/<int:session_id>/end")
@allow(SIGNED_IN)
def end_one(session_id: int) -> Response:
    """End one of one's own sign-ins."""
    user_id = viewer().user_id or 0
    return act_once(
        ButtonForm(),
        lambda: services.end_own_session(session_id, user_id),
        lambda _result: url_for("users.sessions", done="ended"),
        subject=f"session:{session_id}",
    )


@blueprint.post("/me/sessions/end-others")
@allow(SIGNED_IN)
def end_others() -> Response:
    """End all of one's sign-ins but this one."""
    user_id, here = viewer().user_id or 0, viewer().session_id
    return act_once(
        ButtonForm(),
        lambda: end_sessions(user_id, "by_owner", except_session_id=here),
        lambda _result: url_for("users.sessions", done="ended_others"),
    )


@blueprint.route("/confirm-identity", methods=["GET", "POST"])
@allow(SIGNED_IN)
def confirm_identity() -> Any:
    """Before money, bank data and roles: staff show the second factor, everybody else asks for a code."""
    if viewer().is_staff:
        return _confirm_by_factor()
    form = ButtonForm()
    name, user_id = device(), viewer().user_id or 0
    if request.method == "POST" and form.validate():
        if _skips_in_demo():
            return _confirmed(form, lambda: services.confirm(viewer().session_id or 0))
        try:
            count_sending(f"user:{user_id}", client(), name)
            return act_once(
                form,
                lambda: services.ask_to_confirm(user_id, name),
                lambda _result: with_next("users.confirm_code"),
            )
        except DomainError as error:
            refuse(form, error)
    return page("volunteer/users/confirm_identity.html", form, next_page=next_page())


@blueprint.route("/confirm-identity/code", methods=["GET", "POST"])
@allow(SIGNED_IN)
def confirm_code() -> Any:
    """Take the code that proves once more who one is."""
    form = CodeForm()
    asked = queries.latest_code(browser_hash(device()), CodePurpose.CONFIRM)
    if asked is None and request.method == "GET":
        return redirect(with_next("users.confirm_identity"), 303)
    email = asked.email if asked else ""
    if form.validate_on_submit():
        session_id, user_id = viewer().session_id or 0, viewer().user_id or 0
        try:
            proof = try_code(CodePurpose.CONFIRM, form.code.data, device(), client())
            return _confirmed(form, lambda: services.confirm_by_code(session_id, user_id, proof))
        except DomainError as error:
            refuse(form, error)
    again = with_next("users.confirm_identity")
    return page("volunteer/users/enter_code.html", form, email=email, again=again, back_to=again)


def _confirm_by_factor() -> Any:
    form = CodeForm()
    session_id, user_id = viewer().session_id or 0, viewer().user_id or 0
    if request.method == "POST" and _skips_in_demo():
        return _confirmed(form, lambda: services.confirm(session_id))
    if form.validate_on_submit():
        typed = form.code.data
        try:
            staff.count_factor_try(user_id)
            return _confirmed(form, lambda: staff.confirm_by_factor(session_id, user_id, typed))
        except DomainError as error:
            refuse(form, error)
    return page("volunteer/users/confirm_by_factor.html", form, next_page=next_page())


def _skips_in_demo() -> bool:
    """In a demo town nobody has the authenticator: one button stands for it."""
    return demo_is_open() and "as_demo" in request.form


def _confirmed(form: BaseForm, service: Any) -> Response:
    tokens: list[str] = []
    response = act_once(form, lambda: tokens.append(service()), lambda _result: next_page())
    if tokens:
        put_into_cookie(tokens[-1])
    return response


@blueprint.route("/demo/enter", methods=["GET", "POST"])
@allow(PUBLIC)
def demo_entry() -> Any:
    """Enter a demo town as one of its people; 404 anywhere else (decision 15)."""
    if not demo_is_open():
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    form, lines = ButtonForm(), queries.demo_people()
    if request.method == "POST" and form.validate():
        chosen = next(
            (
                one
                for one in lines
                if f"{one.user_id}:{one.acting_id or ''}" == request.form.get("who")
            ),
            None,
        )
        if chosen is None:
            raise NotFound(
                _l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。")
            )
        return _enter_demo(form, chosen)
    return page("volunteer/users/demo_entry.html", form, lines=lines)


def _enter_demo(form: BaseForm, line: queries.DemoLine) -> Response:
    tokens: list[str] = []
    at_desk = line.acting_id is None
    response = act_once(
        form,
        lambda: tokens.append(
            open_session(
                line.user_id, as_staff=at_desk, acting_id=line.acting_id, browser=browser()
            )
        ),
        lambda _result: "/desk" if at_desk else "/",
        subject=f"user:{line.user_id}",
    )
    if tokens:
        session.pop("second", None)
        put_into_cookie(tokens[-1])
    return response
