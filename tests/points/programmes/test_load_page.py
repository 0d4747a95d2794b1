"""Loading a rule version at the desk: mistakes, what would change, for whom; then the same text is loaded."""

from pathlib import Path
from typing import Any

import pytest

from points.programmes.queries import programmes
from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.factories.points import OTARU
from tests.points.earning.test_awards import award, facts
from volunteer.core.db import db

PAGE = "/desk/programmes/new"
NEXT_YEAR = OTARU.replace("valid_from = 2021-04-01", "valid_from = 2027-04-01").replace(
    "points = 500", "points = 600"
)


@pytest.fixture
def desk(client: Client, cast: Cast) -> Client:
    """The administrator at the desk."""
    return sign_in_as(client, cast.administrator)


def upload(client: Client, folder: Path, content: str | bytes) -> Any:
    """Choose a file on the page and send it."""
    file = folder / "rules.toml"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    with file.open("rb") as stream:
        return client.submit(PAGE, {"file": (stream, "rules.toml")})


def test_a_file_is_shown_before_it_is_loaded(desk: Client, tmp_path: Path) -> None:
    shown = upload(desk, tmp_path, NEXT_YEAR)
    assert shown.status_code == 200
    assert "1世帯につき500ポイント" in shown.text
    assert "1世帯につき600ポイント" in shown.text
    assert "awards[0].points" in shown.text
    assert "3人" in shown.text
    for words in (
        "いま</span> <del>",
        "これからは</span> <ins>",
        "今の版の終わり",
        "まだポイントはついていません",
    ):
        assert words in shown.text, words
    assert len(programmes()) == 1
    done = desk.resubmit(shown, page=PAGE)
    assert done.status_code == 303, done.text
    assert "制度の版を読みこみました" in desk.get(done.location).text
    again = upload(desk, tmp_path, NEXT_YEAR)
    assert "もう読みこんであります" in again.text


def test_a_changed_text_is_shown_again_before_it_is_loaded(desk: Client, tmp_path: Path) -> None:
    shown = upload(desk, tmp_path, NEXT_YEAR)
    changed = desk.resubmit(shown, {"text": NEXT_YEAR.replace("600", "700")}, page=PAGE)
    assert changed.status_code == 200
    assert "1世帯につき700ポイント" in changed.text
    assert desk.resubmit(changed, page=PAGE).status_code == 303


def test_a_preset_is_taken_from_the_shelf(desk: Client) -> None:
    shown = desk.submit(PAGE, {"preset": "yokohama"})
    assert shown.status_code == 200
    assert "よこはまシニアボランティアポイント" in shown.text
    assert "はじめての版です" in shown.text
    assert "例・未確認の項目があります" in shown.text
    assert "活動：" in shown.text
    assert "活動：meals" not in shown.text
    assert desk.resubmit(shown, page=PAGE).status_code == 303
    db.session.rollback()
    assert [one.code for one in programmes()] == ["otaru-example", "yokohama"]


def test_nothing_chosen_is_asked_for(desk: Client) -> None:
    answer = desk.submit(PAGE, {})
    assert answer.status_code == 422
    assert "制度をえらぶか、ファイルをえらんでください" in answer.text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (OTARU.replace("yearly_points = 5000", "yearly_points = -1"), "caps.yearly_points"),
        (OTARU.replace("daily_points", "dayly_points"), "daily_points のことですか"),
        (OTARU.encode("cp932", "ignore"), "Shift_JISで保存されているようです"),
        (OTARU.encode("utf-16"), "UTF-16で保存されています"),
        (b"\xff\xfe\x00", "UTF-16で保存されています"),
        (b"\x80\x81\xff" * 9, "UTF-8の文字として読めません"),
        (b"PK\x03\x04\x00\x00", "文字のファイルではありません"),
        (b"not toml at all", "TOMLとして読めません"),
        (b"# " + b"x" * 200_001, "ファイルが大きすぎます"),
    ],
)
def test_a_bad_file_is_explained(
    desk: Client, tmp_path: Path, content: str | bytes, words: str
) -> None:
    answer = upload(desk, tmp_path, content)
    assert answer.status_code == 422
    assert words in answer.text


def test_overlaps_and_changes_to_used_versions_are_refused_before(
    desk: Client, cast: Cast, tmp_path: Path
) -> None:
    overlapping = upload(desk, tmp_path, OTARU.replace("2021-04-01", "2020-04-01"))
    assert overlapping.status_code == 422
    assert "この期間にはもう別の版があります" in overlapping.text
    award(facts(cast))
    used = upload(desk, tmp_path, NEXT_YEAR.replace("2027-04-01", "2026-11-21"))
    assert used.status_code == 422
    assert "ポイントがついた活動が1件あります" in used.text
    assert desk.resubmit(used, page=PAGE).status_code == 422


def test_a_gap_between_versions_is_warned_of(desk: Client, tmp_path: Path) -> None:
    ending = NEXT_YEAR.replace("2027-04-01", "2030-04-01\nvalid_to = 2031-04-01")
    assert desk.resubmit(upload(desk, tmp_path, ending), page=PAGE).status_code == 303
    later = upload(desk, tmp_path, NEXT_YEAR.replace("2027-04-01", "2032-04-01"))
    assert later.status_code == 200
    assert "2031-04-01から2032-04-01の前の日まで" in later.text


def test_a_last_version_that_ends_is_warned_of(desk: Client, tmp_path: Path) -> None:
    ending = NEXT_YEAR.replace("2027-04-01", "2027-04-01\nvalid_to = 2028-04-01")
    assert "2028-04-01からは、次の版を読みこむまで" in upload(desk, tmp_path, ending).text
    assert "次の版を読みこむまで" not in upload(desk, tmp_path, NEXT_YEAR).text


def test_days_that_a_version_covers_are_no_gap(desk: Client, tmp_path: Path) -> None:
    early = OTARU.replace("2021-04-01", "2015-04-01\nvalid_to = 2016-04-01")
    assert desk.resubmit(upload(desk, tmp_path, early), page=PAGE).status_code == 303
    assert desk.resubmit(upload(desk, tmp_path, NEXT_YEAR), page=PAGE).status_code == 303
    between = OTARU.replace("2021-04-01", "2026-12-01\nvalid_to = 2027-01-01")
    refused = upload(desk, tmp_path, between)
    assert refused.status_code == 422
    assert "あいだがあきます" not in refused.text


def test_a_payout_code_without_a_module_is_warned_of_and_can_be_loaded(
    desk: Client, tmp_path: Path
) -> None:
    shown = upload(desk, tmp_path, NEXT_YEAR.replace('code = "desk_cash"', 'code = "tea_party"'))
    assert "申し込みに出ない受けとり方があります" in shown.text
    assert "受けとり方「tea_party」は" in shown.text
    assert "行目" in shown.text


def test_a_kind_of_activity_the_center_does_not_have_is_warned_of(
    desk: Client, tmp_path: Path
) -> None:
    shown = upload(desk, tmp_path, NEXT_YEAR.replace('["snow"]', '["snow", "moonlight", "stars"]'))
    assert "センターにまだない活動の種類があります" in shown.text
    assert "活動の種類「moonlight・stars」は" in shown.text
    assert desk.resubmit(shown, page=PAGE).status_code == 303
