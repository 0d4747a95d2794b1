"""What is committed names no machine, no registry and no secret place."""

import re

from tests.architecture.tree import ROOT, committed_files, name_of

_REGISTRIES = re.compile(
    "|".join(
        re.escape(".".join(parts))
        for parts in (
            ("pypi", "org"),
            ("pythonhosted", "org"),
            ("npmjs", "org"),
            ("npmjs", "com"),
            ("debian", "org"),
            ("crates", "io"),
            ("unpkg", "com"),
            ("jsdelivr", "net"),
            ("googleapis", "com"),
        )
    )
)
_THIS_MACHINE = re.compile(r"(?<![\w.])/" + "(?:work|farm|home|root)/")
_TEXT = {
    ".py",
    ".html",
    ".css",
    ".js",
    ".md",
    ".txt",
    ".toml",
    ".cfg",
    ".in",
    ".json",
    ".csv",
    ".po",
    ".sh",
    "",
}


def _texts() -> list[tuple[str, str]]:
    return [
        (name_of(path), path.read_text(encoding="utf-8"))
        for path in committed_files()
        if path.suffix in _TEXT and "vendor" not in path.parts and "zengin" not in path.parts
    ]


def test_no_file_names_a_registry() -> None:
    assert not [
        (name, found.group()) for name, text in _texts() if (found := _REGISTRIES.search(text))
    ]


def test_no_file_names_a_path_of_some_machine() -> None:
    assert not [
        (name, found.group()) for name, text in _texts() if (found := _THIS_MACHINE.search(text))
    ]


def test_locks_name_hashes_and_no_place() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "--hash=sha256:" in text
        assert not re.search(r"https?://|--(extra-)?index-url|--find-links", text)


def test_the_dev_lock_contains_the_other() -> None:
    """So the tests run on what is served, and one environment does for both commands."""
    pins = {
        name: set(re.findall(r"^[\w.\[\]-]+==[^\s\\;]+", (ROOT / name).read_text(), re.MULTILINE))
        for name in ("requirements.txt", "requirements-dev.txt")
    }
    assert pins["requirements.txt"]
    assert pins["requirements.txt"] <= pins["requirements-dev.txt"]
