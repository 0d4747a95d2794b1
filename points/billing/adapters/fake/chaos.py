"""What may go wrong between us and a payment service, decided by a seed so that a bad history can be played again."""

import random
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Fault(StrEnum):
    """One thing that goes wrong with one call."""

    NONE = "none"
    UNREACHABLE = "unreachable"
    """The request never arrives."""
    ANSWER_LOST = "answer_lost"
    """It takes effect; the answer does not arrive."""
    CONFLICT = "conflict"
    """409: another request with this key is under way. No effect."""
    TOO_MANY = "too_many"
    """429. No effect, not remembered."""
    FAILED = "failed"
    """500 without an effect, remembered under the key: the same key hears 500 for a day."""
    FAILED_AFTER = "failed_after"
    """500 although it took effect, remembered under the key."""


@dataclass
class Chaos:
    """How often things go wrong: `rate` of the calls (0 to 1), and what happens to webhooks on their way."""

    rate: float = 0.0
    seed: int = 0
    faults: tuple[Fault, ...] = tuple(Fault)[1:]
    duplicate: float = 0.0
    drop: float = 0.0
    late: float = 0.0
    """Of the webhooks: so many stay on their way until the next ones are sent."""
    shuffle: bool = False
    planned: list[Fault] = field(default_factory=list)
    """Faults for the next calls, one each, before chance decides."""

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)  # noqa: S311 - chance of a test, no secret
        self.waiting: list[Any] = []

    def next_fault(self) -> Fault:
        """What happens to the next call."""
        if self.planned:
            return self.planned.pop(0)
        if self.rate and self.random.random() < self.rate:
            return self.random.choice(self.faults)
        return Fault.NONE

    def on_their_way(self, deliveries: list[Any]) -> list[Any]:
        """Webhooks as they arrive: some twice, some late, some never, in any order."""
        arriving: list[Any] = []
        sent, self.waiting = [*self.waiting, *deliveries], []
        for one in sent:
            if self.late and self.random.random() < self.late:
                self.waiting.append(one)
                continue
            if self.random.random() < self.drop:
                continue
            arriving.extend([one, one] if self.random.random() < self.duplicate else [one])
        if self.shuffle:
            self.random.shuffle(arriving)
        return arriving
