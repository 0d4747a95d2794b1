"""CSV for Excel and names of downloads."""

import csv
import io
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volunteer.core.export import (
    cell,
    content_disposition,
    csv_headers,
    csv_lines,
    guard_text,
    safe_file_name,
)


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠x", " =1",
        "　＝1", "\u200b=1", "\ufeff=1", "﹣1", "\x00=1",
    ],
)  # fmt: skip
def test_text_that_looks_like_a_formula_is_quoted(text: str) -> None:
    assert guard_text(text) == "'" + text.replace("\x00", "")


@pytest.mark.parametrize("text", ["", "山田 花子", "a=b", "1-2-3", "'x", "〒047-0024", "ー", "  "])
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert guard_text(text) == text


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (-100, "-100"),
        (0, "0"),
        (Decimal("-1.50"), "-1.50"),
        (-2.5, "-2.5"),
        (None, ""),
        (date(2026, 11, 21), "2026-11-21"),
        (datetime(2026, 11, 20, 15, 30, tzinfo=UTC), "2026-11-21 00:30"),
        ("-100", "'-100"),
    ],
)
def test_numbers_and_days_are_never_quoted(value: object, written: str) -> None:
    assert cell(value) == written  # type: ignore[arg-type]


def test_yes_and_no_are_words() -> None:
    with pytest.raises(TypeError, match="word"):
        cell(True)


def test_a_file_begins_with_the_mark_and_is_read_back() -> None:
    rows = [["山田, 花子", -5, "行1\n行2"], ['"引用"', None, "=HYPERLINK(1)"]]
    file = "".join(csv_lines(["氏名", "ポイント", "メモ"], rows)).encode()
    assert file.startswith(b"\xef\xbb\xbf")
    read = list(csv.reader(io.StringIO(file.decode("utf-8-sig"), newline="")))
    assert read == [
        ["氏名", "ポイント", "メモ"],
        ["山田, 花子", "-5", "行1\n行2"],
        ['"引用"', "", "'=HYPERLINK(1)"],
    ]
    assert b"\r\n" in file


def test_headers_are_guarded_too_and_empty_tables_have_one() -> None:
    assert list(csv_lines(["=x"], [])) == ["\ufeff'=x\r\n"]


def test_rows_are_written_one_by_one() -> None:
    lines = csv_lines(["n"], ([n] for n in range(3)))
    assert next(lines) == "\ufeffn\r\n"
    assert list(lines) == ["0\r\n", "1\r\n", "2\r\n"]


@given(st.lists(st.text(), min_size=1, max_size=4))
def test_no_cell_ever_begins_a_formula(row: list[str]) -> None:
    for read in csv.reader(io.StringIO("".join(csv_lines(row, [row]))[1:], newline="")):
        assert not any(text[:1] in set("=+-@\t\r\n＝＋－＠") for text in read if text)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("ポイント一覧 2026年度.csv", "ポイント一覧 2026年度.csv"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ('a"b\r\nSet-Cookie: x.csv', "a_bSet-Cookie_ x.csv"),
        ("\u202efdp.csv", "fdp.csv"),
        ("CON.csv", "_CON.csv"),
        ("", "download"),
        (".csv", "csv"),
        ("...", "download"),
    ],
)
def test_names_of_files_are_harmless(name: str, safe: str) -> None:
    assert safe_file_name(name) == safe


@given(st.text(max_size=200))
def test_any_name_makes_one_sound_header(name: str) -> None:
    header = content_disposition(name)
    assert header.isascii()
    match = re.fullmatch(
        r"""attachment; filename="([^"\\\r\n]+)"; filename\*=UTF-8''([\w.%~-]+)""", header
    )
    assert match
    assert unquote(match[2]) == safe_file_name(name)
    assert len(safe_file_name(name)) <= 120
    assert not set(safe_file_name(name)) & set('/\\:*?"<>|\r\n\x00')


def test_japanese_names_have_an_ascii_twin() -> None:
    assert content_disposition("ポイント2026.csv") == (
        'attachment; filename="2026.csv"; '
        "filename*=UTF-8''%E3%83%9D%E3%82%A4%E3%83%B3%E3%83%882026.csv"
    )
    assert 'filename="download.csv"' in content_disposition("一覧.csv")
    assert csv_headers("a.csv")["Content-Type"] == "text/csv; charset=utf-8"
