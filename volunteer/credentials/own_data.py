"""A person's insurance and qualifications; the words about them go when the person is erased."""

from sqlalchemy import update

from volunteer.core import clock
from volunteer.core.db import db, guarded_update
from volunteer.core.hooks import OwnRecords
from volunteer.core.i18n import _l, show
from volunteer.credentials import queries
from volunteer.credentials.kinds import PLAN_LABELS
from volunteer.credentials.models import Qualification


def own_data(person_id: int) -> list[OwnRecords]:
    """Insurance covers and qualifications, cancelled ones too."""
    covers = [
        [
            (_l("プラン"), PLAN_LABELS.get(one.plan, one.plan)),
            (_l("いつから"), show("date_plain", one.covers_from)),
            (_l("いつまで"), show("date_plain", one.covers_to)),
            (_l("取り消した日"), show("datetime_long", one.cancelled_at)),
        ]
        for one in queries.covers_of(person_id)
    ]
    held = [
        [
            (_l("資格・研修の名前"), one.label),
            (_l("受けた日・取った日"), show("date_plain", one.valid_from)),
            (_l("有効期限"), show("date_plain", one.valid_until)),
            (_l("取り消した日"), show("datetime_long", one.cancelled_at)),
        ]
        for one in queries.qualifications_of(person_id)
    ]
    return [
        OwnRecords("insurance", _l("ボランティア活動保険"), list(covers)),
        OwnRecords("qualifications", _l("資格・研修"), list(held)),
    ]


def erase_person(person_id: int) -> None:
    """Names of qualifications may be free words, so they go; that there was one of this kind stays."""
    guarded_update(
        update(Qualification)
        .where(Qualification.person_id == person_id)
        .values(label="", cancelled_at=db.func.coalesce(Qualification.cancelled_at, clock.now()))
    )
