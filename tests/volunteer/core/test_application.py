"""The application that is named before it is complete: what `flask --app wsgi` may know without the features."""

import os
import subprocess
import sys
import threading

import pytest
from click import Group
from flask import Flask

import matching.commands
import points.commands
import volunteer.commands
from tests import databases
from volunteer.core.application import Application, CommandGroup, LazyCommand, LazyGroup
from volunteer.core.db import db, write_turn

GROUPS = (
    *volunteer.commands.COMMANDS,
    *points.commands.COMMANDS,
    *matching.commands.COMMANDS,
)
FEATURES = (
    "import sys, wsgi; wsgi.app; "
    "print(*[one for one in sys.modules if one.startswith(('sqlalchemy', 'babel', 'points.', 'matching.'))])"
)


def _run(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    known = {
        "PATH": os.environ["PATH"],
        "OTAGAI_ENV": "development",
        "OTAGAI_DATA_DIR": str(databases.folder()),
    }
    return subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        env={**known, **environ},
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.name)
def test_the_list_of_commands_says_what_the_groups_say(app: Flask, group: CommandGroup) -> None:
    lazy = app.cli.get_command(None, group.name)  # type: ignore[arg-type]
    if group.alone:
        assert isinstance(lazy, LazyCommand)
        return
    assert isinstance(lazy, LazyGroup)
    real = lazy.loaded()
    assert isinstance(real, Group)
    assert (real.name, real.help) == (group.name, group.help)
    assert set(lazy.list_commands(None)) == set(real.commands)  # type: ignore[arg-type]


def test_naming_the_application_imports_no_feature() -> None:
    answer = _run("-c", FEATURES)
    assert set(answer.stdout.split()) == {"points.commands", "matching.commands"}


def test_help_needs_no_settings() -> None:
    answer = _run("-m", "flask", "--app", "wsgi", "--help", OTAGAI_ENV="production")
    assert answer.returncode == 0
    assert not answer.stderr
    assert all(group.help in answer.stdout for group in GROUPS)


def test_a_command_without_its_settings_says_so_in_one_line() -> None:
    answer = _run("-m", "flask", "--app", "wsgi", "ledger", "verify", OTAGAI_ENV="production")
    assert answer.returncode == 1
    assert answer.stderr.startswith("Error: OTAGAI_ENV=production needs OTAGAI_SECRET_KEY")
    assert len(answer.stderr.splitlines()) == 1


@pytest.mark.both_databases
def test_a_command_on_a_database_without_tables_says_what_to_do(app: Flask) -> None:
    with write_turn():
        db.session.execute(db.text("ALTER TABLE job_run RENAME TO job_run_of_another_version"))
    result = app.test_cli_runner().invoke(args=["jobs", "run", "clean-up"])
    assert result.exit_code == 1
    assert result.output.startswith("Error: the tables are missing")
    assert result.output.rstrip().endswith("flask --app wsgi db upgrade")
    assert len(result.output.splitlines()) == 1


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        (
            {},
            "needs OTAGAI_SECRET_KEY, OTAGAI_DATA_KEY, OTAGAI_BASE_URL, OTAGAI_SMTP_HOST, OTAGAI_MAIL_FROM",
        ),
        ({"OTAGAI_DATA_KEY": "abc"}, "OTAGAI_DATA_KEY: 32 bytes in base64 expected"),
        (
            {"OTAGAI_BASE_URL": f"https://{'a' * 60}"},
            "OTAGAI_BASE_URL: 60 characters at most, QR codes grow with every one",
        ),
    ],
)
def test_a_web_server_without_its_settings_ends_with_one_line(
    setting: dict[str, str], told: str
) -> None:
    answer = _run("-c", "import wsgi; wsgi.create_app()", OTAGAI_ENV="production", **setting)
    assert answer.returncode == 4, "gunicorn tries again after any other"
    assert told in answer.stderr
    assert len(answer.stderr.splitlines()) == 1


def test_the_addresses_complete_the_application() -> None:
    done: list[str] = []

    def finish(app: Flask) -> None:
        done.append("finished")
        app.add_url_rule("/late", "late", lambda: "late")

    app = Application("late", finish)
    assert not done
    assert "late" in {rule.endpoint for rule in app.url_map.iter_rules()}
    assert app.test_client().get("/late").text == "late"
    assert done == ["finished"]


def test_flask_routes_knows_every_page(app: Flask) -> None:
    answer = _run("-m", "flask", "--app", "wsgi", "routes")
    assert answer.returncode == 0
    assert "ledger.passbook" in answer.stdout


def test_a_second_request_waits_until_the_application_is_complete() -> None:
    begun, go_on, seen = threading.Event(), threading.Event(), []

    def finish(app: Flask) -> None:
        begun.set()
        assert go_on.wait(30)
        app.add_url_rule("/late", "late", lambda: "late")

    app = Application("late", finish)
    first, second = (
        threading.Thread(target=lambda: seen.append(app.test_client().get("/late").text))
        for _ in range(2)
    )
    first.start()
    assert begun.wait(30)
    second.start()
    second.join(0.3)
    go_on.set()
    first.join(30)
    second.join(30)
    assert seen == ["late", "late"]


def test_an_application_that_could_not_be_completed_answers_nobody() -> None:
    def finish(app: Flask) -> None:
        app.add_url_rule("/open", "open", lambda: "without guards")
        raise ValueError("no settings")

    app = Application("broken", finish)
    for _ in range(2):
        with pytest.raises(ValueError, match="no settings"):
            app.test_client().get("/open")
