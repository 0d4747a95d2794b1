"""Who may open what. Every view says so with `@allow(…)`; a view without it answers nobody (default deny)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask, current_app, g, has_request_context, request
from flask_login import current_user

from volunteer.core import clock
from volunteer.core.errors import DomainError, NotAllowed, NotFound, NotSignedIn
from volunteer.core.i18n import _l

View = TypeVar("View", bound=Callable[..., Any])

FRESH = timedelta(minutes=10)
"""How long a proof of identity counts for money, bank data, e-mail and factors (ASVS 7.5.1)."""


class Role(StrEnum):
    """Roles of staff; the matrix is in docs/security.md."""

    COORDINATOR = "coordinator"
    APPROVER = "approver"
    PAYER = "payer"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Audience(StrEnum):
    """Everybody who is not named by a staff role."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    PERSON = "person"
    VOLUNTEER = "volunteer"
    MEMBER = "member"
    STAFF = "staff"
    DEVICE = "device"
    """A machine with a credential of its own in the header `Authorization`; it is nobody of the others."""


PUBLIC = Audience.PUBLIC
SIGNED_IN = Audience.SIGNED_IN
PERSON = Audience.PERSON
VOLUNTEER = Audience.VOLUNTEER
MEMBER = Audience.MEMBER
STAFF = Audience.STAFF
DEVICE = Audience.DEVICE


class ConfirmIdentity(DomainError):
    """The act needs a fresh proof of identity (re-authentication)."""

    status = 401
    code = "confirm_identity"


@dataclass(frozen=True)
class Viewer:
    """Who is looking, as far as guards, menus and logs care."""

    user_id: int | None = None
    session_id: int | None = None
    party_id: int | None = None
    """The party acted for now."""
    person_id: int | None = None
    """The person acted for, when it is one."""
    organization_id: int | None = None
    is_registered: bool = False
    is_approved: bool = False
    roles: frozenset[Role] = field(default_factory=frozenset)
    own_person_id: int | None = None
    """The user's own person, also while at the desk: nobody decides about themselves."""
    name: str = ""
    language: str | None = None
    confirmed_at: datetime | None = None

    @property
    def is_signed_in(self) -> bool:
        """Whether anybody is signed in."""
        return self.user_id is not None

    @property
    def is_staff(self) -> bool:
        """Whether this session is one of staff, with two factors."""
        return bool(self.roles)

    @property
    def place(self) -> str:
        """Which menu is shown: desk, organization, member (volunteers) or public."""
        if self.is_staff:
            return "desk"
        if self.organization_id is not None:
            return "organization"
        return "member" if self.person_id is not None else "public"


NOBODY = Viewer()


def viewer() -> Viewer:
    """Who is looking at this request; `NOBODY` outside of one."""
    if not has_request_context() or not _reads_cookies():
        return NOBODY
    found: Viewer = getattr(current_user, "viewer", NOBODY)
    return found


@dataclass(frozen=True)
class Guard:
    """What a view demands."""

    audiences: frozenset[Audience]
    roles: frozenset[Role]
    fresh: bool
    cookies: bool = True
    """False: whoever the cookie of a browser stands for is nobody here, so that no other page can act for them."""

    def admits(self, who: Viewer) -> bool:
        """Whether `who` belongs to one of the audiences or holds one of the roles."""
        return bool(self.roles & who.roles) or any(_belongs(who, one) for one in self.audiences)


def _belongs(who: Viewer, audience: Audience) -> bool:
    answers = {
        Audience.PUBLIC: True,
        Audience.SIGNED_IN: who.is_signed_in,
        Audience.PERSON: who.person_id is not None and not who.is_staff,
        Audience.VOLUNTEER: who.person_id is not None and who.is_registered and not who.is_staff,
        Audience.MEMBER: who.organization_id is not None,
        Audience.STAFF: who.is_staff,
        Audience.DEVICE: False,
    }
    return answers[audience]


def allow(
    *who: Audience | Role, fresh: bool = False, cookies: bool = True
) -> Callable[[View], View]:
    """Declare who may use a view; `fresh` also demands a proof of identity within ten minutes.

    Put it directly under the route decorator. A view without `cookies`, or for devices, knows no session.
    """
    if not who:
        raise ValueError("say who may use the view")
    guard = Guard(
        frozenset(one for one in who if isinstance(one, Audience)),
        frozenset(one for one in who if isinstance(one, Role)),
        fresh,
        cookies and DEVICE not in who,
    )

    def mark(view: View) -> View:
        view.guard = guard  # type: ignore[attr-defined]
        return view

    return mark


def guard_of(view: Callable[..., Any]) -> Guard | None:
    """The declared guard of a view function."""
    return getattr(view, "guard", None)


def _reads_cookies() -> bool:
    """Whether the view that is asked for takes the session of a browser at all."""
    guard = guard_of(current_app.view_functions.get(request.endpoint or "", _no_view))
    return guard is None or guard.cookies


def _no_view() -> None:
    """Stands for the view of an address that is nowhere."""


def check(guard: Guard | None, who: Viewer) -> None:
    """Let `who` pass or raise `NotSignedIn`, `NotAllowed` or `ConfirmIdentity`."""
    if guard is None or not guard.admits(who):
        if not who.is_signed_in:
            raise NotSignedIn(_l("このページを見るには、サインインしてください。"))
        raise NotAllowed(_l("このページは、いまの役割では見られません。"))
    if guard.fresh and not is_fresh(who):
        raise ConfirmIdentity(_l("たいせつな操作なので、もう一度ご本人か確かめます。"))


def check_again() -> None:
    """Inside the write turn of an act: staff and members may still do it, also when their right ended while the act
    waited for its turn. Whoever acts for themselves is judged by the service. Raises as `check`.
    """
    who = viewer()
    ask = current_app.extensions.get("otagai.viewer_now")
    if ask is not None and (who.is_staff or who.organization_id is not None):
        check(guard_of(current_app.view_functions[str(request.endpoint)]), ask())


def is_fresh(who: Viewer) -> bool:
    """Whether identity was proved in the last ten minutes."""
    return who.confirmed_at is not None and clock.now() - who.confirmed_at < FRESH


def own_or_404(is_own: bool) -> None:
    """Foreign things answer like missing ones, so that numbers in addresses tell nothing."""
    if not is_own:
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))


def init_app(app: Flask) -> None:
    """Check every request against the guard of its view."""
    app.before_request(_check_request)


def _check_request() -> None:
    if request.endpoint is None or request.endpoint == "static":
        return
    guard = guard_of(current_app.view_functions[request.endpoint])
    if guard is not None and DEVICE in guard.audiences:
        _check_device()
    else:
        check(guard, viewer())


def _check_device() -> None:
    """The wiring puts into app.extensions["otagai.device"] what knows a device by its token; what it finds is kept
    as `g.device` for the view. Raises `NotSignedIn`.
    """
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    ask = current_app.extensions.get("otagai.device")
    found = ask(token) if ask is not None and scheme.lower() == "bearer" else None
    if found is None:
        raise NotSignedIn(_l("この端末は、まだ登録されていません。"), code="unknown_device")
    g.device = found
