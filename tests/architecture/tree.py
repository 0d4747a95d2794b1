"""The source tree as the architecture tests see it: files, syntax trees, calls."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("volunteer", "points", "matching")
_FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef


def name_of(path: Path) -> str:
    """A path as it is written in messages."""
    return path.relative_to(ROOT).as_posix()


@cache
def source_files(*folders: str) -> tuple[Path, ...]:
    """Python files below these folders of the tree, or all of ours."""
    chosen = folders or (*PACKAGES, "tests", "migrations", "bench")
    found = [path for folder in chosen for path in sorted((ROOT / folder).rglob("*.py"))]
    return (*found, ROOT / "wsgi.py") if not folders else tuple(found)


@cache
def tree_of(path: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def functions_of(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a file, methods and inner ones too."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, _FUNCTION):
            yield node


def imports_of(node: ast.AST) -> Iterator[tuple[str, int]]:
    """(module, line) of every import below `node`; relative imports are not ours."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Import):
            yield from ((alias.name, inner.lineno) for alias in inner.names)
        elif isinstance(inner, ast.ImportFrom):
            yield inner.module or "", inner.lineno


def texts_called(node: ast.AST, *names: str) -> Iterator[tuple[str, int]]:
    """The first argument of calls of `names`, where it is a plain text."""
    for inner in ast.walk(node):
        if not isinstance(inner, ast.Call) or not inner.args:
            continue
        first = inner.args[0]
        if (
            called(inner) in names
            and isinstance(first, ast.Constant)
            and isinstance(first.value, str)
        ):
            yield first.value, inner.lineno


def called(call: ast.Call) -> str:
    """The last name of what is called: `act_once` for `forms.act_once(…)`."""
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


@cache
def committed_files() -> tuple[Path, ...]:
    """What git keeps; everything but what it ignores."""
    answer = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = (ROOT / line for line in answer.stdout.splitlines())
    return tuple(path for path in paths if path.is_file())


def templates() -> list[Path]:
    """Every template."""
    return sorted(path for path in (ROOT / "templates").rglob("*") if path.is_file())
