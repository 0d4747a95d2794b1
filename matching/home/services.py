"""The verbs of the settings page."""

from sqlalchemy import update

from volunteer.core.db import guarded_update
from volunteer.core.errors import NotReady
from volunteer.core.i18n import _l
from volunteer.core.models import Center


def change_center_contact(telephone: str, address: str, opening_hours: str) -> None:
    """Pages and mails name this telephone, address and opening hours from now on. Raises `NotReady`."""
    values = {"telephone": telephone, "address": address, "opening_hours": opening_hours}
    if guarded_update(update(Center).where(Center.id == 1).values(**values)) != 1:
        raise NotReady(_l("センターの設定がまだありません。管理者に連絡してください。"))
