"""A card and its PIN at a kiosk: the own plans and points, for a moment, and five tries."""

from typing import Any

import pytest
from flask import Flask

from matching.devices.states import DeviceKind
from tests.cast import CARD_OF_ICHIRO, Cast
from tests.factories.devices import Tablet
from tests.factories.matching import make_participation
from tests.factories.money import give_points
from tests.matching.checkin.scenes import attendances
from tests.races.scene import race
from volunteer.core.db import db, run_turn, write_turn
from volunteer.core.models import AuditEntry, Outcome
from volunteer.people.registration import reissue_card
from volunteer.pins.queries import pin_of
from volunteer.pins.services import sealed_pin, set_pin
from volunteer.pins.states import PinReason

pytestmark = pytest.mark.both_databases
PIN = "7391"


@pytest.fixture
def with_pin(cast: Cast) -> Cast:
    """鈴木 一郎 has a PIN and a place today."""
    sealed = sealed_pin(cast.ichiro.party_id, PIN)
    run_turn(set_pin, cast.ichiro.party_id, sealed, PinReason.FIRST, cast.coordinator.id)
    with write_turn():
        make_participation(cast.ichiro, cast.shift_today)
        make_participation(cast.hanako, cast.shift_today)
    return cast


def _ask(tablet: Tablet, card: str = CARD_OF_ICHIRO, pin: str = PIN, **more: Any) -> Any:
    return tablet.client.post(
        "/api/device/own", json={"card": card, "pin": pin, **more}, headers=tablet.headers
    )


def _acts() -> list[tuple[str, str, str]]:
    db.session.rollback()
    rows = db.session.execute(db.select(AuditEntry).order_by(AuditEntry.id)).scalars()
    return [(one.act, one.outcome, one.code) for one in rows]


def test_the_own_shifts_and_points_are_told_and_nothing_else(app: Flask, with_pin: Cast) -> None:
    give_points(with_pin, with_pin.ichiro, 1200)
    tablet = Tablet(app, with_pin)
    answer = _ask(tablet)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    told = answer.get_json()
    assert (told["name"], told["number"]) == ("鈴木 一郎", "V0002")
    assert [one["title"] for one in told["shifts"]] == ["子ども食堂の準備"]
    (points,) = [one for one in told["programmes"] if one["points"]]
    assert points["points"] == 1200
    assert sum(one["points"] for one in points["expiring"]) == 1200
    assert (told["seconds"], told["idle_seconds"]) == (180, 60)
    for foreign in ("佐藤", "口座", "telephone", "address"):
        assert foreign not in answer.text
    assert attendances() == []
    assert _acts() == [("device_api.own", Outcome.DONE, "")]


def test_five_wrong_tries_lock_it_and_each_is_in_the_trail(app: Flask, with_pin: Cast) -> None:
    tablet = Tablet(app, with_pin)
    told = [_ask(tablet, pin="4827").get_json() for _ in range(5)]
    assert [one["error"] for one in told] == 4 * ["wrong_pin"] + ["pin_locked"]
    assert [one.get("left") for one in told] == [4, 3, 2, 1, None]
    assert "センターの窓口" in told[-1]["words"]
    assert _ask(tablet).get_json()["error"] == "pin_locked"
    assert [one[1:] for one in _acts()] == [
        *4 * [(Outcome.REFUSED, "wrong_pin")],
        *2 * [(Outcome.REFUSED, "pin_locked")],
    ]


def test_the_right_one_lets_the_tries_start_anew(app: Flask, with_pin: Cast) -> None:
    tablet = Tablet(app, with_pin)
    for _ in range(3):
        for _ in range(4):
            _ask(tablet, pin="4827")
        assert _ask(tablet).status_code == 200
    assert pin_of(with_pin.ichiro.party_id).tries == 0  # type: ignore[union-attr]


def test_tries_at_two_kiosks_at_once_are_five_in_all(app: Flask, with_pin: Cast) -> None:
    tablets = [Tablet(app, with_pin), Tablet(app, with_pin)]
    acts = [lambda one=one: _ask(one, pin="4827").get_json()["error"] for one in 4 * tablets]
    told = race(app, 0, *acts)
    assert sorted(told) == 4 * ["pin_locked"] + 4 * ["wrong_pin"]
    db.session.rollback()
    assert pin_of(with_pin.ichiro.party_id).tries == 5  # type: ignore[union-attr]


def test_unknown_and_replaced_cards_and_people_without_pin_are_told_so(
    app: Flask, with_pin: Cast
) -> None:
    tablet = Tablet(app, with_pin)
    for card in ("CNOTHING", "http://localhost/p/abc", "", "K1234567"):
        assert _ask(tablet, card).get_json()["error"] == "unknown_card"
    run_turn(reissue_card, with_pin.ichiro.party_id, with_pin.coordinator.id, "lost")
    assert _ask(tablet).get_json()["error"] == "revoked_card"


def test_a_card_without_pin_says_where_to_get_one(app: Flask, cast: Cast) -> None:
    told = _ask(Tablet(app, cast), f"http://localhost/c/{CARD_OF_ICHIRO}").get_json()
    assert told["error"] == "no_pin"
    assert "センターの窓口で決められます" in told["words"]


def test_only_a_live_kiosk_may_ask(app: Flask, with_pin: Cast, clock: Any) -> None:
    phone = Tablet(app, with_pin, kind=DeviceKind.LEADER, user_id=with_pin.cook.id)
    assert (_ask(phone).status_code, _ask(phone).get_json()) == (403, {"error": "not_a_kiosk"})
    stopped = Tablet(app, with_pin, revoked_at=clock.now())
    assert _ask(stopped).get_json() == {"error": "revoked"}
    over = Tablet(app, with_pin, valid_until=clock.now())
    assert _ask(over).get_json() == {"error": "over"}
    nobody = app.test_client().post("/api/device/own", json={"card": "C", "pin": PIN})
    assert nobody.status_code == 401
    assert pin_of(with_pin.ichiro.party_id).tries == 0  # type: ignore[union-attr]


def test_a_body_that_is_no_such_thing_is_no_try(app: Flask, with_pin: Cast) -> None:
    tablet = Tablet(app, with_pin)
    for body in ([], {"card": 1}, {"card": CARD_OF_ICHIRO, "pin": [PIN]}, {"pin": "1" * 100}):
        answer = tablet.client.post("/api/device/own", json=body, headers=tablet.headers)
        assert answer.status_code == 422
        assert answer.get_json()["error"] == "bad_body"
    assert pin_of(with_pin.ichiro.party_id).tries == 0  # type: ignore[union-attr]


def test_a_device_in_a_loop_is_slowed_down(app: Flask, with_pin: Cast) -> None:
    tablet = Tablet(app, with_pin)
    codes = {_ask(tablet, "CNOTHING").status_code for _ in range(61)}
    assert codes == {422, 429}
