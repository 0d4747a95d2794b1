"""Everything stored about oneself: on a page, in a file, on paper from the desk."""

from flask import Flask

from tests.cast import Cast, sign_in_as
from tests.client import Client
from volunteer.core.db import db
from volunteer.core.models import ViewEntry


def test_a_person_reads_everything_that_is_stored(client: Client, cast: Cast) -> None:
    sign_in_as(client, cast.hanako)
    tabs = ("registration", "points", "activities")
    page = "".join(client.get(f"/me/records?tab={tab}").text for tab in tabs)
    assert cast.hanako.address in client.get("/me/records?tab=nonsense").text
    for words in (
        "V0001",
        cast.hanako.address,
        "雪かきの安全講習",
        "基本プラン",
        "hanako@example.jp",
    ):
        assert words in page
    assert "鈴木" not in page


def test_the_file_says_the_same(client: Client, cast: Cast) -> None:
    sign_in_as(client, cast.hanako)
    answer = client.get("/me/records/file")
    assert answer.mimetype == "application/json"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="otagai-records.json"'
    parts = {part["part"]: part["records"] for part in answer.json["parts"]}
    assert parts["person"][0]["登録番号"] == "V0001"
    assert parts["bank_accounts"][0]["口座番号（下3けた）"] == "567"
    assert "1234567" not in answer.text
    assert set(parts) >= {
        "person", "contacts", "decisions", "cards", "consents", "sign_in", "sign_ins", "messages",
        "insurance", "qualifications", "programmes", "awards", "passbook", "cash_outs",
        "bank_accounts", "participations", "attendances",
    }  # fmt: skip


def test_the_desk_prints_it_without_bank_data_and_the_look_is_logged(
    client: Client, cast: Cast
) -> None:
    sign_in_as(client, cast.coordinator)
    page = client.get(f"/desk/people/{cast.hanako.party_id}/records").text
    assert cast.hanako.address in page
    assert "567" not in page.replace(cast.hanako.telephone, "")
    seen = db.session.execute(db.select(ViewEntry).filter_by(what="own_data")).scalar_one()
    assert seen.party_id == cast.hanako.party_id


def test_somebody_without_a_person_is_led_back(client: Client, cast: Cast, app: Flask) -> None:
    sign_in_as(client, cast.cook)
    for page in ("/me/records", "/me/records/file", "/me/erasure", "/me/erasure/confirmation"):
        assert client.get(page).status_code == 403
