"""When somebody's cards were printed, for their own data. Nothing here says who it was, so nothing is erased."""

from volunteer.cards.queries import printed_at
from volunteer.core.hooks import OwnRecords
from volunteer.core.i18n import _l, show


def own_data(person_id: int) -> list[OwnRecords]:
    """The days on which a card of this person was printed."""
    lines = [
        [(_l("印刷した日時"), show("datetime_long", moment))] for moment in printed_at(person_id)
    ]
    return [OwnRecords("card_prints", _l("登録カードの印刷"), list(lines))]
