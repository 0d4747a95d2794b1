"""The parts of a rule version about turning points into money (X1–X7): enums and frozen values."""

from dataclasses import dataclass
from enum import StrEnum

from points.programmes.terms import MonthDay


class PayDateKind(StrEnum):
    """When a cash-out that was asked for is paid (X4)."""

    WHEN_READY = "when_ready"
    NEXT_MONTH = "next_month"
    YEARLY = "yearly"
    NEXT_YEAR = "next_year"


class ProxyPolicy(StrEnum):
    """Whether somebody else may ask for a person's exchange (X6)."""

    NONE = "none"
    WITH_MANDATE = "with_mandate"


@dataclass(frozen=True, slots=True)
class FixedStep:
    """One line of a fixed table: exactly so many points for so many yen."""

    points: int
    yen: int


@dataclass(frozen=True, slots=True)
class ExchangeMethod:
    """A form of payout with its own rate: `yen` for every `points`, in whole numbers, or a fixed table (X2).

    `minimum_points` and `unit_points` are this method's own, already filled from the programme's. `targets` are
    those a donation may go to (X7).
    """

    code: str
    yen: int
    points: int
    minimum_points: int
    unit_points: int
    table: tuple[FixedStep, ...] = ()
    targets: tuple[str, ...] = ()

    @property
    def least(self) -> tuple[int, int]:
        """The fewest points that can be exchanged at once, and their yen."""
        if self.table:
            return self.table[0].points, self.table[0].yen
        points = -(-self.minimum_points // self.unit_points) * self.unit_points
        return points, points * self.yen // self.points


@dataclass(frozen=True, slots=True)
class Window:
    """The days of every year on which an exchange may be asked for, both included (X3)."""

    first_day: MonthDay
    last_day: MonthDay


@dataclass(frozen=True, slots=True)
class PayDate:
    """The first day on which a cash-out is paid: a day of the next month, or a day of the year."""

    kind: PayDateKind = PayDateKind.WHEN_READY
    day_of_month: int | None = None
    day: MonthDay | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """How points become money. No window means all year; `earned_up_to` leaves younger points for later."""

    minimum_points: int
    unit_points: int
    methods: tuple[ExchangeMethod, ...]
    window: Window | None
    earned_up_to: MonthDay | None = None
    pay_date: PayDate = PayDate()
    attachments: tuple[str, ...] = ()
    decision_notice: bool = False
    proxy: ProxyPolicy = ProxyPolicy.WITH_MANDATE
