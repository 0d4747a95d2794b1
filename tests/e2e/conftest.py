"""When a test fails in the browser, what its people last saw is shown with the failure."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from playwright.sync_api import Error

from tests.e2e.look import Look
from tests.e2e.tablet import camera_clip, tablet, tablet_browser
from tests.e2e.visitor import SEEN
from tests.walk.world import world

__all__ = ["camera_clip", "tablet", "tablet_browser", "world"]

WORDS_MAX = 1500


def pytest_configure(config: pytest.Config) -> None:
    """`--pictures`: every page is photographed. `--long`: its colors are looked at in each language and width."""
    Look.takes_pictures = config.getoption("--pictures")
    Look.is_long = config.getoption("--long")


@pytest.fixture(autouse=True)
def nobody_seen() -> None:
    """Forget the visitors of the test before."""
    SEEN.clear()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[Any]) -> Iterator[Any]:
    """Add the address and the words of every open page to the report of a failure."""
    report = yield
    if report.when == "call" and report.failed:
        for number, page in enumerate(SEEN, 1):
            with suppress(Error):
                words = page.locator("body").inner_text(timeout=1000)[:WORDS_MAX]
                report.sections.append((f"page {number}: {page.url}", words))
    return report
