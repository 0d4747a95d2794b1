"""`ledger verify` finds planted damage and names the first bad row, on both databases."""

from datetime import timedelta

import pytest
from flask import Flask

from points.ledger.verifying import verify_all
from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.points.ledger.damage import DAMAGE, LOOSENED, SAME_RULE, plant, without_guards
from tests.points.ledger.town import fill
from volunteer.core import clock
from volunteer.core.hooks import Finding, hooks
from volunteer.core.jobs import run_asked

pytestmark = pytest.mark.both_databases


def test_an_untouched_ledger_passes(app: Flask, cast: Cast) -> None:
    assert verify_all() == []
    fill(cast)
    assert verify_all() == []
    assert "all rules hold" in app.test_cli_runner().invoke(args=["ledger", "verify"]).output


@pytest.mark.parametrize("rule", sorted(DAMAGE))
def test_planted_damage_is_found_and_named(cast: Cast, rule: str) -> None:
    fill(cast)
    plant(DAMAGE[rule], LOOSENED.get(rule, ""))
    found = {one.rule: one for one in verify_all()}
    assert rule in found, f"found only {sorted(found)}"
    assert ":" in found[rule].row


@pytest.mark.parametrize("what", sorted(SAME_RULE))
def test_damage_is_found_by_the_rule_it_breaks(cast: Cast, what: str) -> None:
    fill(cast)
    rule, damage = SAME_RULE[what]
    plant(damage)
    assert rule in {one.rule for one in verify_all()}


def test_the_command_names_the_row_and_ends_with_1(app: Flask, cast: Cast) -> None:
    fill(cast)
    plant(DAMAGE["I3 balance"])
    result = app.test_cli_runner().invoke(args=["ledger", "verify"])
    assert result.exit_code == 1
    assert "I3 balance" in result.output
    assert "ledger_account:" in result.output
    assert "against I3: a stored balance is the sum of its postings" in result.output


def test_a_missing_guard_is_found(cast: Cast) -> None:
    fill(cast)
    with without_guards("guard_posting_no_update"):
        assert [one.rule for one in verify_all()] == ["guards"]


def check_now(client: Client) -> None:
    """Ask for a check, leave, and come back after the jobs have run it."""
    assert client.submit("/desk/ledger/check", action="/ledger/check").status_code == 303
    going = client.get("/desk/ledger/check").text
    assert "点検しています" in going
    assert "いま点検する" not in going
    assert run_asked() == "asked=1"
    assert run_asked() == "asked=0"


def test_a_check_that_breaks_off_is_told_and_asked_for_again(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(cast)
    sign_in_as(client, cast.auditor)

    def broken() -> list[Finding]:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(hooks, "verify", [broken])
        check_now(client)
    assert "とちゅうで止まりました" in client.get("/desk/ledger/check").text
    clock.advance(timedelta(minutes=2))
    check_now(client)
    assert "食いちがいはありません" in client.get("/desk/ledger/check").text


def test_the_auditor_sees_the_check(client: Client, cast: Cast) -> None:
    fill(cast)
    sign_in_as(client, cast.auditor)
    assert "封印しました" in client.get("/desk/ledger").text
    assert "まだ点検していません" in client.get("/desk/ledger/check").text
    check_now(client)
    assert "食いちがいはありません" in client.get("/desk/ledger/check").text
    clock.advance(timedelta(minutes=2))
    plant(DAMAGE["I9 used"])
    assert "食いちがいはありません" in client.get("/desk/ledger/check").text
    check_now(client)
    text = client.get("/desk/ledger/check").text
    assert "1種類の食いちがい" in text
    assert "I9 used" in text
    assert "cap_usage:" in text
    assert sign_in_as(client, cast.payer).get("/desk/ledger").status_code == 403
