"""Letters of thanks: who has reached one, handed over once, read on the yearly sheet."""

from datetime import date, timedelta
from typing import Any

import pytest

from points.ledger.models import CapUsage
from points.ledger.states import CapPeriod
from points.recognitions.models import GivenRecognition
from points.recognitions.services import hand_over
from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.factories.points import OTARU, enrol, make_programme
from volunteer.core import clock as core_clock
from volunteer.core.db import db, write_turn
from volunteer.core.errors import NotAllowed, Refused

LETTER = '\n[[recognitions]]\nname = "感謝状"\nyears = 2\npoints_each_year = 10\n'


def town_with_letters(cast: Cast, *points_by_year: int) -> int:
    """A programme that thanks after two years of 10 points; what 花子 earned in the years up to now."""
    source = OTARU.replace('"otaru-example"', '"thankful"') + LETTER
    with write_turn():
        programme = make_programme("thankful", source=source)
        enrol(cast.hanako, programme, date(2022, 4, 1))
        for back, points in enumerate(points_by_year):
            db.session.add(
                CapUsage(
                    holder_id=cast.hanako.party_id,
                    programme_id=programme.id,
                    period=CapPeriod.YEAR,
                    starts_on=date(2026 - back, 4, 1),
                    used=points,
                )
            )
        return programme.id


@pytest.mark.both_databases
def test_a_letter_is_handed_over_once_and_read_by_the_person(cast: Cast, client: Client) -> None:
    programme_id = town_with_letters(cast, 12, 0, 10)
    sign_in_as(client, cast.coordinator)
    assert "/desk/recognitions" in client.get("/desk/programmes").text
    listed = client.get("/desk/recognitions").text
    assert "佐藤 花子" in listed
    assert "2年（1年に10ポイントから）" in listed
    page = f"/desk/people/{cast.hanako.party_id}/recognitions"
    shown = client.get(page)
    sent = {"letter": f"{programme_id}:感謝状", "given_on": "2026/11/20"}
    done = client.resubmit(shown, sent)
    assert done.status_code == 303, done.text
    assert client.resubmit(shown, sent).location == done.location
    after = client.get(done.location).text
    assert "お礼状をおくる人は、いまいません" in after
    assert "渡したお礼状" in after
    assert "いまおくるお礼状はありません" in client.get(page).text
    rows = db.session.scalars(db.select(GivenRecognition)).all()
    assert [(one.name, one.given_on) for one in rows] == [("感謝状", date(2026, 11, 20))]
    sign_in_as(client, cast.hanako)
    assert "お礼状：感謝状" in client.get(f"/points/year?programme={programme_id}").text


@pytest.mark.parametrize("points", [(12,), (12, 9), (9, 9, 9)])
def test_too_few_good_years_are_not_listed(
    cast: Cast, client: Client, points: tuple[int, ...]
) -> None:
    town_with_letters(cast, *points)
    sign_in_as(client, cast.coordinator)
    assert "お礼状をおくる人は、いまいません" in client.get("/desk/recognitions").text


@pytest.mark.both_databases
def test_nonsense_is_refused(cast: Cast) -> None:
    programme_id, person_id = town_with_letters(cast, 12, 12), cast.hanako.party_id
    by = {"by_user_id": cast.coordinator.id, "by_person_id": cast.ichiro.party_id}
    today = core_clock.today()
    with pytest.raises(Refused, match="not_reached"), write_turn():
        hand_over(person_id, programme_id, "金メダル", today, **by)
    with pytest.raises(Refused, match="future"), write_turn():
        hand_over(person_id, programme_id, "感謝状", today + timedelta(days=1), **by)
    with pytest.raises(NotAllowed), write_turn():
        hand_over(person_id, programme_id, "感謝状", today, **{**by, "by_person_id": person_id})
    assert db.session.scalars(db.select(GivenRecognition)).all() == []
    made: list[Any] = []
    for day in (today, today - timedelta(days=3)):
        with write_turn():
            made.append(hand_over(person_id, programme_id, "感謝状", day, **by).id)
    assert made[0] == made[1]


def test_what_was_sent_stays_where_it_is_refused(cast: Cast, client: Client) -> None:
    programme_id = town_with_letters(cast, 12, 12)
    sign_in_as(client, cast.coordinator)
    page = f"/desk/people/{cast.hanako.party_id}/recognitions"
    answer = client.submit(page, {"letter": f"{programme_id}:感謝状", "given_on": "2027/1/1"})
    assert answer.status_code == 422
    assert "渡した日は、今日か" in answer.text
    other = client.submit(page, {"letter": "1:x", "given_on": "2026/11/20"})
    assert other.status_code == 422


@pytest.mark.both_databases
@pytest.mark.parametrize("day", ["0101-01-01", "1868/1/25", "1900/1/1", "2023/3/31", "2026/11/22"])
def test_a_slip_in_the_year_is_refused_because_it_would_stay(
    cast: Cast, client: Client, day: str
) -> None:
    """A day before the eras once broke the list and the person's yearly sheet for ever: the line is frozen."""
    programme_id = town_with_letters(cast, 12, 0, 10)
    sign_in_as(client, cast.coordinator)
    page = f"/desk/people/{cast.hanako.party_id}/recognitions"
    sent = {"letter": f"{programme_id}:感謝状", "given_on": day}
    refused = client.submit(page, sent)
    assert refused.status_code == 422
    assert db.session.scalars(db.select(GivenRecognition)).all() == []
    assert client.get("/desk/recognitions").status_code == 200
    assert client.submit(page, {**sent, "given_on": "2025/4/1"}).status_code == 303
