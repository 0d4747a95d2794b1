"""Two at once about paid work: the family's consent, the price rule, a slip made anew."""

from time import sleep
from typing import Any

import pytest
from flask import Flask

from matching.paid_tasks.links import make_link, token_of
from matching.paid_tasks.paying import pay_otherwise
from matching.paid_work.models import FamilyConsent, WorkSlip
from matching.prices.models import PriceSetting
from points.billing.services import AtDesk, record_desk_payment
from points.billing.states import Direction, PayMethod
from tests.cast import Cast
from tests.client import Client
from tests.matching.paid_tasks.scene import agreed
from tests.races.scene import HELD_OPEN, browser, posting, race, slow, statuses
from volunteer.core import clock
from volunteer.core.db import db, run_turn
from volunteer.core.errors import Refused

__all__ = ["slow"]
pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("slow")]


def test_of_two_wishes_for_the_family_one_stands_and_the_other_is_told(
    app: Flask, cast: Cast
) -> None:
    task_id, by = agreed(cast, household=True).id, cast.coordinator.id
    number = run_turn(lambda: make_link(task_id, by).number)
    address = f"/o/{token_of(task_id, number)}/family"
    acts = [_nobody(app, address, name=name) for name in ("山田 花", "山田 太郎")]
    answers = race(app, 0, *acts)
    assert sorted(statuses(answers)) == [303, 409]
    (consent,) = db.session.scalars(db.select(FamilyConsent))
    assert consent.name == ("山田 花" if answers[0].status_code == 303 else "山田 太郎")


def _nobody(app: Flask, address: str, **data: str) -> Any:
    made = app.test_client()
    assert isinstance(made, Client)
    return posting(made, address, **data)


def test_of_two_who_write_the_prices_one_sees_what_the_other_wrote(app: Flask, cast: Cast) -> None:
    here = "/desk/prices"
    browsers = [browser(app, cast.administrator) for _one in range(2)]
    pages = [one.get(here) for one in browsers]

    def write(number: int) -> Any:
        data = {"usual_yen_per_hour": str(1100 + number), "reason": "最低賃金が変わった"}
        return lambda: browsers[number].resubmit(pages[number], data, action="", page=here)

    answers = race(app, 0, write(0), write(1))
    assert sorted(statuses(answers)) == [303, 422]
    written = [one.yen_per_hour for one in db.session.scalars(db.select(PriceSetting))]
    assert written == [1100 if answers[0].status_code == 303 else 1101]


def test_two_slips_made_anew_leave_one_that_counts(app: Flask, cast: Cast) -> None:
    address = f"/desk/paid/{agreed(cast, household=True).id}/slip"
    acts = [posting(browser(app, cast.coordinator), address) for _one in range(3)]
    assert statuses(race(app, 0, *acts)) == [303, 303, 303]
    slips = list(db.session.scalars(db.select(WorkSlip).order_by(WorkSlip.id)))
    assert [one.revoked_at is None for one in slips] == [False, False, True]


def test_what_is_paid_at_the_desk_meanwhile_is_not_asked_for_in_another_way(
    app: Flask, cast: Cast
) -> None:
    task, by, cash = agreed(cast), cast.payer.id, PayMethod.CASH
    task_id, charge_id = task.id, task.charge_id
    money = AtDesk(Direction.IN, cash, 2000, clock.today())

    def at_desk() -> None:
        record_desk_payment(charge_id or 0, money, key="at-the-desk", by_user_id=by)
        sleep(HELD_OPEN)

    def otherwise() -> str:
        try:
            run_turn(pay_otherwise, task_id, PayMethod.BANK_TRANSFER, None)
        except Refused as error:
            return error.code
        return "changed"

    assert race(app, 0, lambda: run_turn(at_desk), otherwise) == [None, "paid_already"]
