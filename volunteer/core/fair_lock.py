"""The queue of writers of one SQLite file; PostgreSQL has its own (docs/decisions/0003)."""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from sqlalchemy import Engine


class _FairLock:
    """A queue for writers of one SQLite file: threads by a lock, processes by flock on a file beside it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.threads = threading.Lock()
        self.descriptor = -1
        self.pid = 0

    def _open(self) -> int:
        if self.pid != os.getpid():  # a forked child must not share its parent's lock
            self.descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            self.pid = os.getpid()
        return self.descriptor

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the turn; the kernel frees it when the process dies."""
        with self.threads:
            descriptor = self._open()
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(descriptor, fcntl.LOCK_UN)


_locks: dict[str, _FairLock] = {}


def fair_lock(engine: Engine) -> AbstractContextManager[None]:
    """Our place in the queue of this database, until the block ends; nothing to wait for on PostgreSQL."""
    if engine.dialect.name != "sqlite":
        return nullcontext()
    database = str(engine.url.database)
    lock = _locks.get(database) or _locks.setdefault(database, _FairLock(Path(database + "-turn")))
    return lock.held()
