"""The settings page shows what the town is made of; administrators change how people reach the center."""

import pytest

from tests.cast import Cast, sign_in_as
from tests.client import Client
from volunteer.core.db import db, write_turn
from volunteer.core.models import AuditEntry, Center

PAGE = "/desk/settings"


def test_the_page_shows_districts_with_their_comment_categories_and_the_programme(
    cast: Cast, client: Client
) -> None:
    with write_turn():
        db.session.get_one(Center, 1).areas_comment = "公式の一覧ではありません"
    text = sign_in_as(client, cast.administrator).get(PAGE).text
    for told in ("公式の一覧ではありません", "花園", "手宮", "雪かき", "たるボラポイント（例）"):
        assert told in text
    assert "例・未確認" in text


@pytest.mark.both_databases
def test_a_changed_telephone_stands_on_every_page(cast: Cast, client: Client) -> None:
    sign_in_as(client, cast.administrator)
    typed = {
        "telephone": "０１３４（１２）３４５６",
        "address": "みなと市港1番",
        "opening_hours": "",
    }
    assert client.submit(PAGE, typed).headers["Location"].endswith("/desk/settings?done=saved")
    center = db.session.get_one(Center, 1)
    assert (center.telephone, center.address) == ("0134123456", "みなと市港1番")
    assert "tel:0134123456" in client.get("/sign-up").text
    acts = db.session.execute(db.select(AuditEntry.act, AuditEntry.subject)).all()
    assert [tuple(act) for act in acts] == [("home_desk.settings", "center:1")]


def test_nonsense_is_refused_and_stays_typed(cast: Cast, client: Client) -> None:
    sign_in_as(client, cast.administrator)
    answer = client.submit(PAGE, {"telephone": "でんわ", "address": ""})
    assert answer.status_code == 422
    assert "でんわ" in answer.text
    assert db.session.get_one(Center, 1).telephone == "0134-00-0000"


@pytest.mark.parametrize("role", ["coordinator", "approver", "payer", "auditor"])
def test_other_staff_may_not_open_it(cast: Cast, client: Client, role: str) -> None:
    assert sign_in_as(client, getattr(cast, role)).get(PAGE).status_code == 403
