"""What a person is told about their records; whoever has no e-mail is told by the desk."""

from typing import Any

from matching.false_records.models import FalseRecordCase
from matching.false_records.queries import Chosen
from points.bank_accounts.notices import write_to

FOLDER = "matching/false_records"


def tell(case: FalseRecordCase, what: str, items: list[Chosen], **params: Any) -> None:
    """Queue the message `what` once per case."""
    days = [{"day": one.activity_on.isoformat(), "title": one.title} for one in items]
    write_to(
        case.person,
        f"{FOLDER}/{what}",
        f"{FOLDER}/{what}:{case.id}",
        {"records": days, "why": case.reason.value, **params},
    )
