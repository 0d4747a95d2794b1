"""The file of districts: what is read, and how each mistake is told."""

from pathlib import Path

import pytest

from volunteer.areas.area_file import AreaFileError, decode, read_areas

OTARU = Path(__file__).parents[3] / "matching" / "towns" / "data" / "areas-otaru.csv"
HEAD = "code,name,kana,latitude,longitude,height_m,share\n"


def mistakes_in(text: str) -> list[str]:
    with pytest.raises(AreaFileError) as caught:
        read_areas(text)
    return caught.value.mistakes


def test_the_list_of_otaru_has_sixteen_districts_and_says_where_it_comes_from() -> None:
    comment, lines = read_areas(OTARU.read_text(encoding="utf-8"))
    assert len(lines) == 16
    assert "not official" in comment
    assert lines[0].code == "inaho"
    assert (lines[0].latitude, lines[0].height_m) == (43.198, 10)
    assert round(sum(line.share or 0 for line in lines), 3) == 1


def test_a_line_of_totals_is_passed_over() -> None:
    _comment, lines = read_areas(HEAD + "a,甲,こう,,,,0.4\ntotal,合計,,,,,1\n")
    assert [line.code for line in lines] == ["a"]


def test_only_code_name_and_reading_are_needed() -> None:
    _comment, lines = read_areas("code,name,kana\na,甲,コウ\n")
    assert (lines[0].kana, lines[0].latitude) == ("こう", None)


def test_a_spreadsheet_in_shift_jis_is_understood() -> None:
    text = HEAD + "a,花園,はなぞの,,,,\n"
    assert decode(text.encode("cp932")) == text
    assert decode(text.encode("utf-8-sig")) == text


def test_every_mistake_is_told_with_its_line() -> None:
    found = mistakes_in(
        "# 見本\n"
        + HEAD
        + "A,甲,こう,,,,\n"
        + "b,,おつ,,,,\n"
        + "c,丙,丙,,,,\n"
        + "d,丁,てい,96,141,,\n"
        + "d,戊,ぼ,43.1,,高い,\n"
        + "f,丁,き,,,,2\n"
        + "g,庚\n"
    )
    expected = {3: "code", 4: "name", 5: "kana", 6: "latitude", 7: "height_m", 8: "share", 9: "列"}
    for line, word in expected.items():
        assert any(one.startswith(f"{line}行目") and word in one for one in found), (line, found)
    assert any("6行目にもあります" in one for one in found)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "列 code がありません"),
        ("code,name\n", "列 kana がありません"),
        ("code,name,kana,size\n", "列 size は使えません"),
        (HEAD, "地区が1つもありません"),
        (HEAD + "a,甲,こう,43.1,,,\n", "両方"),
        (HEAD + "a,甲,こう,,,,0.7\nb,乙,おつ,,,,0.7\n", "合計が 1.400"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(text: str, words: str) -> None:
    assert any(words in one for one in mistakes_in(text))
