"""The page behind the link of the mail: two buttons, for whoever has the link; opening it changes nothing."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, make_response, url_for
from flask.typing import ResponseReturnValue

from matching.asking import queries, services
from matching.asking.links import read_token
from matching.asking.models import Ask
from matching.asking.rules import Outcome
from matching.help_requests.models import Shift
from matching.help_requests.queries import shift_with_request
from volunteer.core import clock
from volunteer.core.errors import DomainError, NotFound
from volunteer.core.forms import ButtonForm, act_once, page, refuse
from volunteer.core.i18n import _l
from volunteer.core.permissions import PUBLIC, allow, viewer

blueprint = Blueprint("asking", __name__, url_prefix="/answer")

TEMPLATES = "matching/asking"
NO_LINK = _l(
    "このリンクは使えません。メールのリンクを、もう一度そのまま開いてください。開けないときは、センターに電話してください。"
)


@blueprint.get("/<token>")
@allow(PUBLIC)
def answer(token: str) -> Response:
    """What is asked, with the two buttons; or what has become of it."""
    found = _ask(token)
    return _gone() if found is None else _page(token, found, ButtonForm())


@blueprint.post("/<token>/yes")
@allow(PUBLIC)
def accept(token: str) -> Response:
    """参加する: the first answers take the seats."""
    return _answer(token, services.accept)


@blueprint.post("/<token>/no")
@allow(PUBLIC)
def decline(token: str) -> Response:
    """今回は見送る: free, without a reason."""
    return _answer(token, services.decline)


def _answer(token: str, service: Callable[[int, int | None], Any]) -> Response:
    found, form = _ask(token), ButtonForm()
    if found is None:
        return _gone()
    ask_id, user_id = found.id, viewer().user_id
    try:
        return _private(
            act_once(
                form,
                lambda: service(ask_id, user_id),
                lambda _made: url_for(".answer", token=token),
                subject=f"participation:{found.participation_id}",
            )
        )
    except DomainError as error:
        refuse(form, error)
    again = _ask(token)
    return _gone() if again is None else _page(token, again, form)


def _ask(token: str) -> Ask | None:
    """The ask of a link; None when the link has ended. A forged one answers like a missing page."""
    link = read_token(token)
    if link is None:
        raise NotFound(NO_LINK)
    if link.is_over(clock.now()):
        return None
    found = queries.ask(link.ask_id)
    if found is None or found.sent_at is None:
        raise NotFound(NO_LINK)
    return found


def _page(token: str, ask: Ask, form: ButtonForm) -> Response:
    shift = shift_with_request(ask.asking.shift_id)
    what = services.outcome(ask, shift)
    return _private(
        page(
            f"{TEMPLATES}/answer.html",
            form,
            token=token,
            ask=ask,
            shift=shift,
            what=what,
            is_open=what is Outcome.OPEN,
            is_free=_is_free(shift, what),
        )
    )


def _is_free(shift: Shift, what: Outcome) -> bool:
    """Whether it makes sense to show the way to the shift's own page."""
    can_apply = what in (Outcome.DECLINED, Outcome.FILLED, Outcome.LAPSED, Outcome.OVER)
    return can_apply and shift.starts_at > clock.now()


def _gone() -> Response:
    html, _status = page(f"{TEMPLATES}/link_over.html")
    return _private((html, 410))


def _private(answer: ResponseReturnValue) -> Response:
    """An address with a token is told to nobody and kept nowhere."""
    made = make_response(answer)
    made.headers["Referrer-Policy"] = "no-referrer"
    made.headers["Cache-Control"] = "no-store"
    return made
