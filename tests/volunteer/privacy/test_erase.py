"""Erasing a person: nothing of who it was is left anywhere, the ledger agrees, and a restore does not bring it back."""

from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import JSON, String, Text, text

from points.ledger.queries import balances
from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.factories.matching import make_participation
from tests.factories.money import give_points, make_cash_out
from tests.mail import Outbox
from tests.volunteer.users.codes import code_in_mail
from volunteer.core import clock as core_clock
from volunteer.core.config import settings
from volunteer.core.db import Base, db, run_turn, write_turn
from volunteer.core.errors import Refused
from volunteer.core.hooks import hooks
from volunteer.organizations.models import MemberInvitation
from volunteer.people import own_data as people_data
from volunteer.people.email_change import correct_email_of
from volunteer.people.models import Person
from volunteer.people.states import PersonState
from volunteer.privacy import erasure_file, queries, services
from volunteer.privacy.jobs import note_erasures
from volunteer.privacy.models import Erasure
from volunteer.privacy.states import Because
from volunteer.users.models import User

HANAKO = "hanako@example.jp"


def everything_written() -> str:
    """Every word in every column of the database."""
    words: list[str] = []
    for table in Base.metadata.sorted_tables:
        columns = [
            column for column in table.columns if isinstance(column.type, String | Text | JSON)
        ]
        if columns:
            rows = db.session.execute(db.select(*columns))
            words += [
                f"{table.name}: {value}" for row in rows for value in row if value is not None
            ]
    return "\n".join(words)


def traces_of(person: Person) -> list[str]:
    """Values of her own in every field that tells who somebody is; other people of the cast share the usual ones."""
    own = {
        "telephone": "0134777888", "address": "稲穂9丁目8番7号", "postcode": "047-9999",
        "emergency_name": "佐藤 緊急", "emergency_relation": "いとこ",
        "emergency_telephone": "0134666555", "guardian_name": "佐藤 保護",
        "guardian_telephone": "0134111999", "number": "V7777",
    }  # fmt: skip
    with write_turn():
        for name, value in own.items():
            setattr(person, name, value)
        db.session.merge(person)
    return [person.name, person.kana, HANAKO, *own.values()]


def erase_in_turn(person_id: int, by: int) -> None:
    """As staff do."""
    with write_turn():
        services.erase_at_desk(person_id, Because.ON_PAPER, by)


@pytest.mark.both_databases
def test_nothing_of_the_person_is_left_and_the_ledger_agrees(
    app: Flask, cast: Cast, client: Client, outbox: Outbox
) -> None:
    hanako = cast.hanako
    person_id, traces = hanako.party_id, traces_of(hanako)
    sign_in_as(client, hanako)
    give_points(cast, hanako, 500)
    with write_turn():
        make_participation(hanako, cast.shift)
        db.session.add(
            MemberInvitation(
                organization_id=cast.minato.party_id,
                email=HANAKO,
                name=hanako.name,
                invited_by_user_id=cast.cook.id,
                invited_at=core_clock.now(),
            )
        )
    client.submit("/sign-in", {"email": HANAKO})
    assert [word for word in traces if word in everything_written()] == traces
    erase_in_turn(person_id, cast.coordinator.id)
    db.session.rollback()
    left = everything_written()
    assert [line for line in left.splitlines() if any(word in line for word in traces)] == []
    person = db.session.get_one(Person, person_id)
    assert person.state is PersonState.LEFT
    assert balances(person_id, cast.programme.id).in_lots == 0
    assert [found for check in hooks.verify for found in check()] == []
    assert client.get("/me").status_code == 303  # signed out


@pytest.mark.both_databases
def test_the_bank_number_goes_from_the_account_and_from_old_files(app: Flask, cast: Cast) -> None:
    erase_in_turn(cast.hanako.party_id, cast.coordinator.id)
    found = db.session.execute(
        text(
            "SELECT number_sealed, number_tail, holder_kana FROM bank_account WHERE party_id = :id"
        ),
        {"id": cast.hanako.party_id},
    ).all()
    assert found
    assert all(tuple(row) == ("", "", "") for row in found)


def test_the_person_erases_themselves_in_two_steps(
    client: Client, cast: Cast, outbox: Outbox, clock: Any
) -> None:
    student = cast.student
    person_id = student.party_id
    give_points(cast, student, 500)
    sign_in_as(client, student)
    first = client.get("/me/erasure")
    assert "500ポイントがなくなります" in first.text
    assert client.submit("/me/erasure/confirmation", {}).status_code == 422
    answer = client.submit("/me/erasure/confirmation", {"agree": "y"})
    assert answer.location == "/erased"
    assert "記録を消しました" in client.get("/erased").text
    assert db.session.execute(db.select(Erasure.id).filter_by(party_id=person_id)).scalar()
    assert client.get("/me").status_code == 303
    user = db.session.execute(db.select(User).filter_by(email="student@example.jp")).scalar()
    assert user is None


def test_erasing_asks_for_a_fresh_proof(client: Client, cast: Cast, clock: Any) -> None:
    sign_in_as(client, cast.student)
    clock.advance(timedelta(minutes=11))
    answer = client.get("/me/erasure/confirmation")
    assert answer.location.startswith("/confirm-identity")
    assert client.get("/me/records").location.startswith("/confirm-identity")
    assert client.get("/me/records/file").location.startswith("/confirm-identity")


def test_an_open_cash_out_stands_against_it(client: Client, cast: Cast) -> None:
    make_cash_out(cast, cast.hanako)
    sign_in_as(client, cast.hanako)
    assert "まだ消せません" in client.get("/me/erasure").text
    assert client.get("/me/erasure/confirmation").location == "/me/erasure"
    sign_in_as(client, cast.coordinator)
    page = f"/desk/people/{cast.hanako.party_id}/erasure"
    assert "まだ消せません" in client.get(page).text


def test_a_role_among_the_staff_stands_against_it(app: Flask, cast: Cast) -> None:
    own = db.session.execute(db.select(Person.party_id).filter_by(name="承認 一男")).scalar()
    if own is None:
        pytest.skip("the approver is no registered person")
    assert any(one.is_final for one in queries.hindrances(own))


def test_the_desk_erases_somebody_with_a_reason(client: Client, cast: Cast) -> None:
    person_id = cast.ichiro.party_id
    sign_in_as(client, cast.coordinator)
    page = f"/desk/people/{person_id}/erasure"
    assert client.submit(page, {"agree": "y"}).status_code == 422
    answer = client.submit(page, {"because": "died", "agree": "y"})
    assert answer.location == f"/desk/people/{person_id}/record?done=erased"
    assert "鈴木" not in client.get(answer.location).text
    row = db.session.execute(db.select(Erasure)).scalar_one()
    assert (row.party_id, row.because) == (person_id, Because.DIED)
    assert "もう消されています" in client.get(page).text


@pytest.mark.parametrize(
    "who", ["approver", "payer", "auditor", "administrator", "student", "cook"]
)
def test_nobody_else_erases_or_prints(client: Client, cast: Cast, who: str) -> None:
    sign_in_as(client, getattr(cast, who))
    for end in ("erasure", "records", "email"):
        assert client.get(f"/desk/people/{cast.hanako.party_id}/{end}").status_code == 403


def test_a_user_of_two_people_stays_for_the_other(app: Flask, cast: Cast) -> None:
    with write_turn():
        from_acting = db.session.execute(
            text("SELECT user_id FROM acting WHERE party_id = :id"), {"id": cast.hanako.party_id}
        ).scalar_one()
        db.session.execute(
            text(
                "INSERT INTO acting (user_id, party_id, capacity, created_at)"
                " SELECT user_id, :other, capacity, created_at FROM acting WHERE party_id = :id"
            ),
            {"other": cast.ichiro.party_id, "id": cast.hanako.party_id},
        )
    erase_in_turn(cast.hanako.party_id, cast.coordinator.id)
    user = db.session.get_one(User, from_acting)
    assert user.email == HANAKO
    assert user.disabled_at is None


def test_erasures_are_noted_beside_the_database_and_granted_again(
    app: Flask, cast: Cast, tmp_path: Path
) -> None:
    person = cast.hanako
    person_id, created_at = person.party_id, person.party.created_at
    path = tmp_path / "erasures.csv"
    path.write_text(f"{person_id},{created_at.isoformat()},2026-11-20T00:00:00+00:00\n")
    runner = app.test_cli_runner()
    result = runner.invoke(args=["privacy", "replay-erasures", str(path)])
    assert result.output == "1 erased again\n"
    db.session.rollback()
    assert "佐藤" not in everything_written()
    assert (
        runner.invoke(args=["privacy", "replay-erasures", str(path)]).output == "0 erased again\n"
    )
    path.write_text("nonsense\n")
    assert runner.invoke(args=["privacy", "replay-erasures", str(path)]).exit_code == 1


def test_a_number_that_is_somebody_else_now_is_left_alone(
    app: Flask, cast: Cast, tmp_path: Path
) -> None:
    path = tmp_path / "erasures.csv"
    path.write_text(f"{cast.hanako.party_id},2001-01-01T00:00:00+00:00,2026-11-20T00:00:00+00:00\n")
    result = app.test_cli_runner().invoke(args=["privacy", "replay-erasures", str(path)])
    assert result.output == "0 erased again\n"


def test_the_job_writes_each_erasure_once(app: Flask, cast: Cast) -> None:
    path = Path(settings().data_dir) / erasure_file.FILE_NAME
    before = len(erasure_file.read_lines(path))
    erase_in_turn(cast.ichiro.party_id, cast.coordinator.id)
    note_erasures()
    assert note_erasures() == "noted=0"
    assert len(erasure_file.read_lines(path)) == before + 1
    path.unlink()


def test_the_old_code_finds_nobody(app: Flask, cast: Cast, outbox: Outbox, client: Client) -> None:
    client.submit("/sign-in", {"email": HANAKO})
    assert code_in_mail(outbox, HANAKO)
    erase_in_turn(cast.hanako.party_id, cast.coordinator.id)
    assert outbox.letters(HANAKO) == []


@pytest.mark.postgres
def test_a_cash_out_that_comes_between_stops_the_erasure(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    person_id, by = cast.hanako.party_id, cast.coordinator.id
    give_points(cast, cast.hanako, 500)
    give_up = people_data.give_up_places

    def ask_between(own_id: int) -> None:
        def ask() -> None:
            with app.app_context():
                make_cash_out(cast, db.session.get_one(Person, person_id))
                db.session.remove()

        other = Thread(target=ask)
        other.start()
        other.join(30)
        give_up(own_id)

    monkeypatch.setattr(people_data, "give_up_places", ask_between)
    with pytest.raises(Refused, match="erasure_hindered"):
        erase_in_turn(person_id, by)
    assert queries.erasure_lines() == []


def test_addresses_of_before_go_too_but_not_those_of_others(
    app: Flask, cast: Cast, client: Client, outbox: Outbox
) -> None:
    person_id, by = cast.hanako.party_id, cast.coordinator.id
    client.submit("/sign-in", {"email": HANAKO})
    with write_turn():
        correct_email_of(person_id, "new@example.jp", by, "変わった")
    erase_in_turn(person_id, by)
    db.session.rollback()
    left = everything_written()
    assert HANAKO not in left
    assert "new@example.jp" not in left


def test_nothing_is_put_back_into_a_record_that_was_erased(
    app: Flask, cast: Cast, client: Client
) -> None:
    person_id, by = cast.hanako.party_id, cast.coordinator.id
    erase_in_turn(person_id, by)
    with pytest.raises(Refused, match="person_erased"):
        run_turn(correct_email_of, person_id, HANAKO, by, "まちがい")
    sign_in_as(client, cast.coordinator)
    page = f"/desk/people/{person_id}/details"
    answer = client.submit(page, {"telephone": "0134777888", "address": "稲穂9丁目"}, action=page)
    assert answer.status_code in (404, 422)
    assert db.session.get_one(Person, person_id).telephone == ""
    assert db.session.execute(db.select(User.id).filter_by(email=HANAKO)).first() is None
