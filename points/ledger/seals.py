"""Tamper evidence: postings are chained in batches, each link an HMAC with a key that is not in the database.

Somebody who can rewrite every table still cannot make the links. Sealing stands beside the hot path: a job takes
what is older than ten minutes, so that no running transaction can slip a row into a sealed range.
"""

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from json.encoder import encode_basestring
from typing import Any

from sqlalchemy import func, select

from points.ledger.models import Journal, LedgerSeal, Posting
from points.ledger.scope import scope
from points.ledger.walk import FACTS
from volunteer.core import clock
from volunteer.core.crypto import purpose_key
from volunteer.core.db import db, insert_once, run_turn
from volunteer.core.hooks import Finding
from volunteer.core.models import JobRun, JobRunState

FORMAT = "posting/1"
RECORDED_AT = 16
"""Where the only moment stands in the list."""
BATCH = 2000
SETTLED_AFTER = timedelta(minutes=10)
SEAL_JOB = "seal-ledger"
START = "0" * 64
SHORTEST_HEAD = 8


@dataclass(frozen=True, slots=True)
class Link:
    """A link ready to be written."""

    from_posting_id: int
    to_posting_id: int
    previous: str
    seal: str


def _facts(first: int, last: int) -> Any:
    return FACTS.where(Posting.id >= first, Posting.id <= last)


def _canonical(row: Any) -> bytes:
    """One posting with its journal as the chain sees it, a JSON list; the same text on both databases."""
    values = [FORMAT, *map(str, row)]
    values[RECORDED_AT] = row.recorded_at.astimezone(clock.TOKYO).isoformat()
    # what json.dumps would write, at half the price: a check does this a million times
    return f"[{', '.join(map(encode_basestring, values))}]".encode()


def _digest(previous: str) -> "hmac.HMAC":
    return hmac.new(purpose_key("ledger seal"), previous.encode(), hashlib.sha256)


def _seal(previous: str, rows: Any) -> str:
    digest = _digest(previous)
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


class Chain:
    """I14: the links of the chain fit each other and what stands in the tables, from a trusted seal on."""

    def __init__(self) -> None:
        self.seals = self._read_seals()
        self.previous, self.first = START, 1
        trusted = db.session.get(LedgerSeal, scope().seal_id) if scope().seal_id else None
        if trusted is not None:
            self.previous, self.first = trusted.seal, trusted.to_posting_id + 1
        self.found: list[Finding] = []
        self.unsealed: tuple[int, datetime] | None = None
        self.seal: Any = None
        self._begin()

    def _read_seals(self) -> Iterator[Any]:
        columns = (
            LedgerSeal.id, LedgerSeal.from_posting_id, LedgerSeal.to_posting_id, LedgerSeal.previous,
            LedgerSeal.seal,
        )  # fmt: skip
        chosen = select(*columns).where(LedgerSeal.id > scope().seal_id).order_by(LedgerSeal.id)
        return iter(db.session.execute(chosen).all())

    def _begin(self) -> None:
        """Open the next link."""
        self.seal = next(self.seals, None)
        self.digest = _digest(self.previous)
        if self.seal and (
            self.seal.previous != self.previous or self.seal.from_posting_id != self.first
        ):
            self._wrong("I14 chain", "does not follow the link before")

    def _wrong(self, rule: str, words: str) -> None:
        self.found.append(Finding(rule, f"ledger_seal:{self.seal.id}", words))
        self.seal = None

    def see(self, row: Any) -> None:
        """Add a posting to the open link; close links that end before it."""
        while self.seal and row[0] > self.seal.to_posting_id:
            self._close()
        if self.seal:
            self.digest.update(_canonical(row) + b"\n")
        elif self.unsealed is None and not self.found:
            self.unsealed = (row[0], row[15])

    def _close(self) -> None:
        seal = self.seal
        if not hmac.compare_digest(self.digest.hexdigest(), seal.seal):
            words = f"postings {seal.from_posting_id}–{seal.to_posting_id} are not what was sealed"
            self._wrong("I14 seal", words)
            return
        self.previous, self.first = seal.seal, seal.to_posting_id + 1
        self._begin()

    def findings(self) -> list[Finding]:
        """The first link that does not fit, or the first posting that ought to have been sealed long ago."""
        while self.seal:
            self._close()
        if not self.found and self.unsealed and self.unsealed[1] <= _sealed_until():
            words = f"was recorded at {self.unsealed[1]:%Y-%m-%d %H:%M}; its seal was taken away"
            self.found.append(Finding("I14 unsealed", f"posting:{self.unsealed[0]}", words))
        return self.found[:1]


def _sealed_until() -> datetime:
    """What was recorded up to here was old enough to be sealed when the job last ran."""
    done = select(func.max(JobRun.started_at)).where(
        JobRun.job == SEAL_JOB, JobRun.state == JobRunState.DONE
    )
    ran: datetime | None = db.session.execute(done).scalar()
    return ran - SETTLED_AFTER if ran else datetime.min.replace(tzinfo=UTC)


def find_seal(words: str) -> LedgerSeal | None:
    """The seal with this number, or whose letters begin so (at least eight): what an auditor has noted outside."""
    if words.isdigit() and len(words) < SHORTEST_HEAD:
        return db.session.get(LedgerSeal, int(words))
    if len(words) < SHORTEST_HEAD:
        return None
    begins = LedgerSeal.seal.startswith(words.lower(), autoescape=True)
    return db.session.execute(select(LedgerSeal).where(begins).limit(1)).scalar_one_or_none()
