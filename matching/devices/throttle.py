"""A bucket of requests for each device in this process: a busy kiosk never empties it, a broken one does.

It protects the server from a program in a loop, not a secret, so every process may have its own.
"""

import time
from dataclasses import dataclass

FULL = 150.0
A_SECOND = 50.0


@dataclass(slots=True)
class _Bucket:
    left: float
    filled_at: float


_buckets: dict[tuple[str, int], _Bucket] = {}


def wait_seconds(where: str, device_id: int) -> int:
    """Take one request out of the bucket; how many seconds to wait when it is empty, else 0."""
    now = time.monotonic()
    bucket = _buckets.setdefault((where, device_id), _Bucket(FULL, now))
    bucket.left = min(FULL, bucket.left + (now - bucket.filled_at) * A_SECOND)
    bucket.filled_at = now
    if bucket.left < 1:
        return 1
    bucket.left -= 1
    return 0


def forget() -> None:
    """All buckets are full again."""
    _buckets.clear()
