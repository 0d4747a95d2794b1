"""Webhooks on their way from the fake to the platform: brought again until they are taken, signed anew each time."""

import json
import time
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

from points.billing.adapters.fake.client import FakeStripe

TRIES = 8
WAIT_SECONDS = 1.0
"""Before the second try; doubled for each further one."""
TIMEOUT_SECONDS = 10


class Courier:
    """Brings what happens at the fake to `address`; what is refused or unanswered stays for later."""

    def __init__(self, fake: FakeStripe, address: str) -> None:
        self.fake, self.address = fake, urlsplit(address)
        self.waiting: list[tuple[float, int, Any]] = []
        """(when to try, how often it was tried, the event)."""

    def bring(self) -> int:
        """One round; how many were taken."""
        moment = time.monotonic()
        new = [(0.0, 0, json.loads(raw)) for raw, _signature in self.fake.webhooks()]
        due = [one for one in self.waiting if one[0] <= moment] + new
        self.waiting = [one for one in self.waiting if one[0] > moment]
        taken = 0
        for _when, tries, event in due:
            if self._is_taken(event):
                taken += 1
            elif tries + 1 < TRIES:
                self.waiting.append((moment + WAIT_SECONDS * 2**tries, tries + 1, event))
        return taken

    def _is_taken(self, event: Any) -> bool:
        body, signature = self.fake.signed(event, at=int(time.time()))
        headers = {"Content-Type": "application/json", "Stripe-Signature": signature}
        connection = HTTPConnection(
            self.address.hostname or "", self.address.port, timeout=TIMEOUT_SECONDS
        )
        try:
            connection.request("POST", self.address.path, body, headers)
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()
