"""Founding a center: one settings file becomes an empty center, all or nothing."""

from matching.categories.models import Category
from matching.towns.settings_file import BankLine, TownSettings
from points.payouts.bank_file import Sender
from points.payouts.services import save_originator
from points.programmes.services import load_rule_version
from volunteer.areas.services import add_areas
from volunteer.core import clock
from volunteer.core.db import db, insert_once
from volunteer.core.errors import AlreadyDecided
from volunteer.core.i18n import _l
from volunteer.core.models import Center


def found_center(settings: TownSettings, *, is_demo: bool = False) -> Center:
    """The center exists with its districts, categories, programmes and bank; nobody is in it yet.

    Raises `AlreadyDecided` when this database already has a center (one installation is one center).
    """
    values = {
        "id": 1,
        "name": settings.name,
        "short_name": settings.short_name,
        "telephone": settings.telephone,
        "email": settings.email,
        "address": settings.address,
        "opening_hours": settings.opening_hours,
        "city": settings.city,
        "number_prefix": settings.number_prefix,
        "fiscal_year_start": settings.fiscal_year_start,
        "areas_comment": settings.areas_comment,
        "is_demo": is_demo,
        "opened_at": clock.now(),
    }
    # two founders at once: the row itself decides, not a look before it
    if insert_once(Center, values) is None:
        raise AlreadyDecided(_l("このデータベースには、もうセンターがあります。"))
    add_areas(settings.areas)
    _add_categories(settings)
    for _rules, text in settings.programmes:
        load_rule_version(text)
    if settings.bank is not None:
        save_originator(_sender(settings.bank))
    db.session.flush()
    return db.session.get_one(Center, 1)


def _add_categories(settings: TownSettings) -> None:
    for position, line in enumerate(settings.categories):
        db.session.add(
            Category(
                code=line.code,
                name=line.name,
                summary=line.summary,
                icon=line.icon,
                is_paid=line.is_paid,
                yen_per_hour=line.yen_per_hour,
                needs_insurance=line.needs_insurance,
                qualification_kind=line.qualification_kind,
                qualification_label=line.qualification_label,
                usual_priority=line.usual_priority,
                position=position,
            )
        )


def _sender(bank: BankLine) -> Sender:
    return Sender(
        code=bank.code,
        name=bank.name,
        bank=bank.bank,
        branch=bank.branch,
        account_type=bank.account_type,
        account_number=bank.account_number,
        separator=bank.separator,
        clearing_house=bank.clearing_house,
        wo_to_o=True,
    )
