"""Combinations that make no sense, numbers that cannot be, are refused with their key and line."""

import pytest

from points.programmes.rule_version import ProgrammeFileError, parse_rule_version
from tests.factories.rules import AWARDS, text_of

HUGE = 10**18
REQUIREMENT = '[[requirements]]\ncode = "a"\nname = "b"\n'
EXCEPTION = '[[exceptions]]\ncode = "a"\nname = "b"\n'
MINIMUM = "[exchange]\nminimum_points = 25\nunit_points = 20\n"
TABLE = '[[exchange.methods]]\ncode = "v"\n'


def mistakes_of(text: str) -> list[tuple[str, int | None]]:
    with pytest.raises(ProgrammeFileError) as caught:
        parse_rule_version(text)
    return [(one.key, one.line) for one in caught.value.mistakes]


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ('[may_collect]\nresidence = ["works"]\nmunicipalities = ["佐賀市"]', "may_collect.municipalities"),
        ("[may_exchange]\ngroup_members = true", "may_exchange.group_members"),
        ("[may_collect]\nexclude_high_school = 1", "may_collect.exclude_high_school"),
        ("[may_collect]\nage_min = 65\nage_max = 64", "may_collect.age_max"),
        ("[may_collect]\nage_min = -1", "may_collect.age_min"),
        (REQUIREMENT + 'need = "training"', "requirements[0].checked_at"),
        (REQUIREMENT + 'need = "training"\nchecked_at = []', "requirements[0].checked_at"),
        (REQUIREMENT + 'need = "training"\nchecked_at = ["birth"]', "requirements[0].checked_at"),
        (REQUIREMENT + 'need = "exam"\nchecked_at = ["award"]', "requirements[0].need"),
        (
            REQUIREMENT + 'need = "excluded"\nchecked_at = ["award"]\nvalid_months = 3',
            "requirements[0].valid_months",
        ),
        (
            REQUIREMENT + f'need = "training"\nchecked_at = ["award"]\nvalid_months = {HUGE}',
            "requirements[0].valid_months",
        ),
        (
            2 * (REQUIREMENT + 'need = "training"\nchecked_at = ["award"]\n'),
            "requirements[1].code",
        ),
        ('[registration]\nterm = "years"', "registration.years"),
        ('[registration]\nterm = "fiscal_year"\nyears = 2', "registration.years"),
        (
            "[registration]\nexchange_lapses_after_days = 1\nexchange_lapses_after_months = 1",
            "registration.exchange_lapses_after_months",
        ),
        ("[registration]\nexchange_lapses_after_days = -1", "registration.exchange_lapses_after_days"),
        (f"[caps]\ndaily_points = {HUGE}", "caps.daily_points"),
        ('[caps]\nbeyond = "carry"', "caps.beyond"),
        ('[programme_year]\nkind = "anniversary"\nstart = "04-01"', "programme_year.start"),
        ('[exchange]\nearned_up_to = "03-30"', "exchange.earned_up_to"),
        (MINIMUM + "[caps]\nyearly_exchange_points = 39", "exchange.methods[0].code"),
        (MINIMUM + "[caps]\nyearly_exchange_yen = 39", "exchange.methods[0].code"),
        (EXCEPTION + "first_day = 9999-01-01", "exceptions[0].first_day"),
        ('[exchange.pay_date]\nkind = "yearly"', "exchange.pay_date.day"),
        ('[exchange.pay_date]\nday = "07-01"', "exchange.pay_date.day"),
        ('[exchange.pay_date]\nkind = "yearly"\nday = "07-01"\nday_of_month = 3', "exchange.pay_date.day_of_month"),
        ('[carry_over]\nkind = "up_to"', "carry_over.points"),
        ('[carry_over]\nkind = "all"\npoints = 5', "carry_over.points"),
        ('[carry_over]\nkind = "up_to"\npoints = -5', "carry_over.points"),
        (
            EXCEPTION + "first_day = 2021-03-31\nlast_day = 2021-03-01\nextended_to = 2022-03-31",
            "exceptions[0].last_day",
        ),
        (
            EXCEPTION + "first_day = 2021-03-01\nlast_day = 2021-03-31\nextended_to = 2021-03-31",
            "exceptions[0].extended_to",
        ),
        (
            2 * (EXCEPTION + "first_day = 2021-03-01\nlast_day = 2021-03-31\nextended_to = 2022-03-31\n"),
            "exceptions",
        ),
        ('[insurance]\npaid_by = "nobody"', "insurance.paid_by"),
        ('[evidence]\naccepted = ["word"]', "evidence.accepted"),
        ('[transfer]\nbetween_members = "no"', "transfer.between_members"),
        ("[card]\nreplacement_keeps_point = true", "card.replacement_keeps_point"),
        (f"[false_records]\nsuspend_days = {HUGE}", "false_records.suspend_days"),
        ('[[recognitions]]\nname = "感謝状"', "recognitions[0].years"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_at_its_key(more: str, key: str) -> None:
    if more.startswith("[exchange]"):
        method = '[[exchange.methods]]\ncode = "a"\nyen = 1\n'
        found = mistakes_of(text_of(exchange=f"{more}\n{method}"))
    else:
        found = mistakes_of(text_of(more=more + "\n"))
    assert key in [one for one, _line in found]
    assert all(line is not None for _key, line in found)


@pytest.mark.parametrize(
    ("rows", "key"),
    [
        ("yen = 1\ntable = [{ points = 1, yen = 1 }]", "yen"),
        ("table = []", "table"),
        ("table = [{ points = 9, yen = 9 }, { points = 8, yen = 10 }]", "table"),
        ("table = [{ points = 1, yen = 0 }]", "table[0].yen"),
        ("unit_points = 2\ntable = [{ points = 1, yen = 1 }]", "unit_points"),
    ],
)
def test_a_table_stands_alone_and_in_order(rows: str, key: str) -> None:
    found = mistakes_of(text_of(exchange=f"{TABLE}{rows}\n"))
    assert [one for one, _line in found][0] == f"exchange.methods[0].{key}"


def test_the_least_that_can_be_exchanged_may_be_all_a_year_allows() -> None:
    method = '[[exchange.methods]]\ncode = "a"\nyen = 1\n'
    for cap in ("yearly_exchange_points", "yearly_exchange_yen"):
        version = parse_rule_version(text_of(exchange=f"{MINIMUM}{method}[caps]\n{cap} = 40\n"))
        assert getattr(version.caps, cap) == 40


def test_points_that_never_end_are_not_carried_over() -> None:
    text = text_of(expiry='[expiry]\nkind = "never"\n', more='[carry_over]\nkind = "all"\n')
    assert mistakes_of(text)[0][0] == "carry_over.kind"


def test_a_category_may_stand_twice_for_different_hosts_only() -> None:
    here, there = 'hosts = ["花園の家"]\n', 'hosts = ["手宮の家"]\n'
    assert parse_rule_version(text_of(awards=AWARDS + here + AWARDS + there + AWARDS)).awards
    found = mistakes_of(text_of(awards=AWARDS + here + AWARDS + here))
    assert found[0][0] == "awards[1].categories"
