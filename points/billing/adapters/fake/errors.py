"""Answers of the API that are not 2xx."""

from typing import Any


class ApiError(Exception):
    """An error answer as Stripe words it: HTTP status, type, code, the parameter it is about."""

    def __init__(
        self,
        status: int,
        code: str,
        words: str,
        param: str = "",
        kind: str = "invalid_request_error",
    ) -> None:
        super().__init__(words)
        self.status, self.code, self.words, self.param, self.kind = status, code, words, param, kind

    def body(self) -> dict[str, Any]:
        """The JSON body."""
        error = {"type": self.kind, "code": self.code, "message": self.words}
        return {"error": {**error, **({"param": self.param} if self.param else {})}}


def missing(what: str, name: str) -> ApiError:
    """There is no such object."""
    return ApiError(404, "resource_missing", f"No such {what}: '{name}'", "id")


def unexpected_state(words: str) -> ApiError:
    """The object is not in a state in which this can be done."""
    return ApiError(400, "payment_intent_unexpected_state", words)
