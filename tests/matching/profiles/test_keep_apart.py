"""Two who are kept apart: staff decide and see why, neither side learns of it, also not by a refusal."""

import pytest
from flask import Flask

from matching.profiles.models import NoGoPair
from matching.profiles.own_data import erase_person
from matching.profiles.queries import pairs_of
from matching.suggestions.ranking import suggest
from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.factories.matching import make_help_request, make_participation, make_shift
from tests.factories.profiles import make_pair
from volunteer.core.db import db, write_turn
from volunteer.core.models import ViewEntry

REASON = "去年、言い争いがありました"
BY_CENTER = "行く人を センターが決めます"


@pytest.fixture(autouse=True)
def _no_token(app: Flask) -> None:
    app.config.update(WTF_CSRF_ENABLED=False)


@pytest.mark.both_databases
def test_staff_keep_two_apart_and_the_look_is_logged(
    app: Flask, cast: Cast, client: Client
) -> None:
    sign_in_as(client, cast.coordinator)
    address = f"/desk/people/{cast.hanako.party_id}/apart"
    data = {"other": str(cast.household.party_id), "reason": REASON}
    assert client.post(f"{address}?q=h0001", data=data).status_code == 303
    assert client.post(f"{address}?q=H0001", data=data).status_code == 303
    page = client.get(address).text
    assert REASON in page
    assert len(pairs_of(cast.household.party_id)) == 1
    seen = db.session.execute(db.select(ViewEntry.party_id).filter_by(what="no_go")).scalars()
    assert {cast.hanako.party_id, cast.household.party_id} <= set(seen)
    pair = db.session.execute(db.select(NoGoPair)).scalar_one()
    assert REASON not in pair.reason_sealed
    client.post(f"{address}/{pair.id}/end")
    assert not pairs_of(cast.hanako.party_id)


def test_only_whom_the_search_found_can_be_chosen(app: Flask, cast: Cast, client: Client) -> None:
    sign_in_as(client, cast.coordinator)
    address = f"/desk/people/{cast.hanako.party_id}/apart"
    data = {"other": str(cast.ichiro.party_id), "reason": REASON}
    assert client.post(f"{address}?q=H0001", data=data).status_code == 422
    assert db.session.execute(db.select(NoGoPair)).first() is None


@pytest.mark.parametrize("who", ["hanako", "cook", "approver", "auditor", "administrator"])
def test_nobody_else_sees_it(app: Flask, cast: Cast, client: Client, who: str) -> None:
    sign_in_as(client, getattr(cast, who))
    assert client.get(f"/desk/people/{cast.hanako.party_id}/apart").status_code == 403


@pytest.mark.both_databases
def test_one_of_two_volunteers_cannot_join_the_other(
    app: Flask, cast: Cast, client: Client
) -> None:
    with write_turn():
        make_participation(cast.ichiro, cast.shift)
        make_pair(cast.hanako, cast.ichiro.party_id, cast.coordinator)
    sign_in_as(client, cast.hanako)
    assert BY_CENTER in client.get(f"/board/{cast.shift.id}").text
    answer = client.post(f"/shifts/{cast.shift.id}/application", follow_redirects=True)
    assert BY_CENTER in answer.text
    assert "ichiro" not in answer.text
    assert "一郎" not in answer.text


def test_what_a_household_wishes_is_said_in_the_same_words(
    app: Flask, cast: Cast, client: Client
) -> None:
    sign_in_as(client, cast.coordinator)
    address = f"/desk/requests/{cast.help_request.id}/wishes"
    client.post(address, data={"traits": ["woman"], "languages": ["en"]})
    assert client.get(address).text.count(" checked") == 2
    sign_in_as(client, cast.hanako)
    page = client.get(f"/board/{cast.shift.id}").text
    assert BY_CENTER in page
    assert "女性" not in page
    client.post("/me/profile/abilities", data={"languages": ["en", "ru"], "traits": ["woman"]})
    assert BY_CENTER not in client.get(f"/board/{cast.shift.id}").text


@pytest.mark.both_databases
def test_what_a_household_always_wishes_holds_for_each_of_its_requests(
    app: Flask, cast: Cast, client: Client
) -> None:
    with write_turn():
        request = make_help_request(cast.household.party_id, cast.category, cast.area, cast.cook)
        shift = make_shift(request, cast.shift.starts_at)
    sign_in_as(client, cast.coordinator)
    address = f"/desk/households/{cast.household.party_id}/wishes"
    assert address in client.get(f"/desk/households/{cast.household.party_id}").text
    assert client.post(address, data={"traits": ["woman"], "languages": ["en"]}).status_code == 303
    assert client.get(address).text.count(" checked") == 2
    wishes = f"/desk/requests/{request.id}/wishes"
    assert "女性に来てほしい" in client.get(wishes).text
    assert "英語を話せる人に来てほしい" in client.get(wishes).text
    assert wishes in client.get(f"/desk/requests/{request.id}").text
    sign_in_as(client, cast.hanako)
    assert BY_CENTER in client.get(f"/board/{shift.id}").text
    assert BY_CENTER not in client.get(f"/board/{cast.shift.id}").text
    assert shift.id not in _suiting(cast)
    client.post("/me/profile/abilities", data={"languages": ["en"], "traits": ["woman"]})
    assert BY_CENTER not in client.get(f"/board/{shift.id}").text
    assert shift.id in _suiting(cast)


def _suiting(cast: Cast) -> list[int]:
    db.session.rollback()
    found = suggest(cast.hanako.party_id)
    assert found is not None
    return [one.id for one in found.suiting]


def test_an_erased_person_ends_the_pair_and_its_reason(app: Flask, cast: Cast) -> None:
    with write_turn():
        make_pair(cast.hanako, cast.household.party_id, cast.coordinator)
        erase_person(cast.hanako.party_id)
    db.session.expire_all()
    pair = db.session.execute(db.select(NoGoPair)).scalar_one()
    assert (pair.reason_sealed, pair.ended_at is None) == ("", False)


def test_the_center_keeps_its_list_of_skills(app: Flask, cast: Cast, client: Client) -> None:
    sign_in_as(client, cast.coordinator)
    assert client.post("/desk/skills", data={"name": "大工仕事"}).status_code == 303
    assert "もうあります" in client.post("/desk/skills", data={"name": "大工仕事"}).text
    client.post("/desk/skills/1/switch", data={"on": "0"})
    assert "使わない" in client.get("/desk/skills").text
    sign_in_as(client, cast.hanako)
    assert "大工仕事" not in client.get("/me/profile/abilities").text
