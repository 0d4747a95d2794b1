"""Trying a programme over the center's history at the desk: ask for it, leave, come back, compare."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from points.simulation.jobs import simulate_waiting
from points.simulation.models import Simulation
from points.simulation.queries import SILENT
from points.simulation.services import MOST_WAITING
from points.simulation.states import SimulationState
from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.factories.points import OTARU
from tests.points.earning.test_awards import award, facts
from volunteer.core.db import db, write_turn
from volunteer.core.jobs import run_asked
from volunteer.core.models import AuditEntry

LIST = "/desk/programmes/simulations"
PAGE = f"{LIST}/new"
NINETY = OTARU.replace("points = 100\n", "points = 90\n")


@pytest.fixture
def desk(client: Client, cast: Cast) -> Client:
    """The coordinator, with three activities of the cast in the books."""
    for number, (person, minutes) in enumerate(((cast.hanako, 120), (cast.ichiro, 60)), 1):
        for day in (date(2026, 10, 1), date(2026, 11, 2)):
            source = 10 * number + day.month
            award(
                facts(
                    cast,
                    source_id=source,
                    person_id=person.party_id,
                    planned_minutes=minutes,
                    activity_on=day,
                )
            )
    return sign_in_as(client, cast.coordinator)


def ask(desk: Client, cast: Cast, folder: Path, text: str = NINETY) -> str:
    """Ask for a simulation with a file; the address of its page."""
    file = folder / "rules.toml"
    file.write_text(text, encoding="utf-8")
    with file.open("rb") as stream:
        done = desk.submit(
            PAGE, {"programme_id": str(cast.programme.id), "file": (stream, "rules.toml")}
        )
    assert done.status_code == 303, done.text
    return str(done.location)


@pytest.mark.both_databases
def test_it_can_be_left_and_found_again(desk: Client, cast: Cast, tmp_path: Path) -> None:
    address = ask(desk, cast, tmp_path)
    assert "順番を待っています" in desk.get(address).text
    assert run_asked() == "asked=1"
    db.session.rollback()
    shown = desk.get(address)
    assert shown.status_code == 200
    assert "できました" in desk.get(LIST).text
    row = db.session.execute(db.select(Simulation)).scalar_one()
    assert row.result is not None
    sides = row.result["sides"]
    assert (sides["a"]["earned"], sides["b"]["earned"]) == (2 * 200 + 2 * 100, 2 * 180 + 2 * 90)
    assert row.result["affected"] == {"more": 0, "fewer": 2, "same": 0}
    assert "<svg" in shown.text
    assert "2人" in shown.text
    assert cast.hanako.name not in shown.text
    assert simulate_waiting() == "simulated=0 failed=0"


def test_rules_come_from_the_shelf_or_from_what_is_loaded(desk: Client, cast: Cast) -> None:
    for chosen in ("preset:yokohama", "version:1"):
        done = desk.submit(PAGE, {"programme_id": str(cast.programme.id), "rules": chosen})
        assert done.status_code == 303, done.text
    assert simulate_waiting() == "simulated=2 failed=0"
    names = db.session.execute(db.select(Simulation.name).order_by(Simulation.id)).scalars()
    assert list(names) == ["よこはまシニアボランティアポイント", "たるボラポイント（例）"]
    results = db.session.execute(db.select(Simulation.result).order_by(Simulation.id)).scalars()
    assert list(results)[1]["affected"] == {"more": 0, "fewer": 0, "same": 2}
    assert "窓口に記録がある人だけ" in desk.get(f"{LIST}/1").text
    assert "窓口に記録がある人だけ" not in desk.get(f"{LIST}/2").text


def test_mistakes_and_nothing_are_refused(desk: Client, cast: Cast, tmp_path: Path) -> None:
    nothing = desk.submit(PAGE, {"programme_id": str(cast.programme.id)})
    assert nothing.status_code == 422
    assert "きまりをえらぶか、ファイルをえらんでください" in nothing.text
    file = tmp_path / "rules.toml"
    for content, words in (
        (OTARU.replace("age_min = 15", "age_mim = 15").encode(), "may_collect.age_mim"),
        (OTARU.encode("cp932", "ignore"), "Shift_JIS"),
    ):
        file.write_bytes(content)
        with file.open("rb") as stream:
            sent: dict[str, Any] = {"programme_id": str(cast.programme.id)}
            wrong = desk.submit(PAGE, {**sent, "file": (stream, "rules.toml")})
        assert wrong.status_code == 422
        assert words in wrong.text
    assert db.session.execute(db.select(Simulation)).first() is None


def test_asking_leaves_one_act(desk: Client, cast: Cast, tmp_path: Path) -> None:
    address = ask(desk, cast, tmp_path)
    acts = db.session.execute(
        db.select(AuditEntry.subject).where(AuditEntry.act == "simulation_desk.new")
    )
    assert list(acts.scalars()) == [f"simulation:{address.rsplit('/', 1)[-1]}"]


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("coordinator", 200),
        ("approver", 200),
        ("auditor", 200),
        ("administrator", 403),
        ("payer", 403),
    ],
)
def test_who_may_try(client: Client, cast: Cast, who: str, status: int) -> None:
    staff = sign_in_as(client, getattr(cast, who))
    for address in (LIST, PAGE):
        assert staff.get(address).status_code == status


@pytest.mark.parametrize(
    ("language", "words"), [("ja", "費用"), ("ja@easy", "ぜんぶ"), ("en", "rules of today")]
)
def test_the_pages_speak_every_language(
    desk: Client, cast: Cast, tmp_path: Path, language: str, words: str
) -> None:
    address = ask(desk, cast, tmp_path)
    desk.submit(LIST, {"language": language}, action="/language")
    for state in ("waiting", "done"):
        for page in (LIST, PAGE, address):
            shown = desk.get(page)
            assert shown.status_code == 200, (state, page)
        simulate_waiting()
        db.session.rollback()
    assert words in desk.get(address).text.lower()


def test_only_so_many_wait(desk: Client, cast: Cast, tmp_path: Path) -> None:
    for _number in range(MOST_WAITING):
        ask(desk, cast, tmp_path)
    refused = desk.submit(
        PAGE, {"programme_id": str(cast.programme.id), "rules": "preset:yokohama"}
    )
    assert refused.status_code == 422
    assert "順番を待っています。終わってから" in refused.text


def test_one_that_broke_says_so(
    desk: Client, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_given: Any) -> None:
        raise RuntimeError("broken")

    address = ask(desk, cast, tmp_path)
    monkeypatch.setattr("points.simulation.trying.portion", breaks)
    assert simulate_waiting() == "simulated=0 failed=1"
    db.session.rollback()
    assert "とちゅうで止まりました" in desk.get(address).text


def test_one_whose_process_died_is_taken_over(
    desk: Client, cast: Cast, tmp_path: Path, clock: Any
) -> None:
    address = ask(desk, cast, tmp_path)
    with write_turn():
        row = db.session.execute(db.select(Simulation)).scalar_one()
        row.state, row.told_at, row.percent = SimulationState.RUNNING, clock.now(), 40
    assert "40％まで進みました" in desk.get(address).text
    assert simulate_waiting() == "simulated=0 failed=0"
    clock.advance(SILENT + timedelta(minutes=1))
    assert simulate_waiting() == "simulated=1 failed=0"
