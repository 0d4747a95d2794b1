"""Reading a programme file."""

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from points.programmes.rule_version import ProgrammeFileError, known_keys, parse_rule_version
from points.programmes.terms import Caps, MonthDay
from tests.factories.rules import AWARDS, EXCHANGE, EXPIRY, HEAD, PRESETS, preset, text_of, version

DOCS = Path(__file__).parents[3] / "docs" / "points-programmes.md"


def mistakes_of(text: str) -> list[tuple[str, int | None, str]]:
    with pytest.raises(ProgrammeFileError) as caught:
        parse_rule_version(text)
    return [(one.key, one.line, str(one.wording)) for one in caught.value.mistakes]


def keys_of(text: str) -> list[str]:
    return [key for key, _line, _words in mistakes_of(text)]


@pytest.mark.parametrize("path", sorted(PRESETS.glob("*.toml")), ids=lambda path: path.stem)
def test_every_preset_can_be_read_and_is_named_after_its_programme(path: Path) -> None:
    assert preset(path.stem).programme_code == path.stem


def test_the_otaru_example_says_which_numbers_are_not_confirmed() -> None:
    rules = preset("otaru-example")
    assert {"caps.daily_points", "exchange.minimum_points", "expiry.kind"} <= set(rules.unconfirmed)
    assert "例" in rules.programme_name
    assert rules.caps == Caps(daily_points=200, yearly_points=5000)


def test_every_key_is_documented_and_every_documented_key_exists() -> None:
    rows = re.findall(r"^\| `([a-z_.\[\]]+)` \|", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(rows) == len(set(rows))
    assert set(rows) == known_keys()


def test_an_unknown_key_is_a_mistake_with_its_line_and_a_guess() -> None:
    text = text_of(awards=AWARDS + "minminutes = 3\n")
    line = text.splitlines().index("minminutes = 3") + 1
    assert mistakes_of(text) == [
        ("awards[0].minminutes", line, "この項目はありません。min_minutes のことですか")
    ]


def test_an_unknown_table_is_a_mistake() -> None:
    assert keys_of(text_of(more="[zebra]\na = 1\n")) == ["zebra"]


def test_all_mistakes_are_told_at_once() -> None:
    assert set(keys_of("format = 2")) == {
        "format",
        "programme.code",
        "programme.name",
        "version.valid_from",
        "awards",
        "exchange.methods",
        "expiry.kind",
    }


def test_the_error_reads_as_lines_of_japanese() -> None:
    text = text_of(more="[caps]\ndaily_points = -1\n")
    line = text.splitlines().index("daily_points = -1") + 1
    with pytest.raises(ProgrammeFileError, match=rf"^{line}行目 caps.daily_points: 1から1,000"):
        parse_rule_version(text)


def test_the_second_row_of_a_list_is_named_and_found() -> None:
    text = text_of(awards=AWARDS + AWARDS.replace("points = 1", "points = 1.5"))
    line = text.splitlines().index("points = 1.5") + 1
    assert ("awards[1].points", line) in [(key, at) for key, at, _words in mistakes_of(text)]


def test_a_mistake_within_an_inline_table_is_found_by_the_key_around_it() -> None:
    tiers = 'basis = "tiered"\ntiers = [{ from_minutes = 30, points = 0 }]'
    text = text_of(awards=f'[[awards]]\ncategories = ["a"]\n{tiers}\n')
    line = 1 + [row.startswith("tiers") for row in text.splitlines()].index(True)
    assert [(key, at) for key, at, _words in mistakes_of(text)] == [
        ("awards[0].tiers[0].points", line)
    ]


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("daily_points = 0", "caps.daily_points"),
        ("daily_points = true", "caps.daily_points"),
        ('daily_points = "200"', "caps.daily_points"),
        ("daily_points = 99999999999999999999", "caps.daily_points"),
        ("yearly_points = 1.0", "caps.yearly_points"),
        ("yearly_exchange_yen = [1]", "caps.yearly_exchange_yen"),
    ],
)
def test_a_number_that_is_none_is_refused(line: str, key: str) -> None:
    assert keys_of(text_of(more=f"[caps]\n{line}\n")) == [key]


@pytest.mark.parametrize(
    ("row", "key"),
    [
        ('basis = "per_activity"', "points"),
        ('basis = "tiered"\ntiers = []', "tiers"),
        ('basis = "tiered"\npoints = 1\ntiers = [{ from_minutes = 1, points = 1 }]', "points"),
        ('basis = "per_hour"\npoints = 1\nshare = "each"', "share"),
        ('basis = "fixed"\npoints = 1\nmin_minutes = 30', "min_minutes"),
        ('basis = "per_household"\npoints = 1\nshare = "half"', "share"),
        ('basis = "per_hour"\npoints = 1\nrounding = "up"', "rounding"),
        (
            'basis = "tiered"\n[[awards.tiers]]\nfrom_minutes = 90\npoints = 2\n'
            "[[awards.tiers]]\nfrom_minutes = 30\npoints = 1",
            "tiers",
        ),
    ],
)
def test_an_award_that_makes_no_sense_is_refused(row: str, key: str) -> None:
    assert keys_of(text_of(awards=f'[[awards]]\ncategories = ["a"]\n{row}\n')) == [
        f"awards[0].{key}"
    ]


def test_a_category_is_listed_once_for_each_role() -> None:
    for_leaders = AWARDS + 'roles = ["leader"]\n'
    assert len(version(awards=AWARDS + for_leaders).awards) == 2
    assert keys_of(text_of(awards=AWARDS + AWARDS)) == ["awards[1].categories"]


@pytest.mark.parametrize(
    ("expiry", "key"),
    [
        ('kind = "months"', "months"),
        ('kind = "fixed_day_next_year"', "day"),
        ('kind = "fixed_day_next_year"\nday = "02-30"', "day"),
        ('kind = "never"\nmonths = 3', "months"),
        ('kind = "never"\nvoid_while_held = "extend"', "extend_days"),
        ('kind = "never"\nextend_days = 3', "extend_days"),
    ],
)
def test_an_expiry_lacking_its_day_or_having_too_much_is_refused(expiry: str, key: str) -> None:
    assert keys_of(text_of(expiry=f"[expiry]\n{expiry}\n")) == [f"expiry.{key}"]


def test_an_exchange_that_would_leave_a_fraction_of_a_yen_is_refused() -> None:
    method = '[[exchange.methods]]\ncode = "desk_cash"\nyen = 500\npoints = 10\n'
    assert version(exchange="[exchange]\nunit_points = 10\n" + method)
    assert keys_of(text_of(exchange=method.replace("500", "505"))) == ["exchange.methods[0].points"]


def test_half_a_window_is_refused() -> None:
    assert keys_of(text_of(more='[exchange.window]\nfirst_day = "03-01"\n')) == [
        "exchange.window.last_day"
    ]


def test_a_year_cannot_begin_on_29_february() -> None:
    assert keys_of(text_of(more='[programme_year]\nstart = "02-29"\n')) == ["programme_year.start"]
    assert version(more='[programme_year]\nstart = "08-01"\n').year_start == MonthDay(8, 1)


def test_a_version_ends_after_it_began() -> None:
    same_day = text_of().replace("[version]", "[version]\nvalid_to = 2000-04-01")
    assert keys_of(same_day) == ["version.valid_to"]
    quoted = text_of().replace("2000-04-01", '"2000-04-01"')
    assert keys_of(quoted) == ["version.valid_from"]


def test_a_version_is_in_force_from_its_first_day_until_before_its_end() -> None:
    rules = preset("example-august-year")
    days = [date(2025, 7, 31), date(2025, 8, 1), date(2028, 7, 31), date(2028, 8, 1)]
    assert [rules.is_in_force(day) for day in days] == [False, True, True, False]


CHILD = """
[[classes]]
code = "child"
name = "こども"
age_min = 6
age_max = 17
yearly_points = 4000
"""
ADULT = """
[[classes]]
code = "adult"
name = "おとな"
age_min = 18
"""


def test_a_class_has_its_own_caps_and_else_those_of_the_programme() -> None:
    rules = version(more="[caps]\ndaily_points = 200\nyearly_points = 8000\n" + CHILD + ADULT)
    assert rules.caps_for("child") == Caps(daily_points=200, yearly_points=4000)
    assert rules.caps_for("adult") == rules.caps_for(None) == rules.caps_for("") == rules.caps
    assert [one and one.code for one in map(rules.class_for_age, (5, 6, 17, 18, 99))] == [
        None,
        "child",
        "child",
        "adult",
        "adult",
    ]
    with pytest.raises(ValueError, match="no class"):
        rules.caps_for("gold")


def test_classes_do_not_overlap() -> None:
    assert keys_of(text_of(more=CHILD + ADULT.replace("18", "17"))) == ["classes"]


def test_an_unconfirmed_key_must_exist() -> None:
    text = text_of().replace("[version]", '[version]\nunconfirmed = ["caps.weekly"]')
    assert keys_of(text) == ["version.unconfirmed"]


@pytest.mark.parametrize(
    "text",
    [
        "[programme",
        "a = " + "[" * 3000,
        "a = " + "9" * 5000,
        "x" * 300_000,
        "\x00",
        "[version]\nvalid_from = 2026-02-30\n",
        "[a]\n[a]\n",
    ],
)
def test_a_text_that_is_no_toml_is_one_mistake(text: str) -> None:
    assert len(mistakes_of(text)) == 1


def test_the_line_of_a_toml_error_is_told() -> None:
    assert mistakes_of("format = 1\n[programme\n")[0][1] == 2


def test_a_byte_order_mark_does_no_harm() -> None:
    assert parse_rule_version("\ufeff" + text_of()) == version()


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=4,
)


@given(
    section=st.sampled_from(["[caps]", "[exchange]", "[[awards]]", "[expiry]", "[may_collect]"]),
    key=st.sampled_from(["daily_points", "methods", "window", "kind", "tiers", "basis", "age_min"]),
    value=ANYTHING,
)
def test_nonsense_ends_in_explained_mistakes_and_nothing_else(
    section: str, key: str, value: object
) -> None:
    toml = repr(value).replace("None", "1979-05-27").replace("True", "true")
    text = f"{HEAD}{section}\n{key} = {toml.replace('False', 'false')}\n"
    with pytest.raises(ProgrammeFileError) as caught:
        parse_rule_version(text)
    assert all(str(mistake) for mistake in caught.value.mistakes)


def test_the_sections_may_come_in_any_order() -> None:
    assert parse_rule_version(EXPIRY + EXCHANGE + AWARDS + HEAD) == version()
