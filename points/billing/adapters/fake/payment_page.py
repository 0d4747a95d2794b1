"""The page on which a payer "enters" a card: choices instead of numbers, so that nobody types a real one.

In plain Japanese, under a policy as strict as ours. What the payer does there goes into the machine as at the service:
a card that is good, one that is declined, one whose bank asks first, or the page is left.
"""

from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from points.billing.adapters.fake.client import FakeStripe
from points.billing.adapters.fake.errors import ApiError
from points.billing.adapters.fake.machine import Machine
from points.billing.adapters.fake.store import Object

CARDS = (
    ("visa", "使えるカード", "30日まで枠をとれます（Visa、JCBなど）"),
    ("amex", "7日だけ枠をとれるカード", "American Express など"),
    ("3ds", "カード会社が本人を確かめるカード", "つぎの画面で「はい」か「いいえ」を選びます"),
    ("declined", "断られるカード", "使えないカードのときの画面を見られます"),
)

_PAGES = Environment(
    loader=PackageLoader("points.billing.adapters.fake", "pages"),
    autoescape=select_autoescape(),
    undefined=StrictUndefined,
)


class PaymentPages:
    """What a payer sees and does at the fake's own address."""

    def __init__(self, fake: FakeStripe) -> None:
        self.fake = fake

    def style(self) -> Response:
        """How the pages look."""
        sheet, _path, _fresh = _PAGES.loader.get_source(_PAGES, "page.css")  # type: ignore[union-attr]
        return Response(sheet, mimetype="text/css")

    def answer(self, request: Request, name: str, step: str) -> Response:
        """The page of a session: `step` is "" for the cards, "bank" for the question of the payer's bank."""
        try:
            session, intent = self.fake.act(lambda machine: _found(machine, name))
        except ApiError:
            return _over(
                "このページはありません", "お支払いの案内を、もう一度開いてください。", status=404
            )
        if session["status"] == "complete":
            words = "カードの手つづきは終わっています。"
            return _over("お支払いの手つづきは終わりました", words, session["success_url"])
        if session["status"] != "open":
            words = "お金は動いていません。お支払いの案内を、もう一度開いてください。"
            return _over("このページは、時間が過ぎて閉じました", words, session["cancel_url"] or "")
        is_asked = intent is not None and intent["status"] == "requires_action"
        if request.method == "POST":
            return self._enter(request, session, is_asked=is_asked)
        if is_asked and step != "bank":
            return redirect(f"/c/pay/{name}/bank", 303)
        is_declined = not is_asked and bool(intent and intent["last_payment_error"])
        page = "bank.html" if is_asked else "pay.html"
        return _page(page, session, cards=CARDS, is_declined=is_declined)

    def _enter(self, request: Request, session: Object, *, is_asked: bool) -> Response:
        name, given = session["id"], request.form
        with suppress(ApiError):  # somebody was quicker: the page says how it is now
            if is_asked:
                says_yes = given.get("answer") == "yes"
                self.fake.act(lambda machine: machine.confirm_3ds(name, succeeds=says_yes))
            elif given.get("card") in {card for card, _name, _help in CARDS}:
                self.fake.act(lambda machine: machine.pay(name, given["card"]))
        if session["status"] == "complete":
            return redirect(session["success_url"], 303)
        return redirect(f"/c/pay/{name}", 303)


def _found(machine: Machine, name: str) -> tuple[Object, Object | None]:
    session = machine.get("cs", name)
    return session, machine.objects.get(session["payment_intent"] or "")


def _over(title: str, words: str, back: str = "", status: int = 200) -> Response:
    return _rendered("over.html", "", status, title=title, words=words, back=back)


def _page(template: str, session: Object, **values: Any) -> Response:
    titles = "、".join(session["_titles"])
    return _rendered(template, session["success_url"], session=session, titles=titles, **values)


def _rendered(template: str, leads_to: str, status: int = 200, **values: Any) -> Response:
    """A page whose forms may lead to the platform's own address and nowhere else."""
    parts = urlsplit(leads_to)
    origin = f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
    response = Response(
        _PAGES.get_template(template).render(**values), status, mimetype="text/html"
    )
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
        f"form-action 'self' {origin}".rstrip()
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response
