"""The PIN of a card: who sets it, which digits it may have, what becomes of it."""

from typing import Any

import pytest

from tests.cast import Cast, sign_in_as
from tests.factories.volunteer import make_acting
from volunteer.core.db import db, run_turn, write_turn
from volunteer.core.errors import Refused
from volunteer.core.models import AuditEntry, Notice, Outcome
from volunteer.people.registration import end_registration
from volunteer.pins.models import CardPin
from volunteer.pins.own_data import own_data
from volunteer.pins.queries import pin_of
from volunteer.pins.services import count_try, sealed_pin, set_pin
from volunteer.pins.states import PinReason
from volunteer.pins.trying import try_pin
from volunteer.privacy.services import erase_data
from volunteer.users.states import ActingAs

pytestmark = pytest.mark.both_databases


def _set(cast: Cast, person: Any, pin: str, reason: PinReason = PinReason.FIRST) -> None:
    run_turn(
        set_pin, person.party_id, sealed_pin(person.party_id, pin), reason, cast.coordinator.id
    )


def _refused(act: Any, *args: Any) -> str:
    with pytest.raises(Refused) as caught:
        act(*args)
    return caught.value.code


def test_the_desk_sets_one_with_a_reason_and_it_is_in_the_trail(app: Any, cast: Cast) -> None:
    desk, page = (
        sign_in_as(app.test_client(), cast.coordinator),
        f"/desk/people/{cast.ichiro.party_id}/pin",
    )
    typed = {"because": "first", "pin": "７３９１", "pin_again": "7391"}
    done = desk.submit(page, typed, follow_redirects=True)
    assert "暗証番号を決めました" in done.text
    assert "はじめて決める" in done.text
    assert "7391" not in done.text
    found = pin_of(cast.ichiro.party_id)
    assert found is not None
    assert (found.tries, found.reason, found.set_by_user_id) == (0, "first", cast.coordinator.id)
    assert "7391" not in found.pin_sealed
    assert "argon2" not in found.pin_sealed
    (act,) = db.session.execute(db.select(AuditEntry)).scalars()
    assert (act.act, act.subject, act.outcome) == (
        "pins_desk.pin",
        f"person:{cast.ichiro.party_id}",
        Outcome.DONE,
    )


def _told() -> list[tuple[str, str, bool]]:
    found = db.session.execute(db.select(Notice).order_by(Notice.id)).scalars()
    return [(one.to_address, one.state.value, one.params["is_first"]) for one in found]


def test_whoever_did_not_set_it_themselves_is_told(cast: Cast) -> None:
    _set(cast, cast.hanako, "7391")
    _set(cast, cast.hanako, "8264", PinReason.FORGOTTEN)
    _set(cast, cast.hanako, "5073", PinReason.OWNER)
    address = cast.hanako.email
    assert _told() == [(address, "waiting", True), (address, "waiting", False)]
    assert "8264" not in str(
        [one.params for one in db.session.execute(db.select(Notice)).scalars()]
    )


def test_a_guardian_is_told_too_and_without_an_address_the_desk_is(cast: Cast) -> None:
    with write_turn():
        make_acting(cast.helper, cast.hanako.party_id, ActingAs.GUARDIAN)
        make_acting(cast.outsider, cast.hanako.party_id, ActingAs.PROXY)
    _set(cast, cast.hanako, "7391")
    assert {one[0] for one in _told()} == {cast.hanako.email, cast.helper.email}
    _set(cast, cast.ichiro, "7391")
    assert _told()[-1][:2] == ("", "kept")


def test_a_bad_pin_is_explained_at_the_field_or_above_and_never_shown_again(
    app: Any, cast: Cast
) -> None:
    desk, page = (
        sign_in_as(app.test_client(), cast.coordinator),
        f"/desk/people/{cast.ichiro.party_id}/pin",
    )
    for pin, again, words in (
        ("1234", "1234", "すぐに当てられます"),
        ("73915", "73916", "2つの暗証番号がちがいます"),
        ("739", "739", "4けたから6けたの数字"),
    ):
        answer = desk.submit(page, {"because": "first", "pin": pin, "pin_again": again})
        assert words in answer.text
        assert f'value="{pin}"' not in answer.text
    assert pin_of(cast.ichiro.party_id) is None


def test_a_volunteer_sets_the_own_one_and_only_the_desk_ends_a_lock(app: Any, cast: Cast) -> None:
    hanako, desk = (sign_in_as(app.test_client(), one) for one in (cast.hanako, cast.coordinator))
    typed = {"pin": "7391", "pin_again": "7391"}
    assert "暗証番号を決めました" in hanako.submit("/me/pin", typed, follow_redirects=True).text
    for _ in range(5):
        run_turn(count_try, cast.hanako.party_id)
    assert run_turn(count_try, cast.hanako.party_id) is None
    assert "暗証番号をとめています" in hanako.get("/me/pin").text
    owner = (cast.hanako.party_id, "sealed", PinReason.OWNER, 1)
    assert _refused(run_turn, set_pin, *owner) == "pin_locked"
    page = f"/desk/people/{cast.hanako.party_id}/pin"
    assert "5回つづいて" in desk.get(page).text
    desk.submit(page, {"because": "locked", "pin": "4827", "pin_again": "4827"})
    assert try_pin(cast.hanako.party_id, "4827")


def test_it_needs_a_fresh_proof_and_a_registration(app: Any, cast: Cast, clock: Any) -> None:
    hanako = sign_in_as(app.test_client(), cast.hanako)
    clock.advance(app.permanent_session_lifetime / 60)
    assert "/confirm-identity" in hanako.get("/me/pin").headers.get("Location", "")
    assert _refused(_set, cast, cast.applicant, "7391") == "not_registered"
    assert sign_in_as(app.test_client(), cast.applicant).get("/me/pin").status_code == 403


def test_the_right_pin_forgets_no_tries_by_itself_and_wrong_ones_lock_it(cast: Cast) -> None:
    person_id = cast.ichiro.party_id
    assert _refused(try_pin, person_id, "7391") == "no_pin"
    _set(cast, cast.ichiro, "7391")
    assert _refused(try_pin, person_id, "12") == "pin_length"
    assert pin_of(person_id).tries == 0  # type: ignore[union-attr]
    codes = [_refused(try_pin, person_id, "4827") for _ in range(6)]
    assert codes == 4 * ["wrong_pin"] + 2 * ["pin_locked"]
    assert _refused(try_pin, person_id, "7391") == "pin_locked"


def test_own_data_tell_of_it_and_erasing_takes_it_away(cast: Cast) -> None:
    person_id = cast.ichiro.party_id
    _set(cast, cast.ichiro, "7391")
    (records,) = own_data(person_id)
    assert len(records.rows) == 1
    run_turn(end_registration, person_id, cast.coordinator.id, "やめる")
    run_turn(erase_data, person_id)
    db.session.rollback()
    assert db.session.execute(db.select(CardPin)).scalars().all() == []
