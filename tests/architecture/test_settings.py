"""Settings are documented, each by its name; nothing else reads the environment."""

import ast
import re

from tests.architecture.tree import PACKAGES, ROOT, name_of, source_files, tree_of
from volunteer.core.config import SETTINGS, Settings

OPERATIONS = ROOT / "docs" / "operations.md"


def test_every_setting_is_documented() -> None:
    text = OPERATIONS.read_text(encoding="utf-8")
    assert not [setting.name for setting in SETTINGS if f"`{setting.name}`" not in text]


def test_every_documented_setting_exists() -> None:
    named = set(re.findall(r"`(OTAGAI_[A-Z_]+)`", OPERATIONS.read_text(encoding="utf-8")))
    named = {name.removesuffix("_FILE") for name in named}
    assert not named - {setting.name for setting in SETTINGS}


def test_every_setting_has_its_attribute() -> None:
    assert {setting.attribute for setting in SETTINGS} == set(Settings.__annotations__) - {"flask"}


def test_only_the_settings_read_the_environment() -> None:
    wrong = [
        f"{name_of(path)}:{node.lineno}"
        for path in source_files(*PACKAGES)
        if name_of(path) != "volunteer/core/config.py"
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
        if isinstance(node.value, ast.Name) and node.value.id == "os"
    ]
    assert not wrong, "\n".join(wrong)


def test_only_the_clock_reads_the_time() -> None:
    clocks = {"now", "today", "utcnow"}
    wrong = [
        f"{name_of(path)}:{node.lineno}"
        for path in source_files(*PACKAGES)
        if name_of(path) != "volunteer/core/clock.py"
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and node.attr in clocks
        if isinstance(node.value, ast.Name) and node.value.id in {"datetime", "date"}
    ]
    assert not wrong, "\n".join(wrong)
