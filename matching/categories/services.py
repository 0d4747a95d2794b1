"""The verbs of a category. Its code is written once and never changed: rule versions name it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import update

from matching.categories.models import Category
from volunteer.core.db import db, guarded_update, insert_once
from volunteer.core.errors import NotFound, Refused
from volunteer.core.i18n import _l


def add_category(code: str, columns: Mapping[str, Any]) -> Category:
    """There is a category of this code. Raises `Refused` (code_taken)."""
    if insert_once(Category, {"code": code, "is_active": True, **columns}) is None:
        raise Refused(
            _l("記号「%(code)s」はもう使われています。別の記号にしてください。", code=code),
            code="code_taken",
        )
    return db.session.get_one(Category, code)


def edit_category(code: str, columns: Mapping[str, Any]) -> None:
    """The category is described anew; nothing that was published under it changes."""
    if "code" in columns:
        raise ValueError("the code of a category never changes")
    _write(code, columns)


def switch_category(code: str, *, is_active: bool) -> None:
    """New requests may (not) choose the category; those that have it keep it."""
    _write(code, {"is_active": is_active})


def _write(code: str, columns: Mapping[str, Any]) -> None:
    statement = update(Category).where(Category.code == code).values(**columns)
    if guarded_update(statement) != 1:
        raise NotFound(_l("その活動の種類は見つかりませんでした。"))
