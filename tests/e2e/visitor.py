"""Somebody at a browser, who sees labels and words and knows no address of a page."""

import re
from typing import Any

from flask import Flask
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.cast import sign_in_as
from tests.client import Client
from tests.e2e.picture import read_qr

SEEN: list[Page] = []
"""The pages of this test's visitors, for the report of a failure."""

MARK = r"\s*(必須|任意)?\s*$"


CARDS = "article, section.card, li, tr"
"""What a person takes in as one thing."""


def _controls(place: Page | Locator, name: str, *, exact: bool) -> Locator:
    button = place.get_by_role("button", name=name, exact=exact)
    return button.or_(place.get_by_role("link", name=name, exact=exact))


class Visitor:
    """A page with a person before it. Counts what that person typed, chose and tapped."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.page: Page = context.new_page()
        self.page.set_default_timeout(5_000)
        SEEN.append(self.page)
        self.fields = 0
        self.taps = 0

    def start_counting(self) -> None:
        """Count from here."""
        self.fields = self.taps = 0

    def open(self, address: str) -> None:
        """Type an address, or follow one from a mail or a QR code."""
        self.page.goto(address)

    def write(self, label: str, text: str, within: Locator | None = None) -> None:
        """Fill in the field with this label."""
        self.fields += 1
        field = (within or self.page).get_by_label(re.compile("^\\s*" + re.escape(label) + MARK))
        field.fill(text)

    def write_date(self, legend: str, era: str, year: str, month: str, day: str) -> None:
        """Fill in a date with its era; to a person it is one question."""
        group = self.page.get_by_role("group", name=re.compile("^" + re.escape(legend)))
        group.get_by_label("年号").select_option(label=era)
        for label, text in (("年", year), ("月", month), ("日", day)):
            group.get_by_label(label, exact=True).fill(text)
        self.fields += 1

    def choose(self, label: str) -> None:
        """Take one of several choices, or tick a box."""
        self.fields += 1
        self.page.locator("label.choice", has_text=label).locator("input").check()

    def select(self, label: str, option: str) -> None:
        """Choose from a list."""
        self.fields += 1
        field = self.page.get_by_label(re.compile("^\\s*" + re.escape(label) + MARK))
        field.select_option(label=option)

    def control(self, name: str, within: Locator | None = None) -> Locator:
        """The button or link with this name, else the first that has it in its name."""
        place = within or self.page.locator("#main")
        exact = _controls(place, name, exact=True)
        return (exact if exact.count() else _controls(place, name, exact=False)).first

    def tap(self, name: str, within: Locator | None = None, *, card: str = "") -> None:
        """Tap a button or a link and wait for the page behind it; `card` are words of the card it stands on."""
        self.taps += 1
        if card:
            control = _controls(self.page, name, exact=False)
            within = self.page.locator(CARDS).filter(has_text=card).filter(has=control).last
        with self.page.expect_navigation():
            self.control(name, within).click()

    def go(self, name: str) -> None:
        """Tap a line of the menu."""
        self.tap(name, self.page.get_by_role("navigation").filter(has_text=name).first)

    def go_to(self, name: str) -> None:
        """Tap one of the pages about the person before us."""
        self.tap(name, self.page.locator("#main nav").first)

    def reads(self, *words: str) -> None:
        """These words stand on the page."""
        for word in words:
            expect(self.page.locator("body")).to_contain_text(word)

    def reads_not(self, *words: str) -> None:
        """These words don't stand on the page."""
        for word in words:
            expect(self.page.locator("body")).not_to_contain_text(word)

    def heading(self) -> str:
        """What the page is called."""
        return self.page.get_by_role("heading", level=1).inner_text()

    def scan(self) -> str:
        """What a phone's camera reads from the QR code on this screen."""
        shot = self.page.locator(".qr svg, svg.qr").first.screenshot()
        return read_qr(shot)


def enter(context: BrowserContext, app: Flask, who: Any, **options: Any) -> Visitor:
    """A visitor who has signed in before: the session stands on the server, the browser has its cookie."""
    client = app.test_client()
    assert isinstance(client, Client)
    sign_in_as(client, who, **options)
    name = app.config["SESSION_COOKIE_NAME"]
    cookie = client.get_cookie(name)
    assert cookie is not None
    url = app.config["OTAGAI"].base_url
    context.add_cookies([{"name": name, "value": cookie.value, "url": url}])
    return Visitor(context)
