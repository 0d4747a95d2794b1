"""The page with the one button: another person on the same phone, and an activity without a seat left."""

from typing import Any

from matching.help_requests.models import HelpRequest, Shift
from matching.help_requests.states import ShiftState
from tests.cast import Cast
from tests.matching.checkin.scenes import accept, browser, scan
from volunteer.core.db import db, write_turn


def test_somebody_else_on_this_phone_signs_in_and_comes_back_to_the_button(
    app: Any, cast: Cast
) -> None:
    phone, target = browser(app, cast.hanako), f"/shifts/{cast.shift_today.id}/check-in"
    accept(cast.hanako, cast.shift_today)
    assert f"/who?next={target}" in scan(phone, cast.shift_today).text
    out = phone.submit(
        f"/who?next={target}", action=f"/sign-out?next={target}", follow_redirects=True
    )
    assert f'href="/sign-in?next={target}"' in out.text
    assert f"/sign-in?next={target}" in phone.get(target).text, "the ticket is still good"
    assert phone.get("/me").status_code == 303


def test_whoever_finds_no_seat_is_told_so(app: Any, cast: Cast) -> None:
    with write_turn():
        db.session.get_one(HelpRequest, cast.help_request.id).walk_in_allowed = True
        shift = db.session.get_one(Shift, cast.shift_today.id)
        shift.seats = shift.seats_taken = 1
        shift.state = ShiftState.FULL
    hanako = browser(app, cast.hanako)
    done = hanako.resubmit(scan(hanako, cast.shift_today), action="/check-in")
    assert "この活動は、もう満員です" in done.text
