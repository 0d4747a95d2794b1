"""A demo town to measure in: made once in a folder, opened again afterwards, with one typical thing of every kind."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Select, func, select

from matching.assignments.models import Participation
from matching.categories.models import Category
from matching.checkin.models import Attendance
from matching.help_requests.models import HelpRequest, Shift
from matching.help_requests.states import ShiftState
from points.payouts.models import PayoutBatch, PayoutLine
from points.programmes.models import Enrolment
from points.redemption.models import CashOut
from volunteer.core import clock
from volunteer.core.config import load_settings
from volunteer.core.db import db, run_turn
from volunteer.core.permissions import Role
from volunteer.households.models import Household
from volunteer.organizations.models import Organization
from volunteer.users.models import Acting, StaffRole
from volunteer.users.sessions import open_session
from wsgi import create_app

ROOT = Path(__file__).resolve().parents[1]


def environ_of(folder: Path) -> dict[str, str]:
    """The environment of a demo in `folder`."""
    return {**os.environ, "OTAGAI_ENV": "demo", "OTAGAI_DATA_DIR": str(folder)}


def flask(folder: Path, *words: str) -> None:
    """Run one of our commands."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *words]
    subprocess.run(command, cwd=ROOT, env=environ_of(folder), check=True)


def open_town(folder: Path, scale: str) -> Flask:
    """The application on the town in `folder`, which is made first where there is none."""
    if not (folder / ".ready").exists():
        folder.mkdir(parents=True, exist_ok=True)
        flask(folder, "db", "upgrade")
        flask(folder, "demo", "load", "--scale", scale)
        (folder / ".ready").touch()
    return create_app(load_settings(environ_of(folder)))


@dataclass(frozen=True)
class Typical:
    """Who opens the pages, and what the addresses name: the busiest of each kind, where it matters."""

    users: dict[str, tuple[int, int | None]]
    """By role: the user, and the acting of a person or a member."""
    things: dict[str, Any]


def _first(statement: Select[Any]) -> Any:
    return db.session.execute(statement.limit(1)).scalar()


def _busiest_person() -> int:
    """The person with an e-mail and the most activities."""
    return int(
        _first(
            select(Participation.person_id)
            .join(Acting, Acting.party_id == Participation.person_id)
            .group_by(Participation.person_id)
            .order_by(func.count().desc(), Participation.person_id)
        )
    )


def _busiest_organization() -> int:
    return int(
        _first(
            select(HelpRequest.host_party_id)
            .join(Acting, Acting.party_id == HelpRequest.host_party_id)
            .group_by(HelpRequest.host_party_id)
            .order_by(func.count().desc(), HelpRequest.host_party_id)
        )
    )


def typical() -> Typical:
    """Look for them in the open town."""
    person, organization = _busiest_person(), _busiest_organization()
    users: dict[str, tuple[int, int | None]] = {}
    for name, party in (("volunteer", person), ("organization", organization)):
        row = db.session.execute(select(Acting).where(Acting.party_id == party).limit(1)).scalar()
        assert row is not None
        users[name] = (row.user_id, row.id)
    for role in Role:
        users[role.value] = (_first(select(StaffRole.user_id).filter_by(role=role)), None)
    return Typical(users, {**_of_person(person), **_of_organization(organization), **_other()})


def _of_person(person: int) -> dict[str, Any]:
    own = select(Participation).where(Participation.person_id == person)
    newest = db.session.execute(own.order_by(Participation.id.desc()).limit(1)).scalar_one()
    return {
        "person_id": person,
        "participation_id": newest.id,
        "checkin.result.shift_id": _first(
            select(Participation.shift_id)
            .join(Attendance, Attendance.participation_id == Participation.id)
            .where(Participation.person_id == person)
            .order_by(Participation.id.desc())
        ),
        "assignments.applied.shift_id": newest.shift_id,
        "redemption.cash_out.cash_out_id": _first(select(CashOut.id).filter_by(person_id=person)),
        "redemption.withdraw.cash_out_id": _first(select(CashOut.id).filter_by(person_id=person)),
        "enrolment_id": _first(select(Enrolment.id).filter_by(person_id=person)),
    }


def _of_organization(organization: int) -> dict[str, Any]:
    request = _first(
        select(HelpRequest.id)
        .join(Shift)
        .where(HelpRequest.host_party_id == organization)
        .group_by(HelpRequest.id)
        .order_by(func.count().desc())
    )
    shift = _first(
        select(Shift.id)
        .join(Participation, isouter=True)
        .where(Shift.help_request_id == request)
        .group_by(Shift.id)
        .order_by(func.count().desc(), Shift.id.desc())
    )
    attendance = _first(
        select(Attendance.id).join(Participation).where(Participation.shift_id == shift)
    )
    return {
        "party_id": organization,
        "help_request_id": request,
        "shift_id": shift,
        "attendance_id": attendance,
    }


def _other() -> dict[str, Any]:
    open_shift = select(Shift.id).where(Shift.state == ShiftState.OPEN)
    return {
        "board.shift.shift_id": _first(open_shift.where(Shift.starts_at > clock.now())),
        "organizations_desk.organization.party_id": _first(select(Organization.party_id)),
        "households_desk.household.party_id": _first(select(Household.party_id)),
        "households_desk.edit.party_id": _first(select(Household.party_id)),
        "cash_out_id": _first(select(CashOut.id).order_by(CashOut.id.desc())),
        "batch_id": _first(
            select(PayoutBatch.id)
            .join(PayoutLine)
            .group_by(PayoutBatch.id)
            .order_by(func.count().desc())
        ),
        "line_id": _first(select(PayoutLine.id)),
        "user_id": _first(select(StaffRole.user_id)),
        "code": _first(select(Category.code)),
        "step": "what",
        "token": "a" * 43,
        "act": "refusal",
    }


def session_of(user_id: int, acting_id: int | None) -> str:
    """A new session for a measurement: the token of its cookie."""
    return run_turn(
        open_session, user_id, as_staff=acting_id is None, acting_id=acting_id, browser="bench"
    )
