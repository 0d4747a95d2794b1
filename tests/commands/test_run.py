"""`./run` as a person types it: a town from nothing, a quick second start, a clean stop, plain words when it cannot."""

import os
import re
import shutil
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT
from tests.mail import free_port

pytestmark = pytest.mark.xdist_group("run")  # one worker, so the town is made once


@contextmanager
def running(data: Path, port: int, **environ: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`./run` until it says how to stop it; what it printed. Stopped at the end, if it is not yet."""
    process = subprocess.Popen(
        [ROOT / "run", "--port", str(port), f"--data={data.name}"],
        cwd=data.parent,
        env={**os.environ, **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        preexec_fn=_listen,  # noqa: PLW1509 - no threads here
    )
    assert process.stdout is not None
    try:
        printed = ""
        for line in process.stdout:
            printed += line
            if "Ctrl-C" in line:
                break
        yield process, printed
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.stdout.close()
        process.wait()


def _listen() -> None:
    """Signals are heard, also where the tests themselves were started in the background and do not hear them."""
    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, signal.SIG_DFL)


def _get(url: str, **headers: str) -> int:
    try:
        with urllib.request.urlopen(
            urllib.request.Request(url, headers=headers), timeout=10
        ) as got:
            return int(got.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def _left_over(group: int) -> list[str]:
    """Processes of the group that still live."""
    shown = subprocess.run(
        ["ps", "-eo", "pgid,stat,args"], capture_output=True, text=True, check=True
    )
    rows = (line.split(None, 2) for line in shown.stdout.splitlines()[1:])
    return [row[2] for row in rows if row[0] == str(group) and not row[1].startswith("Z")]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a demo town, made by a first start which is then interrupted as with Ctrl-C."""
    data = tmp_path_factory.mktemp("run") / "town"
    port = free_port()
    with running(data, port) as (process, printed):
        assert f"http://127.0.0.1:{port}/demo/enter" in printed, printed
        assert _get(f"http://127.0.0.1:{port}/") == 200
        assert _get(f"http://127.0.0.1:{port}/demo/enter") == 200
        assert _get(f"http://127.0.0.1:{port}/demo/enter", Via="1.1 proxy") == 404
        assert _get(f"http://127.0.0.1:{port}/demo/mails") == 200
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(timeout=20) == 0
        assert not _left_over(process.pid)
    return data


@pytest.mark.parametrize("stop_with", [signal.SIGTERM, signal.SIGHUP])
def test_a_second_start_sets_nothing_up_again_and_stops_cleanly(
    town: Path, stop_with: signal.Signals
) -> None:
    """Its seconds are measured by bench/first_run.sh; here it is that nothing is done twice."""
    strange = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": "/nowhere", "PYTHONWARNINGS": "error"}
    with running(town, free_port(), **strange) as (process, printed):
        assert printed.strip().splitlines()[0].startswith("おたがい"), printed
        process.send_signal(stop_with)
        assert process.wait(timeout=20) == 0
        assert not _left_over(process.pid)


def test_when_the_web_dies_everything_stops(town: Path) -> None:
    port = free_port()
    with running(town, port) as (process, _):
        shown = subprocess.run(
            ["ps", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=True
        )
        masters = re.findall(rf"^\s*(\d+)\s+{process.pid}\s.*gunicorn", shown.stdout, re.MULTILINE)
        os.kill(int(masters[0]), signal.SIGKILL)
        assert process.wait(timeout=30) == 1


def test_a_taken_port_is_told_plainly(town: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        answer = _run("--port", str(taken.getsockname()[1]), "--data", str(town))
    assert answer.returncode == 1
    assert "は使えません" in answer.stderr
    assert "./run --port 5001" in answer.stderr
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize(
    ("arguments", "status"), [(["--port", "abc"], 1), (["--port"], 2), (["--what"], 2)]
)
def test_wrong_arguments_are_told_plainly(arguments: list[str], status: int) -> None:
    answer = _run(*arguments)
    assert answer.returncode == status
    assert answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_missing_python_is_told_plainly(tmp_path: Path) -> None:
    """The two files alone, on a machine whose search path holds no Python."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("cat", "cksum", "dirname", "mkdir", "rm", "sleep"):
        (tools / name).symlink_to(shutil.which(name) or "")
    for name in ("run", "environment.sh", "requirements.txt", "requirements-dev.txt"):
        shutil.copy(ROOT / name, tmp_path / name)
    answer = subprocess.run(
        ["/bin/sh", tmp_path / "run"],
        env={"PATH": str(tools)},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert answer.returncode == 1
    assert "python3-venv" in answer.stderr
    assert not (tmp_path / ".venv").exists()


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ROOT / "run", *arguments], capture_output=True, text=True, check=False, timeout=120
    )
