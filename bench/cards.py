"""A thousand registration cards for the printer: processor seconds and memory of the server.

Makes the people and their cards in a throw-away database of the tests, chooses all of them at the desk and opens and
confirms every portion, as somebody at the printer does. CPU is that of this process around the WSGI call; memory is
what the process grew at its highest (`ru_maxrss`) after one portion had been opened to warm up.

usage: .venv/bin/python -m bench.cards [--cards 1000] [--kind sqlite] [--runs 3]
"""

import argparse
import resource
import statistics
import time
from dataclasses import dataclass

from flask import Flask

from tests import databases
from tests.applications import application
from tests.cast import NOW, Cast, sign_in_as
from tests.client import Client
from tests.factories.volunteer import make_card, make_person
from volunteer.core import clock
from volunteer.core.db import write_turn

PAGE = "/desk/cards"
FLOOR_S, AIM_S, FLOOR_MB = 10.0, 4.0, 100.0
"""The figures of the plan for a thousand cards."""


@dataclass(frozen=True)
class Printed:
    """One thousand cards, through the pages."""

    cards: int
    cpu_s: float
    slowest_ms: float
    largest_kb: float


def make_people(count: int) -> None:
    """People with cards, in a few turns."""
    for start in range(0, count, 500):
        with write_turn():
            for number in range(start, min(count, start + 500)):
                words = f"見本 {number:05}"
                make_card(make_person(words, kana=f"ミホン {number:05}", number=f"N{number:05}"))


def print_all(desk: Client) -> Printed:
    """Choose everybody, then open and confirm portion after portion."""
    begun, times, sizes, count = time.process_time(), [], [], 0
    answer = desk.submit(PAGE, {"choice": "all"}, action=PAGE)
    run = answer.location.partition("?")[0]
    while answer.location != f"{PAGE}?done=printed":
        opened = time.process_time()
        page = desk.get(answer.location)
        times.append(time.process_time() - opened)
        sizes.append(len(page.data))
        count += page.text.count('<div class="id">')
        answer = desk.resubmit(page, action=run)
    spent = time.process_time() - begun
    return Printed(count, spent, max(times) * 1000, max(sizes) / 1000)


def peak_mb() -> float:
    """The most memory this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(app: Flask, cards: int, runs: int) -> None:
    """Print the table."""
    cast = Cast()
    make_people(cards - 1)  # the cast has one card
    desk = sign_in_as(app.test_client(), cast.coordinator)
    desk.submit(PAGE, {"choice": "chosen", "numbers": "V0002"}, action=PAGE, follow_redirects=True)
    before = peak_mb()
    found = [print_all(desk) for _run in range(runs)]
    grown = peak_mb() - before
    cpu = statistics.median(one.cpu_s for one in found)
    assert all(one.cards == cards for one in found), found
    print(f"{cards} cards, median of {runs} runs")
    print(f"CPU            {cpu:8.2f} s   (floor {FLOOR_S:.0f}, aim {AIM_S:.0f} for a thousand)")
    print(f"memory         {grown:+8.1f} MB  (floor +{FLOOR_MB:.0f})")
    print(f"a portion of 100, slowest {max(one.slowest_ms for one in found):.0f} ms CPU,", end=" ")
    print(f"largest {max(one.largest_kb for one in found):.0f} kB of HTML")


def main() -> None:
    """Measure on a fresh database."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cards", type=int, default=1000)
    parser.add_argument("--kind", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--runs", type=int, default=3)
    wanted = parser.parse_args()
    clock.set(NOW)
    databases.open_folder()
    try:
        app = application(wanted.kind, with_cast=True)
        with app.app_context():
            measure(app, wanted.cards, wanted.runs)
    finally:
        databases.close_folder()


if __name__ == "__main__":
    main()
