"""The leader's own page: one link, one purpose, nothing about anybody that the leader does not know."""

from datetime import timedelta
from typing import Any

import pytest

from matching.assignments.changes import call_off_shift
from matching.checkin.states import Grade
from matching.groups import pages
from matching.groups.leader_links import LeaderLink, read_token, token_of
from matching.groups.queries import visit as visit_of
from tests.cast import Cast
from tests.factories.volunteer import insure
from tests.matching.checkin.scenes import accept, arrive, attendances, browser, in_lots
from tests.matching.groups.scenes import line_of, names, open_doors, school
from volunteer.core.db import db, run_turn, write_turn
from volunteer.people.models import Person
from volunteer.users.models import Party
from volunteer.users.states import PartyKind

KEY = b"k" * 32


def _link(app: Any, cast: Cast, visit_id: int) -> str:
    """The host makes the link; its path."""
    page = browser(app, cast.cook).submit(
        f"/o/groups/{visit_id}", action="/link", follow_redirects=True
    )
    assert "代表の人のページを作りました" in page.text
    with app.test_request_context():
        address: str = pages.link_of(visit_of(visit_id))
    assert address in page.text
    return "/" + address.split("/", 3)[3]


@pytest.mark.both_databases
def test_a_leader_without_a_sign_in_names_persons_and_the_host_is_asked_to_look(
    app: Any, cast: Cast
) -> None:
    open_doors(cast)
    path = _link(app, cast, school(cast))
    teacher = browser(app)
    shown = teacher.get(path)
    assert shown.headers["Referrer-Policy"] == "no-referrer"
    assert shown.headers["Cache-Control"] == "no-store"
    done = teacher.submit(path, {"rows": line_of(cast.hanako)}, action=path, follow_redirects=True)
    assert "1人の名前を加えました" in done.text
    assert "佐藤 花子" not in done.text, "names of others are masked"
    assert "佐○ 花○" in done.text
    (one,) = attendances()
    assert one.grade is Grade.ON_SITE
    assert "named_by_leader" in one.flags
    assert in_lots(cast, cast.hanako) == 200
    arrivals = browser(app, cast.cook).get(f"/o/shifts/{cast.shift_today.id}/arrivals").text
    assert "確かめること（1件）" in arrivals


def test_a_leader_learns_nothing_about_others(app: Any, cast: Cast) -> None:
    open_doors(cast)
    path = _link(app, cast, school(cast))
    teacher = browser(app)
    rows = "佐藤 花子\nV0001\nV0001 ちがう人\n" + line_of(cast.student)
    page = teacher.submit(path, {"rows": rows}, action=path).text
    assert page.count("登録番号と名前を、1行に両方書いてください") == 2
    assert page.count("この番号と名前の登録が見つかりません") == 1
    assert "この人は、いまは加えられません" in page
    assert "保険" not in page
    assert names() == []


def test_of_the_leaders_household_it_is_a_claim(app: Any, cast: Cast) -> None:
    open_doors(cast)
    with write_turn():
        home = Party(
            kind=PartyKind.HOUSEHOLD, display_name="佐藤家", created_at=cast.hanako.applied_at
        )
        db.session.add(home)
        db.session.flush()
        for person in (cast.hanako, cast.student):
            db.session.get_one(Person, person.party_id).household_party_id = home.id
        insure(cast.student, cast.shift_today.starts_at.date(), cast.shift_today.starts_at.date())
    path = _link(app, cast, school(cast, leader_person_id=cast.hanako.party_id))
    rows = "\n".join(line_of(one) for one in (cast.hanako, cast.student, cast.ichiro))
    page = browser(app).submit(path, {"rows": rows}, action=path, follow_redirects=True)
    assert "3人の名前を加えました" in page.text
    grades = {one.participation.person_id: one.grade for one in attendances()}
    assert grades == {
        cast.hanako.party_id: Grade.CLAIMED,
        cast.student.party_id: Grade.CLAIMED,
        cast.ichiro.party_id: Grade.ON_SITE,
    }
    assert in_lots(cast, cast.hanako) == 0


def test_a_leader_recorded_without_a_number_only_claims_for_themselves(
    app: Any, cast: Cast
) -> None:
    open_doors(cast)
    path = _link(app, cast, school(cast, leader_name="サトウ はなこ"))
    browser(app).submit(path, {"rows": line_of(cast.hanako)}, action=path)
    assert [one.grade for one in attendances()] == [Grade.CLAIMED]
    assert in_lots(cast, cast.hanako) == 0


def test_a_signed_in_leader_claims_for_themselves_and_confirms_no_claim(
    app: Any, cast: Cast
) -> None:
    open_doors(cast)
    accept(cast.ichiro, cast.shift_today)
    path = _link(app, cast, school(cast))
    hanako = browser(app, cast.hanako)
    arrive(hanako, cast.shift_today)
    rows = "\n".join(line_of(one) for one in (cast.hanako, cast.ichiro))
    hanako.submit(path, {"rows": rows}, action=path)
    assert [one.was_in_before for one in names()] == [True, False]


def test_the_link_ends_when_it_is_closed_made_anew_called_off_or_too_old(
    app: Any, cast: Cast, clock: Any
) -> None:
    visit_id = school(cast)
    first = _link(app, cast, visit_id)
    cook, teacher = browser(app, cast.cook), browser(app)
    sheet = teacher.get(first)
    cook.submit(f"/o/groups/{visit_id}", action="/link/end")
    assert teacher.get(first).status_code == 410
    assert teacher.resubmit(sheet, {"rows": "V0001 佐藤花子"}, action=first).status_code == 410
    second = _link(app, cast, visit_id)
    assert (teacher.get(first).status_code, teacher.get(second).status_code) == (410, 200)
    clock.advance(timedelta(days=15))
    assert "名前の受付は終わりました" in teacher.get(second).text
    clock.advance(timedelta(days=-15))
    run_turn(call_off_shift, cast.shift_today.id, "大雪", cast.cook.id)
    assert teacher.get(second).status_code == 410
    assert teacher.get("/g/anything").status_code == 404


def test_every_altered_token_is_no_token() -> None:
    token = token_of(KEY, LeaderLink(7, 2))
    assert read_token(KEY, token) == LeaderLink(7, 2)
    assert read_token(b"x" * 32, token) is None
    for place in range(len(token)):
        for sign in ("A", "B"):
            other = token[:place] + sign + token[place + 1 :]
            assert other == token or read_token(KEY, other) is None
    assert read_token(KEY, token[:-1]) is None
    assert read_token(KEY, "ほ" * 32) is None
