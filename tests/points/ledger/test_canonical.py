"""The text of a posting in the chain never changes: seals of earlier years must still be found right."""

import json
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from points.ledger.seals import _canonical
from points.ledger.states import JournalKind, Unit
from points.ledger.walk import FACTS


def row_of(**values: Any) -> Any:
    names = [one.name for one in FACTS.selected_columns]
    shape = NamedTuple("Row", [(name, Any) for name in names])  # type: ignore[misc]
    return shape(**{name: values.get(name) for name in names})


def test_a_posting_reads_as_it_was_sealed() -> None:
    row = row_of(
        id=7, journal_id=5, seq=1, from_account_id=1, to_account_id=9, amount=500, key='a"ゆき\\\n',
        request_hash="f" * 8, kind=JournalKind.CREDIT, unit=Unit.POINTS, holder_id=3, programme_id=1,
        effective_on=date(2026, 11, 21), recorded_at=datetime(2026, 11, 21, 0, 5, 7, 9, tzinfo=UTC),
        reason="", source="attendance:12",
    )  # fmt: skip
    as_sealed = [
        "posting/1", "7", "5", "1", "1", "9", "500", 'a"ゆき\\\n', "ffffffff", "credit", "points", "3",
        "1", "None", "None", "2026-11-21", "2026-11-21T09:05:07.000009+09:00", "None", "",
        "attendance:12", "None",
    ]  # fmt: skip
    assert _canonical(row) == json.dumps(as_sealed, ensure_ascii=False).encode()
