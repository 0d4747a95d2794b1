"""Categories are rows: added, described anew and switched off at the desk."""

from flask import Flask

from matching.categories.forms import ICONS, SOURCES
from matching.categories.models import Category
from matching.checkin.states import Source
from tests.architecture.tree import ROOT
from tests.cast import Cast, sign_in_as
from volunteer.core.db import db

NEW = {"code": "wood_cutting", "name": "まき割り", "icon": "home", "position": "5"}


def test_a_category_is_added_and_offered_in_the_wizard(app: Flask, cast: Cast) -> None:
    staff = sign_in_as(app.test_client(), cast.coordinator)
    done = staff.submit("/desk/categories/new", NEW, follow_redirects=True)
    assert "種類を足しました" in done.text
    assert "どの制度にもありません" in done.text
    assert "たるボラポイント（例）" in done.text
    cook = sign_in_as(app.test_client(), cast.cook)
    assert "まき割り" in cook.get("/o/requests/new").text


def test_a_taken_or_crooked_code_is_refused_and_the_rest_kept(app: Flask, cast: Cast) -> None:
    staff = sign_in_as(app.test_client(), cast.administrator)
    taken = staff.submit("/desk/categories/new", {**NEW, "code": "snow"})
    assert taken.status_code == 422
    assert "もう使われています" in taken.text
    assert "まき割り" in taken.text
    crooked = staff.submit("/desk/categories/new", {**NEW, "code": "まき"})
    assert "半角の英小文字" in crooked.text


def test_the_code_never_changes(app: Flask, cast: Cast) -> None:
    staff = sign_in_as(app.test_client(), cast.coordinator)
    assert 'name="code"' not in staff.get("/desk/categories/snow").text
    staff.submit("/desk/categories/snow", {"name": "除雪", "code": "other"})
    assert db.session.get_one(Category, "snow").name == "除雪"
    assert db.session.get(Category, "other") is None


def test_a_training_needs_its_code_and_its_words(app: Flask, cast: Cast) -> None:
    staff = sign_in_as(app.test_client(), cast.coordinator)
    page = "/desk/categories/meals"
    wrong = staff.submit(page, {"qualification_kind": "food_safety"})
    assert "研修・資格の名前も入れてください" in wrong.text
    staff.submit(page, {"qualification_kind": "food_safety", "qualification_label": "食品衛生"})
    assert db.session.get_one(Category, "meals").qualification_label == "食品衛生"


def test_switched_off_it_is_no_longer_offered_but_stays_where_it_is(app: Flask, cast: Cast) -> None:
    staff = sign_in_as(app.test_client(), cast.coordinator)
    staff.submit("/desk/categories", action="/meals/switch")
    assert db.session.get_one(Category, "meals").is_active is False
    cook = sign_in_as(app.test_client(), cast.cook)
    assert 'value="meals"' not in cook.get("/o/requests/new").text
    assert "配食・食事づくり" in app.test_client().get("/board").text
    staff.submit("/desk/categories", action="/meals/switch")
    assert db.session.get_one(Category, "meals").is_active is True


def test_ways_of_check_in_and_icons_exist() -> None:
    assert set(SOURCES) == {source.value for source in Source}
    sprite = (ROOT / "static/icons.svg").read_text(encoding="utf-8")
    assert all(f'id="i-{icon}"' in sprite for icon in ICONS)


def test_only_paid_work_has_a_price(app: Flask, cast: Cast) -> None:
    staff = sign_in_as(app.test_client(), cast.coordinator)
    wrong = staff.submit("/desk/categories/meals", {"yen_per_hour": "1,000"})
    assert "「有償の活動」にしるしをつけてください" in wrong.text
    staff.submit("/desk/categories/meals", {"yen_per_hour": "１，０００", "is_paid": "y"})
    assert db.session.get_one(Category, "meals").yen_per_hour == 1000
