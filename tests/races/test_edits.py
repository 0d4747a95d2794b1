"""Two members of staff change the same thing: one wins, the other is told who, when and what stands now."""

from typing import Any

import pytest
from flask import Flask

from tests.cast import Cast
from tests.client import Client
from tests.factories.volunteer import make_staff
from tests.races.scene import BOTH_WAYS, browser, race, slow, statuses
from volunteer.core.db import write_turn
from volunteer.core.permissions import Role
from volunteer.users.models import User

__all__ = ["slow"]
pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("slow")]

PAGES = {
    "person": ("/desk/people/{hanako}/details", "telephone", ("0134111111", "0134222222")),
    "name": ("/desk/people/{hanako}/correction", "name", ("佐藤 はな", "佐藤 はなこ")),
    "household": ("/desk/households/{household}/edit", "address", ("花園1-1", "花園2-2")),
    "category": ("/desk/categories/meals", "name", ("夕食づくり", "昼食づくり")),
    "shift": ("/desk/shifts/{shift}/change", "public_place", ("東の会館", "西の会館")),
    "settings": ("/desk/settings", "opening_hours", ("9時から17時", "10時から16時")),
    "originator": ("/desk/payouts/originator", "branch", ("002", "003")),
}
ROLES = {"settings": Role.ADMINISTRATOR, "originator": Role.PAYER}
ALSO: dict[str, dict[str, str]] = {
    "shift": {"reason": "会場の都合"},
    "originator": {"code": "0123456789", "bank": "0501", "name": "ミナト", "number": "1234567"},
}


def _sending(client: Client, address: str, page: Any, data: dict[str, str]) -> Any:
    return lambda: client.resubmit(page, data, action=address, page=address)


@BOTH_WAYS
@pytest.mark.parametrize("what", PAGES)
def test_of_two_who_change_the_same_thing_one_is_told(
    app: Flask, cast: Cast, what: str, first: int
) -> None:
    address, field, typed = PAGES[what]
    address = address.format(
        hanako=cast.hanako.party_id, household=cast.household.party_id, shift=cast.shift_today.id
    )
    one: User = getattr(
        cast, {"settings": "administrator", "originator": "payer"}.get(what, "coordinator")
    )
    with write_turn():
        other = make_staff(ROLES.get(what, Role.COORDINATOR), name="相談 次子")
    browsers = [browser(app, one), browser(app, other)]
    sends = [
        _sending(client, address, client.get(address), {**ALSO.get(what, {}), field: words})
        for client, words in zip(browsers, typed, strict=True)
    ]
    answers = race(app, first, *sends)
    assert sorted(statuses(answers)) == [303, 422], [answer.text for answer in answers]
    lost = 0 if answers[0].status_code == 422 else 1
    told = answers[lost].text
    assert "11月21日（土）9時" in told
    if lost == 0:
        assert "相談 次子さんが" in told
    assert f"いまは「{typed[1 - lost]}」" in told
    assert f'value="{typed[lost]}"' in told, "what was typed stays"
    again = browsers[lost].resubmit(answers[lost], ALSO.get(what), action=address, page=address)
    assert again.status_code == 303, "having seen it, they may write over it"
    assert typed[lost] in browsers[lost].get(address).text
