"""What a person gave to other members and received from them; who the others are is theirs."""

from points.transfers.queries import gifts_of
from volunteer.core.hooks import OwnRecords
from volunteer.core.i18n import _l, show


def own_data(person_id: int) -> list[OwnRecords]:
    """Every gift with its day and points."""
    rows = [
        [
            (_l("日にち"), show("datetime_long", one.given_at)),
            (_l("内容"), _l("ゆずった") if one.giver_id == person_id else _l("受けとった")),
            (_l("ポイント"), show("points", one.points)),
        ]
        for one in gifts_of(person_id)
    ]
    return [OwnRecords("point_transfers", _l("ポイントの受け渡し"), list(rows))]
