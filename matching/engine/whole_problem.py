"""A whole problem file: each row for itself, then what rows say of each other."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from typing import Any

from matching.engine.contents import (
    ASSIGNMENT,
    ID_MAX,
    PAIRS_MAX,
    POLICY,
    SHIFT,
    SHIFTS_MAX,
    VOLUNTEER,
    VOLUNTEERS_MAX,
    an_id,
    monday,
)
from matching.engine.model import Problem
from matching.engine.reading import (
    MISTAKES_MAX,
    Notebook,
    Reader,
    Wrong,
    items_of,
    pair,
    shown,
    whole,
)

Mistakes = Iterator[tuple[str, str]]
Pair = tuple[int, int]

KEYS = frozenset(field.name for field in fields(Problem))
NEEDED = ("origin", "shifts", "volunteers")


def problem_of(raw: dict[str, Any]) -> Problem:
    """The whole problem: each row for itself, then what rows say of each other."""
    notebook = Notebook()
    for key in NEEDED:
        if key not in raw:
            notebook.note("", f"lacks the key {key!r}")
    for key in sorted(raw.keys() - KEYS):
        notebook.note(shown(key)[1:-1], "is an unknown key")
    values = _values(notebook, raw)
    notebook.mistakes.extend(_between(values, raw))
    notebook.mistakes = notebook.mistakes[:MISTAKES_MAX]
    notebook.close()
    return Problem(
        **{
            **values,
            "no_go": frozenset(values["no_go"]),
            "dropped": frozenset(values["dropped"]),
            "apart": frozenset(tuple(sorted(two)) for two in values["apart"]),
        }
    )


def _values(notebook: Notebook, raw: dict[str, Any]) -> dict[str, Any]:
    two = pair(an_id, an_id)
    lists: tuple[tuple[str, Callable[[Any], Any], int], ...] = (
        ("volunteers", VOLUNTEER, VOLUNTEERS_MAX),
        ("shifts", SHIFT, SHIFTS_MAX),
        ("published", ASSIGNMENT, PAIRS_MAX),
        ("no_go", two, PAIRS_MAX),
        ("apart", two, PAIRS_MAX),
        ("dropped", two, PAIRS_MAX),
    )
    single: dict[str, Reader] = {"origin": monday, "policy": POLICY, "seed": whole(0, ID_MAX)}
    values: dict[str, Any] = {
        key: notebook.read(key, reader, raw[key]) for key, reader in single.items() if key in raw
    }
    for key, reader, most in lists:
        values[key] = tuple(_partly(notebook, key, reader, raw.get(key, []), most))
    return values


def _between(values: dict[str, Any], raw: dict[str, Any]) -> Mistakes:
    """What is wrong between rows: ids twice or unknown, pairs that contradict each other."""
    yield from _once("volunteers", values["volunteers"])
    yield from _once("shifts", values["shifts"])
    people, work = _ids(raw.get("volunteers", [])), _ids(raw.get("shifts", []))
    rows_ = [(row.volunteer, row.shift) if row else None for row in values["published"]]
    yield from _known("published", rows_, ("volunteer", people), ("shift", work))
    yield from _twice("published", rows_)
    yield from _known("no_go", values["no_go"], ("volunteer", people), None)
    yield from _known("dropped", values["dropped"], ("volunteer", people), ("shift", work))
    yield from _known("apart", values["apart"], ("volunteer", people), ("volunteer", people))
    for number_, two in enumerate(values["apart"]):
        if two and two[0] == two[1]:
            yield f"apart[{number_}]", f"names volunteer {two[0]} twice"
    dropped = set(values["dropped"])
    for number_, row in enumerate(values["published"]):
        if row and row.is_pinned and (row.volunteer, row.shift) in dropped:
            pair_ = f"volunteer {row.volunteer}, shift {row.shift}"
            yield f"published[{number_}]", f"contradicts itself: {pair_} is pinned and dropped"


def _once(place: str, found: Sequence[Any]) -> Mistakes:
    first: dict[int, int] = {}
    for number_, row in enumerate(found):
        if row is not None and first.setdefault(row.id, number_) != number_:
            yield f"{place}[{number_}]", f"has the id {row.id} of {place}[{first[row.id]}]"


def _twice(place: str, found: Sequence[Pair | None]) -> Mistakes:
    first: dict[Pair, int] = {}
    for number_, two in enumerate(found):
        if two is not None and first.setdefault(two, number_) != number_:
            yield f"{place}[{number_}]", f"is the same pair as {place}[{first[two]}]"


def _known(
    place: str,
    found: Sequence[Pair | None],
    one: tuple[str, set[int]],
    other: tuple[str, set[int]] | None,
) -> Mistakes:
    for number_, two in enumerate(found):
        for value, side in zip(two or (), (one, other), strict=False):
            if side is not None and value not in side[1]:
                yield f"{place}[{number_}]", f"names {side[0]} {value}, which is not in the file"


def _partly(notebook: Notebook, place: str, reader: Reader, raw: Any, most: int) -> list[Any]:
    """The rows of a list that can be read, None for the others, whose mistakes are written down."""
    found: list[Any] = []
    try:
        for where, one in items_of(raw, most):
            found.append(notebook.read(f"{place}{where}{_id_of(one)}", reader, one))
            if notebook.is_full:
                break
    except Wrong as error:
        notebook.mistakes.extend((place + below, words) for below, words in error.mistakes)
    return found


def _id_of(raw: Any) -> str:
    """The id beside the number of the row: people look for it in their own lists."""
    one = raw.get("id") if isinstance(raw, dict) else None
    return f" (id {one})" if isinstance(one, int) and 0 < one <= ID_MAX else ""


def _ids(raw: Any) -> set[Any]:
    """The ids in a list, also of rows with other mistakes: such a row is not an unknown one."""
    found = {row.get("id") for row in raw if isinstance(row, dict)} if _hashable(raw) else set()
    return {one for one in found if isinstance(one, int)}


def _hashable(raw: Any) -> bool:
    return isinstance(raw, list) and all(
        not isinstance(row, dict) or not isinstance(row.get("id"), dict | list) for row in raw
    )
