"""Districts: names and a point on the map, for boards, statistics and travel."""

from sqlalchemy import Float, String
from sqlalchemy.orm import Mapped, mapped_column

from volunteer.core.db import Model


class Area(Model):
    """One district (地区). Coordinates in degrees, height in metres; both may be approximate."""

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    kana: Mapped[str] = mapped_column(String(80))
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    height_m: Mapped[int | None]
    share: Mapped[float | None] = mapped_column(Float)
    """Share of the population living here, 0–1; only the demo generator uses it."""
    position: Mapped[int]
