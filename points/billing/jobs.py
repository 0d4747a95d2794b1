"""Payments whose time has come, every minute; the comparison with the gateway, every night; pay that waits, daily."""

import logging

from points.billing.comparing import Compared, compare, take_up
from points.billing.earnings import programme_or_none
from points.billing.gateway import Gateway, GatewayUnreachable
from points.billing.gateways import the_gateway
from points.billing.notices import (
    tell_differences,
    tell_staff_pay_is_due,
    tell_student_pay_is_due,
)
from points.billing.queries import due_payments
from points.billing.turn import put_off, take_turn
from points.billing.unpaid import Unpaid, due_soon
from points.ledger.queries import balances
from volunteer.core import clock
from volunteer.core.db import db, run_turn
from volunteer.core.jobs import Job, JobFailed

log = logging.getLogger("otagai.billing")

LINES_MAX = 50


class BooksDiffer(JobFailed):
    """The gateway's books and ours do not agree: the run counts as failed and tells the first differences."""


class PaymentsBroke(JobFailed):
    """A payment could not be worked on at all: the run counts as failed, so that `doctor` says so."""


def work_through(gateway: Gateway) -> str:
    """One turn at every payment that is due; one that breaks keeps no other waiting. Raises PaymentsBroke."""
    db.session.rollback()
    done: dict[str, int] = {}
    for payment_id in due_payments(clock.now(), gateway.name):
        word = _turn(payment_id, gateway)
        done[word] = done.get(word, 0) + 1
    account = " ".join(f"{word}={count}" for word, count in sorted(done.items()))
    if BROKE in done:
        raise PaymentsBroke(account)
    return account or "nothing is due"


BROKE = "broke"


def _turn(payment_id: int, gateway: Gateway) -> str:
    try:
        return take_turn(payment_id, gateway)
    except Exception:  # whatever it is, the other payments are worked on
        log.exception("payment %s cannot be worked on", payment_id)
        db.session.rollback()
        run_turn(put_off, payment_id)
        return BROKE


def compare_books(gateway: Gateway) -> str:
    """Every difference to the log, the first ones to staff, and to the worker. Raises BooksDiffer."""
    try:
        compared = compare(gateway)
    except GatewayUnreachable as problem:
        raise JobFailed(f"the gateway does not answer: {problem}") from problem
    lines = [one.line() for one in compared.differences]
    for line in lines:
        log.warning("billing difference: %s", line)
    due = run_turn(_take_up_and_tell, compared, lines)
    if not lines:
        return "no difference"
    raise BooksDiffer(f"{len(lines)} differences, {due} payments to look at; first: {lines[0]}")


def _take_up_and_tell(compared: Compared, lines: list[str]) -> int:
    """In one turn: what is taken up is no difference the next night, so it must not stay untold."""
    if lines:
        tell_differences(lines[:LINES_MAX], len(lines))
    return take_up(compared)


OFF = "cards are not taken (OTAGAI_CARDS)"


def _every_minute() -> str:
    gateway = the_gateway()
    return work_through(gateway) if gateway else OFF


def _every_night() -> str:
    gateway = the_gateway()
    return compare_books(gateway) if gateway else OFF


class PayIsLate(JobFailed):
    """Work of more than 60 days ago is not paid for: the run counts as failed, so that `doctor` says so."""


def watch_pay_days() -> str:
    """Students and staff are told of pay that has waited 45 days, every week anew. Raises PayIsLate after 60."""
    found = due_soon()
    if not found:
        return "nobody waits"
    run_turn(_warn)
    late = [one for one in found if one.is_late]
    if late:
        first, yen = late[0], sum(one.yen for one in late)
        raise PayIsLate(
            f"{len(late)} pieces of work ({yen} yen) are not paid for within 60 days;"
            f" the oldest is charge {first.charge.id} of {first.charge.earned_on}: /desk/charges?tab=late"
        )
    return f"{len(found)} wait"


def _warn() -> None:
    found = due_soon()
    by_student: dict[int, list[Unpaid]] = {}
    for one in found:
        by_student.setdefault(one.charge.payee_id, []).append(one)
    programme_id = programme_or_none()
    for person_id, work in by_student.items():
        here = [one for one in work if one.kept_yen]
        available = balances(person_id, programme_id).available if programme_id else 0
        yen = min(available, sum(one.kept_yen for one in here))
        if yen:
            tell_student_pay_is_due(person_id, yen, here)
    if found:
        tell_staff_pay_is_due(found)


JOBS = (
    Job("paid-work-days", watch_pay_days, at="07:40"),
    Job("card-payments", _every_minute, every_minutes=1),
    Job("compare-card-payments", _every_night, at="03:40"),
)
