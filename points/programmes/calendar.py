"""Days and years of a programme. All dates are handed in and are days in Asia/Tokyo."""

from dataclasses import dataclass
from datetime import date, timedelta

from points.programmes.dates import end_of_month, months_later
from points.programmes.exchange_terms import PayDateKind
from points.programmes.people_terms import Term
from points.programmes.rule_version import RuleVersion
from points.programmes.terms import ExpiryKind, MonthDay, VoidPolicy, YearKind


@dataclass(frozen=True, slots=True)
class ProgrammeYear:
    """One year of a programme: from `start` until before `end`. Cap rows are named by `start`."""

    start: date
    end: date

    @property
    def last_day(self) -> date:
        """The last day that belongs to the year."""
        return self.end - timedelta(days=1)


def programme_year_of(
    day: date, version: RuleVersion, enrolled_on: date | None = None
) -> ProgrammeYear:
    """The programme year a day lies in (Y1); that of a person enrolled first on `enrolled_on`."""
    first = _first_day(version, enrolled_on)
    start = first.in_year(day.year)
    if day < start:
        start = first.in_year(day.year - 1)
    return ProgrammeYear(start, first.in_year(start.year + 1))


def _first_day(version: RuleVersion, enrolled_on: date | None) -> MonthDay:
    if version.year_kind is YearKind.ANNIVERSARY and enrolled_on is not None:
        return MonthDay(enrolled_on.month, enrolled_on.day)
    return version.year_start


def expires_on(
    activity_on: date, version: RuleVersion, enrolled_on: date | None = None
) -> date | None:
    """The last day on which points for this activity can be exchanged; None when they never expire.

    Kind `months` runs until the end of the month, so that all points of a month share one lot
    (decision 5). Kind `fixed_day_next_year` counts calendar years (Yokohama: 31 December of the
    year after the activity).
    """
    expiry = version.expiry
    year = programme_year_of(activity_on, version, enrolled_on)
    if expiry.kind is ExpiryKind.END_OF_YEAR:
        return year.last_day
    if expiry.kind is ExpiryKind.END_OF_NEXT_YEAR:
        return programme_year_of(year.end, version, enrolled_on).last_day
    if expiry.kind is ExpiryKind.FIXED_DAY_NEXT_YEAR and expiry.day:
        return expiry.day.in_year(activity_on.year + 1)
    if expiry.kind is ExpiryKind.MONTHS and expiry.months:
        return end_of_month(activity_on, expiry.months)
    return None


def carried_expires_on(
    expired_on: date, version: RuleVersion, enrolled_on: date | None = None
) -> date | None:
    """The new last day of points carried over from one; None in a programme where they never expire (V2)."""
    expiry = version.expiry
    if expiry.kind is ExpiryKind.NEVER:
        return None
    if expiry.kind is ExpiryKind.FIXED_DAY_NEXT_YEAR and expiry.day:
        return expiry.day.in_year(expired_on.year + 1)
    if expiry.kind is ExpiryKind.MONTHS and expiry.months:
        return end_of_month(expired_on, expiry.months)
    return programme_year_of(expired_on + timedelta(days=1), version, enrolled_on).last_day


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


def earned_until(day: date, version: RuleVersion) -> date | None:
    """The last day of activity whose points can be exchanged on `day`; None when all can (X3).

    It must be over: points of a fiscal year that are for the next one wait on 31 March itself.
    """
    last = version.exchange.earned_up_to
    if last is None:
        return None
    this_year = last.in_year(day.year)
    return this_year if this_year < day else last.in_year(day.year - 1)


def pays_on(
    requested_on: date, version: RuleVersion, enrolled_on: date | None = None
) -> date | None:
    """The first day on which a cash-out asked for on a day is paid; None as soon as it is ready (X4)."""
    rule = version.exchange.pay_date
    if rule.kind is PayDateKind.NEXT_MONTH:
        last = end_of_month(requested_on, 1)
        return last.replace(day=min(rule.day_of_month or 1, last.day))
    if rule.day is None:
        return None
    after = requested_on
    if rule.kind is PayDateKind.NEXT_YEAR:
        after = programme_year_of(requested_on, version, enrolled_on).last_day
    this_year = rule.day.in_year(after.year)
    return this_year if this_year > after else rule.day.in_year(after.year + 1)


def registration_ends_on(
    starts_on: date, version: RuleVersion, enrolled_on: date | None = None
) -> date | None:
    """The first day on which somebody who takes part from `starts_on` does so no longer unless renewed (E8)."""
    term = version.registration.term
    if term is Term.YEARS and version.registration.years:
        return months_later(starts_on, 12 * version.registration.years)
    if term is Term.PROGRAMME_YEAR:
        return programme_year_of(starts_on, version, enrolled_on or starts_on).end
    if term is Term.FISCAL_YEAR:
        april_1 = date(starts_on.year, 4, 1)
        return april_1 if starts_on < april_1 else date(starts_on.year + 1, 4, 1)
    return None


def exchange_lapses_on(left_on: date, version: RuleVersion) -> date | None:
    """The first day on which one who left may exchange no longer; None: as long as points live (E9)."""
    days = version.registration.exchange_lapses_after_days
    months = version.registration.exchange_lapses_after_months
    if days is not None:
        return left_on + timedelta(days=days)
    return None if months is None else months_later(left_on, months)
