"""Persons of a group are named: through the door of the check-in, each row for itself, never more than heads."""

from datetime import timedelta
from typing import Any

import pytest

from matching.anomalies.queries import facts_since
from matching.assignments.changes import call_off_shift
from matching.checkin.jobs import close_forgotten, settle_attendances
from matching.checkin.states import AttendanceState, Grade, Source
from matching.groups.duties import erase_person, own_data, verify
from matching.groups.jobs import close_groups
from matching.groups.models import GroupVisit
from matching.groups.naming import Naming, add_name
from matching.groups.rules import read_line, read_lines
from matching.help_requests.models import HelpRequest, Shift
from tests.cast import CARD_OF_ICHIRO, Cast
from tests.factories.matching import make_shift
from tests.factories.points import enrol
from tests.factories.volunteer import insure, make_acting, make_person
from tests.matching.checkin.scenes import (
    accept,
    arrive,
    attendances,
    awards,
    browser,
    in_lots,
    refusals,
)
from tests.matching.groups.scenes import (
    add,
    group_events,
    host,
    line_of,
    names,
    open_doors,
    school,
    visits,
)
from volunteer.core.codes import CodeKind, new_code
from volunteer.core.db import db, run_turn, write_turn
from volunteer.core.errors import DomainError
from volunteer.people.models import Person
from volunteer.people.states import PersonState
from volunteer.users.states import ActingAs


def _name(cast: Cast, visit_id: int, person: Person, **values: Any) -> Any:
    given = {"by": host(cast), "key": f"named:{visit_id}:{person.party_id}", **values}
    return run_turn(add_name, Naming(visit_id, person.party_id, **given))


def _refused(code: str, cast: Cast, visit_id: int, person: Person, **values: Any) -> None:
    with pytest.raises(DomainError) as found:
        _name(cast, visit_id, person, **values)
    assert found.value.code == code


def _seats(cast: Cast) -> int:
    db.session.rollback()
    return db.session.get_one(Shift, cast.shift_today.id).seats_taken


@pytest.mark.both_databases
def test_who_is_named_has_seat_attendance_and_points_and_is_one_of_the_heads(
    app: Any, cast: Cast
) -> None:
    open_doors(cast)
    visit_id = school(cast)
    done = add(app, cast, visit_id, "1. 佐藤 花子　Ｖ０００１", "すずきいちろう,v0002")
    assert "2人の名前を加えました" in done.text
    assert visits()[0].names_count == 2
    assert {(one.source, one.grade) for one in attendances()} == {(Source.NAME_LIST, Grade.ON_SITE)}
    assert (in_lots(cast, cast.hanako), in_lots(cast, cast.ichiro)) == (200, 200)
    assert _seats(cast) == 2
    assert {one.entered_by_user_id for one in awards()} == {cast.cook.id}
    facts = facts_since(cast.shift_today.starts_at - timedelta(days=1))
    assert [(one.is_by_hand, len(one.hands)) for one in facts] == [(False, 1)] * 2
    again = add(app, cast, visit_id, line_of(cast.hanako))
    assert "もう入っています" in again.text
    assert len(attendances()) == len(names()) == 2
    assert verify() == []


@pytest.mark.both_databases
def test_each_row_answers_for_itself_and_nothing_that_was_typed_is_lost(
    app: Any, cast: Cast
) -> None:
    open_doors(cast)
    visit_id = school(cast)
    page = add(
        app,
        cast,
        visit_id,
        line_of(cast.hanako),
        "V0002 佐藤花子",
        "鈴木 一郎",
        "V9999 だれか",
        line_of(cast.student),
        new_code(CodeKind.CARD),
    )
    assert page.status_code == 422
    assert "5人は 加えられませんでした" in page.text
    assert "登録番号と名前を、1行に両方書いてください" in page.text
    assert page.text.count("この番号と名前の登録が見つかりません") == 2
    assert "この日の保険が確認できません" in page.text
    assert "このカードの番号は登録されていません" in page.text
    kept = page.text.split("<textarea")[1].split("</textarea>")[0]
    assert "V9999 だれか" in kept
    assert "佐藤 花子" not in kept
    assert [one.person_id for one in names()] == [cast.hanako.party_id]
    assert [one.code for one in refusals()] == ["insurance_missing"]


def test_people_of_the_list_are_ticked_and_a_card_names_its_owner(app: Any, cast: Cast) -> None:
    open_doors(cast)
    accept(cast.hanako, cast.shift_today)
    visit_id = school(cast)
    assert "加える人をえらぶか、名前を書いてください" in add(app, cast, visit_id, people=" ").text
    done = add(app, cast, visit_id, CARD_OF_ICHIRO, people=str(cast.hanako.party_id))
    assert "2人の名前を加えました" in done.text
    page = browser(app, cast.cook).get(f"/o/groups/{visit_id}").text
    assert 'name="people"' not in page


def test_the_desk_may_look_for_anybody_and_is_asked_which_of_two(app: Any, cast: Cast) -> None:
    open_doors(cast)
    with write_turn():
        for number in ("V0051", "V0052"):
            make_person("佐々木 健", number=number, kana="ささき けん")
    address = f"/desk/groups/{school(cast)}"
    page = browser(app, cast.coordinator).submit(
        address, {"rows": "佐藤花子\n佐々木健\nV0002\nV0003 佐藤花子"}, action=address
    )
    assert "2人います。登録番号で入れてください：V0051 佐々木 健、V0052 佐々木 健" in page.text
    assert "この番号は 高橋 陽太さんです" in page.text
    assert len(names()) == 2


@pytest.mark.both_databases
def test_never_more_names_than_heads_nor_persons_than_seats(app: Any, cast: Cast) -> None:
    open_doors(cast, seats=1)
    few = school(cast, 1)
    _name(cast, few, cast.hanako)
    _refused("all_named", cast, few, cast.ichiro)
    many = school(cast, 9, name="ほかの学校", key="another-school-of-tests")
    _refused("full", cast, many, cast.ichiro)
    _refused("other_group", cast, many, cast.hanako)
    page = add(app, cast, many, line_of(cast.ichiro)).text
    assert "この活動の定員がいっぱいです。人数には入っています" in page
    assert _seats(cast) == 1
    assert len(attendances()) == 1


def test_who_came_in_alone_is_counted_to_the_group_and_not_twice(app: Any, cast: Cast) -> None:
    accept(cast.hanako, cast.shift_today)
    arrive(browser(app, cast.hanako), cast.shift_today)
    visit_id = school(cast)
    page = add(app, cast, visit_id, line_of(cast.hanako)).text
    assert "1人の名前を加えました" in page
    assert len(attendances()) == len(awards()) == 1
    assert names()[0].was_in_before
    address = f"/o/groups/{visit_id}/names/{names()[0].id}/removal"
    done = browser(app, cast.cook).submit(address, {"reason": "別の人でした"}, action=address)
    assert done.status_code == 303
    assert attendances()[0].state is AttendanceState.OPEN
    assert visits()[0].names_count == 0


def test_the_key_of_one_page_sent_with_another_groups_page_names_no_one_elsewhere(
    app: Any, cast: Cast, clock: Any
) -> None:
    open_doors(cast)
    with write_turn():
        request = db.session.get_one(HelpRequest, cast.help_request.id)
        later = make_shift(request, cast.shift_today.starts_at + timedelta(hours=4)).id
    key = {"form_key": "the-same-key-of-two-pages"}
    add(app, cast, school(cast), line_of(cast.hanako), **key)
    clock.advance(timedelta(hours=4))
    other = school(cast, key="a-school-in-the-afternoon", shift_id=later)
    add(app, cast, other, line_of(cast.hanako), **key)
    assert {one.participation.shift_id for one in attendances()} == {cast.shift_today.id, later}
    assert verify() == []


def test_without_a_place_or_doors_open_nobody_is_named(app: Any, cast: Cast) -> None:
    visit_id = school(cast)
    page = add(app, cast, visit_id, line_of(cast.hanako)).text
    assert "この人は、この活動の参加者ではありません" in page
    assert attendances() == []


def test_names_come_later_with_the_times_of_the_group(app: Any, cast: Cast, clock: Any) -> None:
    open_doors(cast)
    visit_id = school(cast)
    clock.advance(timedelta(days=10))
    with write_turn():
        db.session.get_one(Shift, cast.shift_today.id).state = "ended"
    assert "1人の名前を加えました" in add(app, cast, visit_id, line_of(cast.hanako)).text
    (one,) = attendances()
    assert one.checked_in_at == visits()[0].came_at
    assert one.checked_out_at == cast.shift_today.ends_at
    assert (one.state, one.minutes_counted) == (AttendanceState.CLOSED, 120)
    assert "named_later" in one.flags
    assert close_forgotten() == "closed=0"
    clock.advance(timedelta(days=3, hours=1))
    settle_attendances()
    assert attendances()[0].state is AttendanceState.SETTLED
    clock.advance(timedelta(days=1, hours=3))
    _refused("names_closed", cast, visit_id, cast.ichiro)


def test_who_registers_later_is_credited_when_named_within_the_time(
    app: Any, cast: Cast, clock: Any
) -> None:
    open_doors(cast)
    visit_id = school(cast)
    with write_turn():
        pupil = make_person("小林 空", number=None, state=PersonState.APPLIED, kana="こばやし そら")
    clock.advance(timedelta(days=3))
    _refused("not_registered", cast, visit_id, pupil)
    with write_turn():
        row = db.session.get_one(Person, pupil.party_id)
        row.number, row.state = "V0099", PersonState.REGISTERED
        insure(row, cast.shift_today.starts_at.date(), cast.shift_today.starts_at.date())
        enrol(row, cast.programme, cast.shift_today.starts_at.date())
    assert "1人の名前を加えました" in add(app, cast, visit_id, "V0099 小林空").text
    assert in_lots(cast, pupil) == 200


def test_a_group_goes_home_and_its_persons_with_it(app: Any, cast: Cast, clock: Any) -> None:
    open_doors(cast)
    visit_id = school(cast)
    _name(cast, visit_id, cast.hanako)
    clock.advance(timedelta(hours=2))
    cook = browser(app, cast.cook)
    page = cook.get(f"/o/groups/{visit_id}")
    for _answer in range(2):
        assert cook.resubmit(page, action="/departure").status_code == 303
    (one,) = attendances()
    assert (one.state, one.minutes_counted) == (AttendanceState.CLOSED, 60)
    assert in_lots(cast, cast.hanako) == 100
    clock.advance(timedelta(minutes=20))
    _name(cast, visit_id, cast.ichiro)
    later = attendances()[1]
    assert later.checked_out_at == visits()[0].left_at
    assert [event.kind for event in group_events()] == ["recorded", "left"]
    assert close_groups() == "closed=0"


def test_a_name_taken_out_takes_its_points_and_frees_its_head(app: Any, cast: Cast) -> None:
    open_doors(cast)
    visit_id = school(cast, 1)
    _name(cast, visit_id, cast.hanako)
    address = f"/o/groups/{visit_id}/names/{names()[0].id}/removal"
    cook = browser(app, cast.cook)
    assert 'href="#reason"' in cook.submit(address, {}, action=address).text
    sheet = cook.get(address)
    for _answer in range(2):
        fields = {"reason": "妹さんでした"}
        assert cook.resubmit(sheet, fields, action=address).status_code == 303
    assert attendances()[0].state is AttendanceState.REFUSED
    assert in_lots(cast, cast.hanako) == 0
    _refused("refused_before", cast, visit_id, cast.hanako, key="once-more-of-tests")
    _name(cast, visit_id, cast.ichiro)
    assert visits()[0].names_count == 1
    assert verify() == []


def test_nobody_confirms_their_own_household(app: Any, cast: Cast) -> None:
    open_doors(cast)
    visit_id = school(cast)
    with write_turn():
        make_acting(cast.cook, cast.hanako.party_id, ActingAs.SELF)
    page = add(app, cast, visit_id, line_of(cast.hanako)).text
    assert "ほかの担当の人か、センターにたのんでください" in page
    assert attendances() == []


def test_a_called_off_activity_takes_no_names(app: Any, cast: Cast) -> None:
    open_doors(cast)
    visit_id = school(cast)
    run_turn(call_off_shift, cast.shift_today.id, "大雪", cast.cook.id)
    _refused("cancelled", cast, visit_id, cast.hanako)
    page = add(app, cast, visit_id, line_of(cast.hanako)).text
    assert "この活動は中止になっています" in page


def test_own_data_tell_of_groups_and_erasing_empties_the_leader(app: Any, cast: Cast) -> None:
    open_doors(cast)
    visit_id = school(cast, leader_person_id=cast.hanako.party_id, leader_name="佐藤 花子")
    _name(cast, visit_id, cast.ichiro)
    member, led = own_data(cast.ichiro.party_id)
    assert len(member.rows) == 1
    assert led.rows == []
    assert len(own_data(cast.hanako.party_id)[1].rows) == 1
    run_turn(erase_person, cast.hanako.party_id)
    visit = db.session.get_one(GroupVisit, visit_id)
    assert (visit.leader_name, visit.leader_telephone, visit.heads) == ("", "", 32)


@pytest.mark.parametrize(
    ("text", "card", "number", "name"),
    [
        ("(3) V0003　高橋 陽太", "", "V0003", "高橋 陽太"),
        ("・さとう はなこ, ｖ０００１", "", "V0001", "さとう はなこ"),
        ("鈴木一郎\tV0002", "", "V0002", "鈴木一郎"),
        ("12 鈴木一郎", "", "", "鈴木一郎"),
        ("https://example.jp/c/CCARD726", "CCARD726", "", ""),
        ("V0002", "", "V0002", ""),
    ],
)
def test_a_line_is_read_as_people_keep_lists(text: str, card: str, number: str, name: str) -> None:
    found = read_line(text)
    assert (found.card, found.number, found.name) == (card, number, name)


def test_empty_and_doubled_lines_are_nothing() -> None:
    assert len(read_lines("V1 あ\n\n　\nV1 あ\r\nV2 い")) == 2
