"""Payments whose time has come, every minute; the comparison with the gateway, every night."""

import logging

from points.billing.comparing import compare, take_up
from points.billing.gateway import Gateway, GatewayUnreachable
from points.billing.gateways import the_gateway
from points.billing.notices import tell_differences
from points.billing.queries import due_payments
from points.billing.turn import take_turn
from volunteer.core import clock
from volunteer.core.db import db, run_turn
from volunteer.core.jobs import Job, JobFailed

log = logging.getLogger("otagai.billing")

LINES_MAX = 50


class BooksDiffer(JobFailed):
    """The gateway's books and ours do not agree: the run counts as failed and tells the first differences."""


def work_through(gateway: Gateway) -> str:
    """One turn at every payment that is due."""
    db.session.rollback()
    done: dict[str, int] = {}
    for payment_id in due_payments(clock.now(), gateway.name):
        word = take_turn(payment_id, gateway)
        done[word] = done.get(word, 0) + 1
    return " ".join(f"{word}={count}" for word, count in sorted(done.items())) or "nothing is due"


def compare_books(gateway: Gateway) -> str:
    """Every difference to the log, the first ones to staff, and to the worker. Raises BooksDiffer."""
    try:
        compared = compare(gateway)
    except GatewayUnreachable as problem:
        raise JobFailed(f"the gateway does not answer: {problem}") from problem
    found = compared.differences
    due = run_turn(take_up, compared)
    if not found:
        return "no difference"
    lines = [one.line() for one in found]
    for line in lines:
        log.warning("billing difference: %s", line)
    run_turn(tell_differences, lines[:LINES_MAX], len(lines))
    raise BooksDiffer(f"{len(lines)} differences, {due} payments to look at; first: {lines[0]}")


OFF = "cards are not taken (OTAGAI_CARDS)"


def _every_minute() -> str:
    gateway = the_gateway()
    return work_through(gateway) if gateway else OFF


def _every_night() -> str:
    gateway = the_gateway()
    return compare_books(gateway) if gateway else OFF


JOBS = (
    Job("card-payments", _every_minute, every_minutes=1),
    Job("compare-card-payments", _every_night, at="03:40"),
)
