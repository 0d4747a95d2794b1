"""What must be true of rule versions (I12): the text is what was loaded, versions do not overlap."""

import hashlib
from collections.abc import Iterator

from points.programmes.models import RuleVersion as RuleVersionRow
from points.programmes.queries import parsed
from points.programmes.rule_version import ProgrammeFileError
from volunteer.core.db import db
from volunteer.core.hooks import Finding


def findings() -> list[Finding]:
    """The first bad version of each rule."""
    rows = list(
        db.session.execute(
            db.select(RuleVersionRow).order_by(
                RuleVersionRow.programme_id, RuleVersionRow.valid_from, RuleVersionRow.id
            )
        ).scalars()
    )
    first: dict[str, Finding] = {}
    for found in (*_texts(rows), *_overlaps(rows)):
        first.setdefault(found.rule, found)
    return list(first.values())


def _texts(rows: list[RuleVersionRow]) -> Iterator[Finding]:
    for row in rows:
        name = f"rule_version:{row.id}"
        if hashlib.sha256(row.source.encode()).hexdigest() != row.sha256:
            yield Finding("I12 text", name, "is not the text that was loaded")
            continue
        try:
            version = parsed(row.source)
        except ProgrammeFileError as error:
            yield Finding("I12 readable", name, str(error).splitlines()[0])
            continue
        ends_later = version.valid_to is not None and (
            row.valid_to is None or row.valid_to > version.valid_to
        )
        if row.valid_from != version.valid_from or ends_later:
            yield Finding("I12 dates", name, "applies at other times than its text says")


def _overlaps(rows: list[RuleVersionRow]) -> Iterator[Finding]:
    for earlier, later in zip(rows, rows[1:], strict=False):
        if earlier.programme_id != later.programme_id:
            continue
        if earlier.valid_to is None or later.valid_from < earlier.valid_to:
            yield Finding("I12 overlap", f"rule_version:{later.id}", f"overlaps {earlier.id}")
