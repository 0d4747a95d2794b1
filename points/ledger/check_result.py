"""What a run of the check leaves behind, as the one line that stays with the run of the job."""

import re
from dataclasses import dataclass

from volunteer.core.hooks import Finding

LINE_MAX = 400
_LINE = re.compile(r"up to journal (\d+): (\d+) rules broken(?:; first (.+?) \| (.+?) \| (.*))?")


@dataclass(frozen=True)
class CheckResult:
    """How far a check looked, how many rules it found broken, the first row of it."""

    head: int
    broken: int
    first: Finding | None

    def line(self) -> str:
        """For the run of the job; long words are cut."""
        line = f"up to journal {self.head}: {self.broken} rules broken"
        if self.first is None:
            return line
        return f"{line}; first {self.first.rule} | {self.first.row} | {self.first.words}"[:LINE_MAX]


def read_line(line: str) -> CheckResult | None:
    """The result a line tells; None where the run broke before it had one."""
    found = _LINE.fullmatch(line)
    if found is None:
        return None
    head, broken, rule, row, words = found.groups()
    return CheckResult(int(head), int(broken), Finding(rule, row, words) if rule else None)
