"""Looks at a page as a careful reviewer would: axe, targets, sideways scrolling, one heading; pictures if wanted."""

from dataclasses import dataclass
from typing import Any, ClassVar

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import BrowserContext, Page
from sqlalchemy import update

from tests.architecture.tree import ROOT
from tests.browser import DESK, PHONE
from volunteer.core.db import db, write_turn
from volunteer.core.i18n import COOKIE
from volunteer.users.models import User

PICTURES = ROOT / "tests" / "screenshots"
NARROW = {"width": 320, "height": 800}
PICTURE_HEIGHT_MAX = 4000
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "resultTypes": ["violations"],
}

WITHOUT_COLORS = {**RULES, "rules": {"color-contrast": {"enabled": False}}}
"""Half the work of axe. Neither colors nor what a page is made of change with the words: axe looks at every page in
Japanese, on a phone with its colors and on a desk without. In the other languages every page has to be in its
language, to fit and to be pressed; axe looks there at the first pages that people see (`home`), and with `--long` at
every page, with its colors."""

STARTS_AXE = f"window.startAxe = function () {{ {AXE_SCRIPT}\n}}"
"""In every page that is opened; it is read there only when it is called."""

VIOLATIONS = """rules => {
  if (!window.axe) window.startAxe()
  return axe.run(document, rules).then(found => found.violations.map(
    one => `${one.id} ×${one.nodes.length}: ${one.nodes[0].html.slice(0, 120)}`))
}"""

SMALL = """() => [...document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary")]
  .map(one => /^(checkbox|radio)$/.test(one.type) ? one.closest("label") || one : one)
  .filter(one => !one.closest(".skip") && one.getClientRects().length)
  .map(one => [one, one.getBoundingClientRect()])
  .filter(([one, box]) => box.width < 47.5 || box.height < 47.5)
  .map(([one, box]) => `${one.tagName.toLowerCase()} ${(one.innerText || one.name || "").trim().slice(0, 30)}`
    + ` ${Math.round(box.width)}x${Math.round(box.height)}`)"""
"""What can be pressed and is under 48 px; a checkbox or radio counts with its label."""

FRAME = f"""() => ({{
  language: document.body.classList.contains("easy") ? "ja@easy" : document.documentElement.lang,
  headings: document.querySelectorAll("h1").length,
  small: ({SMALL})(),
}})"""
"""All in one: hundreds of pages are asked for it."""

HEIGHT = "() => document.documentElement.scrollHeight"
SIDEWAYS = """() => {
  const root = document.documentElement, over = root.scrollWidth - root.clientWidth
  const wide = [...document.querySelectorAll("main *, nav *, header *, footer *")]
    .filter(one => one.getBoundingClientRect().right > root.clientWidth + 0.5)
  return over > 0 ? `${over} px, ${wide.map(one => one.outerHTML.slice(0, 90)).slice(-2).join(" … ")}` : ""
}"""
"""What sticks out, the innermost last; nothing when the page fits."""

DOUBLE = "size => { document.documentElement.style.fontSize = size }"
SIDEWAYS_DOUBLED = (
    f"() => {{ ({DOUBLE})('200%'); const found = ({SIDEWAYS})(); ({DOUBLE})(''); return found }}"
)


@dataclass
class Look:
    """Goes over pages in one browser tab and remembers what is wrong, each with the page's name."""

    page: Page
    who: str
    problems: list[str]
    takes_pictures: ClassVar[bool] = False
    """Whether the run was started with `--pictures`."""
    is_long: ClassVar[bool] = False
    """Whether the run was started with `--long`."""

    def __post_init__(self) -> None:
        self.page.add_init_script(STARTS_AXE)

    def __call__(self, name: str, language: str) -> None:
        """Look at the page that is open now."""
        here = f"{self.who} {name} [{language}]"
        everywhere = self.is_long or name.startswith("home")
        self.page.set_viewport_size(PHONE)
        self._frame(here, language)
        if language == "ja" or everywhere:
            self._axe(here, RULES)
        self._picture(name, language, 390)
        if language == "ja" or self.takes_pictures:
            self.page.set_viewport_size(DESK)
        if language == "ja":
            self._axe(f"{here} 1280", RULES if everywhere else WITHOUT_COLORS)
        self._picture(name, language, 1280)
        self._narrow(here)

    def _axe(self, here: str, rules: dict[str, Any]) -> None:
        """Over the whole length at once: what a sticky bar covers now is free after scrolling."""
        height = self.page.evaluate(HEIGHT)
        size = self.page.viewport_size or PHONE
        self.page.set_viewport_size({"width": size["width"], "height": max(height, size["height"])})
        for found in self.page.evaluate(VIOLATIONS, rules):
            self.problems.append(f"{here}: axe {found}")

    def _frame(self, here: str, language: str) -> None:
        found = self.page.evaluate(FRAME)
        if found["language"] != language:
            self.problems.append(f"{here}: is in another language")
        if found["headings"] != 1:
            self.problems.append(f"{here}: {found['headings']} h1")
        for small in sorted(set(found["small"])):
            self.problems.append(f"{here}: under 48 px: {small}")

    def _narrow(self, here: str) -> None:
        self.page.set_viewport_size(NARROW)
        if wide := self.page.evaluate(SIDEWAYS_DOUBLED):
            self.problems.append(f"{here}: sideways at 320 px with text at 200 %: {wide}")

    def _picture(self, name: str, language: str, width: int) -> None:
        if language == "en" or not self.takes_pictures:
            return
        path = PICTURES / f"{name}.{self.who}.{language.replace('@', '-')}.{width}.png"
        path.parent.mkdir(exist_ok=True)
        height = self.page.evaluate(HEIGHT)
        clip = {"x": 0, "y": 0, "width": width, "height": min(height, PICTURE_HEIGHT_MAX)}
        options: Any = {"full_page": True, "clip": clip}
        self.page.screenshot(path=path, **options)


def read_in(context: BrowserContext, url: str, language: str) -> None:
    """From now on pages are in this language, for everybody: by the cookie, or by what the user has saved."""
    context.add_cookies([{"name": COOKIE, "value": language, "url": url}])
    with write_turn():
        db.session.execute(update(User).values(language=language))
