"""Opening a name: the line in the view log is what opens it."""

from volunteer.core import audit
from volunteer.core.errors import Refused
from volunteer.core.i18n import _l
from volunteer.names.queries import people_called
from volunteer.names.reading import NAME


def open_name(person_id: int, reason: str) -> int:
    """The name of this person stands open for the viewer from now on, for a while."""
    audit.add_views([person_id], NAME, reason)
    return person_id


def open_names_called(name: str, reason: str) -> list[int]:
    """Everybody of exactly this name stands open; nobody of it is said so, and nothing is opened."""
    found = people_called(name)
    if not found:
        raise Refused(
            _l("この名前の人は見つかりません。姓と名を全部入れてください。"),
            code="nobody_called_so",
        )
    audit.add_views(found, NAME, reason)
    return found
