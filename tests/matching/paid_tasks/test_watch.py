"""What waits for staff, and what is said once by itself."""

from datetime import timedelta
from typing import Any

from flask import Flask

from matching.paid_tasks import jobs
from tests.cast import Cast, sign_in_as
from tests.matching.paid_tasks.scene import quoted


def test_a_household_is_asked_at_once_an_organization_when_it_is_late(
    cast: Cast, app: Flask, clock: Any
) -> None:
    quoted(cast, household=True, after=timedelta(days=8))
    task = quoted(cast)
    staff = sign_in_as(app.test_client(), cast.coordinator)
    assert "有償のお手伝いの返事を聞く 1件" in staff.get("/desk").text
    clock.set(task.participation.shift.starts_at - timedelta(hours=47))
    staff = sign_in_as(staff, cast.coordinator)
    assert "有償のお手伝いの返事を聞く 2件" in staff.get("/desk").text


def test_who_has_not_agreed_48_hours_before_is_reminded_once(
    cast: Cast, clock: Any, outbox: Any
) -> None:
    task = quoted(cast)
    assert jobs.remind() == 0
    clock.set(task.participation.shift.starts_at - timedelta(hours=48))
    assert jobs.remind() == 1
    jobs.remind()
    subjects = [one.subject for one in outbox.letters("cook@minato.example.jp")]
    assert sum("まだ返事をいただいていません" in one for one in subjects) == 1
