"""The one verb of letters of thanks: it was handed over."""

from datetime import date

from points.recognitions.models import GivenRecognition
from points.recognitions.queries import first_year, reached
from volunteer.core import clock
from volunteer.core.db import db, insert_once
from volunteer.core.errors import NotAllowed, Refused
from volunteer.core.i18n import _l


def hand_over(
    person_id: int,
    programme_id: int,
    name: str,
    given_on: date,
    *,
    by_user_id: int,
    by_person_id: int | None,
) -> GivenRecognition:
    """The person has the letter since `given_on`. Handed over before: the first line is given back.

    Two at once are safe because each letter of a programme is unique for a person.
    Raises `NotAllowed` for one's own letter, `Refused` (not_reached, future, too_early).
    """
    if by_person_id is None or by_person_id == person_id:
        raise NotAllowed(_l("ご自分のお礼状は、別の職員が渡します。"), code="oneself")
    if given_on > clock.today():
        raise Refused(_l("渡した日は、今日か、それより前の日にしてください。"), code="future")
    one = next(
        (
            one
            for one in reached(person_id)
            if (one.programme.id, one.recognition.name) == (programme_id, name)
        ),
        None,
    )
    if one is not None:
        _check_joined(person_id, programme_id, given_on)
        insert_once(
            GivenRecognition,
            {
                "person_id": person_id,
                "programme_id": programme_id,
                "rule_version_id": one.rule_version_id,
                "name": name,
                "given_on": given_on,
                "given_by_user_id": by_user_id,
                "given_by_person_id": by_person_id,
                "recorded_at": clock.now(),
            },
        )
    found: GivenRecognition | None = db.session.scalars(
        db.select(GivenRecognition).filter_by(
            person_id=person_id, programme_id=programme_id, name=name
        )
    ).first()
    if found is None:
        raise Refused(_l("このお礼状をおくる決まりに、まだとどいていません。"), code="not_reached")
    return found


def _check_joined(person_id: int, programme_id: int, given_on: date) -> None:
    """No letter lies before the years it thanks for: the line is frozen, a slip of the pen would stay for ever."""
    first = first_year(person_id, programme_id)
    if first is not None and given_on < first:
        raise Refused(
            _l("渡した日が、この制度で活動を始める前の日になっています。日を確かめてください。"),
            code="too_early",
        )
