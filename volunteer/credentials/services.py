"""The verbs: insure, qualify, cancel. Rows are added or cancelled, never edited; nobody enters their own."""

from datetime import date

from sqlalchemy import update

from volunteer.core import clock
from volunteer.core.db import db, guarded_update
from volunteer.core.errors import NotAllowed, NotFound, Refused
from volunteer.core.i18n import _l
from volunteer.credentials.models import InsuranceCover, Qualification
from volunteer.credentials.rules import is_reasonable
from volunteer.people.models import Person
from volunteer.users.queries import acts_for


def insure_person(
    person_id: int, plan: str, covers_from: date, covers_to: date, by_user_id: int
) -> InsuranceCover:
    """The person is covered under `plan` from the first to the last day, both included.

    Raises `NotFound`, `NotAllowed` for oneself, `Refused` when the period is turned round or longer than a year, or
    when the same plan covers one of its days already (two clerks with the same list).
    """
    _lock_other_person(person_id, by_user_id)
    if not is_reasonable(covers_from, covers_to):
        raise Refused(
            _l("保険の期間を確かめてください。終わりの日は始まりの日からあとで、1年までです。"),
            code="period",
        )
    overlap = db.select(InsuranceCover).where(
        InsuranceCover.person_id == person_id,
        InsuranceCover.plan == plan,
        InsuranceCover.cancelled_at.is_(None),
        InsuranceCover.covers_from <= covers_to,
        InsuranceCover.covers_to >= covers_from,
    )
    if db.session.execute(overlap.limit(1)).scalar() is not None:
        raise Refused(
            _l("同じプランの保険が、この期間にもう入っています。下の一覧を確かめてください。"),
            code="covered_already",
        )
    row = InsuranceCover(
        person_id=person_id,
        plan=plan,
        covers_from=covers_from,
        covers_to=covers_to,
        entered_by_user_id=by_user_id,
        entered_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    return row


def cancel_cover(person_id: int, cover_id: int, by_user_id: int) -> None:
    """The cover counts no more; cancelling it twice changes nothing. Raises `NotFound`, `NotAllowed` for oneself."""
    _lock_other_person(person_id, by_user_id)
    _cancel(InsuranceCover, person_id, cover_id)


def qualify_person(
    person_id: int,
    kind: str,
    label: str,
    valid_from: date,
    valid_until: date | None,
    by_user_id: int,
) -> Qualification:
    """The person holds a qualification from a day on, until (and with) a day or without end.

    Raises `NotFound`, `NotAllowed` for oneself, `Refused` when it would end before it begins.
    """
    _lock_other_person(person_id, by_user_id)
    if valid_until is not None and valid_until < valid_from:
        raise Refused(
            _l("有効期限が、受けた日より前になっています。日にちを確かめてください。"),
            code="period",
        )
    row = Qualification(
        person_id=person_id,
        kind=kind,
        label=label,
        valid_from=valid_from,
        valid_until=valid_until,
        entered_by_user_id=by_user_id,
        entered_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    return row


def cancel_qualification(person_id: int, qualification_id: int, by_user_id: int) -> None:
    """The qualification counts no more. Raises as `cancel_cover`."""
    _lock_other_person(person_id, by_user_id)
    _cancel(Qualification, person_id, qualification_id)


def _lock_other_person(person_id: int, by_user_id: int) -> None:
    statement = db.select(Person.party_id).where(Person.party_id == person_id)
    # two clerks entering the same list wait for each other here; SQLite has one writer anyway
    if db.session.execute(statement.with_for_update(key_share=True)).scalar() is None:
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    if acts_for(by_user_id, person_id):
        raise NotAllowed(
            _l("ご自分の保険や資格は入れられません。ほかの職員にたのんでください。"), code="oneself"
        )


def _cancel(model: type[InsuranceCover] | type[Qualification], person_id: int, row_id: int) -> None:
    own = db.select(model.id).where(model.id == row_id, model.person_id == person_id)
    if db.session.execute(own).scalar() is None:
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    guarded_update(
        update(model)
        .where(model.id == row_id, model.cancelled_at.is_(None))
        .values(cancelled_at=clock.now())
    )
