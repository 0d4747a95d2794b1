"""The few errors our rules raise. Each carries a kind message in the reader's language and what to do next."""

from typing import Any


class DomainError(Exception):
    """A rule says no. `message` is for the person; `code` for logs, tests and the audit trail."""

    status = 400
    code = "refused"

    def __init__(self, message: Any, code: str | None = None, **facts: Any) -> None:
        super().__init__(str(code or self.code))
        self.message = message
        self.code = code or self.code
        self.facts = facts


class NotSignedIn(DomainError):
    """Nobody is signed in, or the sign-in has ended."""

    status = 401
    code = "not_signed_in"


class NotAllowed(DomainError):
    """The person is known but may not do this."""

    status = 403
    code = "not_allowed"


class NotFound(DomainError):
    """There is no such thing, or it is none of the asker's business."""

    status = 404
    code = "not_found"


class AlreadyDecided(DomainError):
    """Somebody else was faster; facts may tell who and when."""

    status = 409
    code = "already_decided"


class AlreadySent(DomainError):
    """The same form came again with other content."""

    status = 409
    code = "already_sent"


class Refused(DomainError):
    """A rule of the center or of a programme says no."""

    status = 422
    code = "refused"


class WrittenMeanwhile(Refused):
    """Somebody else has changed the same thing since the page was opened; facts: who, when, now."""

    code = "written_meanwhile"


class TooManyAttempts(DomainError):
    """A counter that survives rollback and restart is full."""

    status = 429
    code = "too_many_attempts"


class NotReady(DomainError):
    """A part we depend on does not answer just now."""

    status = 503
    code = "not_ready"
