"""The result of a check as one line, and back."""

from points.ledger.check_result import LINE_MAX, CheckResult, read_line
from volunteer.core.hooks import Finding


def test_the_line_of_a_check_can_be_read_again() -> None:
    row = Finding("I3 balance", "ledger_account:3", "is 3; should be 4 | see 5")
    for result in (CheckResult(0, 0, None), CheckResult(5245, 2, row)):
        assert read_line(result.line()) == result
    long = CheckResult(1, 1, Finding("I1", "row:1", "x" * 500)).line()
    assert len(long) == LINE_MAX
    assert read_line(long) is not None
    assert read_line("ZeroDivisionError") is None
