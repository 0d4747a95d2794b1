"""An account that was typed but not yet confirmed: sealed in the cookie, bound to session and person."""

import hashlib
import json
from dataclasses import dataclass

from points.bank_accounts.details import AccountDetails
from points.bank_accounts.states import Entry
from volunteer.core.crypto import Damaged, KeyTrouble, seal, unseal_text


@dataclass(frozen=True)
class Draft:
    """What was typed: the way it was entered, the details, why staff entered it."""

    entry: Entry
    details: AccountDetails
    reason: str = ""


def seal_draft(draft: Draft, session_id: int | None, party_id: int) -> str:
    """The draft as a token that opens in this session and for this person only."""
    body = {"entry": draft.entry.value, "reason": draft.reason, **draft.details.as_dict()}
    return seal(json.dumps(body, ensure_ascii=False), _context(session_id, party_id))


def open_draft(token: str | None, session_id: int | None, party_id: int) -> Draft | None:
    """The draft in a token; None when there is none or it belongs elsewhere."""
    if not token:
        return None
    try:
        body = json.loads(unseal_text(token, _context(session_id, party_id)))
    except (Damaged, KeyTrouble):
        return None
    entry, reason = Entry(body.pop("entry")), body.pop("reason")
    return Draft(entry, AccountDetails(**body), reason)


def mark_of(token: str) -> str:
    """A short name of a draft, so that a page can say which one it showed."""
    return hashlib.sha256(token.encode()).hexdigest()[:16]


def _context(session_id: int | None, party_id: int) -> str:
    return f"bank_account_draft:{session_id}:{party_id}"
