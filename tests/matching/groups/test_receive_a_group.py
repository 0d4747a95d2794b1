"""A group at the door: recorded once, corrected with a reason, gone home; who may, and when not."""

from datetime import timedelta
from typing import Any

import pytest

from matching.assignments.changes import call_off_shift
from matching.groups.jobs import settle_groups
from matching.groups.queries import heads_at, heads_between
from matching.groups.services import By, NewVisit, correct_heads, record_visit
from matching.groups.states import Side, VisitState
from matching.help_requests.models import Shift
from matching.help_requests.states import ShiftState
from tests.cast import Cast
from tests.matching.checkin.scenes import attendances, browser
from tests.matching.groups.scenes import (
    DAYS,
    SCHOOL,
    add,
    door,
    group_events,
    host,
    line_of,
    open_doors,
    school,
    visits,
)
from volunteer.core.db import db, run_turn
from volunteer.core.errors import DomainError


def _refused(code: str, act: Any, *args: Any, **kwargs: Any) -> DomainError:
    with pytest.raises(DomainError) as found:
        run_turn(act, *args, **kwargs)
    assert found.value.code == code
    return found.value


def _new(cast: Cast, **values: Any) -> NewVisit:
    given = ("another-key-of-the-tests", cast.shift_today.id, "はなぞの商店会", 5, "店主", "")
    return NewVisit(**{**vars(NewVisit(*given)), **values})


@pytest.mark.both_databases
def test_a_school_is_received_by_four_fields_and_counted_beside_the_persons(
    app: Any, cast: Cast
) -> None:
    cook = browser(app, cast.cook)
    done = cook.submit(door(cast), SCHOOL, action="/new", follow_redirects=True)
    assert "グループを受付しました" in done.text
    (visit,) = visits()
    assert (visit.heads, visit.names_count, visit.state) == (32, 0, VisitState.OPEN)
    assert (visit.leader_name, visit.leader_telephone) == ("先生 太郎", "0134000000")
    assert visit.names_until == cast.shift_today.ends_at + timedelta(days=DAYS)
    assert attendances() == []
    page = cook.get(f"/o/shifts/{cast.shift_today.id}/arrivals").text
    assert "みなと高校 32人" in page
    assert "0 / 予定 0人、グループの名前のない人 32人" in page
    found = heads_at([cast.shift_today.id])[cast.shift_today.id]
    assert (found.groups, found.heads, found.named, found.unnamed) == (1, 32, 0, 32)


def test_the_form_sent_again_and_the_name_sent_by_somebody_else_make_one_group(
    app: Any, cast: Cast
) -> None:
    cook = browser(app, cast.cook)
    sheet = cook.get(door(cast))
    for _answer in range(2):
        assert cook.resubmit(sheet, SCHOOL, action="/new").status_code == 303
    other = browser(app, cast.helper).submit(door(cast), SCHOOL, action="/new")
    assert other.status_code == 422
    assert "「みなと高校」は、もう受付ずみです（32人）" in other.text
    assert 'value="先生 太郎"' in other.text
    assert len(visits()) == 1


@pytest.mark.parametrize("heads", ["0", "-3", "100000", "たくさん", ""])
def test_a_head_count_that_cannot_be_is_said_at_the_field(app: Any, cast: Cast, heads: str) -> None:
    answer = browser(app, cast.cook).submit(door(cast), {**SCHOOL, "heads": heads}, action="/new")
    assert answer.status_code == 422
    assert 'href="#heads"' in answer.text
    assert visits() == []
    number = int(heads) if heads.strip("-").isdigit() else 0
    _refused("heads", record_visit, _new(cast, heads=number), host(cast), DAYS)


def test_the_leader_may_be_a_registered_person_whose_number_fits_the_name(
    app: Any, cast: Cast
) -> None:
    cook = browser(app, cast.cook)
    given = {**SCHOOL, "leader_name": "佐藤花子", "leader_number": "v0002"}
    wrong = cook.submit(door(cast), given, action="/new")
    assert 'href="#leader_number"' in wrong.text
    assert "鈴木" not in wrong.text
    cook.submit(door(cast), {**given, "leader_number": "v0001"}, action="/new")
    assert visits()[0].leader_person_id == cast.hanako.party_id


def test_neither_before_the_doors_open_nor_after_the_end_nor_when_called_off(
    app: Any, cast: Cast, clock: Any
) -> None:
    clock.advance(timedelta(minutes=-1))
    assert "受付はまだ始まっていません" in browser(app, cast.cook).get(door(cast)).text
    _refused("too_early", record_visit, _new(cast), host(cast), DAYS)
    clock.advance(timedelta(hours=3, minutes=1))
    assert "活動の時間は終わりました" in browser(app, cast.cook).get(door(cast)).text
    _refused("over", record_visit, _new(cast), host(cast), DAYS)
    clock.advance(timedelta(hours=-3))
    run_turn(call_off_shift, cast.shift_today.id, "大雪", cast.cook.id)
    assert "この活動は中止になっています" in browser(app, cast.cook).get(door(cast)).text
    _refused("cancelled", record_visit, _new(cast), host(cast), DAYS)


def test_the_desk_writes_a_group_down_afterwards_with_the_time_and_why(
    app: Any, cast: Cast, clock: Any
) -> None:
    clock.advance(timedelta(days=2))
    desk, address = browser(app, cast.coordinator), f"/desk/shifts/{cast.shift_today.id}/groups/new"
    lacking = desk.submit(address, {**SCHOOL, "came": "13:00"}, action="/new")
    assert 'href="#reason"' in lacking.text
    late = desk.submit(address, {**SCHOOL, "came": "13:00", "reason": "電話"}, action="/new")
    assert "来た時刻は、活動の受付が始まってから" in late.text
    done = desk.submit(address, {**SCHOOL, "came": "9:50", "reason": "電話"}, action="/new")
    assert done.status_code == 303
    (visit,) = visits()
    assert visit.came_at == cast.shift_today.starts_at - timedelta(minutes=10)
    assert [one.reason for one in group_events()] == ["電話"]
    clock.advance(timedelta(days=20))
    by = By(Side.STAFF, cast.coordinator.id)
    late_one = _new(cast, came_at=visit.came_at)
    _refused("names_closed", record_visit, late_one, by, DAYS)


@pytest.mark.both_databases
def test_heads_are_corrected_by_an_event_and_never_below_the_names(app: Any, cast: Cast) -> None:
    open_doors(cast)
    visit_id = school(cast)
    add(app, cast, visit_id, line_of(cast.hanako), line_of(cast.ichiro))
    address = f"/o/groups/{visit_id}/heads"
    cook = browser(app, cast.cook)
    few = cook.submit(address, {"heads": "1", "reason": "数えなおし"}, action=address)
    assert few.status_code == 422
    assert "もう2人の名前が入っています" in few.text
    sheet = cook.get(address)
    for _answer in range(2):
        fields = {"heads": "2", "reason": "あとは見学でした"}
        assert cook.resubmit(sheet, fields, action=address).status_code == 303
    assert visits()[0].heads == 2
    (event,) = [one for one in group_events() if one.kind == "heads_corrected"]
    assert (event.detail, event.reason) == ({"before": 32, "after": 2}, "あとは見学でした")
    assert (event.user_id, event.side) == (cast.cook.id, Side.HOST)
    assert "32人 → 2人" in cook.get(f"/o/groups/{visit_id}").text
    _refused("heads", correct_heads, visit_id, 0, host(cast), reason="x", key="k" * 20)


def test_others_than_the_host_and_the_desk_do_not_see_it(app: Any, cast: Cast) -> None:
    visit_id = school(cast)
    for who, status in ((cast.outsider, 404), (cast.hanako, 403), (cast.approver, 403)):
        client = browser(app, who)
        for address in (door(cast), f"/o/groups/{visit_id}", f"/o/groups/{visit_id}/heads"):
            assert client.get(address).status_code == status
    assert browser(app, cast.payer).get(f"/desk/groups/{visit_id}").status_code == 403
    assert browser(app, cast.coordinator).get(f"/desk/groups/{visit_id}").status_code == 200


def test_a_group_recorded_by_mistake_counts_nowhere(app: Any, cast: Cast) -> None:
    visit_id = school(cast)
    address = f"/o/groups/{visit_id}/withdrawal"
    browser(app, cast.cook).submit(address, {"reason": "別の日でした"}, action=address)
    assert visits()[0].state is VisitState.WITHDRAWN
    assert heads_at([cast.shift_today.id]) == {}
    assert school(cast, key="the-same-school-later") != visit_id, "the name is free again"


def test_after_the_time_for_names_the_visit_is_settled_and_the_telephone_forgotten(
    app: Any, cast: Cast, clock: Any
) -> None:
    visit_id = school(cast, leader_telephone="0134000000")
    clock.advance(timedelta(days=DAYS, hours=4))
    shown = browser(app, cast.cook).get(f"/o/groups/{visit_id}").text
    assert "名前を加えられる期間が終わりました" in shown
    assert 'name="rows"' not in shown
    _refused("names_closed", correct_heads, visit_id, 40, host(cast), reason="x", key="k" * 20)
    assert settle_groups() == "settled=1"
    assert settle_groups() == "settled=0"
    (visit,) = visits()
    assert (visit.state, visit.leader_telephone, visit.heads) == (VisitState.SETTLED, "", 32)


def test_the_desk_lists_the_groups_of_a_month_with_heads_apart_from_persons(
    app: Any, cast: Cast, clock: Any
) -> None:
    open_doors(cast)
    add(app, cast, school(cast), line_of(cast.hanako))
    desk = browser(app, cast.coordinator)
    listed = desk.get("/desk/groups").text
    assert "1組で 32人。名前のある人 1人、名前のない人 31人" in listed
    assert "この月のグループはありません" in desk.get("/desk/groups?month=2026-10").text
    for odd in ("0001-01", "9999-12", "2026-13", "x"):
        assert "みなと高校" in desk.get(f"/desk/groups?month={odd}").text
    for address in ("/desk/today", "/desk"):
        assert "グループ 32人" in desk.get(address).text
    assert "グループ 32人" in browser(app, cast.cook).get("/o").text
    day = clock.day_bounds(clock.today())
    assert heads_between(*day).heads == 32
    run_turn(_cancel, cast.shift_today.id)
    assert heads_between(*day).heads == 0


def _cancel(shift_id: int) -> None:
    db.session.get_one(Shift, shift_id).state = ShiftState.CANCELLED
