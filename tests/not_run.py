"""Tests for which somebody has to bring something, such as a key of the payment service.

Without it they are counted as "not run", by themselves: they did not pass, and no gap of this machine is the reason,
so that they are no skipped tests either.
"""

import re
from collections import Counter
from typing import Any, NoReturn

import pytest

CATEGORY = "not run"
_MARK = re.compile(r"not run here: ([^:]+): ?(.*)")


def not_run(what: str, why: str) -> NoReturn:
    """End the test because nobody has brought what it needs."""
    pytest.skip(f"not run here: {what}: {why}")


def _reason(report: Any) -> re.Match[str] | None:
    told = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return _MARK.search(told)


@pytest.hookimpl(tryfirst=True)
def pytest_report_teststatus(report: Any) -> tuple[str, str, str] | None:
    """Neither passed nor skipped nor failed."""
    if getattr(report, "skipped", False) and _reason(report):
        return CATEGORY, "n", "NOT RUN"
    return None


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """A counted line for each thing that nobody has brought."""
    found: Counter[tuple[str, ...]] = Counter()
    for report in terminalreporter.stats.get(CATEGORY, []):
        if match := _reason(report):
            found[match.groups()] += 1
    for (what, why), count in sorted(found.items()):
        terminalreporter.write_line(f"{count} not run: {what} – {why}", yellow=True)
