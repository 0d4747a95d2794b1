"""The list of erasures beside the database: a restored copy does not know those that came after it. Pure but for files.

One line an erasure: number of the party, when it was made, when it was erased. It holds no personal data.
"""

import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from volunteer.privacy.queries import ErasureLine

FILE_NAME = "erasures.csv"


def read_lines(path: Path) -> list[ErasureLine]:
    """The erasures in the file, none when there is no file. Raises `ValueError` for a line that is none."""
    if not path.exists():
        return []
    lines = path.read_text(encoding="ascii").splitlines()
    return [_read(line, number) for number, line in enumerate(lines, 1) if line.strip()]


def _read(line: str, number: int) -> ErasureLine:
    try:
        party_id, created_at, erased_at = line.split(",")
        return ErasureLine(
            int(party_id), datetime.fromisoformat(created_at), datetime.fromisoformat(erased_at)
        )
    except ValueError as error:
        raise ValueError(f"line {number} is no erasure") from error


def add_lines(path: Path, lines: Iterable[ErasureLine]) -> int:
    """Add what the file does not hold yet, on disk before this returns; how many."""
    known = {(one.party_id, one.created_at) for one in read_lines(path)}
    new = [one for one in lines if (one.party_id, one.created_at) not in known]
    if new:
        with path.open("a", encoding="ascii") as file:
            for one in new:
                file.write(
                    f"{one.party_id},{one.created_at.isoformat()},{one.erased_at.isoformat()}\n"
                )
            file.flush()
            os.fsync(file.fileno())
    return len(new)
