"""What this machine lacks. Such tests are skipped and counted; with REQUIRE_ALL=1 they fail."""

import os
import re
import shutil
import subprocess
from collections import Counter
from functools import cache
from typing import Any, NoReturn

import pytest

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
_LACKING = re.compile(r"this machine lacks ([^:]+): ?(.*)")


def lacking(what: str, why: str) -> NoReturn:
    """End the test because the machine has no `what`: skipped, or failed where all is required."""
    message = f"this machine lacks {what}: {why}"
    if os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


@cache
def chromium_problem() -> str:
    """Why no browser test can run here; empty when one can."""
    if shutil.which(CHROMIUM) is None:
        return f"no {CHROMIUM} (Debian: apt install chromium)"
    try:
        fonts = subprocess.run(["fc-list", ":lang=ja"], capture_output=True, text=True, check=False)
    except OSError:
        return "no fc-list (Debian: apt install fontconfig)"
    if not fonts.stdout.strip():
        return "no Japanese font (Debian: apt install fonts-noto-cjk)"
    return ""


def need_browser() -> None:
    """Go on only where Chromium and a Japanese font are installed."""
    if problem := chromium_problem():
        lacking("a browser for tests", problem)


def summary(skipped: list[Any]) -> list[str]:
    """A counted line for each thing the machine lacks, from pytest's skip reports."""
    found: Counter[tuple[str, str]] = Counter()
    for report in skipped:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if match := _LACKING.search(reason):
            found[match.group(1), match.group(2)] += 1
    return [f"{count} skipped: no {what} – {why}" for (what, why), count in sorted(found.items())]
