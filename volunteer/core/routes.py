"""Pages of the floor: health, language, the demo's mails, the outbox at the desk."""

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, jsonify, render_template, request, url_for
from sqlalchemy.exc import DBAPIError

from volunteer.core import outbox, queries
from volunteer.core.center import center_or_none
from volunteer.core.errors import NotFound
from volunteer.core.forms import ButtonForm, act_once
from volunteer.core.i18n import _l, is_language, remember_language
from volunteer.core.permissions import PUBLIC, Role, allow, own_or_404
from volunteer.core.start_checks import demo_is_open

blueprint = Blueprint("core", __name__)
desk = Blueprint("core_desk", __name__, url_prefix="/desk")

NEXT_MAX = 300
"""Characters of a path to go on to; a longer one leads to the front page."""


@blueprint.get("/healthz")
@allow(PUBLIC)
def healthz() -> Any:
    """The process lives."""
    return jsonify(ok=True)


@blueprint.get("/readyz")
@allow(PUBLIC)
def readyz() -> Any:
    """The process can serve: the database answers and a center is founded."""
    try:
        ready = queries.database_answers() and center_or_none() is not None
    except DBAPIError:
        ready = False
    return jsonify(ok=ready), 200 if ready else 503


def safe_next(target: str | None, fallback: str) -> str:
    """A path on this site to go on to; anything else (another host, a scheme) gives `fallback`.

    So does what cannot stand in a header or in `FormUse.result_url`: control characters, or too long.
    """
    if not target or len(target) > NEXT_MAX or not target.isprintable():
        return fallback
    if not target.startswith("/") or target.startswith("//") or "\\" in target:
        return fallback
    parts = urlsplit(target)
    return fallback if parts.scheme or parts.netloc else target


@blueprint.post("/language")
@allow(PUBLIC)
def language() -> Response:
    """Remember the language in a cookie and with the user; mails follow it."""
    code = request.form.get("language", "")
    own_or_404(is_language(code))
    target = safe_next(request.form.get("next"), "/")
    save = current_app.extensions.get("otagai.save_language", lambda _code: None)
    response = act_once(ButtonForm(), lambda: save(code), lambda _result: target)
    response.headers["Location"] = target
    remember_language(response, code)
    return response


@blueprint.get("/demo/mails")
@allow(PUBLIC)
def mails() -> str:
    """The messages of a demo town, readable without a mail server; 404 anywhere else (decision 15)."""
    if not demo_is_open():
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    notices = [(notice, *outbox.render(notice)) for notice in queries.latest_notices()]
    return render_template("volunteer/core/mails.html", notices=notices)


@desk.get("/outbox")
@allow(Role.COORDINATOR, Role.ADMINISTRATOR)
def outbox_page() -> str:
    """Messages that did not arrive or have no address, and how the jobs ran."""
    return render_template(
        "volunteer/core/outbox.html",
        notices=[(notice, *outbox.render(notice)) for notice in queries.troubled_notices()],
        counts=queries.notice_counts(),
        runs=queries.latest_job_runs(),
        form=ButtonForm(),
    )


@desk.post("/outbox/<int:notice_id>/retry")
@allow(Role.COORDINATOR, Role.ADMINISTRATOR)
def retry(notice_id: int) -> Response:
    """Try a given-up message again."""
    return act_once(
        ButtonForm(),
        lambda: outbox.try_again(notice_id),
        lambda _result: url_for("core_desk.outbox_page"),
        subject=f"notice:{notice_id}",
    )
