"""Templates: each is used and exists, names nothing above it, and holds nothing the content policy forbids."""

import ast
import re
from pathlib import Path

from flask import Flask

from tests.architecture.test_vendor import NAMES_A_HOST
from tests.architecture.tree import (
    PACKAGES,
    ROOT,
    name_of,
    parts,
    source_files,
    templates,
    texts_called,
    tree_of,
)

FOLDER = ROOT / "templates"
SHARED = {"layouts", "components", "errors"}
_ENDPOINT = re.compile(r"""url_for\(\s*["']([\w.]+)["']""")
_ASKED = re.compile(r"""has_page\(\s*["']([\w.]+)["']""")
_SCRIPT = re.compile(
    r"<script(?![^>]*\bsrc=)[^>]*>|\son[a-z]+\s*=\s*[\"']|javascript:", re.IGNORECASE
)
_STYLE = re.compile(r"<style\b|\sstyle\s*=\s*[\"']", re.IGNORECASE)
_HOST = re.compile(r"(?:https?:)?//[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.IGNORECASE)
NOT_FETCHED = ("http://www.w3.org/", "https://www.w3.org/")
"""Names of vocabularies, which no browser opens."""


def _used() -> set[str]:
    """Templates that code or other templates name in full."""
    names = parts()
    for path in source_files(*PACKAGES):
        text = path.read_text(encoding="utf-8")
        names |= set(re.findall(r"""["']([\w/-]+\.(?:html|txt|xml|csv))["']""", text))
    return names


def _composed() -> list[re.Pattern[str]]:
    """Names that code puts together, `f"{FOLDER}/{page}.html"`, as patterns."""
    patterns = set()
    for path in source_files(*PACKAGES):
        fixed = _constants(tree_of(path))
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.JoinedStr):
                patterns.add("".join(_pattern_of(part, fixed) for part in node.values))
    return [re.compile(pattern) for pattern in patterns if re.match(r"\w+/", pattern)]


def _constants(module: ast.Module) -> dict[str, str]:
    return {
        target.id: str(node.value.value)
        for node in module.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _pattern_of(part: ast.expr, fixed: dict[str, str]) -> str:
    if isinstance(part, ast.Constant):
        return re.escape(str(part.value))
    value = part.value if isinstance(part, ast.FormattedValue) else part
    known = fixed.get(value.id) if isinstance(value, ast.Name) else None
    return re.escape(known) if known else r"[\w/-]+"


def _is_used(name: str, used: set[str], code: str, composed: list[re.Pattern[str]]) -> bool:
    """Mails are named without folder and ending: queue("volunteer/users/sign_in_code", …)."""
    short = name.removeprefix("mail/").removesuffix(".txt")
    return (
        name in used
        or f'"{short}"' in code
        or any(one.fullmatch(name) or one.fullmatch(short) for one in composed)
    )


def test_every_template_is_used() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in source_files(*PACKAGES))
    used, composed = _used(), _composed()
    names = [path.relative_to(FOLDER).as_posix() for path in templates()]
    left = [name for name in names if not _is_used(name, used, code, composed)]
    assert not left, "\n".join(left)


def test_every_named_template_exists() -> None:
    mine = {path.relative_to(FOLDER).as_posix() for path in templates()}
    wrong = sorted({name for name in _used() if name.endswith(".html") and "/" in name} - mine)
    assert not wrong, "\n".join(wrong)


def test_every_template_compiles(app: Flask) -> None:
    names = [path.relative_to(FOLDER).as_posix() for path in templates()]
    assert names
    assert [app.jinja_env.get_template(name).name for name in names] == names


def test_every_endpoint_in_a_template_exists_and_lies_no_higher(app: Flask) -> None:
    """Shared templates may ask `has_page` first; those of a package name endpoints of it and of lower ones."""
    wrong = []
    for path in templates():
        text = _without_comments(path)
        owner = path.relative_to(FOLDER).parts
        package = owner[1] if owner[0] == "mail" else owner[0]
        reach = PACKAGES.index(package) if package in PACKAGES else 0
        for endpoint in set(_ENDPOINT.findall(text)) - {"static"}:
            if package not in PACKAGES and endpoint in _ASKED.findall(text):
                continue
            if endpoint not in app.view_functions:
                wrong.append(f"{name_of(path)}: no endpoint {endpoint}")
            elif PACKAGES.index(_package_of(app, endpoint)) > reach:
                wrong.append(f"{name_of(path)}: {endpoint} lies above it")
    assert not wrong, "\n".join(wrong)


def test_no_code_names_a_higher_endpoint(app: Flask) -> None:
    wrong = [
        f"{name_of(path)}:{line} {endpoint}"
        for path in source_files(*PACKAGES)
        for endpoint, line in texts_called(tree_of(path), "url_for")
        if endpoint in app.view_functions and endpoint != "static"
        if PACKAGES.index(_package_of(app, endpoint))
        > PACKAGES.index(path.relative_to(ROOT).parts[0])
    ]
    assert not wrong, "\n".join(wrong)


def _package_of(app: Flask, endpoint: str) -> str:
    return str(app.view_functions[endpoint].__module__).split(".")[0]


def test_no_page_holds_what_the_content_policy_forbids() -> None:
    wrong = []
    for path in templates():
        text = path.read_text(encoding="utf-8")
        wrong += [
            f"{name_of(path)}: {found}" for found in _SCRIPT.findall(text) + _STYLE.findall(text)
        ]
    assert not wrong, "\n".join(wrong)


def test_no_page_names_another_host() -> None:
    """Also in style sheets and scripts; only licence texts of what we carry with us may."""
    wrong = []
    for path in [*templates(), *_static_texts()]:
        text = _without_comments(path)
        wrong += [
            f"{name_of(path)}: {found}"
            for found in _HOST.findall(text)
            if not found.startswith(NOT_FETCHED)
            and found not in {"//www.w3.org", "http://www.w3.org"}
        ]
    assert not wrong, "\n".join(wrong)


def _static_texts() -> list[Path]:
    endings = {".css", ".js", ".svg", ".html", ".webmanifest"}
    found = [path for path in sorted((ROOT / "static").rglob("*")) if path.suffix in endings]
    return [path for path in found if path not in NAMES_A_HOST]


def _without_comments(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    if path.suffix in {".css", ".js"}:
        text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
        text = re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE)
    return re.sub(r"\{#.*?#\}|<!--.*?-->", "", text, flags=re.DOTALL)
