"""The pages of a paid task: its organization, its student, staff, and a household by its link."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from matching.paid_tasks import queries
from matching.paid_tasks.duties import erase_person
from matching.paid_tasks.links import make_link, token_of
from matching.paid_tasks.models import PaidTask
from matching.paid_tasks.states import AgreedBy, PaidTaskState
from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.matching.paid_tasks.scene import agreed, fresh, quoted
from volunteer.core.db import run_turn


@pytest.fixture
def cook(app: Flask, cast: Cast) -> Client:
    """The organization that orders."""
    return sign_in_as(app.test_client(), cast.cook)


@pytest.fixture
def staff(app: Flask, cast: Cast) -> Client:
    """The coordinator."""
    return sign_in_as(app.test_client(), cast.coordinator)


def _address(task: PaidTask) -> str:
    return f"/organization/paid/{task.number}"


def test_an_organization_reads_the_price_and_agrees(cast: Cast, cook: Client, outbox: Any) -> None:
    task = quoted(cast)
    assert task.number in cook.get("/organization/paid").text
    page = cook.get(_address(task))
    for words in (
        "この内容で頼みますか",
        "はじめの1時間",
        "2,000円",
        "ボランティア活動保険は使えません",
    ):
        assert words in page.text
    done = cook.resubmit(
        page, {"method": "cash"}, action="/agreement", page=_address(task), follow_redirects=True
    )
    assert "約束ができました" in done.text
    assert "センターの窓口でお支払いください" in done.text
    assert fresh(task).agreed_by is AgreedBy.ORGANIZATION
    assert "約束ができました" in outbox.last("student@example.jp").subject


def test_who_chooses_no_way_of_paying_is_told(cast: Cast, cook: Client) -> None:
    task = quoted(cast)
    page = cook.get(_address(task))
    wrong = cook.resubmit(page, {}, action="/agreement", page=_address(task))
    assert wrong.status_code == 422
    assert "払い方を1つえらんでください" in wrong.text


def test_a_changed_quote_comes_back_with_the_new_sum(cast: Cast, cook: Client) -> None:
    task = quoted(cast)
    page = cook.get(_address(task))
    old = {"method": "cash", "quote_hash": "0" * 64}
    again = cook.resubmit(page, old, action="/agreement", page=_address(task))
    assert again.status_code == 422
    assert "新しい金額を確かめて" in again.text
    assert fresh(task).quote_hash in again.text


def test_all_three_read_the_same_terms(app: Flask, cast: Cast, cook: Client, staff: Client) -> None:
    task = agreed(cast)
    student = sign_in_as(app.test_client(), cast.student)
    pages = [
        cook.get(_address(task)).text,
        student.get(f"/paid/{task.number}").text,
        staff.get(f"/desk/paid/{task.id}").text,
    ]
    terms = [one[one.index('id="terms"') :].partition("</section>")[0] for one in pages]
    assert len(set(terms)) == 1
    assert task.number in student.get("/paid").text
    assert "2,000円" in pages[1]


def test_calling_off_says_what_it_costs(cast: Cast, cook: Client, clock: Any) -> None:
    task = agreed(cast)
    clock.set(task.participation.shift.starts_at - timedelta(hours=1))
    page = cook.get(f"{_address(task)}/calling-off")
    assert "いま取りやめると：1,000円" in page.text
    nonsense = {"reason": "家族が来ました", "shown_yen": "9" * 5000}
    refused = cook.resubmit(
        page, nonsense, action="/calling-off", page=f"{_address(task)}/calling-off"
    )
    assert refused.status_code == 422
    done = cook.resubmit(
        page,
        {"reason": "家族が来ました"},
        action="/calling-off",
        page=f"{_address(task)}/calling-off",
        follow_redirects=True,
    )
    assert "取りやめました" in done.text
    assert fresh(task).state is PaidTaskState.CALLED_OFF
    assert "いまは取りやめられません" in cook.get(f"{_address(task)}/calling-off").text


def test_another_organization_and_another_student_see_nothing(app: Flask, cast: Cast) -> None:
    task = agreed(cast)
    outsider = sign_in_as(app.test_client(), cast.outsider)
    assert outsider.get(_address(task)).status_code == 404
    assert outsider.get(f"{_address(task)}/calling-off").status_code == 404
    hanako = sign_in_as(app.test_client(), cast.hanako)
    assert hanako.get(f"/paid/{task.number}").status_code == 404
    assert hanako.get(f"/desk/paid/{task.id}").status_code == 403


def test_paying_otherwise(cast: Cast, cook: Client) -> None:
    task = agreed(cast)
    page = cook.get(_address(task))
    done = cook.resubmit(
        page,
        {"method": "bank_transfer"},
        action="/method",
        page=_address(task),
        follow_redirects=True,
    )
    assert "払い方を変えました" in done.text
    assert "振込先は" in done.text
    assert len(queries.charges_of(fresh(task))) == 2


def _linked(cast: Cast, task: PaidTask) -> str:
    link = run_turn(make_link, task.id, cast.coordinator.id)
    return f"/o/{token_of(task.id, link.number)}"


def test_a_household_agrees_by_its_link(cast: Cast, client: Client) -> None:
    task = quoted(cast, household=True)
    address = _linked(cast, task)
    page = client.get(address)
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "山田 トメ" in page.text
    done = client.resubmit(
        page, {"method": "cash"}, action="/agreement", page=address, follow_redirects=True
    )
    assert "約束ができました" in done.text
    assert fresh(task).agreed_by is AgreedBy.LINK
    assert fresh(task).agreed_by_user_id is None
    page = client.get(f"{address}/calling-off")
    client.resubmit(page, {"reason": "いりません"}, action="/calling-off", page=address)
    assert fresh(task).state is PaidTaskState.CALLED_OFF


def test_a_link_ends_after_14_days_or_when_it_is_taken_back(
    cast: Cast, client: Client, staff: Client, clock: Any
) -> None:
    task = quoted(cast, household=True, after=timedelta(days=20))
    first = _linked(cast, task)
    second = _linked(cast, task)
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200
    clock.advance(timedelta(days=14, seconds=1))
    assert client.get(second).status_code == 404
    third = _linked(cast, task)
    page = sign_in_as(staff, cast.coordinator).get(f"/desk/paid/{task.id}")
    staff.resubmit(page, {}, action="/link/revocation", page=f"/desk/paid/{task.id}")
    gone = client.get(third)
    assert gone.status_code == 404
    assert "このリンクは、もう使えません" in gone.text


def test_staff_print_the_paper_with_the_link(cast: Cast, staff: Client, client: Client) -> None:
    task = quoted(cast, household=True)
    address = f"/desk/paid/{task.id}"
    paper = staff.resubmit(
        staff.get(address), {}, action="/link", page=address, follow_redirects=True
    )
    assert "<svg" in paper.text
    link = queries.live_link(task.id)
    assert link is not None
    assert f"/o/{token_of(task.id, link.number)}" in paper.text
    assert client.get(f"/o/{token_of(task.id, link.number)}").status_code == 200


def test_staff_write_down_what_the_household_said(cast: Cast, staff: Client) -> None:
    task = quoted(cast, household=True)
    assert task.number in staff.get("/desk/paid").text
    done = staff.submit(
        f"/desk/paid/{task.id}/agreement",
        {"words": "山田さんの娘さん", "method": "cash"},
        follow_redirects=True,
    )
    assert "約束ができました" in done.text
    assert fresh(task).agreed_by is AgreedBy.TELEPHONE
    assert "山田さんの娘さん" in done.text
    again = staff.get(f"/desk/paid/{task.id}/agreement")
    assert "返事はもう入っています" in again.text


def test_staff_record_that_nobody_was_there(cast: Cast, staff: Client, clock: Any) -> None:
    task = agreed(cast)
    address = f"/desk/paid/{task.id}/no-show"
    assert "いまは記録できません" in staff.get(address).text
    clock.set(task.participation.shift.ends_at)
    done = sign_in_as(staff, cast.coordinator).submit(
        address, {"whose": "student", "words": "電話で確かめた"}, follow_redirects=True
    )
    assert "記録しました" in done.text
    assert fresh(task).state is PaidTaskState.NO_SHOW


def test_staff_call_off_for_the_weather(cast: Cast, staff: Client, clock: Any) -> None:
    task = agreed(cast)
    clock.set(task.participation.shift.starts_at - timedelta(hours=1))
    answers = {"side": "staff", "reason": "大雪の注意報"}
    sign_in_as(staff, cast.coordinator).submit(f"/desk/paid/{task.id}/calling-off", answers)
    assert fresh(task).state is PaidTaskState.CALLED_OFF
    assert "お支払いはありません" in sign_in_as(staff, cast.cook).get(_address(task)).text


def test_a_student_who_is_erased_is_in_no_terms(cast: Cast, staff: Client) -> None:
    task = quoted(cast)
    run_turn(erase_person, cast.student.party_id)
    page = staff.get(f"/desk/paid/{task.id}")
    assert page.status_code == 200
    assert "消しました" in page.text
