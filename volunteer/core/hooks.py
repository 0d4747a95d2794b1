"""Upward calls: a closed list of named lists, filled by the wiring.py files, called inside the same transaction.

A lower package never imports a higher one; where it must reach up, the higher one has put a function here.
A new list needs a decision note (docs/decisions/). tests/architecture compares the names.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class NavigationItem:
    """A line of a menu: for whom (`place`: member, organization, desk, person), where to, and what it says."""

    place: str
    endpoint: str
    label: Any
    icon: str
    position: int
    roles: frozenset[str] = frozenset()
    """Staff roles that see it; empty means every role of that place."""
    also: tuple[str, ...] = ()
    """Blueprints whose pages belong to it wherever their addresses lie."""


@dataclass(frozen=True)
class WaitingItem:
    """One thing that waits for a decision of the staff (要対応)."""

    kind: str
    label: Any
    subject: str
    url: str
    due_at: datetime | None
    roles: frozenset[str]
    icon: str = "clock"


@dataclass(frozen=True)
class WaitingTotal:
    """Many things that are told in one line: the totals of all features are read in one statement."""

    kind: str
    counted: Callable[[], Any]
    """The statement for (how many, since when the oldest waits)."""
    label: Callable[[int], Any]
    """What the line says of so many."""
    endpoint: str
    icon: str
    roles: frozenset[str]


@dataclass(frozen=True)
class WaitingSource:
    """Where waiting things come from, and for which roles; others are not even asked."""

    roles: frozenset[str]
    collect: Callable[[], list[WaitingItem]] = list
    totals: tuple[WaitingTotal, ...] = ()


@dataclass(frozen=True)
class Finding:
    """What a check found wrong: which rule, which row, in words."""

    rule: str
    row: str
    words: str


@dataclass(frozen=True)
class OwnRecords:
    """One part of what is stored about a person, in words that they can read."""

    name: str
    """The key in the file, such as `cash_outs`."""
    title: Any
    rows: list[list[tuple[Any, Any]]]
    """Each record as (label, value) pairs; values are words as they are shown, empty ones are left out."""


@dataclass(frozen=True)
class OwnDataSource:
    """Who tells what is stored about a person, and on which page of their records it stands."""

    tab: str
    label: Any
    """The words on the tab; the same for all of one tab."""
    provide: Callable[[int], list[OwnRecords]]
    is_bank_data: bool = False
    """Not even read for what the desk prints: its staff see no bank data."""


@dataclass(frozen=True)
class ErasureHindrance:
    """What stands against erasing a person, or what they lose by it."""

    words: Any
    is_final: bool
    """Nothing is erased before this is settled; otherwise it is lost, and the person is told so first."""


@dataclass
class Hooks:
    """The closed list."""

    navigation: list[NavigationItem] = field(default_factory=list)
    jobs: list[Any] = field(default_factory=list)
    verify: list[Callable[[], list[Finding]]] = field(default_factory=list)
    waiting_items: list[WaitingSource] = field(default_factory=list)
    own_data: list[OwnDataSource] = field(default_factory=list)
    before_erasing: list[Callable[[int], list[ErasureHindrance]]] = field(default_factory=list)
    erase_person: list[Callable[[int], None]] = field(default_factory=list)
    qualification_kinds: list[Callable[[], dict[str, str]]] = field(default_factory=list)
    notice_kinds: list[tuple[str, Any]] = field(default_factory=list)
    """Folder of mails ("points/redemption") and what its messages are about, in words."""
    category_names: list[Callable[[], dict[str, str]]] = field(default_factory=list)
    passbook_words: list[Callable[[int], dict[str, Any]]] = field(default_factory=list)
    """What a feature above the passbook says of lines that are its own, by the source of their journals."""
    charge_words: list[Callable[[list[str]], dict[str, Any]]] = field(default_factory=list)
    """What features above billing say of the sources of charges: title, page, as what the center collects."""
    person_registered: list[Callable[[int, int], None]] = field(default_factory=list)
    person_stopped: list[Callable[[int, str], None]] = field(default_factory=list)
    participation_moved: list[Callable[[int, str, int | None, str], None]] = field(
        default_factory=list
    )
    """(participation, new state, by whom, why): what hangs on a place follows it."""
    shift_changed: list[Callable[[int, frozenset[str]], None]] = field(default_factory=list)
    """(shift, names of what changed): whoever has promised something refuses, or follows."""


hooks = Hooks()


def add_once(target: list[Any], *items: Any) -> None:
    """Add what is not there yet: several applications in one process (tests) wire the same lists."""
    target.extend(item for item in items if item not in target)
