"""What a request may hold, read from the SDK's own generated parameter types: stricter than their annotations.

Stripe generates these types from its API description for exactly the version that the SDK sends, so they are the
description at hand. Open enumerations (`Literal[...] | str`) are closed here: a misspelt word must not pass.
"""

import importlib
import re
import types
import typing
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

import typing_extensions
from stripe._request_options import RequestOptions
from stripe._stripe_object import UntypedStripeObject

_ONLY_FOR_TYPE_CHECKERS = {"StripeContext": object, "Mapping": dict}
"""Names in the annotations that the SDK's modules import only for type checkers."""


class BadParameter(ValueError):
    """A parameter that the API would refuse; `path` is its name as it was sent."""

    def __init__(self, path: str, words: str, code: str = "parameter_invalid") -> None:
        super().__init__(words)
        self.path, self.code = path, code


def checked(module: str, name: str, values: dict[str, Any]) -> dict[str, Any]:
    """`values` of a decoded form as the types of `stripe.params.<module>.<name>`, or `BadParameter`."""
    described = getattr(importlib.import_module(f"stripe.params.{module}"), name)
    return _typed_dict(described, values, "")


def _typed_dict(described: Any, values: Any, path: str) -> dict[str, Any]:
    if not isinstance(values, dict):
        raise BadParameter(path, "Invalid object", "parameter_invalid_object")
    hints = _hints(described)
    for key in values:
        if key not in hints:
            raise BadParameter(_join(path, key), "Received unknown parameter", "parameter_unknown")
    for key in sorted(described.__required_keys__ & hints.keys()):
        if key not in values:
            raise BadParameter(_join(path, key), "Missing required param", "parameter_missing")
    return {key: _value(hints[key], value, _join(path, key)) for key, value in values.items()}


@cache
def _hints(described: Any) -> dict[str, Any]:
    """The parameters of a request, without the options of the SDK that never reach the service."""
    names = {**vars(importlib.import_module(described.__module__)), **_ONLY_FOR_TYPE_CHECKERS}
    hints: dict[str, Any] = typing_extensions.get_type_hints(described, globalns=names)
    options = RequestOptions.__annotations__
    return {name: hint for name, hint in hints.items() if name not in options}


def _join(path: str, key: str) -> str:
    return f"{path}[{key}]" if path else key


def _value(kind: Any, value: Any, path: str) -> Any:
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        return _one_of(typing.get_args(kind), value, path)
    if origin is typing.Literal or origin is typing_extensions.Literal:
        return _literal(typing.get_args(kind), value, path)
    if origin is list:
        return _list(typing.get_args(kind)[0], value, path)
    if origin is dict or origin is UntypedStripeObject:
        return _dict(typing.get_args(kind)[-1], value, path)
    if typing_extensions.is_typeddict(kind):
        return _typed_dict(kind, value, path)
    return _plain(kind, value, path)


def _one_of(kinds: tuple[Any, ...], value: Any, path: str) -> Any:
    words = [kind for kind in kinds if typing.get_origin(kind) is typing.Literal]
    if any(set(typing.get_args(kind)) - {""} for kind in words):
        kinds = tuple(kind for kind in kinds if kind is not str)
    trouble: BadParameter | None = None
    for kind in kinds:
        try:
            return _value(kind, value, path)
        except BadParameter as problem:
            trouble = trouble if trouble and len(trouble.path) > len(problem.path) else problem
    assert trouble is not None
    raise trouble


def _literal(words: tuple[Any, ...], value: Any, path: str) -> Any:
    if value in words:
        return value
    raise BadParameter(path, f"Must be one of {', '.join(map(str, words))}")


def _list(kind: Any, value: Any, path: str) -> list[Any]:
    if not isinstance(value, list):
        raise BadParameter(path, "Invalid array", "parameter_invalid_array")
    return [_value(kind, one, f"{path}[{index}]") for index, one in enumerate(value)]


def _dict(kind: Any, value: Any, path: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadParameter(path, "Invalid object", "parameter_invalid_object")
    return {key: _value(kind, one, _join(path, key)) for key, one in value.items()}


def _plain(kind: Any, value: Any, path: str) -> Any:
    if not isinstance(value, str):
        raise BadParameter(path, f"Invalid {getattr(kind, '__name__', kind)}")
    if kind in (str, Any):
        return value
    if kind is bool and value in ("true", "false"):
        return value == "true"
    if kind is int and re.fullmatch(r"-?[0-9]{1,18}", value):
        return int(value)
    if kind in (float, Decimal):
        try:
            return kind(value)
        except (ValueError, InvalidOperation):
            pass
    raise BadParameter(
        path, f"Invalid {getattr(kind, '__name__', kind)}: {value}", "parameter_invalid_type"
    )
