"""A real browser against a real server, both on loopback. Needs Chromium and a Japanese font."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.machine import CHROMIUM, need_browser

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
STOPS_WITHIN = 0.02
"""Seconds after which a server that is told to stop has heard it; the default of 0.5 was waited for by every test."""


class Quiet(WSGIRequestHandler):
    """Answers without a line for every file: the application writes its own log."""

    def log_request(self, *_facts: Any) -> None:
        """Say nothing."""


@dataclass(frozen=True)
class LiveServer:
    """The application answering on a loopback port."""

    app: Flask
    url: str


@pytest.fixture
def live_server(app: Flask) -> Iterator[LiveServer]:
    """The application of the test, with its database and its stopped clock, on a loopback port."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    url = f"http://127.0.0.1:{server.server_port}"
    before, app.config["OTAGAI"].base_url = app.config["OTAGAI"].base_url, url
    others = set(threading.enumerate())
    thread = threading.Thread(target=server.serve_forever, args=(STOPS_WITHIN,), name="live server")
    thread.start()
    yield LiveServer(app, url)
    server.shutdown()
    thread.join()
    for late in set(threading.enumerate()) - others:
        late.join(
            1
        )  # what a closed page still asked for must not reach the database of the next test
    server.server_close()
    app.config["OTAGAI"].base_url = before


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, once a worker."""
    need_browser()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def new_context(browser: Browser, live_server: LiveServer) -> Iterator[Any]:
    """Makes browsers of different people: `new_context(viewport=…)`; problems on the console fail the test.

    `chromium` is one started with other arguments, with a camera for example.
    """
    problems: list[str] = []
    contexts: list[BrowserContext] = []

    def make(chromium: Browser = browser, **options: Any) -> BrowserContext:
        chosen = {"viewport": PHONE, "locale": "ja-JP", "timezone_id": "Asia/Tokyo", **options}
        context = chromium.new_context(base_url=live_server.url, **chosen)
        context.set_default_timeout(10_000)
        context.on("console", lambda m: problems.append(m.text) if _is_problem(m) else None)
        context.on("weberror", lambda e: problems.append(str(e.error)))
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()
    assert not problems, problems


def _is_problem(message: Any) -> bool:
    """Errors our pages cause: blocked by the policy, a script that fails; not refused forms or a lost network."""
    expected = ("the server responded with a status of 4", "net::ERR_FAILED")
    return message.type == "error" and not any(words in message.text for words in expected)


@pytest.fixture
def page(new_context: Any) -> Page:
    """A page as on a phone, nobody signed in."""
    made: Page = new_context().new_page()
    return made
