"""Names on screens which everybody sees: tablets at the door, the QR of a venue. Pure."""

from collections import Counter
from collections.abc import Mapping


def masked(name: str) -> str:
    """A name on a screen that everybody sees: 小林 花子 → 小○ 花○."""
    return " ".join(f"{part[0]}○" for part in name.split())


def _with_family_name(name: str) -> str:
    family, *given = name.split()
    return " ".join((family, *(f"{part[0]}○" for part in given))) if given else masked(name)


def shown_names(names: Mapping[int, str], *, is_whole: bool) -> tuple[dict[int, str], set[int]]:
    """What people are called on a screen; and who of them looks like somebody else all the same.

    Masked, 小林 花子 and 小川 花江 are both 小○ 花○, and whoever has no card could not find their own line: such people
    are shown with the family name. Those of one name are told apart by their numbers.
    """
    shown = {one: name if is_whole else masked(name) for one, name in names.items()}
    if not is_whole:
        shown |= {one: _with_family_name(names[one]) for one in _alike(shown)}
    return shown, _alike(shown)


def _alike(shown: Mapping[int, str]) -> set[int]:
    often = Counter(shown.values())
    return {one for one, name in shown.items() if often[name] > 1}
