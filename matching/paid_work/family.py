"""The family reads how it went, where the household wants that; the household may end it at any time.

These are verbs like those of services.py, apart only for length.
"""

from dataclasses import dataclass

from sqlalchemy import update

from matching.paid_work import notices
from matching.paid_work.models import FamilyConsent, FamilyReport
from matching.paid_work.queries import Work, consent_of
from matching.paid_work.states import ConsentWay
from volunteer.core import clock
from volunteer.core.db import guarded_update, insert_once
from volunteer.core.errors import AlreadyDecided
from volunteer.core.i18n import _l


@dataclass(frozen=True)
class Wish:
    """Who may read, by the household's own word. `user_id`: the staff who wrote it down, nobody by the link."""

    household_id: int
    name: str
    relation: str
    email: str
    way: ConsentWay
    user_id: int | None
    key: str


def give(wish: Wish) -> FamilyConsent:
    """From the next work on this one of the family may read. Raises `AlreadyDecided` while another one may."""
    values = {
        "key": wish.key,
        "household_id": wish.household_id,
        "name": wish.name,
        "relation": wish.relation,
        "email": wish.email,
        "way": wish.way,
        "given_by_user_id": wish.user_id,
        "given_at": clock.now(),
        "revoked_at": None,
        "revoked_by_user_id": None,
    }
    made = insert_once(FamilyConsent, values)
    found = consent_of(wish.household_id)
    if made is None or found is None:
        raise AlreadyDecided(
            _l("もう知らせる方が決まっています。かえるときは、先にいまの方をやめてください。")
        )
    return found


def end(household_id: int, user_id: int | None) -> None:
    """Nobody of the family reads any more; name and address are gone. A second time changes nothing."""
    statement = (
        update(FamilyConsent)
        .where(FamilyConsent.household_id == household_id, FamilyConsent.revoked_at.is_(None))
        .values(name="", relation="", email="", revoked_at=clock.now(), revoked_by_user_id=user_id)
    )
    guarded_update(statement)


def tell(found: Work, minutes: int) -> None:
    """After the time is confirmed: the words of the student, once, if the household still wants it."""
    consent, report = found.consent, found.report
    if consent is None or report is None or not minutes or not found.is_household:
        return
    values = {
        "paid_task_id": found.task.id,
        "consent_id": consent.id,
        "minutes": minutes,
        "words": report.words,
        "by_mail": bool(consent.email),
        "at": clock.now(),
    }
    if insert_once(FamilyReport, values) is not None:
        notices.tell_family(found, consent, minutes, report.words)
