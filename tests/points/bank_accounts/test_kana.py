"""The holder's kana: what is converted, what is shown, what is refused and why."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from points.bank_accounts import kana
from points.bank_accounts.kana import KanaRefused, normalise

VECTORS = json.loads(
    (Path(__file__).parents[2] / "golden/zengin/vectors.json").read_text(encoding="utf-8")
)["kana"]
GOOD = [vector for vector in VECTORS if "out" in vector]
BAD = [vector for vector in VECTORS if "error" in vector]


@pytest.mark.parametrize("vector", GOOD, ids=lambda vector: vector["in"])
def test_a_name_of_the_vector_file_becomes_its_bank_letters(vector: dict[str, Any]) -> None:
    result = normalise(vector["in"])
    assert result.text == vector["out"]
    assert len(result.text.encode("shift_jis")) == vector.get("bytes", len(result.text))


@pytest.mark.parametrize("vector", BAD, ids=lambda vector: vector["in"])
def test_a_bad_name_of_the_vector_file_is_refused(vector: dict[str, Any]) -> None:
    with pytest.raises(kana.MiddleDot) as refused:
        normalise(vector["in"])
    assert "「・」" in str(refused.value)
    assert "通帳" in str(refused.value)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("ｶﾞｷﾞｸﾞ", "ｶﾞｷﾞｸﾞ"),  # composed first, so a half-width mark stays with its letter
        ("か\u3099", "ｶﾞ"),  # combining mark
        ("か゛は゜", "ｶﾞﾊﾟ"),  # marks typed as letters of their own
        ("ヰヱ", "ｲｴ"),
        ("ゐゑ", "ｲｴ"),
        ("ヮぁ", "ﾜｱ"),
        ("ー―‐−－–—ｰ-", "---------"),
        ("ＡＢＣ１２３", "ABC123"),
        ("abc", "ABC"),
        ("フク）オタル", "ﾌｸ)ｵﾀﾙ"),
        ("  ヤマダ \t タロウ\n", "ﾔﾏﾀﾞ ﾀﾛｳ"),
        ("ヴ", "ｳﾞ"),
        ("ん", "ﾝ"),
    ],
)
def test_every_rule_of_conversion(typed: str, written: str) -> None:
    assert normalise(typed).text == written


@pytest.mark.parametrize(
    ("typed", "error", "named"),
    [
        ("", kana.NameMissing, ""),
        ("　 ", kana.NameMissing, ""),
        ("山田", kana.NotKana, "山"),
        ("㈱オタル", kana.NotKana, "株"),
        ("佐々木", kana.NotKana, "佐"),
        ("々", kana.NotKana, "々"),
        ("セキヶハラ", kana.SmallKaKe, "ヶ"),
        ("ア゛", kana.MarkMisplaced, "ｱﾞ"),
        ("ﾟｱ", kana.MarkMisplaced, "ﾟ"),
        ("ヤ ﾞ", kana.MarkMisplaced, "ﾞ"),
        ("カ゜", kana.MarkMisplaced, "ｶﾟ"),
        ("ジョン･スミス", kana.MiddleDot, "・"),
        ("ア,イ", kana.CharacterRefused, ","),
        ("ア、イ", kana.CharacterRefused, "、"),
        ("é", kana.CharacterRefused, "é"),
        ("ア\u200bイ", kana.CharacterRefused, "U+200B"),
        ("ア「", kana.CharacterRefused, "「"),
        ("ヽ", kana.CharacterRefused, "ヽ"),
        ("ア/イ", kana.CharacterRefused, "/"),
        ("😀", kana.CharacterRefused, "😀"),
    ],
)
def test_what_no_rule_decides_is_refused_by_name(
    typed: str, error: type[KanaRefused], named: str
) -> None:
    with pytest.raises(error) as refused:
        normalise(typed)
    assert named in str(refused.value)
    assert refused.value.code.startswith("kana_")


def test_a_bank_that_takes_a_slash_gets_it() -> None:
    assert normalise("ア/イ", symbols="()-./").text == "ｱ/ｲ"


def test_wo_becomes_o_with_a_warning_or_is_kept_as_the_bank_wants() -> None:
    changed = normalise("カヲリ")
    assert changed.text == "ｶｵﾘ"
    assert [note.code for note in changed.warnings] == ["wo"]
    kept = normalise("カヲリ", wo_to_o=False)
    assert (kept.text, kept.warnings) == ("ｶｦﾘ", ())


def test_every_change_is_told_in_words() -> None:
    result = normalise("きゃりー  ヱみa")
    assert [note.code for note in result.changes] == [
        "spaces",
        "hiragana",
        "small",
        "old_kana",
        "dash",
        "capitals",
        "width",
    ]
    assert str(result.changes[2]) == "小さい文字を大きい文字にしました（ャ→ヤ）。"


def test_a_name_already_in_bank_letters_has_no_changes() -> None:
    result = normalise("ﾔﾏﾀﾞ ﾀﾛｳ")
    assert (result.text, result.changes, result.warnings) == ("ﾔﾏﾀﾞ ﾀﾛｳ", (), ())


def test_thirty_bytes_fit_and_thirty_one_are_warned_of() -> None:
    assert normalise("ガ" * 15).warnings == ()
    long = normalise("ガ" * 15 + "ア")
    assert [note.code for note in long.warnings] == ["too_long"]
    assert "「ｱ」は入りません" in str(long.warnings[0])
    assert long.in_file == "ｶﾞ" * 15
    assert long.text.endswith("ｱ")


@given(st.text(max_size=40), st.booleans())
def test_any_text_is_refused_kindly_or_becomes_clean_and_stable(typed: str, wo_to_o: bool) -> None:
    try:
        result = normalise(typed, wo_to_o=wo_to_o)
    except KanaRefused as refused:
        assert str(refused).endswith("ください。")  # noqa: PT017 - both ends are good
        return
    written = result.text.encode("shift_jis")
    assert len(written) == len(result.text)
    assert not set(written) & {*range(0x61, 0x7B), *range(0xA1, 0xA6), *range(0xA7, 0xB1)}
    again = normalise(result.text, wo_to_o=wo_to_o)
    assert (again.text, again.changes) == (result.text, ())


@given(st.text(alphabet=[chr(code) for code in range(0x3041, 0x3095)], min_size=1, max_size=20))
def test_hiragana_and_its_katakana_come_to_the_same(typed: str) -> None:
    katakana = "".join(chr(ord(letter) + 0x60) for letter in typed)
    assert normalise(typed).text == normalise(katakana).text
