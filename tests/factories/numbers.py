"""Numbers that no other worker gives out: the databases which tests copy are filled by whoever comes first."""

from collections.abc import Iterator
from itertools import count

from tests.databases import WORKER

APART = 10_000


def numbers() -> Iterator[int]:
    """1, 2, 3 … in the main process, 10,001 … in the first worker, 20,001 … in the second."""
    digits = "".join(one for one in WORKER if one.isdecimal())
    return count(1 + APART * (int(digits) + 1 if digits else 0))
