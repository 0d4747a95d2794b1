"""A million activities through the simulator: CPU time and memory of the command.

    .venv/bin/python -m bench.simulate --activities 1000000 [--compare] [--people]

makes the files in a temporary folder (not measured), runs `programmes simulate` in a process of its own with every
table written, and prints CPU seconds, the highest memory, and the size of what was read and written.
"""

import argparse
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import points.programmes
from points.simulation.columns import ACTIVITY_COLUMNS

PRESETS = Path(points.programmes.__path__[0]) / "presets"
ACTIVITIES_A_PERSON = 100
FIRST = date(2021, 4, 1)
DAYS = 5 * 365
CATEGORIES = ("meals", "school", "snow", "event", "support", "care")


def write_activities(path: Path, count: int) -> None:
    """Five years of a town, in no order at all."""
    pick = random.Random(20261121)  # noqa: S311 - the same file each time
    people = max(count // ACTIVITIES_A_PERSON, 1)
    with path.open("w", encoding="utf-8") as stream:
        stream.write(",".join(ACTIVITY_COLUMNS) + "\n")
        for number in range(count):
            day = FIRST + timedelta(days=pick.randrange(DAYS))
            stream.write(
                f"V{pick.randrange(people):06},{day},{pick.choice(CATEGORIES)},{pick.randrange(20, 240, 5)},"
                f"{number},,{pick.randrange(1, 4)},1,,,no,no,no,yes,on_site,\n"
            )


def write_people(path: Path, count: int) -> None:
    """Everybody who may appear, with ages from 15 to 90."""
    pick = random.Random(1)  # noqa: S311 - as above
    with path.open("w", encoding="utf-8") as stream:
        stream.write("person,birth_date,residence,guardian_consent,registered\n")
        for number in range(max(count // ACTIVITIES_A_PERSON, 1)):
            born = date(1935 + pick.randrange(75), 1 + pick.randrange(12), 1)
            stream.write(f"V{number:06},{born},lives,yes,2021-04-01\n")


def main() -> None:
    """Make the files, run the command, print what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--activities", type=int, default=1_000_000)
    parser.add_argument("--compare", action="store_true")
    parser.add_argument("--people", action="store_true")
    parser.add_argument("--folder", type=Path, help="for the files; else a temporary one")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=wanted.folder) as name:
        folder = Path(name)
        activities, people, out = folder / "activities.csv", folder / "people.csv", folder / "out"
        write_activities(activities, wanted.activities)
        command = [
            sys.executable, "-m", "flask", "--app", "wsgi", "programmes", "simulate",
            str(PRESETS / "otaru-example.toml"), str(activities), "--out", str(out),
        ]  # fmt: skip
        if wanted.people:
            write_people(people, wanted.activities)
            command += ["--people", str(people)]
        if wanted.compare:
            command += ["--compare", str(PRESETS / "yokohama.toml")]
        began = time.monotonic()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=os.environ)  # noqa: S603
        waited = time.monotonic() - began
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        written = sum(one.stat().st_size for one in out.iterdir())
        print(
            f"{wanted.activities:,} activities, {activities.stat().st_size / 1e6:.0f} MB read,"
            f" {written / 1e6:.0f} MB written: {used.ru_utime + used.ru_stime:.1f} s CPU"
            f" ({waited:.1f} s), at most {used.ru_maxrss / 1024:.0f} MB of memory"
        )


if __name__ == "__main__":
    main()
