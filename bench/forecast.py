"""Back-test: on generated towns, how often the range of the forecast holds what really came.

Each town of bench/exchange_towns.py is played to the end of a programme year; the forecast sees it up to some month
before (its own history only), and is compared with what people exchanged from there to the end of the year.

usage: .venv/bin/python -m bench.forecast [--towns 10] [--years 4] [--first-seed 1]
"""

import argparse
from statistics import median

from bench.exchange_towns import MONTHS, Played, play
from points.reports.forecast import Ahead, Forecast, Month, forecast

ASKED_AFTER = (3, 6, 9)
"""Months of the last programme year that have passed when the question is asked."""


def main() -> None:
    """Print a line for each moment of asking."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--towns", type=int, default=10)
    reader.add_argument("--years", type=int, default=4)
    reader.add_argument("--first-seed", type=int, default=1)
    told = reader.parse_args()
    for passed in ASKED_AFTER:
        found = [
            ask(seed, told.years, passed)
            for seed in range(told.first_seed, told.first_seed + told.towns)
        ]
        held = sum(one.low <= came <= one.high for one, came in found)
        off = median(abs(one.middle - came) / max(came, 1) for one, came in found)
        width = median((one.high - one.low) / max(came, 1) for one, came in found)
        print(
            f"{MONTHS - passed} months ahead: the range holds the outcome in {held} of {told.towns} towns;"
            f" middle off by {off:.0%}, range {width:.0%} of the outcome (medians)"
        )


def ask(seed: int, years: int, passed: int) -> tuple[Forecast, int]:
    """(forecast, what really came) for one town."""
    played = play(seed, years * MONTHS)
    cut = (years - 1) * MONTHS + passed
    past, future = played[:cut], played[cut:]
    found = forecast(
        [_seen(one) for one in past], _in_lots(past[-1]), [Ahead(one.first_day) for one in future]
    )
    assert found is not None
    return found, sum(one.exchanged for one in future)


def _seen(one: Played) -> Month:
    return Month(one.first_day, one.in_lots_before, one.earned, one.exchanged)


def _in_lots(last: Played) -> int:
    return last.in_lots_before + last.earned - last.exchanged - last.ended


if __name__ == "__main__":
    main()
