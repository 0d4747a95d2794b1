"""The commands on programme files."""

from pathlib import Path

import pytest
from flask import Flask

from points.programmes.describing_exchange import METHODS as DESCRIBED
from points.programmes.files import preset_text, presets, text_of_bytes
from points.programmes.models import Programme
from points.programmes.offering import not_offered
from points.programmes.rule_version import parse_rule_version
from points.redemption.methods.registry import METHODS
from tests.cast import Cast
from tests.factories.points import OTARU
from volunteer.core.db import db

NEXT_YEAR = OTARU.replace("valid_from = 2021-04-01", "valid_from = 2027-04-01").replace(
    "points = 500", "points = 600"
)


def run(app: Flask, *words: str) -> tuple[int, str]:
    found = app.test_cli_runner().invoke(args=["programmes", *words])
    return found.exit_code, found.output


def written(folder: Path, content: str | bytes) -> str:
    file = folder / "rules.toml"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(file)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (OTARU.replace("age_min = 15", "age_mim = 15"), "行目 may_collect.age_mim"),
        (OTARU.encode("cp932", "ignore"), "1行目 Shift_JIS"),
        (b"a = 1\x00", "文字のファイルではありません"),
        (b"[programme", "TOMLとして読めません"),
        (b"", "programme.code"),
    ],
)
def test_every_mistake_is_named_with_file_key_and_line(
    app: Flask, tmp_path: Path, content: str | bytes, words: str
) -> None:
    file = written(tmp_path, content)
    for verb in ("check", "load"):
        code, output = run(app, verb, file)
        assert code == 1
        assert f"{file}: " in output
        assert words in output
    assert db.session.execute(db.select(Programme)).first() is None


def test_a_file_of_two_gigabytes_is_refused_at_once(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "huge.toml"
    with file.open("wb") as stream:
        stream.truncate(2 * 1024**3)
    code, output = run(app, "check", str(file))
    assert code == 1
    assert "ファイルが大きすぎます" in output


def test_a_byte_order_mark_and_other_line_ends_make_no_other_version() -> None:
    assert text_of_bytes(b"\xef\xbb\xbf" + OTARU.replace("\n", "\r\n").encode()) == OTARU


def test_loading_tells_what_changes_and_for_whom(app: Flask, cast: Cast, tmp_path: Path) -> None:
    file = written(tmp_path, NEXT_YEAR)
    code, output = run(app, "load", "--dry-run", file)
    assert code == 0
    assert "  - 1世帯につき500ポイント" in output
    assert "  + 1世帯につき600ポイント" in output
    assert "awards[0].points: 500 → 600" in output
    assert "enrolled people: 3, activities with points since then: 0" in output
    assert "in force from" not in output
    assert "the version of 2021-04-01 ends there" in run(app, "load", file)[1]
    code, output = run(app, "load", written(tmp_path, OTARU.replace("2021", "2020")))
    assert code == 1
    assert "この期間にはもう別の版があります" in output


def test_every_preset_passes_the_check_and_loads(app: Flask, cast: Cast) -> None:
    code, output = run(app, "presets")
    assert (code, len(output.splitlines())) == (0, len(presets()))
    for line in output.splitlines():
        file = line.split("  ")[0]
        assert run(app, "check", file)[0] == 0, line
        if "otaru-example" not in file:
            assert "in force from" in run(app, "load", file)[1], line


def test_a_payout_code_without_a_module_is_warned_of_with_its_line(
    app: Flask, cast: Cast, tmp_path: Path
) -> None:
    file = written(tmp_path, NEXT_YEAR.replace('code = "desk_cash"', 'code = "tea_party"'))
    lines = Path(file).read_text(encoding="utf-8").splitlines()
    line = lines.index('code = "tea_party"') + 1
    for verb in ("check", "load"):
        code, output = run(app, verb, file)
        assert code == 0, output
        assert f"warning: {line}行目 exchange.methods[1].code" in output
        assert "換金の申し込みには出ません" in output


def test_the_codes_that_can_be_paid_are_those_with_a_module_and_words() -> None:
    assert set(DESCRIBED) == set(METHODS)
    for stem in presets():
        assert not_offered(preset_text(stem), parse_rule_version(preset_text(stem))) == []
