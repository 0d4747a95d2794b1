"""The one-purpose link of a household: made by staff, printed or read out, valid for 14 days, taken back at will.

The token is made of the task and the link's number with a key of its own, so that the paper can be printed again;
the database keeps only its hash.
"""

import base64
import hmac
from datetime import timedelta

from sqlalchemy import update

from matching.paid_tasks import queries
from matching.paid_tasks.models import OrdererLink
from volunteer.core import clock
from volunteer.core.crypto import purpose_key
from volunteer.core.db import db, guarded_update
from volunteer.core.errors import Refused
from volunteer.core.i18n import _l
from volunteer.users.sessions import hash_token

VALID = timedelta(days=14)


def token_of(task_id: int, number: int) -> str:
    """The token in the address of a link."""
    key = purpose_key("links of orderers")
    body = hmac.digest(key, f"orderer-link:{task_id}:{number}".encode(), "sha256")
    return base64.urlsafe_b64encode(body).decode().rstrip("=")


def make_link(task_id: int, by_user_id: int) -> OrdererLink:
    """A new link works from now on, and no older one. Raises Refused (over) when nothing is left to do."""
    task = queries.locked_task(task_id)
    if not task.is_open:
        raise Refused(_l("この有償のお手伝いは終わっています。リンクはいりません。"), code="over")
    revoke_links(task_id)
    moment, number = clock.now(), queries.links_count(task_id) + 1
    made = OrdererLink(
        paid_task_id=task_id,
        number=number,
        token_hash=hash_token(token_of(task_id, number)),
        valid_until=moment + VALID,
        made_by_user_id=by_user_id,
        made_at=moment,
    )
    db.session.add(made)
    db.session.flush()
    return made


def revoke_links(task_id: int) -> int:
    """No link of this task works any more; how many worked. Raises NotFound."""
    queries.locked_task(task_id)
    return guarded_update(
        update(OrdererLink)
        .where(OrdererLink.paid_task_id == task_id, OrdererLink.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )
