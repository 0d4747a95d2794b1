"""Tamper evidence: postings are chained in batches, each link an HMAC with a key that is not in the database.

Somebody who can rewrite every table still cannot make the links. Sealing stands beside the hot path: a job takes
what is older than ten minutes, so that no running transaction can slip a row into a sealed range.
"""

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from points.ledger.models import Journal, JournalNote, LedgerSeal, Posting
from volunteer.core import clock
from volunteer.core.crypto import purpose_key
from volunteer.core.db import db, insert_once, run_turn
from volunteer.core.hooks import Finding

FORMAT = "posting/1"
BATCH = 2000
SETTLED_AFTER = timedelta(minutes=10)
START = "0" * 64


@dataclass(frozen=True, slots=True)
class Link:
    """A link ready to be written."""

    from_posting_id: int
    to_posting_id: int
    previous: str
    seal: str


def _facts(first: int, last: int) -> Any:
    return (
        select(
            Posting.id, Posting.journal_id, Posting.seq,
            Posting.from_account_id, Posting.to_account_id, Posting.amount,
            Journal.key, Journal.request_hash, Journal.kind, Journal.unit, Journal.holder_id,
            Journal.programme_id, Journal.rule_version_id, Journal.actor_user_id,
            Journal.effective_on, Journal.recorded_at, Journal.reverses_id, Journal.reason,
            Journal.source, JournalNote.words_hash,
        )
        .join(Journal, Journal.id == Posting.journal_id)
        .outerjoin(JournalNote, JournalNote.id == Journal.note_id)
        .where(Posting.id >= first, Posting.id <= last)
        .order_by(Posting.id)
    )  # fmt: skip


def _canonical(row: Any) -> bytes:
    """One posting with its journal as the chain sees it; the same text on both databases."""
    values = [
        value.astimezone(clock.TOKYO).isoformat() if isinstance(value, datetime) else str(value)
        for value in row
    ]
    return json.dumps([FORMAT, *values], ensure_ascii=False).encode()


def _seal(previous: str, rows: Any) -> str:
    digest = hmac.new(purpose_key("ledger seal"), previous.encode(), hashlib.sha256)
    for row in rows:
        digest.update(_canonical(row) + b"\n")
    return digest.hexdigest()


def newest() -> LedgerSeal | None:
    """The head of the chain, shown to the auditor."""
    return db.session.execute(
        select(LedgerSeal).order_by(LedgerSeal.id.desc()).limit(1)
    ).scalar_one_or_none()


def seal_postings() -> str:
    """Chain every posting older than ten minutes, a batch a turn; how many were sealed."""
    sealed = 0
    while (link := _next_link()) is not None:
        if not run_turn(_write, link):
            break
        sealed += link.to_posting_id - link.from_posting_id + 1
    return f"sealed={sealed}"


def _next_link() -> Link | None:
    db.session.rollback()
    head = newest()
    first = head.to_posting_id + 1 if head else 1
    ripe = (
        select(Posting.id)
        .join(Journal, Journal.id == Posting.journal_id)
        .where(Posting.id >= first, Journal.recorded_at <= clock.now() - SETTLED_AFTER)
        .order_by(Posting.id)
        .limit(BATCH)
        .subquery()
    )
    last = db.session.execute(select(func.max(ripe.c.id))).scalar()
    if last is None:
        return None
    rows = db.session.execute(_facts(first, last)).all()
    previous = head.seal if head else START
    return Link(first, last, previous, _seal(previous, rows))


def _write(link: Link) -> bool:
    head = newest()
    if (head.seal if head else START) != link.previous:
        return False
    values = {
        "from_posting_id": link.from_posting_id,
        "to_posting_id": link.to_posting_id,
        "previous": link.previous,
        "seal": link.seal,
        "sealed_at": clock.now(),
    }
    return insert_once(LedgerSeal, values) is not None


def findings() -> list[Finding]:
    """The first link of the chain that does not fit what stands in the tables (I14)."""
    previous, first = START, 1
    seals = db.session.execute(select(LedgerSeal).order_by(LedgerSeal.id)).scalars().all()
    for seal in seals:
        if seal.previous != previous or seal.from_posting_id != first:
            return [
                Finding("I14 chain", f"ledger_seal:{seal.id}", "does not follow the link before")
            ]
        rows = db.session.execute(_facts(seal.from_posting_id, seal.to_posting_id))
        if not hmac.compare_digest(_seal(previous, rows), seal.seal):
            words = f"postings {seal.from_posting_id}–{seal.to_posting_id} are not what was sealed"
            return [Finding("I14 seal", f"ledger_seal:{seal.id}", words)]
        previous, first = seal.seal, seal.to_posting_id + 1
    return []
