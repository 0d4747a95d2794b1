"""What is wrong with a file of activities or people: every mistake with file, line and column."""

from dataclasses import dataclass

from points.programmes.wording import Wording

MOST = 20
"""So many mistakes are told; who has more mends these first."""


@dataclass(frozen=True, slots=True)
class Place:
    """One mistake. `column` is empty where the whole line or file is meant."""

    file: str
    line: int
    column: str
    wording: Wording

    def __str__(self) -> str:
        at = f"{self.file}:{self.line}: " if self.line else f"{self.file}: "
        return f"{at}{self.column}: {self.wording}" if self.column else f"{at}{self.wording}"


class FileMistakes(ValueError):
    """The file cannot be used; nothing has been written."""

    def __init__(self, mistakes: list[Place]) -> None:
        self.mistakes = mistakes
        super().__init__("\n".join(str(one) for one in mistakes))
