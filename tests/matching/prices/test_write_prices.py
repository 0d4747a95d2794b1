"""The price rule of the center: written by the administrator, kept with a history, never changed behind anybody."""

from flask import Flask

from matching.categories.models import Category
from matching.prices import queries
from matching.prices.rules import as_json, from_json
from points.billing.pricing import PriceRule
from points.billing.states import Collects
from tests.cast import Cast, sign_in_as
from tests.factories.matching import make_category
from tests.matching.paid_tasks.scene import fresh, quoted
from volunteer.core.db import db, write_turn


def test_a_rule_is_kept_whole() -> None:
    rule = PriceRule(1200, travel_yen=300, fee_percent=10)
    assert from_json(as_json(rule)) == rule


def test_a_category_has_its_own_price_or_the_centers(cast: Cast) -> None:
    with write_turn():
        make_category("rental", "学生の手伝い", is_paid=True)
        make_category("garden", "草とり", is_paid=True, yen_per_hour=1300)
    found = [db.session.get_one(Category, code) for code in ("rental", "garden", "meals")]
    rules = [queries.rule_of(one) for one in found]
    assert [rule.yen_per_hour if rule else None for rule in rules] == [1000, 1300, None]


def test_what_is_written_counts_from_now_on_and_is_remembered(app: Flask, cast: Cast) -> None:
    before = quoted(cast)
    admin = sign_in_as(app.test_client(), cast.administrator)
    page = admin.get("/desk/prices").text
    assert "最低賃金より安い値段です" in page
    values = {
        "usual_yen_per_hour": "1,100",
        "travel_yen": "200",
        "floor_yen_per_hour": "1075",
        "collects": "seller",
        "reason": "最低賃金が変わった",
    }
    done = admin.submit("/desk/prices", values, follow_redirects=True)
    assert "保存しました" in done.text
    assert "最低賃金が変わった" in done.text
    assert "交通費 200円" in done.text
    assert "最低賃金より安い値段です" not in done.text
    now = queries.prices_now()
    assert (now.rule.yen_per_hour, now.collects) == (1100, Collects.SELLER)
    assert fresh(before).amount_yen == 2000
    assert fresh(before).collects is Collects.AGENT


def test_only_the_administrator_writes_prices(app: Flask, cast: Cast) -> None:
    assert sign_in_as(app.test_client(), cast.coordinator).get("/desk/prices").status_code == 403


def test_a_fee_above_half_is_refused(app: Flask, cast: Cast) -> None:
    admin = sign_in_as(app.test_client(), cast.administrator)
    wrong = admin.submit("/desk/prices", {"fee_percent": "51", "reason": "ためし"})
    assert wrong.status_code == 422
    assert queries.history() == []
