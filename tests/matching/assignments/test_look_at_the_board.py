"""The board and the plan: what everybody sees, and what only those see who come."""

from datetime import timedelta

from flask import Flask

from matching.assignments import services
from matching.assignments.calendar import Entry, calendar_file
from matching.assignments.jobs import end_shifts
from matching.assignments.models import Participation
from matching.help_requests.services import publish_help_request
from matching.help_requests.states import HelpRequestState, ShiftState
from tests.cast import NOW, Cast, sign_in_as
from tests.client import Client
from tests.factories.matching import (
    make_category,
    make_help_request,
    make_participation,
    make_shift,
)
from volunteer.core.clock import from_tokyo
from volunteer.core.db import db, run_turn, write_turn
from volunteer.core.models import ViewEntry

EXACT = "花園公民館 2階 調理室"


def test_everybody_sees_where_when_and_what_but_no_address(
    app: Flask, cast: Cast, client: Client
) -> None:
    page = client.get("/board").text
    assert "2件" in page
    assert (
        page.index("花園公民館") < page.index("10時〜12時") < page.index("配食・食事づくり</span>")
    )
    assert "60分ごとに100ポイント" in page
    detail = client.get(f"/board/{cast.shift.id}").text
    for text in (page, detail):
        assert EXACT not in text
        assert "090-1111-2222" not in text
        assert "湊 さくら" not in text


def test_the_short_form_narrows_by_day_district_kind_and_car(
    app: Flask, cast: Cast, client: Client
) -> None:
    with write_turn():
        other = make_help_request(
            cast.minato.party_id, cast.category, cast.area, cast.cook, needs_car=True, public_place="手宮公園"
        )  # fmt: skip
        make_shift(other, cast.shift.starts_at + timedelta(days=40))
    counts = {"": 3, "?day=today": 1, "?day=tomorrow": 0, "?day=week": 1, "?day=month": 2,
              "?nocar=1": 2, f"?area={cast.area.id}": 3, "?area=999999": 0, "?kind=snow": 0,
              "?kind=meals": 3, "?area=x&day=y": 3}  # fmt: skip
    for query, count in counts.items():
        assert f"<title>活動をさがす（{count}件）" in client.get(f"/board{query}").text, query
    assert "この条件の活動は、いまはありません" in client.get("/board?kind=snow").text


def test_a_long_board_is_paged_and_light(app: Flask, cast: Cast, client: Client) -> None:
    with write_turn():
        for n in range(45):
            make_shift(cast.help_request, cast.shift.starts_at + timedelta(days=1 + n))
    sign_in_as(client, cast.hanako)
    first = client.get("/board")
    assert "47件" in first.text
    assert len(first.data) < 100_000
    assert 'href="/board?page=2"' in first.text
    assert client.get("/board?page=5").text.count("card shift") == 7


def test_the_exact_place_opens_on_the_evening_before_for_those_who_come(
    app: Flask, cast: Cast, client: Client, clock
) -> None:  # type: ignore[no-untyped-def]
    made = run_turn(services.apply, cast.hanako.party_id, cast.shift.id, None)
    sign_in_as(client, cast.hanako)
    pages = [f"/me/plan/{made.id}", f"/board/{cast.shift.id}"]
    assert "11月27日（金）17時 から" in client.get(pages[0]).text
    assert all(EXACT not in client.get(page).text for page in pages)
    clock.set(from_tokyo(cast.shift.starts_at.date() - timedelta(days=1)) + timedelta(hours=17))
    for page in pages:
        text = client.get(page).text
        assert EXACT in text
        assert "090-1111-2222" in text
    other = sign_in_as(app.test_client(), cast.student)
    assert EXACT not in other.get(pages[1]).text
    clock.set(cast.shift.ends_at + timedelta(hours=13))
    assert EXACT not in client.get(pages[0]).text


def test_host_and_coordinator_see_the_place_and_looking_at_a_home_is_logged(
    app: Flask, cast: Cast
) -> None:
    with write_turn():
        home = make_help_request(
            cast.household.party_id, cast.category, cast.area, cast.coordinator,
            host_party_id=None, exact_place="山手3-4-5", public_place="山手3丁目",
        )  # fmt: skip
        shift_id = make_shift(home, cast.shift.starts_at).id
    staff = sign_in_as(app.test_client(), cast.coordinator)
    staff.get(f"/board/{shift_id}")
    staff.get(f"/desk/requests/{home.id}")
    seen = db.session.execute(db.select(ViewEntry.party_id)).scalars().all()
    assert seen == [cast.household.party_id] * 2


def test_drafts_are_not_found_and_past_shifts_take_nobody(
    app: Flask, cast: Cast, client: Client, clock
) -> None:  # type: ignore[no-untyped-def]
    with write_turn():
        draft = make_help_request(
            cast.minato.party_id, cast.category, cast.area, cast.cook, state=HelpRequestState.DRAFT
        )
        hidden = make_shift(draft, cast.shift.starts_at).id
    assert client.get(f"/board/{hidden}").status_code == 404
    assert client.get("/board/999999").status_code == 404
    clock.set(cast.shift_today.starts_at + timedelta(minutes=1))
    sign_in_as(client, cast.hanako)
    assert "募集は終わりました" in client.get(f"/board/{cast.shift_today.id}").text


def test_shifts_end_by_themselves_and_the_request_with_the_last(
    app: Flask, cast: Cast, clock
) -> None:  # type: ignore[no-untyped-def]
    clock.set(cast.shift_today.ends_at + timedelta(hours=7))
    assert end_shifts() == "ended=1"
    db.session.rollback()
    assert cast.shift_today.state is ShiftState.ENDED
    assert cast.help_request.state is HelpRequestState.PUBLISHED
    clock.set(cast.shift.ends_at + timedelta(hours=7))
    assert end_shifts() == "ended=1"
    db.session.rollback()
    assert cast.help_request.state is HelpRequestState.CLOSED


def test_the_calendar_file_keeps_its_uid_and_no_address(
    app: Flask, cast: Cast, client: Client
) -> None:
    made = run_turn(services.apply, cast.hanako.party_id, cast.shift.id, None)
    sign_in_as(client, cast.hanako)
    answer = client.get(f"/me/plan/{made.id}.ics")
    assert answer.mimetype == "text/calendar"
    unfolded = answer.text.replace("\r\n ", "")
    assert f"UID:participation-{made.id}@localhost\r\n" in unfolded
    assert "DTSTART:20261128T010000Z" in unfolded
    assert "STATUS:CONFIRMED" in unfolded
    assert EXACT not in unfolded
    run_turn(services.withdraw, made.id, None)
    assert "STATUS:CANCELLED" in client.get(f"/me/plan/{made.id}.ics").text


def test_lines_of_the_calendar_file_are_short_and_escaped() -> None:
    text = calendar_file(
        Entry(
            "u",
            NOW,
            NOW + timedelta(hours=2),
            NOW,
            "雪かき, 朝; 早い\n" * 9,
            "花園",
            "説明",
            "https://x",
        )
    )
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "雪かき\\, 朝\\; 早い\\n" in text.replace("\r\n ", "")


def test_an_empty_plan_says_what_to_do(app: Flask, cast: Cast, client: Client) -> None:
    sign_in_as(client, cast.hanako)
    assert "これからの予定はありません" in client.get("/me/plan").text
    sign_in_as(client, cast.applicant)
    assert client.get("/me/plan").status_code == 200


def test_a_volunteer_reads_what_it_would_bring_them(app: Flask, cast: Cast, client: Client) -> None:
    sign_in_as(client, cast.hanako)
    page = client.get(f"/board/{cast.shift.id}").text
    assert "<strong>200ポイント</strong>" in page
    assert "期限は令和10年3月31日" in page
    assert "このあと今年度は、あと4,800ポイントまでつきます" in page


def test_paid_work_says_its_price_to_everybody_and_keeps_it(
    app: Flask, cast: Cast, client: Client
) -> None:
    with write_turn():
        rental = make_category("rental", "学生の手伝い", is_paid=True, yen_per_hour=1200)
        ask = make_help_request(
            cast.minato.party_id, rental, cast.area, cast.cook, state=HelpRequestState.SUBMITTED
        )
        made = make_shift(ask, cast.shift.starts_at)
        publish_help_request(ask.id, cast.coordinator.id)
    words = "有償 1時間 1,200円（ポイントはつきません）"
    assert words in client.get("/board").text
    assert words in client.get(f"/board/{made.id}").text
    sum_in_words = "2時間なら2,400円（1人）。はじめの1時間 1,200円、あとは30分ごとに600円"
    assert sum_in_words in client.get("/board").text
    staff = sign_in_as(app.test_client(), cast.coordinator)
    staff.submit("/desk/categories/rental", {"yen_per_hour": "1500"})
    assert words in client.get(f"/board/{made.id}").text


def test_the_map_leads_to_the_district_and_keeps_the_rest_of_the_search(
    cast: Cast, client: Client
) -> None:
    page = client.get("/board?nocar=1&day=week").text
    assert f'aria-label="{cast.area.name} 1件"' in page
    link = f"/board?day=week&amp;nocar=1&amp;area={cast.area.id}#hits"
    assert page.count(f'href="{link}"') == 2
    assert "すべての地区を見る" not in page
    there = client.get(link.replace("&amp;", "&")).text
    assert "すべての地区を見る" in there
    assert there.count('aria-current="true"') >= 2


def test_a_card_says_what_it_brings_the_reader(cast: Cast, client: Client) -> None:
    sign_in_as(client, cast.hanako)
    words = "この活動で約200ポイント。そのあと今年は、あと4,800ポイントまで"
    assert words in client.get("/board").text
    with write_turn():
        make_participation(cast.hanako, cast.shift)
    assert words in client.get("/me/plan").text
    place = db.session.execute(db.select(Participation.id)).scalar_one()
    assert words in client.get(f"/me/plan/{place}").text
    sign_in_as(client, cast.applicant)
    assert "この活動で約" not in client.get("/board").text
