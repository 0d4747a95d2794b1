"""Districts brought up to date from a file, on both databases."""

from pathlib import Path

import pytest
from flask import Flask

from tests.cast import Cast
from volunteer.areas.queries import areas
from volunteer.core.db import db
from volunteer.core.models import AuditEntry, Center


@pytest.mark.both_databases
def test_known_districts_change_new_ones_come_and_none_is_lost(
    app: Flask, cast: Cast, tmp_path: Path
) -> None:
    file = tmp_path / "areas.csv"
    file.write_text(
        "# 市の名簿から\ncode,name,kana\nsakura,桜,さくら\nhanazono,花園町,はなぞのちょう\n",
        encoding="utf-8",
    )
    result = app.test_cli_runner().invoke(args=["areas", "load", str(file)])
    assert result.exit_code == 0, result.output
    db.session.rollback()
    assert [area.name for area in areas()] == ["桜", "花園町", "手宮"]
    assert db.session.get_one(Center, 1).areas_comment == "市の名簿から"
    acts = db.session.execute(db.select(AuditEntry.act)).scalars().all()
    assert acts == ["command:areas load"]


def test_a_file_with_mistakes_changes_nothing(app: Flask, cast: Cast, tmp_path: Path) -> None:
    file = tmp_path / "areas.csv"
    file.write_text("code,name,kana\nsakura,,さくら\n", encoding="utf-8")
    result = app.test_cli_runner().invoke(args=["areas", "load", str(file)])
    assert result.exit_code == 1
    assert "2行目" in result.output
    assert [area.code for area in areas()] == ["hanazono", "temiya"]
