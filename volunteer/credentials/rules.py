"""Periods of ボランティア活動保険. Pure.

Source: 全国社会福祉協議会「ボランティア活動保険」: one fiscal year, 1 April–31 March; cover begins at 0:00 on the day
after the entry, on 1 April when entered before.
"""

from datetime import date, timedelta

YEAR_ENDS = (3, 31)
LONGEST_DAYS = 366


def default_cover(entered_on: date, covered_to: date | None = None) -> tuple[date, date]:
    """(first day, last day) to propose: from the day after the entry, or after the cover there is, to 31 March."""
    start = max(entered_on, covered_to or entered_on) + timedelta(days=1)
    end = date(start.year, *YEAR_ENDS)
    return start, end if start <= end else date(start.year + 1, *YEAR_ENDS)


def is_reasonable(covers_from: date, covers_to: date) -> bool:
    """Whether the period runs forward and is no longer than a year."""
    return covers_from <= covers_to and (covers_to - covers_from).days < LONGEST_DAYS
