"""Which request does what: paths of the API, the SDK's own description of their parameters, the machine's act."""

import copy
import fnmatch
import re
from collections.abc import Callable
from typing import Any

from points.billing.adapters.fake import schema
from points.billing.adapters.fake.direct import make_intent
from points.billing.adapters.fake.errors import ApiError
from points.billing.adapters.fake.machine import Machine
from points.billing.adapters.fake.store import Object

Act = Callable[[Machine, str, Object], Object]

_ID = r"(?P<id>[A-Za-z0-9_]+)"


def _sessions(machine: Machine, name: str, asked: Object) -> Object:
    return _page(machine, "cs", asked)


def _intents(machine: Machine, name: str, asked: Object) -> Object:
    return _page(machine, "pi", asked)


def _refunds(machine: Machine, name: str, asked: Object) -> Object:
    wanted = asked.get("payment_intent")
    return _page(machine, "re", asked, lambda one: wanted in (None, one["payment_intent"]))


def _disputes(machine: Machine, name: str, asked: Object) -> Object:
    wanted = asked.get("payment_intent")
    return _page(machine, "dp", asked, lambda one: wanted in (None, one["payment_intent"]))


def _events(machine: Machine, name: str, asked: Object) -> Object:
    machine.let_time_pass()
    kinds = asked.get("types") or [asked.get("type", "*")]
    found = [
        one
        for one in reversed(machine.events)
        if any(fnmatch.fnmatchcase(one["type"], kind) for kind in kinds)
    ]
    return _cut(found, asked)


ROUTES: tuple[tuple[str, str, str, str, Act], ...] = (
    (
        "POST",
        "checkout/sessions",
        "checkout._session_create_params",
        "SessionCreateParams",
        lambda machine, name, asked: machine.open_session(asked),
    ),
    ("GET", "checkout/sessions", "checkout._session_list_params", "SessionListParams", _sessions),
    (
        "GET",
        f"checkout/sessions/{_ID}",
        "checkout._session_retrieve_params",
        "SessionRetrieveParams",
        lambda machine, name, asked: machine.get("cs", name),
    ),
    (
        "POST",
        f"checkout/sessions/{_ID}/expire",
        "checkout._session_expire_params",
        "SessionExpireParams",
        lambda machine, name, asked: machine.expire_session(name),
    ),
    (
        "POST",
        "payment_intents",
        "_payment_intent_create_params",
        "PaymentIntentCreateParams",
        lambda machine, name, asked: make_intent(machine, asked),
    ),
    ("GET", "payment_intents", "_payment_intent_list_params", "PaymentIntentListParams", _intents),
    (
        "GET",
        f"payment_intents/{_ID}",
        "_payment_intent_retrieve_params",
        "PaymentIntentRetrieveParams",
        lambda machine, name, asked: machine.get("pi", name),
    ),
    (
        "POST",
        f"payment_intents/{_ID}/capture",
        "_payment_intent_capture_params",
        "PaymentIntentCaptureParams",
        lambda machine, name, asked: machine.capture(name, asked.get("amount_to_capture")),
    ),
    (
        "POST",
        f"payment_intents/{_ID}/cancel",
        "_payment_intent_cancel_params",
        "PaymentIntentCancelParams",
        lambda machine, name, asked: machine.cancel(name, asked.get("cancellation_reason")),
    ),
    (
        "POST",
        "refunds",
        "_refund_create_params",
        "RefundCreateParams",
        lambda machine, name, asked: machine.refund(asked),
    ),
    ("GET", "refunds", "_refund_list_params", "RefundListParams", _refunds),
    ("GET", "disputes", "_dispute_list_params", "DisputeListParams", _disputes),
    ("GET", "events", "_event_list_params", "EventListParams", _events),
)


class Checked:
    """A request whose parameters the API would accept, ready to be carried out."""

    def __init__(self, method: str, path: str, params: Object) -> None:
        self.path = path
        route, self.name = _route(method, path)
        _, _, module, described, self.act = route
        try:
            self.asked = schema.checked(module, described, params)
        except schema.BadParameter as problem:
            raise ApiError(
                400, problem.code, f"{problem}: {problem.path}", problem.path
            ) from problem

    def carry_out(self, machine: Machine) -> Object:
        """The object that the API answers with."""
        answer = self.act(machine, self.name, self.asked)
        if answer["object"] == "list":
            answer["url"] = self.path
        return _expanded(machine, answer, self.asked.get("expand") or [])


def _route(method: str, path: str) -> tuple[tuple[str, str, str, str, Act], str]:
    for route in ROUTES:
        found = re.fullmatch(f"/v1/{route[1]}", path)
        if found and route[0] == method:
            return route, found.groupdict().get("id", "")
    raise ApiError(404, "url_invalid", f"Unrecognized request URL ({method}: {path}).")


def _page(
    machine: Machine,
    prefix: str,
    asked: Object,
    wanted: Callable[[Object], bool] = lambda one: True,
) -> Object:
    return _cut([one for one in machine.all(prefix) if wanted(one)], asked)


def _cut(found: list[Object], asked: Object) -> Object:
    """A page of a list, the newest first, with Stripe's cursors."""
    limit = asked.get("limit", 10)
    if not 1 <= limit <= 100:
        raise ApiError(400, "parameter_invalid_integer", "limit must be 1 to 100", "limit")
    created = asked.get("created", {})
    if isinstance(created, int):
        created = {"gte": created, "lte": created}
    found = [
        one
        for one in found
        if one["created"] >= created.get("gte", 0)
        and one["created"] > created.get("gt", -1)
        and one["created"] <= created.get("lte", one["created"])
        and one["created"] < created.get("lt", one["created"] + 1)
    ]
    after = asked.get("starting_after")
    if after:
        names = [one["id"] for one in found]
        if after not in names:
            raise ApiError(400, "resource_missing", f"No such object: '{after}'", "starting_after")
        found = found[names.index(after) + 1 :]
    return {"object": "list", "data": found[:limit], "has_more": len(found) > limit}


def _expanded(machine: Machine, answer: Object, paths: list[str]) -> Object:
    """The answer with the named references replaced by their objects; without what only the fake knows."""
    whole = copy.deepcopy(answer)
    for path in paths:
        parts = path.split(".")
        roots = whole["data"] if parts[0] == "data" and "data" in whole else [whole]
        for root in roots:
            _expand(machine, root, parts[1:] if parts[0] == "data" else parts, path)
    for one in whole["data"] if whole.get("object") == "list" else [whole]:
        for name in [name for name in one if name.startswith("_")]:
            del one[name]
    return whole


def _expand(machine: Machine, root: Object, parts: list[str], path: str) -> None:
    for part in parts:
        if part not in root:
            raise ApiError(
                400, "parameter_invalid", f"This property cannot be expanded ({path}).", "expand"
            )
        value: Any = root[part]
        if value is None:
            return
        if isinstance(value, str):
            root[part] = copy.deepcopy(machine.objects[value])
        root = root[part]
