"""Filling in a profile: nothing is needed, nothing is lost on a mistake, and nobody fills it in for somebody else."""

import re
from datetime import date

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from matching.profiles.models import AvailabilityException, AvailabilityWindow, Profile
from matching.profiles.own_data import erase_person, own_data
from matching.profiles.queries import known
from matching.profiles.rules import DayOff, Said
from matching.profiles.states import TravelMode, WishKind
from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.factories.profiles import make_day_off, make_skill
from volunteer.core.db import db, write_turn
from volunteer.core.models import AuditEntry
from volunteer.people.models import Person
from volunteer.people.states import PersonState


@pytest.fixture(autouse=True)
def _no_token(app: Flask) -> None:
    app.config.update(WTF_CSRF_ENABLED=False)


def said(person: Person) -> Said:
    """What stands now."""
    db.session.rollback()
    found = known(person.party_id)
    assert found is not None
    return found.said


def told(answer: TestResponse) -> str:
    """The mistakes in words."""
    assert answer.status_code == 422
    return "\n".join(
        re.findall(r'<p class="error".*?</p>|<div class="errors".*?</div>', answer.text, re.S)
    )


@pytest.mark.both_databases
def test_every_part_is_kept_and_shown_again(app: Flask, cast: Cast, client: Client) -> None:
    with write_turn():
        skill = make_skill("大工仕事")
    sign_in_as(client, cast.hanako)
    parts = {
        "times": {"parts": ["1-morning", "2-evening"], "exact_1": "9:30-11:00"},
        "wishes": {"wanted": ["snow"], "never": ["meals"]},
        "travel": {"area": str(cast.area.id), "mode": "walk", "minutes": "30"},
        "abilities": {"skills": [str(skill.id)], "languages": ["en"], "traits": ["woman"]},
        "limits": {"times": "２", "hours": "5"},
        "pause": {"until": "12/1"},
    }
    for name, data in parts.items():
        assert client.post(f"/me/profile/{name}", data=data).location.endswith(f"done={name}")
    days = {"kind": "off", "from_on": "12/29", "to_on": "1/3"}
    assert client.post("/me/profile/days", data=days).status_code == 303
    assert said(cast.hanako) == Said(
        travel_mode=TravelMode.WALK,
        travel_minutes_max=30,
        times_per_week_max=2,
        minutes_per_week_max=300,
        paused_until=date(2026, 12, 1),
        wishes=(("meals", WishKind.NEVER), ("snow", WishKind.WANTED)),
        skills=frozenset({skill.id}),
        languages=frozenset({"en"}),
        traits=frozenset({"woman"}),
        windows=((1, 570, 660), (2, 1020, 1260)),
        days_off=(DayOff(date(2026, 12, 29), date(2027, 1, 3), (0, 1440), False),),
    )
    page = client.get("/me/profile").text
    for words in (
        "火：9:30〜11:00",
        "水：夜",
        "したい：雪かき",
        "花園から",
        "大工仕事",
        "週に2回まで",
    ):
        assert words in page
    assert 'value="2-evening" checked' in client.get("/me/profile/times").text


def test_everything_may_be_taken_back(app: Flask, cast: Cast, client: Client) -> None:
    sign_in_as(client, cast.hanako)
    client.post("/me/profile/times", data={"parts": ["0-morning"]})
    client.post("/me/profile/limits", data={"times": "3"})
    client.post("/me/profile/pause", data={"until": "12/1"})
    client.post("/me/profile/times", data={"exact_0": ""})
    client.post("/me/profile/limits", data={"times": "", "hours": ""})
    client.post("/me/profile/pause/end")
    assert said(cast.hanako) == Said()


@pytest.mark.parametrize(
    ("part", "data", "words"),
    [
        ("times", {"parts": ["0-morning"], "exact_2": "11:00〜9:00"}, "始まりより後"),
        ("times", {"parts": ["7-morning"]}, "表の中から"),
        ("wishes", {"wanted": ["snow"], "never": ["snow"]}, "「雪かき」が2か所"),
        ("wishes", {"rather_not": ["meals"], "never": ["meals"]}, "2か所"),
        ("travel", {"area": "987654", "mode": "walk", "minutes": "30"}, "地区を一覧から"),
        ("limits", {"times": "0"}, "「お休み」を使って"),
        ("limits", {"hours": "61"}, "60以下"),
        ("pause", {"until": "2026/11/1"}, "明日から2年"),
        ("pause", {"until": ""}, "また始める日を入れて"),
        ("days", {"kind": "off", "from_on": "12/29", "to_on": "2026/12/1"}, "前になっています"),
        ("days", {"kind": "off", "from_on": "2026/11/1"}, "もう過ぎています"),
        ("days", {"from_on": "12/29"}, "えらんでください"),
    ],
)
def test_a_mistake_is_explained_and_nothing_is_kept(
    app: Flask, cast: Cast, client: Client, part: str, data: dict[str, object], words: str
) -> None:
    sign_in_as(client, cast.hanako)
    answer = client.post(f"/me/profile/{part}", data=data)
    assert words in told(answer)
    assert said(cast.hanako) == Said()


def test_what_was_typed_stands_there_after_a_mistake(
    app: Flask, cast: Cast, client: Client
) -> None:
    sign_in_as(client, cast.hanako)
    data = {"parts": ["0-morning"], "exact_2": "あさ", "exact_3": "9:00〜10:00"}
    page = client.post("/me/profile/times", data=data).text
    assert 'value="0-morning" checked' in page
    assert 'value="あさ"' in page
    assert 'value="9:00〜10:00"' in page


def test_the_same_day_told_twice_stands_once(app: Flask, cast: Cast, client: Client) -> None:
    sign_in_as(client, cast.hanako)
    for _turn in range(2):
        client.post("/me/profile/days", data={"kind": "off", "from_on": "12/29"})
    assert len(said(cast.hanako).days_off) == 1


def test_nobody_else_removes_a_day(app: Flask, cast: Cast, client: Client) -> None:
    with write_turn():
        foreign = make_day_off(cast.student, date(2026, 12, 29)).id
    sign_in_as(client, cast.hanako)
    assert client.post(f"/me/profile/days/{foreign}/removal").status_code == 404
    assert len(said(cast.student).days_off) == 1


def test_only_the_desk_writes_for_somebody_else(app: Flask, cast: Cast, client: Client) -> None:
    address = f"/desk/people/{cast.ichiro.party_id}/profile/limits"
    for nobody in (cast.hanako, cast.cook):
        sign_in_as(client, nobody)
        assert client.post(address, data={"times": "1"}).status_code == 403
    sign_in_as(client, cast.coordinator)
    assert client.post(address, data={"times": "1"}).status_code == 303
    assert said(cast.ichiro).times_per_week_max == 1
    act = db.session.execute(db.select(AuditEntry).order_by(AuditEntry.id.desc())).scalars().first()
    assert act is not None
    assert (act.act, act.subject) == (
        "profiles_desk.edit",
        f"profile_limits:{cast.ichiro.party_id}",
    )


def test_who_has_left_says_no_more(app: Flask, cast: Cast, client: Client) -> None:
    with write_turn():
        cast.ichiro.state = PersonState.LEFT
    sign_in_as(client, cast.coordinator)
    address = f"/desk/people/{cast.ichiro.party_id}/profile/limits"
    assert "登録は終わっています" in client.post(address, data={"times": "1"}).text


def test_a_part_that_is_none_is_not_found(app: Flask, cast: Cast, client: Client) -> None:
    sign_in_as(client, cast.hanako)
    assert client.get("/me/profile/nothing").status_code == 404


def test_erasing_a_person_takes_what_they_said(app: Flask, cast: Cast, client: Client) -> None:
    sign_in_as(client, cast.hanako)
    client.post("/me/profile/times", data={"parts": ["0-morning"]})
    client.post("/me/profile/days", data={"kind": "off", "from_on": "12/29"})
    assert "月：午前" in str(own_data(cast.hanako.party_id)[0].rows)
    with write_turn():
        erase_person(cast.hanako.party_id)
    for model in (Profile, AvailabilityWindow, AvailabilityException):
        assert db.session.execute(db.select(model)).first() is None
