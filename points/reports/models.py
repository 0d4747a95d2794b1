"""What the center has set aside for exchanged points."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from volunteer.core.db import Model


class BudgetLine(Model):
    """The budget of a programme year (ポイント原資) as it was decided one day; the newest row counts. Frozen."""

    __table_args__ = (
        CheckConstraint("amount_yen >= 0", name="yen"),
        Index("ix_budget_line_year", "programme_id", "year_starts_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    year_starts_on: Mapped[date]
    amount_yen: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(String(400))
    """On which decision it rests."""
    entered_by_user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    entered_at: Mapped[datetime]
