"""Two members of staff write down the same order: nobody writes over what they have not seen."""

from typing import Any

import pytest
from flask import Flask

from matching.help_requests.models import HelpRequest
from matching.help_requests.states import HelpRequestState
from tests.cast import Cast
from tests.client import Client
from tests.factories.matching import make_help_request
from tests.factories.volunteer import make_staff
from tests.races.scene import BOTH_WAYS, browser, posting, race, slow, statuses
from volunteer.core.db import db, write_turn
from volunteer.core.permissions import Role

__all__ = ["slow"]
pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("slow")]

WORDS = {"bring": "エプロン", "dangers": "火", "bad_weather": "中止"}


def _draft(cast: Cast) -> int:
    with write_turn():
        made = make_help_request(
            cast.minato.party_id,
            cast.category,
            cast.area,
            cast.cook,
            state=HelpRequestState.DRAFT,
        )
        return int(made.id)


def _shown(client: Client, address: str) -> dict[str, Any]:
    """The answers on the page, with the fingerprint of what stood there."""
    html = client.get(address).text
    return {"shown": html.split('name="shown" value="')[1].split('"')[0], **WORDS}


@BOTH_WAYS
def test_of_two_who_answer_the_same_question_one_is_told_who_and_when(
    app: Flask, cast: Cast, first: int
) -> None:
    request_id = _draft(cast)
    with write_turn():
        other = make_staff(Role.COORDINATOR, name="相談 次子")
    address = f"/desk/requests/{request_id}/prepare"
    here, there = browser(app, cast.coordinator), browser(app, other)
    answers = race(
        app,
        first,
        posting(here, address, **{**_shown(here, address), "bring": "上ばき"}),
        posting(there, address, **{**_shown(there, address), "bring": "長ぐつ"}),
    )
    assert sorted(statuses(answers)) == [303, 422]
    loser = next(one for one in answers if one.status_code == 422)
    assert ("相談 次子" if loser is answers[0] else "相談 員子") in loser.text
    assert "11月21日（土）9時" in loser.text
    kept = db.session.get_one(HelpRequest, request_id).bring
    assert kept == ("長ぐつ" if loser is answers[0] else "上ばき")
    assert ("上ばき" if loser is answers[0] else "長ぐつ") in loser.text, "what was typed stays"


def test_ones_own_answers_can_be_changed_again(app: Flask, cast: Cast) -> None:
    request_id = _draft(cast)
    cook = browser(app, cast.cook)
    for words in ("エプロン", "上ばき"):
        address = f"/o/requests/{request_id}/prepare"
        assert cook.submit(address, {"bring": words}).status_code == 303
    assert db.session.get_one(HelpRequest, request_id).bring == "上ばき"
