"""How pressing a request is: the center says it, by category or for one request, and nobody else reads it."""

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from matching.assignments.duties import waiting_items
from matching.categories.models import Category
from matching.categories.states import Priority
from matching.help_requests.models import HelpRequest, HelpRequestPriority
from matching.help_requests.priorities import set_priority
from matching.help_requests.states import HelpRequestState
from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.factories.matching import make_category, make_help_request, make_shift
from tests.factories.volunteer import make_acting
from volunteer.core import clock
from volunteer.core.db import db, run_turn, write_turn
from volunteer.core.errors import AlreadyDecided, NotAllowed, Refused
from volunteer.core.models import AuditEntry
from volunteer.users.states import ActingAs

WHY = "朝に迎えの車が来る"


@pytest.fixture
def desk(cast: Cast, client: Client) -> Client:
    """A coordinator at the desk."""
    return sign_in_as(client, cast.coordinator)


def page_of(cast: Cast) -> str:
    return f"/desk/requests/{cast.help_request.id}/priority"


def standing(cast: Cast) -> Priority:
    db.session.rollback()
    return cast.help_request.priority


def test_a_request_is_as_pressing_as_its_category_unless_the_desk_says_otherwise(
    cast: Cast,
) -> None:
    assert standing(cast) is Priority.USUAL
    with write_turn():
        cast.category.usual_priority = Priority.SPARE
    assert standing(cast) is Priority.SPARE
    run_turn(set_priority, cast.help_request.id, Priority.LIFE, WHY, cast.coordinator.id)
    assert standing(cast) is Priority.LIFE
    run_turn(set_priority, cast.help_request.id, None, "迎えはなくなった", cast.coordinator.id)
    assert standing(cast) is Priority.SPARE
    rows = db.session.scalars(db.select(HelpRequestPriority).order_by(HelpRequestPriority.id))
    assert [(one.priority, one.given, one.reason) for one in rows] == [
        (0, Priority.LIFE, WHY),
        (None, Priority.SPARE, "迎えはなくなった"),
    ]


def test_a_coordinator_gives_a_request_its_own_with_a_reason(cast: Cast, desk: Client) -> None:
    about = f"/desk/requests/{cast.help_request.id}"
    assert "活動の種類のとおり" in desk.get(about).text
    done = desk.submit(page_of(cast), {"priority": "0", "reason": WHY})
    html = desk.get(done.location).text
    for words in ("優先度を変えました", "命にかかわる", "この依頼だけの優先度", WHY):
        assert words in html
    again = desk.get(page_of(cast)).text
    assert "これまでの優先度" in again
    assert 'value="0" checked' in again
    kept = db.session.scalars(db.select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert kept is not None
    assert (kept.act, kept.subject) == (
        "help_requests_desk.priority",
        f"help_request:{cast.help_request.id}",
    )


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"priority": "4", "reason": WHY}, "優先度を1つえらんでください"),
        ({"priority": "-1", "reason": WHY}, "優先度を1つえらんでください"),
        ({"priority": "いそぎ", "reason": WHY}, "優先度を1つえらんでください"),
        ({"priority": "", "reason": WHY}, "優先度を1つえらんでください"),
        ({"priority": "1", "reason": " "}, "理由を入れてください"),
        ({"priority": "1", "reason": "あ" * 201}, "長すぎます"),
        ({"priority": "usual", "reason": WHY}, "いまと同じ優先度です"),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_changes_nothing(
    cast: Cast, desk: Client, typed: dict[str, str], words: str
) -> None:
    answer = desk.submit(page_of(cast), typed)
    assert answer.status_code == 422
    assert words in answer.text
    assert typed["reason"].strip() in answer.text
    assert standing(cast) is Priority.USUAL
    assert db.session.scalars(db.select(HelpRequestPriority)).all() == []


def test_a_second_click_gives_it_once_and_another_page_is_told(cast: Cast, desk: Client) -> None:
    first, second = desk.get(page_of(cast)), desk.get(page_of(cast))
    for _click in range(2):
        assert desk.resubmit(first, {"priority": "1", "reason": WHY}).status_code == 303
    late = desk.resubmit(second, {"priority": "3", "reason": "あとでよい"})
    assert late.status_code == 422
    assert "あなたの入力は、まだ入っていません" in late.text
    assert "あとでよい" in late.text
    assert standing(cast) is Priority.URGENT
    assert len(db.session.scalars(db.select(HelpRequestPriority)).all()) == 1


def test_over_or_ones_own_it_stays_as_it_is(cast: Cast, desk: Client) -> None:
    request_id, by = cast.help_request.id, cast.coordinator.id
    with pytest.raises(Refused) as same:
        run_turn(set_priority, request_id, None, WHY, by)
    assert same.value.code == "same_priority"
    with write_turn():
        own = make_acting(cast.coordinator, cast.minato.party_id, ActingAs.MEMBER)
    assert "ほかの職員が決めます" in desk.get(page_of(cast)).text
    with pytest.raises(NotAllowed):
        run_turn(set_priority, request_id, Priority.LIFE, WHY, by)
    with write_turn():
        own.ended_at = clock.now()
        cast.help_request.state = HelpRequestState.CLOSED
    page = desk.get(page_of(cast)).text
    assert "もう変えられません" in page
    assert 'name="reason"' not in page
    with pytest.raises(AlreadyDecided):
        run_turn(set_priority, request_id, Priority.LIFE, WHY, by)


def test_who_asks_and_who_helps_neither_gives_nor_reads_it(cast: Cast, client: Client) -> None:
    run_turn(set_priority, cast.help_request.id, Priority.LIFE, WHY, cast.coordinator.id)
    told = (WHY, "優先度", "命にかかわる")
    pages = {
        cast.cook: (f"/o/requests/{cast.help_request.id}", "/o/requests", "/"),
        cast.hanako: (f"/board/{cast.shift.id}", "/board", "/"),
    }
    for user, addresses in pages.items():
        sign_in_as(client, user)
        for address in addresses:
            html = client.get(address, follow_redirects=True).text
            assert not [one for one in told if one in html], address
        sent = client.post(page_of(cast), data={"priority": "3", "reason": "x"})
        assert sent.status_code in (302, 303, 400, 403, 404)
    assert standing(cast) is Priority.LIFE
    for staff in (cast.administrator, cast.payer, cast.auditor):
        sign_in_as(client, staff)
        assert client.get(page_of(cast)).status_code in (403, 404)


def test_lists_of_the_desk_mark_what_is_pressing(cast: Cast, desk: Client) -> None:
    tomorrow = cast.shift_today.starts_at + timedelta(days=1)
    with write_turn():
        make_shift(cast.help_request, tomorrow)
        snow = make_category("snow_path", "除雪", usual_priority=Priority.URGENT)
        request = make_help_request(
            cast.minato.party_id, snow, cast.area, cast.cook, title="玄関の雪かき"
        )
        make_shift(request, tomorrow + timedelta(hours=3))
    assert desk.get("/desk/requests?stage=published").text.count("急ぎ") == 1
    with desk.application.test_request_context():
        labels = [str(one.label) for one in waiting_items() if one.kind == "unfilled"]
    assert sum("（急ぎ）" in one for one in labels) == 1


def test_a_category_has_a_usual_priority_set_by_who_keeps_categories(
    cast: Cast, desk: Client
) -> None:
    assert 'name="usual_priority" value="2" checked' in desk.get("/desk/categories/meals").text
    desk.submit("/desk/categories/meals", {"usual_priority": "1"})
    assert db.session.get_one(Category, "meals").priority is Priority.URGENT
    assert "優先度：急ぎ" in desk.get("/desk/categories").text
    for wrong in ("4", "急ぎ", ""):
        answer = desk.submit("/desk/categories/meals", {"usual_priority": wrong})
        assert answer.status_code == 422, wrong
        assert "ふだんの優先度を1つえらんでください" in answer.text
    assert db.session.get_one(Category, "meals").usual_priority == Priority.URGENT


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("row", "column"), [(Category, "usual_priority"), (HelpRequest, "own_priority")]
)
def test_the_database_knows_four_priorities(cast: Cast, row: type, column: str) -> None:
    for wrong in (-1, 4):
        with pytest.raises(IntegrityError), write_turn():
            db.session.execute(update(row).values({column: wrong}))
