"""`programmes simulate` and `programmes history`: the files they read and write, and what they refuse."""

import csv
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from flask import Flask

from points.programmes.rule_version import parse_rule_version
from points.simulation import columns
from points.simulation.running import Order
from points.simulation.running import run as run_order
from points.simulation.scheme import always
from tests.cast import Cast
from tests.factories.points import PRESETS

YOKOHAMA, INAGI = str(PRESETS / "yokohama.toml"), str(PRESETS / "inagi.toml")

# よこはま: 30 minutes or more of an activity are 200 points, 200 a day, from 65 years; exchange in March from 1,000
# points, 1 point = 1 yen; points end on 31 December of the next year. Computed by hand.
ACTIVITIES = """person,date,category,minutes,paid,id
山田,2024-05-01,care,60,no,a1
山田,2024-05-01,care,60,no,a2
山田,2024-05-02,care,29,,a3
山田,2024/6/3,care,45,,a4
山田,2024-06-04,care,45,,a5
山田,2024-06-05,care,45,,a6
山田,2024-06-06,care,30,,a7
山田,2025-02-10,care,45,,a8
山田,2025-02-11,care,45,yes,a9
若松,2024-05-01,care,60,,b1
通田,2024-05-01,care,60,,c1
山田,2025-02-12,garden,60,,a10
"""
PEOPLE = """person,birth_date,residence,records
山田,1950-01-01,lives,insured_no1@2015-01-01
若松,1962-01-01,lives,
通田,1940-01-01,works,
"""
POINTS = {
    "a1": ("200", "awarded", "2025-12-31"),
    "a2": ("0", "day_cap_reached", ""),
    "a3": ("0", "too_short", ""),
    "a4": ("200", "awarded", "2025-12-31"),
    "a5": ("200", "awarded", "2025-12-31"),
    "a6": ("200", "awarded", "2025-12-31"),
    "a7": ("200", "awarded", "2025-12-31"),
    "a8": ("200", "awarded", "2026-12-31"),
    "a9": ("0", "paid", ""),
    "a10": ("0", "not_listed", ""),
    "b1": ("0", "too_young", ""),
    "c1": ("0", "no_tie", ""),
}


def run(app: Flask, *words: str) -> tuple[int, str]:
    found = app.test_cli_runner().invoke(args=["programmes", *words])
    return found.exit_code, found.output


def write(folder: Path, name: str, content: str | bytes) -> str:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """The activities and people of the golden case, as arguments."""
    people = write(tmp_path, "people.csv", PEOPLE)
    return [write(tmp_path, "activities.csv", ACTIVITIES), "--people", people]


def read(out: Path, name: str) -> list[dict[str, Any]]:
    with (out / f"{name}.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_a_published_scheme_gives_what_was_computed_by_hand(
    app: Flask, files: list[str], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    code, output = run(
        app, "simulate", YOKOHAMA, *files, "--until", "2026-01-31", "--out", str(out)
    )
    assert code == 0, output
    rows = read(out, "activities")
    found = {row["id"]: (row["points"], row["reason"], row["expires_on"]) for row in rows}
    assert found == POINTS
    months = {row["month"]: row for row in read(out, "months")}
    told = ("earned", "expired", "outstanding", "exchangeable_yen", "exchanged_yen")
    assert {one: [months[one][name] for name in told] for one in months if one in MONTHS} == MONTHS
    assert months["2026-01"]["outstanding_if_exchanged"] == "0"
    yamada = next(row for row in read(out, "people") if row["person"] == "山田")
    assert (yamada["points"], yamada["expired"], yamada["outstanding"]) == ("1200", "1000", "200")
    assert (yamada["next_expiry"], yamada["exchangeable"]) == ("2026-12-31", "0")
    assert (yamada["refusal"], yamada["exchanged_yen"]) == ("window_closed", "1200")
    expiries = {(row["day"], row["what"], row["points"]) for row in read(out, "expiries")}
    assert expiries == {("2025-12-31", "expired", "1000"), ("2026-12-31", "ends", "200")}


MONTHS = {
    "2024-05": ["200", "0", "200", "0", "0"],
    "2024-06": ["800", "0", "1000", "0", "0"],
    "2025-02": ["200", "0", "1200", "0", "0"],
    "2025-03": ["0", "0", "1200", "1200", "1200"],
    "2025-12": ["0", "0", "1200", "0", "0"],
    "2026-01": ["0", "1000", "200", "0", "0"],
}


def test_two_programmes_stand_side_by_side(app: Flask, files: list[str], tmp_path: Path) -> None:
    out = tmp_path / "out"
    code, output = run(
        app, "simulate", YOKOHAMA, *files, "--compare", INAGI, "--out", str(out), "--format", "json"
    )
    assert code == 0, output
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert list(summary["sides"]) == ["a", "b"]
    assert summary["affected"] == {"more": 0, "fewer": 1, "same": 2}
    compared = json.loads((out / "comparison.json").read_text(encoding="utf-8"))
    assert tuple(compared[0]) == columns.COMPARISON_OUT
    assert (compared[0]["earned_a"], compared[0]["month"]) == (200, "2024-05")
    drawing = ElementTree.parse(out / "comparison.svg")  # noqa: S314 - our own file
    assert len(drawing.findall("{http://www.w3.org/2000/svg}polyline")) == 2
    sides = {row["side"] for row in json.loads((out / "activities.json").read_text("utf-8"))}
    assert sides == {"a", "b"}


def test_without_a_folder_the_sums_are_printed(app: Flask, files: list[str]) -> None:
    code, output = run(app, "simulate", YOKOHAMA, *files)
    assert code == 0
    assert "a: yokohama よこはまシニアボランティアポイント" in output
    assert "day_cap_reached: 1" in output
    assert "activities.csv:13: category: 「garden」は制度 a にない分野です" in output
    code, output = run(app, "simulate", YOKOHAMA, files[0])
    assert code == 0
    assert "people are not known" in output
    assert "too_young" not in output


def test_headers_are_those_of_the_documents(app: Flask, files: list[str], tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(app, "simulate", YOKOHAMA, *files, "--compare", INAGI, "--out", str(out))
    document = (Path(app.root_path) / "docs/simulator.md").read_text(encoding="utf-8")
    for name, wanted in {**columns.TABLES, "comparison": columns.COMPARISON_OUT}.items():
        with (out / f"{name}.csv").open(encoding="utf-8-sig") as stream:
            header = stream.readline().rstrip("\r\n")
        assert header == ",".join(wanted)
        assert f"`{header}`" in document, f"docs/simulator.md lacks the header of {name}.csv"
    for one in (*columns.ACTIVITY_COLUMNS, *columns.PEOPLE_COLUMNS):
        assert f"| `{one}` |" in document
    assert f"Format {columns.FORMAT}" in document
    assert (out / "activities.csv").read_bytes().startswith(b"\xef\xbb\xbfside,line,id,person")


HEAD = "person,date,category,minutes\n"
LINE = "山田,2024-05-01,care,60\n"
BAD = {
    "shift_jis": ((HEAD + LINE).encode("cp932"), ":2: Shift_JISで保存されているようです。--encoding"),
    "utf_16": ((HEAD + LINE).encode("utf-16"), ":1: UTF-16で保存されています"),
    "other_bytes": (HEAD.encode() + b"\x81\x20,2024-05-01,care,60\n", ":2: utf-8の文字として"),
    "empty": (b"", ":1: ファイルが空です"),
    "only_a_header": (HEAD.encode(), ":2: 見出しの下に1行もありません"),
    "no_category": ("person,date,minutes\n", ":1: category: この列がありません"),
    "unknown_column": (HEAD.replace("minutes", "minutes,hours"), ":1: hours: この列は知りません"),
    "twice": (HEAD.replace("minutes", "minutes,date"), ":1: date: 同じ列が2回あります"),
    "too_few_cells": (HEAD + LINE + "山田,2024-05-01\n", ":3: この行には2列あります"),
    "negative": (HEAD + LINE.replace("60", "-60"), ":2: minutes: 0から44,640までの整数"),
    "huge": (HEAD + LINE.replace("60", "9" * 400), ":2: minutes: 0から44,640までの整数"),
    "not_a_number": (HEAD + LINE.replace("60", "1.5"), ":2: minutes: 0から44,640までの整数"),
    "no_such_day": (HEAD + LINE.replace("05-01", "02-30"), ":2: date: 日付を 2026-04-01 の形で"),
    "a_year_of_long_ago": (HEAD + LINE.replace("2024", "0024"), ":2: date: 日付を"),
    "nobody": (HEAD + LINE.replace("山田", " "), ":2: person: 何か書いてください"),
    "no_category_given": (HEAD + LINE.replace("care", ""), ":2: category: 何か書いてください"),
    "a_flag": (HEAD[:-1] + ",paid\n" + LINE[:-1] + ",perhaps\n", ":2: paid: yes か no で"),
    "a_grade": (HEAD[:-1] + ",grade\n" + LINE[:-1] + ",seen\n", ":2: grade: on_site・host_signed"),
    "same_id": (HEAD[:-1] + ",id\n" + 2 * (LINE[:-1] + ",7\n"), ":3: id: この人の同じ番号"),
    "a_zero_byte": (HEAD + LINE.replace("山田", "山\0田"), ":2: person: 使えない文字があります"),
    "a_line_of_five_megabytes": (
        HEAD + LINE + LINE.replace("care", "c" * 5_000_000) + LINE, ":3: この行は長すぎます（1行は20,000字まで）",
    ),
    "a_long_line_of_no_text": (
        (HEAD + LINE).encode() + b"\x81" * 5_000_000, ":3: この行は長すぎます（1行は20,000字まで）",
    ),
    "an_open_quote": (HEAD + '"' + LINE, "CSVとして読めません"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_with_line_and_column(app: Flask, tmp_path: Path, name: str) -> None:
    content, words = BAD[name]
    file = write(tmp_path, "bad.csv", content)
    code, output = run(app, "simulate", YOKOHAMA, file, "--out", str(tmp_path / "out"))
    assert code == 1
    assert f"{file}{words}" in output if words.startswith(":") else words in output
    assert [one.name for one in tmp_path.iterdir()] == ["bad.csv"], "nothing is half-written"


def test_twenty_mistakes_are_told_at_once(app: Flask, tmp_path: Path) -> None:
    file = write(tmp_path, "bad.csv", HEAD + 50 * LINE.replace("60", "x"))
    _code, output = run(app, "simulate", YOKOHAMA, file)
    assert output.count("bad.csv:") == 20


def test_two_gigabytes_of_nothing_are_refused_at_once(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "huge.csv"
    with file.open("wb") as stream:
        stream.truncate(2 * 1024**3)
    code, output = run(app, "simulate", YOKOHAMA, str(file))
    assert code == 1
    assert "huge.csv:1: " in output


@pytest.mark.parametrize("encoding", ["cp932", "utf-8-sig"])
def test_other_encodings_are_read_when_named(app: Flask, tmp_path: Path, encoding: str) -> None:
    file = write(tmp_path, "activities.csv", ACTIVITIES.replace("\n", "\r\n").encode(encoding))
    words = ["--encoding", encoding] if encoding == "cp932" else []
    code, output = run(app, "simulate", YOKOHAMA, file, *words)
    assert code == 0, output
    assert "activities: 12" in output


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (PEOPLE.replace("1950-01-01", "昭和25年"), ":2: birth_date: 日付を"),
        (PEOPLE.replace("works", "visits"), ":4: residence: lives・works"),
        (PEOPLE.replace("@2015-01-01", "@2015-01-01..2014-01-01"), ":2: records: 終わりの日が"),
        (PEOPLE + "山田,1950-01-01,lives,\n", ":5: person: この人は上の行にもあります"),
        (PEOPLE.replace("通田", "他人"), "activities.csv:12: person: この人が"),
    ],
)
def test_bad_people_are_refused(app: Flask, tmp_path: Path, content: str, words: str) -> None:
    activities = write(tmp_path, "activities.csv", ACTIVITIES)
    people = write(tmp_path, "people.csv", content)
    out = tmp_path / "out"
    code, output = run(app, "simulate", YOKOHAMA, activities, "--people", people, "--out", str(out))
    assert code == 1
    assert words in output
    assert sorted(one.name for one in tmp_path.iterdir()) == ["activities.csv", "people.csv"]


def test_a_folder_with_something_in_it_is_left_alone(
    app: Flask, files: list[str], tmp_path: Path
) -> None:
    code, output = run(app, "simulate", YOKOHAMA, *files, "--out", str(tmp_path))
    assert code == 1
    assert "もうあります" in output


def test_a_full_disk_leaves_nothing(
    app: Flask, files: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_given: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("points.simulation.outputs.Output.summary", full)
    code, output = run(app, "simulate", YOKOHAMA, *files, "--out", str(tmp_path / "out"))
    assert code == 1
    assert "No space left on device" in output
    assert sorted(one.name for one in tmp_path.iterdir()) == ["activities.csv", "people.csv"]


def test_a_text_that_a_spreadsheet_would_compute_is_written_as_text(
    app: Flask, tmp_path: Path
) -> None:
    file = write(tmp_path, "activities.csv", HEAD + LINE.replace("山田", "=1+1"))
    out = tmp_path / "out"
    assert run(app, "simulate", YOKOHAMA, file, "--out", str(out))[0] == 0
    assert read(out, "activities")[0]["person"] == "'=1+1"


def test_the_order_of_lines_and_small_files_change_nothing_for_a_person(
    app: Flask, files: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    head, *lines = ACTIVITIES.splitlines(keepends=True)
    shuffled = write(tmp_path, "shuffled.csv", head + "".join(sorted(lines, reverse=True)))
    monkeypatch.setattr("points.simulation.inputs.BYTES_A_BUCKET", 50)
    monkeypatch.setattr("points.simulation.inputs.WRITE_AT", 2)
    results = []
    for number, file in enumerate((files[0], shuffled)):
        out = tmp_path / f"out{number}"
        run(app, "simulate", YOKOHAMA, file, *files[1:], "--out", str(out))
        results.append((read(out, "months"), sorted(map(str, read(out, "people")))))
    assert results[0] == results[1]


def test_history_of_an_unknown_programme(app: Flask, cast: Cast, tmp_path: Path) -> None:
    code, output = run(app, "history", "nothing", "--out", str(tmp_path / "out"))
    assert code == 1
    assert "there are: otaru-example" in output
    code, output = run(app, "history", "otaru-example", "--out", str(tmp_path / "out"))
    assert code == 0
    assert "0 activities" in output


def test_progress_is_told_from_the_first_to_the_last_percent(
    files: list[str], tmp_path: Path
) -> None:
    told: list[int] = []
    rules = always(parse_rule_version(Path(YOKOHAMA).read_text(encoding="utf-8")))
    run_order(Order((rules,), Path(files[0])), tell=told.append)
    assert told == sorted(told)
    assert told[-1] == 100
