"""What is stored about the messages a person wants, and how it goes."""

from matching.suggestions import queries
from matching.suggestions.services import forget
from volunteer.core.hooks import OwnRecords
from volunteer.core.i18n import _l, show


def own_data(person_id: int) -> list[OwnRecords]:
    """The saved searches that run."""
    rows = [
        [
            (_l("活動の種類"), one.category.name if one.category else _l("すべて")),
            (_l("地区"), one.area.name if one.area else _l("すべて")),
            (_l("入れた日"), show("datetime_long", one.made_at)),
        ]
        for one in queries.searches_of(person_id)
    ]
    return [OwnRecords("news", _l("新しい募集のお知らせ"), list(rows))]


def erase_person(person_id: int) -> None:
    """They go."""
    forget(person_id)
