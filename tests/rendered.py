"""Which templates the tests rendered. A complete run in which a page or mail was never rendered has failed."""

from typing import Any

import pytest
from flask import Flask, template_rendered

from tests import databases
from tests.architecture.tree import ROOT, parts, templates

FOLDER = ROOT / "templates"
_seen: set[str] = set()


def _note(_app: Flask, template: Any, **_facts: Any) -> None:
    """Written down at once: the last worker to finish would come too late for the one that sums up."""
    if template.name not in _seen:
        _seen.add(template.name)
        with _file(databases.WORKER).open("a", encoding="utf-8") as file:
            file.write(f"{template.name}\n")


template_rendered.connect(_note)


def _file(worker: str) -> Any:
    return databases.folder() / f"rendered-{worker}.txt"


def never_rendered() -> list[str]:
    """Pages and mails that no process of this run has rendered."""
    seen = set(_seen)
    for path in databases.folder().glob("rendered-*.txt"):
        seen |= set(path.read_text(encoding="utf-8").split("\n"))
    names = {path.relative_to(FOLDER).as_posix() for path in templates()}
    return sorted(names - seen - parts())  # no signal tells of what is only part of others


def was_complete(config: pytest.Config, skipped: bool) -> bool:
    """Whether all tests ran: nothing was selected and nothing the machine lacks was skipped."""
    everything = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    return everything and not skipped and not config.option.keyword and not config.option.markexpr
