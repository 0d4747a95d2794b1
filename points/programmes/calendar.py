"""Days and years of a programme. All dates are handed in and are days in Asia/Tokyo."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from points.programmes.rule_version import RuleVersion
from points.programmes.terms import ExpiryKind, VoidPolicy


@dataclass(frozen=True, slots=True)
class ProgrammeYear:
    """One year of a programme: from `start` until before `end`. Cap rows are named by `start`."""

    start: date
    end: date

    @property
    def last_day(self) -> date:
        """The last day that belongs to the year."""
        return self.end - timedelta(days=1)


def programme_year_of(day: date, version: RuleVersion) -> ProgrammeYear:
    """The programme year a day lies in (Y1)."""
    start = version.year_start.in_year(day.year)
    if day < start:
        start = version.year_start.in_year(day.year - 1)
    return ProgrammeYear(start, version.year_start.in_year(start.year + 1))


def expires_on(activity_on: date, version: RuleVersion) -> date | None:
    """The last day on which points for this activity can be exchanged; None when they never expire.

    Kind `months` runs until the end of the month, so that all points of a month share one lot
    (decision 5). Kind `fixed_day_next_year` counts calendar years (Yokohama: 31 December of the
    year after the activity).
    """
    expiry = version.expiry
    year = programme_year_of(activity_on, version)
    if expiry.kind is ExpiryKind.END_OF_YEAR:
        return year.last_day
    if expiry.kind is ExpiryKind.END_OF_NEXT_YEAR:
        return programme_year_of(year.end, version).last_day
    if expiry.kind is ExpiryKind.FIXED_DAY_NEXT_YEAR and expiry.day:
        return expiry.day.in_year(activity_on.year + 1)
    if expiry.kind is ExpiryKind.MONTHS and expiry.months:
        return _end_of_month(activity_on, expiry.months)
    return None


def _end_of_month(day: date, months: int) -> date:
    """The last day of the month which is `months` after the month of `day`."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, monthrange(year, month)[1])


def expires_on_after_void(
    lot_expires_on: date | None, voided_on: date, version: RuleVersion
) -> date | None:
    """The last valid day of points which a withdrawn or rejected cash-out gives back.

    Before today it means that they expire at once: the programme did not choose to extend.
    """
    if lot_expires_on is None or lot_expires_on >= voided_on:
        return lot_expires_on
    if version.expiry.void_while_held is VoidPolicy.EXTEND:
        return voided_on + timedelta(days=version.expiry.extend_days)
    return lot_expires_on


def is_window_open(day: date, version: RuleVersion) -> bool:
    """Whether an exchange may be asked for on this day (X3). A window may run across New Year."""
    window = version.exchange.window
    if window is None:
        return True
    first, last = window.first_day.in_year(day.year), window.last_day.in_year(day.year)
    if first <= last:
        return first <= day <= last
    return day >= first or day <= last


def next_window_opens(day: date, version: RuleVersion) -> date:
    """The first day from `day` on at which the window is open."""
    if is_window_open(day, version) or version.exchange.window is None:
        return day
    first = version.exchange.window.first_day.in_year(day.year)
    return first if first > day else version.exchange.window.first_day.in_year(day.year + 1)
