"""The letters of thanks a person got; they stay when the person is erased, under the pseudonym, and hold no words."""

from points.recognitions.queries import given
from volunteer.core.hooks import OwnRecords
from volunteer.core.i18n import _l, show


def own_data(person_id: int) -> list[OwnRecords]:
    """Every letter with its day."""
    rows = [
        [(_l("お礼状"), one.name), (_l("渡した日"), show("date_long", one.given_on))]
        for one, _person in given(person_id)
    ]
    return [OwnRecords("recognitions", _l("お礼状"), list(rows))]
