"""What happens in the demo town: bodies that ask, and what they ask for, read from data/scenes.toml. Pure."""

import tomllib
from dataclasses import dataclass
from datetime import time
from pathlib import Path

from matching.help_requests.states import Effort
from volunteer.organizations.states import OrganizationKind

FILE = Path(__file__).parent / "data" / "scenes.toml"


@dataclass(frozen=True)
class Body:
    """An organization of the demo town."""

    name: str
    kana: str
    kind: OrganizationKind
    area: str
    purpose: str


@dataclass(frozen=True)
class Scene:
    """A kind of request that comes again and again."""

    category: str
    body: int
    """Which body asks, from 0; -1 = a household, entered by staff, hosted by the center."""
    title: str
    description: str
    place: str
    starts: time
    minutes: int
    seats: int
    effort: Effort
    weekday: int
    """0 = Monday … 6 = Sunday."""
    months: tuple[int, ...]
    weight: int
    bring: str = ""
    dangers: str = ""

    @property
    def is_visit(self) -> bool:
        """Whether a household is visited."""
        return self.body < 0


def read() -> tuple[list[Body], list[Scene]]:
    """The bodies and scenes of the file."""
    with FILE.open("rb") as file:
        table = tomllib.load(file)
    bodies = [Body(**{**one, "kind": OrganizationKind(one["kind"])}) for one in table["bodies"]]
    scenes = [
        Scene(**{**one, "effort": Effort(one["effort"]), "months": tuple(one["months"])})
        for one in table["scenes"]
    ]
    return bodies, scenes
