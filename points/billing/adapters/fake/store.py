"""The objects of one account at the fake, with their events: plain dictionaries in the shapes of the API."""

import copy
from collections.abc import Callable
from datetime import datetime
from typing import Any

from points.billing.adapters.fake.errors import missing

Object = dict[str, Any]

NAMES = {
    "cs": "checkout.session",
    "pi": "payment_intent",
    "ch": "charge",
    "re": "refund",
    "dp": "dispute",
}


class Store:
    """All objects of one account."""

    def __init__(self, clock: Callable[[], datetime], api_version: str) -> None:
        self.clock = clock
        self.api_version = api_version
        self.objects: dict[str, Object] = {}
        self.made = self.told = 0
        self.series = ""
        """Part of every name, where several lives of a fake tell one platform of their objects."""
        self.pages = "https://checkout.stripe.invalid"
        """Where the payment pages are."""
        self.events: list[Object] = []

    def new(self, prefix: str, **values: Any) -> Object:
        """A new object of the account, kept."""
        self.made += 1
        name = f"{prefix}_test_{self.series}{self.made:06d}"
        made = {
            "id": name,
            "object": NAMES[prefix],
            "created": self.now(),
            "livemode": False,
            **values,
        }
        self.objects[name] = made
        return made

    def get(self, prefix: str, name: str) -> Object:
        """The object of that id and kind, as it is now."""
        self.let_time_pass()
        found = self.objects.get(name)
        if found is None or not name.startswith(f"{prefix}_"):
            raise missing(NAMES[prefix], name)
        return found

    def all(self, prefix: str) -> list[Object]:
        """Every object of a kind, the newest first."""
        self.let_time_pass()
        return [
            one for name, one in reversed(self.objects.items()) if name.startswith(f"{prefix}_")
        ]

    def now(self) -> int:
        """Seconds since 1970."""
        return int(self.clock().timestamp())

    def tell(self, kind: str, about: Object) -> None:
        """An event with the object as it is now."""
        self.told += 1
        self.events.append(
            {
                "id": f"evt_test_{self.series}{self.told:06d}",
                "object": "event",
                "api_version": self.api_version,
                "created": self.now(),
                "livemode": False,
                "pending_webhooks": 1,
                "request": {"id": None, "idempotency_key": None},
                "type": kind,
                "data": {"object": copy.deepcopy(about)},
            }
        )

    def let_time_pass(self) -> None:
        """What happens by itself as time goes on."""
        raise NotImplementedError

    def written(self) -> dict[str, Any]:
        """Everything, to be read again by `read`."""
        kept = ("objects", "events", "made", "told", "series")
        return {name: getattr(self, name) for name in kept}

    def read(self, written: dict[str, Any]) -> None:
        """What was written before."""
        for name, value in written.items():
            setattr(self, name, value)
