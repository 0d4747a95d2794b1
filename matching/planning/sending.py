"""Accepted pairs are asked one by one, each in a short turn of its own; what stands against one stops no other."""

import time
from dataclasses import dataclass

from matching.planning import deciding, queries
from matching.planning.deciding import Stops
from volunteer.core.db import db, run_turn
from volunteer.core.errors import DomainError

AT_ONCE_SECONDS = 1.5
"""So long a page asks by itself; the rest follows within a minute by the scheduled work."""


@dataclass
class Sent:
    """How many were asked, could not be asked, and are left for later."""

    asked: int = 0
    refused: int = 0
    left: int = 0


def send_chosen(stops: Stops, seconds: float = AT_ONCE_SECONDS) -> Sent:
    """Ask whoever waits to be asked, until the time is over. Two at once, or a second time, asks nobody twice."""
    began, sent = time.monotonic(), Sent()
    waiting = queries.chosen_pairs()
    db.session.rollback()
    for number, pair_id in enumerate(waiting):
        if time.monotonic() - began >= seconds:
            sent.left = len(waiting) - number
            break
        _send(pair_id, stops, sent)
    return sent


def _send(pair_id: int, stops: Stops, sent: Sent) -> None:
    try:
        sent.asked += run_turn(deciding.ask_pair, pair_id, stops)
    except DomainError as error:
        run_turn(deciding.refuse_pair, pair_id, error.code)
        sent.refused += 1
