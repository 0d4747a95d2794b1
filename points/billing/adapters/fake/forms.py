"""Form bodies as Stripe's SDK sends them: `a[b][0]=c` becomes {"a": {"b": ["c"]}}."""

import re
from typing import Any
from urllib.parse import parse_qsl

_PART = re.compile(r"\[([^\[\]]*)\]")


class Malformed(ValueError):
    """A body that is no form of this kind."""


def decode(body: str) -> dict[str, Any]:
    """The nested values of a form or query string; every leaf is a string."""
    tree: dict[str, Any] = {}
    for name, value in parse_qsl(body, keep_blank_values=True):
        head, parts = name.split("[", 1)[0], _PART.findall(name)
        if "]" in head or name != head + "".join(f"[{part}]" for part in parts):
            raise Malformed(name)
        _put(tree, [head, *parts], value, name)
    return {key: _listed(value) for key, value in tree.items()}


def _put(tree: dict[str, Any], path: list[str], value: str, name: str) -> None:
    for part in path[:-1]:
        tree = tree.setdefault(part, {})
        if not isinstance(tree, dict):
            raise Malformed(name)
    key = path[-1] if path[-1] else str(len(tree))
    if key in tree:
        raise Malformed(f"{name} twice")
    tree[key] = value


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {key: _listed(one) for key, one in value.items()}
    if inner and set(inner) == {str(index) for index in range(len(inner))}:
        return [inner[str(index)] for index in range(len(inner))]
    return inner
