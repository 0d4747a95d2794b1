"""A test client that lives in a world of its own, like a browser, and knows our forms."""

import contextvars
import re
from html.parser import HTMLParser
from typing import Any

from flask import has_app_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from volunteer.core.db import db, in_turn


class _Forms(HTMLParser):
    """Reads the forms of a page: action, and the fields with the values they would send."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[dict[str, str], dict[str, str]]] = []
        self._select = self._area = ""

    def _keep(self, name: str, value: str) -> None:
        if self.forms and name:
            self.forms[-1][1][name] = value

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        name = found.get("name", "")
        if tag == "form":
            self.forms.append((found, {}))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in found:
            self._keep(self._select, found.get("value", ""))
        elif tag == "textarea":
            self._area = name
            self._keep(name, "")
        elif tag == "input":
            self._input(name, found)

    def _input(self, name: str, found: dict[str, str]) -> None:
        kind = found.get("type", "text")
        if kind in {"checkbox", "radio"} and "checked" not in found:
            return
        if kind not in {"submit", "button", "image", "file"}:
            self._keep(name, found.get("value", "on" if kind == "checkbox" else ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self._keep(self._area, self.forms[-1][1].get(self._area, "") + data.lstrip("\n"))


def _assert_mistakes_in_order(page: str) -> None:
    """The summary names the fields in the order in which they stand below it."""
    summary = re.search(r'<div class="errors".*?</div>', page, re.DOTALL)
    if summary is None:
        return
    named = re.findall(r'href="#([^"]+)"', summary[0])
    places = [max(page.find(f'id="{name}"'), page.find(f'name="{name}"')) for name in named]
    assert -1 not in places, f"no such field on the page: {named}"
    assert places == sorted(places), f"not in the order of the page: {named}"


class Client(FlaskClient):
    """Each request runs in a fresh context, so that nothing leaks between the test and the application.

    After each request the test's own session sees what the application has written. Every page that refuses
    what was typed is looked at: `_assert_mistakes_in_order`.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send one request and read the whole answer, also one that is written while it is sent."""
        kwargs.setdefault("buffered", True)
        response = contextvars.Context().run(super().open, *args, **kwargs)
        # a followed redirect runs in the context of the first
        if has_app_context() and not in_turn():
            db.session.rollback()
        if response.status_code == 422 and response.mimetype == "text/html":
            _assert_mistakes_in_order(response.text)
        return response

    def submit(
        self, page: str, data: dict[str, Any] | None = None, *, action: str = "", **options: Any
    ) -> TestResponse:
        """Open `page` and send the form on it as a person would: hidden fields and what was filled in stay.

        `data` are the fields that are typed over. `action` chooses the form (its address or its end) where a
        page has several; otherwise the first form with POST that is not the language switch.
        """
        answer = self.get(page)
        assert answer.status_code == 200, f"{page}: {answer.status}"
        return self.resubmit(answer, data, action=action, page=page, **options)

    def resubmit(
        self,
        answer: TestResponse,
        data: dict[str, Any] | None = None,
        *,
        action: str = "",
        page: str = "",
        **options: Any,
    ) -> TestResponse:
        """Send the form of a page that was already got."""
        reader = _Forms()
        reader.feed(answer.text)
        for facts, fields in reader.forms:
            target = facts.get("action") or page or answer.request.path
            is_post = facts.get("method", "get").lower() == "post"
            wanted = (
                target.endswith(action)
                if action
                else not target.endswith(("/language", "/sign-out"))
            )
            if is_post and wanted:
                return self.post(target, data={**fields, **(data or {})}, **options)
        raise AssertionError(f"no form to {action or 'anywhere'} on {page or answer.request.path}")
