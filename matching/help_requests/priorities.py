"""The priority of one help request besides its category's usual one: the desk's decision, kept with its reason."""

from typing import NoReturn

from sqlalchemy import update

from matching.categories.states import Priority
from matching.help_requests import queries
from matching.help_requests.models import HelpRequest, HelpRequestPriority
from matching.help_requests.services import refuse_own
from matching.help_requests.states import OVER
from volunteer.core import clock
from volunteer.core.db import db, guarded_update
from volunteer.core.errors import AlreadyDecided, Refused
from volunteer.core.i18n import _l


def set_priority(
    help_request_id: int, priority: Priority | None, reason: str, by_user_id: int
) -> HelpRequestPriority:
    """From now on plans and lists take the request so; None = as its category says. Nobody outside the desk is told.

    Raises `NotAllowed` for one's own organization's request, `AlreadyDecided` once it is over, `Refused`
    (same_priority) when it is so already.
    """
    request = queries.help_request(help_request_id)
    refuse_own(request, by_user_id)
    if request.state in OVER:
        _over(request)
    own = None if priority is None else int(priority)
    if request.own_priority == own:
        raise Refused(
            _l("いまと同じ優先度です。変えるときは、別のものをえらんでください。"),
            code="same_priority",
        )
    statement = (
        update(HelpRequest)
        .where(HelpRequest.id == help_request_id, HelpRequest.state.not_in(OVER))
        .values(own_priority=own)
    )
    if guarded_update(statement) != 1:
        _over(queries.help_request(help_request_id))
    made = HelpRequestPriority(
        help_request_id=help_request_id,
        priority=own,
        usual_priority=request.category.usual_priority,
        reason=reason,
        by_user_id=by_user_id,
        at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    return made


def _over(request: HelpRequest) -> NoReturn:
    raise AlreadyDecided(
        _l(
            "この依頼は いま「%(state)s」なので、優先度は変えられません。",
            state=request.state.label,
        ),
        state=request.state,
    )
