"""A small town's ledger with every kind of journal in it, for tests that damage it."""

from datetime import date, timedelta
from typing import Any

from points.earning import services as earning
from points.earning.facts import ActivityFacts, Grade
from points.ledger import services
from points.ledger.queries import lapsed_lots
from points.ledger.seals import SEAL_JOB
from tests.cast import Cast
from tests.factories import rules
from volunteer.core import clock
from volunteer.core.db import write_turn
from volunteer.core.jobs import job_named, run_claimed

SOURCE = "import"
"""Not `attendance`: nobody looks for attendances behind these awards."""


def _facts(cast: Cast, number: int, **changes: Any) -> ActivityFacts:
    values = {"source_kind": SOURCE, "source_id": number, "person_id": cast.hanako.party_id}
    return rules.facts(**values, **changes)


def fill(cast: Cast) -> None:
    """Awards settled, credited, pending, confirmed, refused, corrected; holds open, paid, void, returned; expiry."""
    who = {"holder_id": cast.hanako.party_id, "programme_id": cast.programme.id}
    awarded = {}
    for number, changes in enumerate(
        [
            {"category_code": "snow", "households": 4},
            {"category_code": "snow", "households": 2},
            {"category_code": "meals", "planned_minutes": 60},
            {"category_code": "school", "planned_minutes": 60, "grade": Grade.CLAIMED},
            {"category_code": "snow", "households": 1, "grade": Grade.CLAIMED},
            {"category_code": "snow", "households": 1, "grade": Grade.CLAIMED},
            {"category_code": "tea"},
        ],
        start=1,
    ):
        given = _facts(cast, number, **changes)
        with write_turn():
            awarded[number] = earning.award_activity(given).id
    with write_turn():
        earning.settle_award(awarded[1])
        earning.settle_award(awarded[2])
        earning.confirm_award(awarded[5])
        earning.refuse_award(awarded[6])
        earning.correct_award(
            SOURCE,
            2,
            _facts(cast, 2, category_code="snow", households=1),
            reason="households",
        )
    for name, points in (("open", 300), ("paid", 200), ("void", 100), ("back", 150)):
        with write_turn():
            services.hold(
                **who, points=points, hold_key=name, key=f"hold:{name}", source=f"cash_out:{name}"
            )
    with write_turn():
        services.settle("paid", key="settle:paid", source="cash_out:paid")
        services.void("void", key="void:void", source="cash_out:void")
        services.settle("back", key="settle:back", source="cash_out:back")
        services.return_paid("back", key="return:back", source="cash_out:back")
    _expire_ichiros(cast)
    clock.advance(timedelta(hours=1))
    job = job_named(SEAL_JOB)
    assert job
    run_claimed(job, job.period(clock.now()))


def _expire_ichiros(cast: Cast) -> None:
    with write_turn():
        services.credit(
            holder_id=cast.ichiro.party_id,
            programme_id=cast.programme.id,
            rule_version_id=None,
            points=70,
            activity_on=date(2024, 11, 2),
            expires_on=date(2026, 3, 31),
            key="long ago",
            source="import:1",
        )
        for lot in lapsed_lots(clock.today()):
            services.expire_lot(lot, on=clock.today())


def award_more(cast: Cast) -> None:
    """Another activity of somebody else."""
    given = rules.facts(
        source_kind=SOURCE, source_id=90, person_id=cast.ichiro.party_id,
        category_code="snow", households=1,
    )  # fmt: skip
    with write_turn():
        earning.award_activity(given)
