"""The only reader of the clock: UTC in the database, Asia/Tokyo at the edges, periods half-open."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")


class _Hands:
    """Where the clock stands when a test or a demo has set it; None means the machine's time."""

    fixed: datetime | None = None


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _Hands.fixed or datetime.now(UTC)


def today() -> date:
    """The calendar day in Asia/Tokyo."""
    return to_tokyo(now()).date()


def to_tokyo(moment: datetime) -> datetime:
    """The same moment on a Japanese wall clock."""
    return moment.astimezone(TOKYO)


def from_tokyo(day: date, at: time = time(0)) -> datetime:
    """The UTC moment of a Japanese wall-clock time."""
    return datetime.combine(day, at, TOKYO).astimezone(UTC)


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """[start, end) of a Japanese calendar day, in UTC."""
    return from_tokyo(day), from_tokyo(day + timedelta(days=1))


def activity_date(planned_start: datetime) -> date:
    """The day an activity counts for: its planned start in Asia/Tokyo, also when it crosses midnight."""
    return to_tokyo(planned_start).date()


def month_of(day: date) -> date:
    """The first day of the month of `day`."""
    return day.replace(day=1)


def add_months(day: date, months: int) -> date:
    """The same day `months` later; the last day of the month where it does not exist."""
    index = day.year * 12 + day.month - 1 + months
    first = date(index // 12, index % 12 + 1, 1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return first.replace(day=min(day.day, (following - timedelta(days=1)).day))


def year_bounds(day: date, starts_on: str = "04-01") -> tuple[date, date]:
    """[first day, first day of the next) of the year beginning each `starts_on` ("MM-DD") that holds `day`."""
    month, month_day = (int(part) for part in starts_on.split("-"))
    start = date(day.year, month, month_day)
    if day < start:
        start = date(day.year - 1, month, month_day)
    return start, date(start.year + 1, month, month_day)


def fiscal_year(day: date, starts_on: str = "04-01") -> int:
    """The year in which the fiscal year of `day` began: 2026 for 2027-03-31 when it starts on 1 April."""
    return year_bounds(day, starts_on)[0].year


def fiscal_year_bounds(year: int, starts_on: str = "04-01") -> tuple[date, date]:
    """[first day, first day of the next) of the fiscal year that begins in `year`."""
    month, month_day = (int(part) for part in starts_on.split("-"))
    return date(year, month, month_day), date(year + 1, month, month_day)


def set(moment: datetime) -> None:  # noqa: A001 - reads as clock.set(…) in tests and the demo
    """Stop the clock at `moment` (aware); for tests and for filling a demo town."""
    if moment.tzinfo is None:
        raise ValueError("an aware datetime is needed")
    _Hands.fixed = moment.astimezone(UTC)


def advance(by: timedelta) -> None:
    """Move a stopped clock forward (or back)."""
    _Hands.fixed = now() + by


def reset() -> None:
    """Let the machine's time run again."""
    _Hands.fixed = None
