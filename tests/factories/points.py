"""Rows of `points`: programmes, enrolments, bank accounts. Points themselves come only through the ledger."""

import hashlib
import secrets
from datetime import date
from pathlib import Path
from typing import Any

import points.programmes
from points.bank_accounts.models import BankAccount
from points.programmes.models import Enrolment, Programme, RuleVersion
from tests.factories.volunteer import added
from volunteer.core import clock
from volunteer.core.crypto import blind_index, seal
from volunteer.people.models import Person
from volunteer.users.models import User

PRESETS = Path(points.programmes.__path__[0]) / "presets"
OTARU = (PRESETS / "otaru-example.toml").read_text(encoding="utf-8")


def make_programme(
    code: str = "otaru-example",
    *,
    name: str = "たるボラポイント（例）",
    source: str = OTARU,
    valid_from: date = date(2021, 4, 1),
    valid_to: date | None = None,
) -> Programme:
    """A programme with one rule version from a TOML text."""
    programme = added(Programme(code=code, name=name, position=0, created_at=clock.now()))
    added(
        RuleVersion(
            programme_id=programme.id,
            valid_from=valid_from,
            valid_to=valid_to,
            source=source,
            sha256=hashlib.sha256(source.encode()).hexdigest(),
            loaded_at=clock.now(),
        )
    )
    return programme


def enrol(person: Person, programme: Programme, starts_on: date, **values: Any) -> Enrolment:
    """A person takes part in a programme from a day on."""
    return added(
        Enrolment(
            person_id=person.party_id,
            programme_id=programme.id,
            starts_on=starts_on,
            entered_at=clock.now(),
            **values,
        )
    )


def make_bank_account(
    person: Person, entered_by: User, number: str = "1234567", **values: Any
) -> BankAccount:
    """A bank account that was entered long enough ago to be paid to."""
    uid = secrets.token_hex(16)
    defaults = {
        "bank_code": "0001",
        "bank_name": "みずほ銀行",
        "branch_code": "001",
        "branch_name": "東京営業部",
        "account_type": "1",
        "number_sealed": seal(number, f"bank_account:{uid}:number"),
        "number_tail": number[-3:],
        "holder_kana": "ｻﾄｳ ﾊﾅｺ",
        "holder_as_typed": "サトウ ハナコ",
        "blind_index": blind_index(f"0001-001-1-{number}"),
        "entered_at": clock.now(),
    }
    return added(
        BankAccount(
            uid=uid,
            party_id=person.party_id,
            entered_by_user_id=entered_by.id,
            **{**defaults, **values},
        )
    )
