"""The source tree as the architecture tests see it: files, syntax trees, calls."""

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("volunteer", "points", "matching")
_NAMED = re.compile(r"""(?:extends|include|import|from)\s+["']([^"']+)["']""")
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


def calls_in(path: Path, function: str) -> list[ast.Call]:
    """The calls in a function (or the methods of a class) of a file."""
    return [
        call
        for node in tree_of(path).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == function
        for call in ast.walk(node)
        if isinstance(call, ast.Call)
    ]


def where_defined(path: Path, call: ast.Call) -> tuple[Path, str] | None:
    """The file and name of what is called, when it is a function of ours."""
    name = called(call)
    function = call.func
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
        module = _imported(path).get(function.value.id)
    elif isinstance(function, ast.Name):
        module, _, original = _imported(path).get(name, "").rpartition(".")
        if not module:
            return path, name
        name = original
    else:
        return None
    file = ROOT / f"{(module or '').replace('.', '/')}.py"
    return (file, name) if module and file.exists() else None


@cache
def _imported(path: Path) -> dict[str, str]:
    """What the imported names of a file stand for, dotted."""
    names = {}
    for node in tree_of(path).body:
        if isinstance(node, ast.ImportFrom):
            names.update({a.asname or a.name: f"{node.module}.{a.name}" for a in node.names})
        elif isinstance(node, ast.Import):
            names.update({a.asname: a.name for a in node.names if a.asname})
    return names


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


def parts() -> set[str]:
    """Templates that other templates extend, include or import."""
    return {
        name for path in templates() for name in _NAMED.findall(path.read_text(encoding="utf-8"))
    }
