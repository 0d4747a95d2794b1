"""Whom many asked, whom nobody asked, what became of it: facts by name for the desk, numbers for the auditor."""

from datetime import timedelta

import pytest

from matching.asking.proposing import acceptance_percent
from matching.asking.queries import HISTORY, answers_of
from matching.asking.states import EndedBecause
from matching.assignments.states import ParticipationState
from matching.profiles.models import Profile
from matching.reports import queries
from matching.reports.rules import Answers
from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.factories.matching import (
    make_category,
    make_help_request,
    make_participation,
    make_shift,
)
from tests.factories.reports import make_answer, make_ask
from tests.factories.volunteer import added, make_area, make_person
from tests.statements import STATEMENTS_MAX, counted
from volunteer.core import clock
from volunteer.core.db import db, write_turn
from volunteer.core.models import ViewEntry
from volunteer.people.models import Person
from volunteer.people.states import PersonState

YES, NO, OPEN = (
    ParticipationState.ACCEPTED, ParticipationState.DECLINED, ParticipationState.OFFERED,
)  # fmt: skip


def _asks(cast: Cast) -> None:
    """花子 four times, three of them within six days; the student once; one long ago, one of whoever left."""
    now = clock.now()
    with write_turn():
        request = make_help_request(cast.minato.party_id, cast.category, cast.area, cast.cook)
        snow = make_help_request(
            cast.minato.party_id, make_category("shovel", "雪はね"), cast.area, cast.cook
        )
        shifts = [make_shift(request, now + timedelta(days=n + 1)) for n in range(5)]
        for days, shift, answer in zip((1, 4, 6, 20), shifts, (NO, YES, OPEN, NO), strict=False):
            make_answer(cast.hanako, shift, now - timedelta(days=days), answer)
        make_answer(cast.student, shifts[0], now - timedelta(days=2), YES)
        make_answer(cast.student, make_shift(snow, now), now - timedelta(days=200), YES)
        left = make_person("鈴木 次郎", state=PersonState.LEFT)
        for shift in shifts:
            make_answer(left, shift, now - timedelta(days=1), NO)


@pytest.mark.both_databases
def test_asks_are_counted_by_person_and_by_kind(cast: Cast) -> None:
    _asks(cast)
    now = clock.now()
    month = now - timedelta(days=28)
    assert queries.people_by_asks(month) == {1: 1, 4: 1}
    assert {person for person, _at in queries.asks_of_many(month, 2)} == {cast.hanako.party_id}
    assert len(queries.asks_of_many(month, 2)) == 4
    found = sorted(queries.answers_since(now - timedelta(days=365)), key=lambda one: one.category)
    assert found == [Answers("meals", 9, 2), Answers("shovel", 1, 1)]


def test_the_answers_of_all_are_those_of_everybody_together(cast: Cast) -> None:
    """The page of one person belongs to the waves; both must count alike."""
    _asks(cast)
    people = db.session.scalars(db.select(Person.party_id)).all()
    single = [one for person in people for one in answers_of(person)]
    for all_of_it in queries.answers_since(clock.now() - HISTORY):
        mine = [one for one in single if one.category == all_of_it.category]
        assert all_of_it.asked == sum(one.asked for one in mine)
        assert all_of_it.said_yes == sum(one.said_yes for one in mine)
        assert all(
            acceptance_percent(one.asked, one.said_yes)
            == Answers("", one.asked, one.said_yes).percent
            for one in mine
        )


@pytest.mark.both_databases
@pytest.mark.parametrize(("reason", "count"), [(EndedBecause.LAPSED, 1), (EndedBecause.FILLED, 0)])
def test_an_ask_that_others_ended_says_nothing(
    cast: Cast, reason: EndedBecause, count: int
) -> None:
    asked_at = clock.now() - timedelta(days=1)
    with write_turn():
        made = make_answer(cast.hanako, cast.shift, asked_at, NO)
        make_ask(cast.hanako, cast.shift, cast, made, reason)
    found = queries.answers_since(asked_at - timedelta(days=1))
    assert sum(one.asked for one in found) == count


def test_the_page_names_who_was_asked_often_and_logs_the_look(cast: Cast, client: Client) -> None:
    _asks(cast)
    page = sign_in_as(client, cast.coordinator).get("/desk/match/reports/asked").text
    assert "お願いが重なった人</h2>" not in page
    assert "佐藤 花子" in page
    assert "高橋 陽太" not in page
    for words in ("3回", "4回", "のうち2人に、合わせて5回", "80％"):
        assert words in page, words
    looks = db.session.scalars(db.select(ViewEntry).filter_by(what="asked_often")).all()
    assert [one.party_id for one in looks] == [cast.hanako.party_id]


def test_a_share_is_said_only_when_more_than_a_tenth_were_asked(cast: Cast, client: Client) -> None:
    with write_turn():
        make_answer(cast.hanako, cast.shift, clock.now(), NO)
        for number in range(20):
            make_person(f"山川 {number}")
    page = sign_in_as(client, cast.coordinator).get("/desk/match/reports/asked").text
    assert "のうち1人に、合わせて1回" in page
    assert "いちばん多くお願いした1割" not in page


def _waiting(cast: Cast) -> None:
    """Four from long ago in two districts: one asked, one resting, two waiting; the newest is not yet waiting."""
    long_ago = clock.now() - timedelta(days=60)
    with write_turn():
        hill = make_area(name="山の手")
        waiting = make_person("山川 花", registered_at=long_ago, area_id=hill.id)
        make_person("海野 渚", registered_at=long_ago - timedelta(days=1), area_id=cast.area.id)
        rests = make_person("休 美", registered_at=long_ago, area_id=hill.id)
        added(
            Profile(
                person_id=rests.party_id,
                paused_until=clock.today() + timedelta(days=3),
                changed_at=clock.now(),
            )
        )
        make_participation(waiting, cast.shift_today)
        asked = make_person("頼 光", registered_at=long_ago, area_id=hill.id)
        make_answer(asked, cast.shift, clock.now(), NO)


@pytest.mark.both_databases
def test_who_was_never_asked_is_found_by_district(cast: Cast) -> None:
    _waiting(cast)
    assert sum(queries.never_asked_by_area().values()) == 2
    rows = queries.never_asked(None, 1, 50)
    assert [(one.person.name, one.came) for one in rows] == [("海野 渚", 0), ("山川 花", 1)]
    assert [one.person.name for one in queries.never_asked(cast.area.id, 1, 50)] == ["海野 渚"]
    assert [one.person.name for one in queries.never_asked(None, 2, 1)] == ["山川 花"]


def test_the_list_of_those_never_asked_is_for_names_and_the_auditor_reads_numbers(
    cast: Cast, client: Client
) -> None:
    _waiting(cast)
    desk = sign_in_as(client, cast.coordinator)
    address = f"/desk/match/reports/never-asked?area={cast.area.id}"
    with counted() as statements:
        page = desk.get(address).text
    assert len(statements) <= STATEMENTS_MAX
    assert "海野 渚" in page
    assert "山川 花" not in page
    assert (
        db.session.scalar(db.select(ViewEntry.what).order_by(ViewEntry.id.desc())) == "never_asked"
    )
    auditor = sign_in_as(client, cast.auditor).get(address).text
    assert "海野" not in auditor
    assert "名前を見る" in auditor
    with counted() as statements:
        assert "2人" in sign_in_as(client, cast.coordinator).get("/desk/match/reports/asked").text
    assert len(statements) <= STATEMENTS_MAX


def test_a_town_where_nobody_asks_is_told_so(cast: Cast, client: Client) -> None:
    desk = sign_in_as(client, cast.coordinator)
    page = desk.get("/desk/match/reports/asked").text
    assert "だれにもお願いしていません" in page
    assert "重なった人はいません" in page
    assert "みんなに一度は声をかけています" in desk.get("/desk/match/reports/never-asked").text
    assert "終わったお願いはまだありません" in desk.get("/desk/match/reports/answers").text


def test_answers_come_with_their_formula_in_words(cast: Cast, client: Client) -> None:
    _asks(cast)
    page = sign_in_as(client, cast.coordinator).get("/desk/match/reports/answers").text
    for words in ("9回", "2回", "28％", "（引き受けた回数 ＋ 2）÷（お願いした回数 ＋ 5）", "40％"):
        assert words in page, words
    assert "佐藤" not in page
