"""How long a start takes, against importing the libraries it cannot do without.

usage: .venv/bin/python -m bench.startup [runs]
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LIBRARIES = [sys.executable, "-c", "import flask, flask_sqlalchemy, flask_login, wtforms"]
HELP = [sys.executable, "-m", "flask", "--app", "wsgi", "--help"]


def seconds(command: list[str], environ: dict[str, str]) -> float:
    """Wall-clock seconds of one run of `command`."""
    begun = time.perf_counter()
    done = subprocess.run(
        command, cwd=ROOT, env=environ, check=True, capture_output=True, text=True
    )
    taken = time.perf_counter() - begun
    if command is HELP and ("ledger" not in done.stdout or done.stderr):
        raise SystemExit(f"the help is not whole: {done.stderr[-300:]}")
    return taken


def main(runs: int) -> None:
    """Run both in turn, so that a busy moment of the machine meets both, and print the medians."""
    with tempfile.TemporaryDirectory() as folder:
        environ = {**os.environ, "OTAGAI_ENV": "development", "OTAGAI_DATA_DIR": folder}
        for command in (LIBRARIES, HELP):
            seconds(command, environ)
        pairs = [(seconds(LIBRARIES, environ), seconds(HELP, environ)) for _ in range(runs)]
    libraries, start = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(ours / theirs for theirs, ours in pairs)
    print(
        f"libraries {libraries:.3f} s, flask --help {start:.3f} s, ratio {ratio:.2f} ({runs} runs)"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 11)
