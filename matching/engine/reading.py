"""Small readers of JSON values that collect what is wrong, each mistake with its place in the file.

A reader takes a raw value and returns what it means, or raises `Wrong` with (place below it, words). Whoever calls a
reader puts the name of the place in front, so places cost nothing in a file without mistakes.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Reader = Callable[[Any], Any]

MISTAKES_MAX = 20
TEXT_MAX = 200
LIST_MAX = 10_000


class Wrong(Exception):
    """A value that is not what it should be."""

    def __init__(self, *mistakes: tuple[str, str]) -> None:
        super().__init__(mistakes)
        self.mistakes = mistakes


def wrong(words: str) -> Wrong:
    """One mistake in the value itself."""
    return Wrong(("", words))


class Notebook:
    """Mistakes found side by side."""

    def __init__(self) -> None:
        self.mistakes: list[tuple[str, str]] = []

    @property
    def is_full(self) -> bool:
        """Whether it is of use to look on."""
        return len(self.mistakes) >= MISTAKES_MAX

    def note(self, place: str, words: str) -> None:
        """Write down a mistake."""
        self.mistakes.append((place, words))

    def read(self, place: str, reader: Reader, raw: Any) -> Any:
        """What the reader makes of it; None, with its mistakes written down, where it makes nothing."""
        try:
            return reader(raw)
        except Wrong as error:
            self.mistakes.extend((place + below, words) for below, words in error.mistakes)
            return None

    def close(self) -> None:
        """Raise what was found, if anything."""
        if self.mistakes:
            raise Wrong(*self.mistakes[:MISTAKES_MAX])


def shown(raw: Any) -> str:
    """A raw value in a few characters."""
    if isinstance(raw, dict | list):
        return "an object" if isinstance(raw, dict) else "a list"
    words = {True: "true", False: "false", None: "null"}.get(raw) if not _is_number(raw) else None
    text = words or repr(raw)
    return text if len(text) <= 40 else text[:37] + "..."


def _is_number(raw: Any) -> bool:
    return isinstance(raw, int | float) and not isinstance(raw, bool)


def whole(low: int, high: int) -> Reader:
    """A whole number within limits."""

    def read(raw: Any) -> int:
        if not isinstance(raw, int) or isinstance(raw, bool):
            raise wrong(f"must be a whole number, is {shown(raw)}")
        if not low <= raw <= high:
            raise wrong(f"must be from {low} to {high}, is {shown(raw)}")
        return raw

    return read


def number(raw: Any) -> float:
    """Any finite number."""
    if not _is_number(raw) or abs(raw) > 1e300:
        raise wrong(f"must be a number, is {shown(raw)}")
    return float(raw)


def flag(raw: Any) -> bool:
    """True or false."""
    if not isinstance(raw, bool):
        raise wrong(f"must be true or false, is {shown(raw)}")
    return raw


def text(raw: Any) -> str:
    """A short text."""
    if not isinstance(raw, str):
        raise wrong(f"must be a text, is {shown(raw)}")
    if len(raw) > TEXT_MAX:
        raise wrong(f"must have at most {TEXT_MAX} characters, has {len(raw)}")
    if any("\ud800" <= character <= "\udfff" for character in raw):
        raise wrong(f"holds half a character: {shown(raw)}")
    return raw


def name(raw: Any) -> str:
    """A short text that is not empty."""
    if not text(raw):
        raise wrong("must not be empty")
    return str(raw)


def one_of(kind: type[StrEnum]) -> Reader:
    """A value of an enumeration."""

    def read(raw: Any) -> StrEnum:
        try:
            return kind(raw)
        except ValueError:
            names = ", ".join(kind)
            raise wrong(f"must be one of {names}; is {shown(raw)}") from None

    return read


def optional(reader: Reader) -> Reader:
    """The same, or null for "not known"."""
    return lambda raw: None if raw is None else reader(raw)


def rows(reader: Reader, most: int = LIST_MAX) -> Reader:
    """A list of such values, as a tuple."""

    def read(raw: Any) -> tuple[Any, ...]:
        notebook, values = Notebook(), []
        for place, one in items_of(raw, most):
            values.append(notebook.read(place, reader, one))
            if notebook.is_full:
                break
        notebook.close()
        return tuple(values)

    return read


def items_of(raw: Any, most: int) -> Iterator[tuple[str, Any]]:
    """The places and values of a list."""
    if not isinstance(raw, list):
        raise wrong(f"must be a list, is {shown(raw)}")
    if len(raw) > most:
        raise wrong(f"must have at most {most} rows, has {len(raw)}")
    for number_, one in enumerate(raw):
        yield f"[{number_}]", one


def names(raw: Any) -> frozenset[str]:
    """A set of short texts, each once."""
    values = rows(name)(raw)
    found = frozenset(values)
    if len(found) != len(values):
        raise wrong("names something twice")
    return found


def pair(first: Reader, second: Reader) -> Reader:
    """A list of exactly two values."""

    def read(raw: Any) -> tuple[Any, Any]:
        if not isinstance(raw, list) or len(raw) != 2:
            raise wrong(f"must be a list of two, is {shown(raw)}")
        notebook = Notebook()
        both = notebook.read("[0]", first, raw[0]), notebook.read("[1]", second, raw[1])
        notebook.close()
        return both

    return read


@dataclass(frozen=True)
class Record:
    """An object of the file that becomes a dataclass: its keys, which of them must stand there, what fits together."""

    build: Callable[..., Any]
    readers: dict[str, Reader]
    needed: frozenset[str] = frozenset()
    judge: Callable[[Any], Iterator[tuple[str, str]]] | None = None
    """Mistakes of values that are right one by one: (place below the record, words)."""

    def __call__(self, raw: Any) -> Any:
        """The dataclass; keys that are absent take its defaults."""
        if not isinstance(raw, dict):
            raise wrong(f"must be an object, is {shown(raw)}")
        notebook = Notebook()
        for key in sorted(self.needed - raw.keys()):
            notebook.note("", f"lacks the key {key!r}")
        values = {}
        for key, value in raw.items():
            reader = self.readers.get(key)
            if reader is None:
                notebook.note(f".{shown(key)[1:-1]}", "is an unknown key")
            else:
                values[key] = notebook.read(f".{key}", reader, value)
        notebook.close()
        made = self.build(**values)
        for place, words in self.judge(made) if self.judge else ():
            notebook.note(place, words)
        notebook.close()
        return made


def counted(key: Reader, value: Reader) -> Reader:
    """An object with open keys: what → how often."""

    def read(raw: Any) -> dict[Any, Any]:
        if not isinstance(raw, dict) or len(raw) > LIST_MAX:
            raise wrong(f"must be an object of at most {LIST_MAX} keys, is {shown(raw)}")
        notebook, found = Notebook(), {}
        for raw_key, one in raw.items():
            place = f".{shown(raw_key)[1:-1]}"
            found[notebook.read(place, key, raw_key)] = notebook.read(place, value, one)
            if notebook.is_full:
                break
        notebook.close()
        return found

    return read


def digits(low: int, high: int) -> Reader:
    """A key that is a whole number: JSON knows keys only as texts."""

    def read(raw: Any) -> int:
        if not (isinstance(raw, str) and raw.isascii() and raw.isdecimal() and len(raw) <= 19):
            raise wrong(f"the key must be a whole number, is {shown(raw)}")
        if str(int(raw)) != raw:
            raise wrong(f"the key must be written without zeros in front, is {shown(raw)}")
        return int(whole(low, high)(int(raw)))

    return read
