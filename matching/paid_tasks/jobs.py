"""Scheduled work: an agreement that is missing, a card whose time has come, a payment page or hold that was lost."""

from matching.paid_tasks import notices, queries
from matching.paid_tasks.card_pages import open_pages
from matching.paid_tasks.paying import place_charge
from matching.paid_tasks.rules import REMIND_BEFORE
from matching.prices.queries import prices_now
from volunteer.core import clock
from volunteer.core.db import db, run_turn
from volunteer.core.jobs import Job


def watch() -> str:
    """Remind, ask for cards, tell of what was lost; each once."""
    return f"reminded={remind()} asked={ask_for_cards()} lost={tell_lost()}"


def remind() -> int:
    """Nobody has agreed 48 hours before the work: the orderer is asked once more. How many tasks there are."""
    found = queries.tasks_without_agreement(clock.now() + REMIND_BEFORE)
    db.session.rollback()
    for task_id in found:
        run_turn(_remind, task_id)
    return len(found)


def _remind(task_id: int) -> None:
    notices.tell_orderer(queries.task_or_404(task_id), "remind_agreement")


def ask_for_cards() -> int:
    """The day is near enough for a hold: the charge is made, its page opened, the orderer told."""
    found = queries.cards_to_ask_for(prices_now().card_days)
    db.session.rollback()
    for task_id in found:
        run_turn(place_charge, task_id)
        open_pages(task_id)
    return len(found)


def tell_lost() -> int:
    """A page was closed unpaid or a hold has ended, and something is due: the orderer is told once for each."""
    found = queries.lost_cards()
    db.session.rollback()
    for task_id, charge_id, due_yen in found:
        run_turn(_tell_lost, task_id, charge_id, due_yen)
    return len(found)


def _tell_lost(task_id: int, charge_id: int, due_yen: int) -> None:
    task = queries.task_or_404(task_id)
    notices.tell_orderer(task, "pay_again", str(charge_id), owed_yen=due_yen)


JOBS = (Job("paid-tasks", watch, every_minutes=15),)
