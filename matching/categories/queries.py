"""Reads of categories, and what the programmes say about them."""

from datetime import date

from sqlalchemy import or_

from matching.categories.models import Category
from points.programmes import models
from points.programmes.queries import parsed
from points.programmes.rule_version import RuleVersion
from volunteer.core import clock
from volunteer.core.db import db
from volunteer.core.errors import NotFound
from volunteer.core.i18n import _l


def rule_versions_from(day: date) -> list[RuleVersion]:
    """Every rule version in force on `day` or later, programmes in the center's order."""
    row = models.RuleVersion
    statement = (
        db.select(row.source)
        .join(row.programme)
        .where(or_(row.valid_to.is_(None), row.valid_to > day))
        .order_by(models.Programme.position, models.Programme.id, row.valid_from)
    )
    return [parsed(source) for source in db.session.execute(statement).scalars()]


def all_categories() -> list[Category]:
    """Every category in the center's order, switched-off ones last."""
    statement = db.select(Category).order_by(
        Category.is_active.desc(), Category.position, Category.code
    )
    return list(db.session.execute(statement).scalars())


def qualification_kinds() -> dict[str, str]:
    """Code → name of every training that an activity of this town asks for."""
    statement = (
        db.select(Category.qualification_kind, Category.qualification_label)
        .where(Category.qualification_kind != "")
        .order_by(Category.position, Category.code)
    )
    return {kind: label for kind, label in db.session.execute(statement)}  # noqa: C416 - typed rows


def category_names() -> dict[str, str]:
    """Code and name of every kind of activity, for packages that only know the code."""
    return {one.code: one.name for one in all_categories()}


def category(code: str) -> Category:
    """One category. Raises `NotFound`."""
    found = db.session.get(Category, code)
    if found is None:
        raise NotFound(_l("その活動の種類は見つかりませんでした。"))
    return found


def programmes_awarding() -> dict[str, list[str]]:
    """Category code → the names of the programmes that award points for it today."""
    today = clock.today()
    found: dict[str, list[str]] = {}
    for version in rule_versions_from(today):
        if version.is_in_force(today):
            for code in {code for rule in version.awards for code in rule.categories}:
                found.setdefault(code, []).append(version.programme_name)
    return found
