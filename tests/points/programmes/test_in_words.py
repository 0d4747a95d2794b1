"""Every key that decides something stands in the sentences: whoever changes one reads what becomes different.

`unseen.toml` is a made-up scheme that uses as many parameters as one file can.
"""

from pathlib import Path

import pytest

from points.programmes.difference import changes_in_words
from points.programmes.rule_version import RuleVersion, parse_rule_version

UNSEEN = (Path(__file__).parent / "unseen.toml").read_text(encoding="utf-8")

CHANGES = [
    ('name = "みかづき手帳"', 'name = "まんげつ手帳"'),
    ("age_min = 12\nage_max = 90\nage_basis", "age_min = 13\nage_max = 90\nage_basis"),
    ("age_max = 90\nage_basis", "age_max = 91\nage_basis"),
    ('age_basis = "april_1"', 'age_basis = "activity_day"'),
    ('residence = ["lives", "studies"]', 'residence = ["lives"]'),
    ('"ほしぞら町"', '"あおぞら町"'),
    ("group_members = true", "group_members = false"),
    ("exclude_high_school = true", "exclude_high_school = false"),
    ("guardian_consent_under = 16", "guardian_consent_under = 17"),
    ("age_min = 18\nage_max = 80", "age_min = 19\nage_max = 80"),
    ('need = "training"', 'need = "document"'),
    ('name = "手帳講習"', 'name = "別の講習"'),
    ("valid_months = 12", "valid_months = 24"),
    ('checked_at = ["registration"]', 'checked_at = ["award"]'),
    ('term = "years"\nyears = 2', 'term = "fiscal_year"'),
    ("years = 2\nexchange", "years = 3\nexchange"),
    ("exchange_lapses_after_days = 45", "exchange_lapses_after_months = 3"),
    ("age_max = 17", "age_max = 16"),
    ("daily_points = 30", "daily_points = 31"),
    ("yearly_points = 100", "yearly_points = 101"),
    ('categories = ["garden"]', 'categories = ["park"]'),
    ('roles = ["leader"]', 'roles = ["guide"]'),
    ('hosts = ["月の家"]', 'hosts = ["星の家"]'),
    ("points = 7", "points = 8"),
    ("unit_minutes = 45", "unit_minutes = 40"),
    ("min_minutes = 30", "min_minutes = 31"),
    ('rounding = "nearest"', 'rounding = "ceil"'),
    ('rounding = "nearest"', 'rounding = "floor"'),
    ("from_minutes = 50", "from_minutes = 51"),
    ("points = 40\nshare", "points = 41\nshare"),
    ('share = "split"', 'share = "each"'),
    ("counts_against_daily_cap = false", "counts_against_daily_cap = true"),
    ("counts_against_yearly_cap = false", "counts_against_yearly_cap = true"),
    ("min_minutes = 40", "min_minutes = 41"),
    ("\npaid = true", "\npaid = false"),
    ("own_family = false", "own_family = true"),
    ("client_here = true", "client_here = false"),
    ("not_introduced = true", "not_introduced = false"),
    ("daily_points = 50", "daily_points = 51"),
    ("yearly_points = 200", "yearly_points = 201"),
    ("yearly_exchange_points = 150", "yearly_exchange_points = 151"),
    ("yearly_exchange_yen = 900", "yearly_exchange_yen = 901"),
    ('beyond = "all_or_nothing"', 'beyond = "cut"'),
    ('kind = "month_day"\nstart = "10-16"', 'kind = "anniversary"'),
    ('start = "10-16"', 'start = "10-17"'),
    ("minimum_points = 20", "minimum_points = 25"),
    ("unit_points = 5", "unit_points = 10"),
    ('earned_up_to = "08-31"', 'earned_up_to = "07-31"'),
    ('attachments = ["みかづき手帳"]', "attachments = []"),
    ("decision_notice = true", "decision_notice = false"),
    ('proxy = "none"', 'proxy = "with_mandate"'),
    ('first_day = "12-10"', 'first_day = "12-11"'),
    ('last_day = "01-20"', 'last_day = "01-21"'),
    ("day_of_month = 31", "day_of_month = 30"),
    ('kind = "next_month"\nday_of_month = 31', 'kind = "yearly"\nday = "07-01"'),
    ('kind = "next_month"\nday_of_month = 31', 'kind = "next_year"\nday = "07-01"'),
    ("yen = 30\n", "yen = 31\n"),
    ("yen = 700", "yen = 701"),
    ("minimum_points = 10\n", "minimum_points = 15\n"),
    ('"星の保育園"', '"月の保育園"'),
    ("on_site_settles_after_hours = 5\n", "on_site_settles_after_hours = 6\n"),
    ("claimed_settles_after_hours = 50", "claimed_settles_after_hours = 51"),
    ("claimed_sample_percent = 0", "claimed_sample_percent = 5"),
    ('accepted = ["qr_by_host", "staff_entry"]', 'accepted = ["seal", "staff_entry"]'),
    ('day = "11-30"', 'day = "12-31"'),
    ('kind = "fixed_day_next_year"\nday = "11-30"', 'kind = "months"\nmonths = 18'),
    ('void_while_held = "extend"\nextend_days = 33', 'void_while_held = "return_to_lot_expired"'),
    ("extend_days = 33", "extend_days = 34"),
    ('kind = "up_to"\npoints = 12', 'kind = "once"'),
    ("points = 12\n", "points = 15\n"),
    ("extended_to = 2027-02-28", "extended_to = 2027-03-31"),
    ("chosen = false", "chosen = true"),
    ('paid_by = "city"', 'paid_by = "host"'),
    ("must_cover = true", "must_cover = false"),
    ("between_members = true", "between_members = false"),
    ("replacement_keeps_points = false", "replacement_keeps_points = true"),
    ("void_award = true", "void_award = false"),
    ("hold_claims = true", "hold_claims = false"),
    ("claw_back = true", "claw_back = false"),
    ("suspend_days = 61", "suspend_days = 62"),
    ("points_each_year = 15", "points_each_year = 16"),
]


def words_of(changed: RuleVersion) -> tuple[list[str], list[str]]:
    """What holds no longer, and what holds from now on."""
    found = changes_in_words(parse_rule_version(UNSEEN), changed, {})
    gone = [str(line) for one in found for line in one.removed]
    return gone, [str(line) for one in found for line in one.added]


@pytest.mark.parametrize(("before", "after"), CHANGES, ids=[after for _before, after in CHANGES])
def test_a_changed_key_changes_a_sentence(before: str, after: str) -> None:
    assert before in UNSEEN
    gone, come = words_of(parse_rule_version(UNSEEN.replace(before, after, 1)))
    assert gone or come


def test_a_class_shows_the_caps_that_hold_for_its_people() -> None:
    found = changes_in_words(None, parse_rule_version(UNSEEN), {})
    lines = {str(one.heading): [str(line) for line in one.added] for one in found}
    assert lines["おとなの上限"][:4] == [
        "18歳から",
        "90歳まで",
        "1日の上限は50ポイント",
        "1年の上限は200ポイント",
    ]
    assert "1日の上限は30ポイント" in lines["こどもの上限"]
    assert "1年に換金できるのは900円まで" in lines["こどもの上限"]
    assert "（この受けとり方は10ポイントから、5ポイントきざみ）" in lines["換金"]
