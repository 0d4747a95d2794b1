"""The chain of seals: its head goes to the auditor by page and mail, and what was noted is found again."""

from datetime import timedelta

import pytest
from flask import Flask

from points.ledger.models import LedgerSeal
from points.ledger.notices import in_groups
from points.ledger.seals import newest, seal_postings
from points.ledger.verifying import verify_all
from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.mail import Outbox
from tests.points.ledger.damage import plant
from tests.points.ledger.town import award_more, fill
from volunteer.core import clock
from volunteer.core.db import db, write_turn
from volunteer.core.jobs import job_named
from volunteer.users.models import StaffRole

pytestmark = pytest.mark.both_databases


def head() -> LedgerSeal:
    found = newest()
    assert found
    return found


def send_seal() -> str:
    job = job_named("send-seal")
    assert job
    return job.run()


def test_the_auditor_sees_the_newest_seal(client: Client, cast: Cast) -> None:
    fill(cast)
    text = sign_in_as(client, cast.auditor).get("/desk/ledger").text
    assert head().seal[:32] in text
    assert head().seal[32:] in text


def test_auditors_get_the_newest_seal_every_morning(app: Flask, cast: Cast, outbox: Outbox) -> None:
    assert send_seal() == "nothing is sealed yet"
    fill(cast)
    assert (send_seal(), send_seal()) == ("told=1", "told=0")
    clock.advance(timedelta(days=1))
    assert send_seal() == "told=1"
    mail = outbox.last(cast.auditor.email)
    assert all(letters in mail.text for letters in in_groups(head().seal))


def test_who_is_auditor_no_longer_gets_no_mail(app: Flask, cast: Cast) -> None:
    fill(cast)
    with write_turn():
        db.session.execute(db.update(StaffRole).values(revoked_at=clock.now()))
    assert send_seal() == "told=0"


def test_from_a_seal_on_only_what_moved_is_looked_at(app: Flask, cast: Cast) -> None:
    fill(cast)
    first = head()
    award_more(cast)
    clock.advance(timedelta(hours=1))
    seal_postings()
    assert verify_all(first) == []
    plant("UPDATE posting SET amount = amount + 5 WHERE id = (SELECT max(id) FROM posting)")
    found = {one.rule for one in verify_all(db.session.merge(first))}
    assert {"I14 seal", "I3 balance"} <= found


def test_a_seal_that_was_noted_is_found_by_its_letters(app: Flask, cast: Cast) -> None:
    fill(cast)
    noted = head().seal
    run = app.test_cli_runner().invoke
    for name in ("1", noted, noted[:8]):
        result = run(args=["ledger", "verify", "--since", name])
        assert (result.exit_code, result.output) == (0, "all rules hold\n"), name
    for name in ("2", "0" * 64, noted[:7], "%%%%%%%%"):
        assert run(args=["ledger", "verify", "--since", name]).exit_code == 1, name


def test_a_chain_made_anew_no_longer_holds_the_seal_that_was_mailed(app: Flask, cast: Cast) -> None:
    fill(cast)
    noted = head().seal
    plant("UPDATE journal SET actor_user_id = 1 WHERE id = 1; DELETE FROM ledger_seal")
    seal_postings()
    assert "I14 seal" not in {one.rule for one in verify_all()}, "somebody with the key made it"
    result = app.test_cli_runner().invoke(args=["ledger", "verify", "--since", noted])
    assert result.exit_code == 1
    assert "I14 head" in result.output
