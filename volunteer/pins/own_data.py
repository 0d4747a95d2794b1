"""What is stored about a person's PIN, and how it goes when they are erased."""

from volunteer.core.hooks import OwnRecords
from volunteer.core.i18n import _l, show
from volunteer.pins.queries import pin_of
from volunteer.pins.services import take_pin_away
from volunteer.pins.states import PIN_REASON_LABELS


def own_data(person_id: int) -> list[OwnRecords]:
    """That there is a PIN, since when and why; the digits themselves nobody knows."""
    found = pin_of(person_id)
    lines = [
        [
            (_l("決めた日時"), show("datetime_long", found.set_at)),
            (_l("理由"), PIN_REASON_LABELS[found.reason]),
            (_l("まちがえた回数"), str(found.tries)),
        ]
    ] if found else []  # fmt: skip
    return [OwnRecords("card_pin", _l("カードの暗証番号"), list(lines))]


def erase_person(person_id: int) -> None:
    """The PIN goes."""
    take_pin_away(person_id)
