"""The mail that asks, with a link to the page with the two buttons; and the thanks when others were quicker."""

from matching.asking.links import token_of
from matching.asking.models import Ask
from matching.help_requests.models import Shift
from matching.help_requests.notices import tell
from matching.help_requests.queries import reach_person

FOLDER = "matching/asking"


def tell_asked(ask: Ask, shift: Shift) -> None:
    """The person is asked; whoever has no e-mail is telephoned by the desk, where the message stays."""
    request = shift.help_request
    params = {
        "name": ask.person.name,
        "place": request.public_place,
        "starts_at": shift.starts_at.isoformat(),
        "ends_at": shift.ends_at.isoformat(),
        "category": request.category.name,
        "title": request.title,
        "answer_by": ask.answer_by.isoformat() if ask.answer_by else "",
        "path": f"/answer/{token_of(ask.id, shift.starts_at)}",
    }
    tell(reach_person(ask.person_id), f"{FOLDER}/asked", f"{FOLDER}/asked:{ask.id}", params)


def tell_filled(ask: Ask, shift: Shift) -> None:
    """Others were quicker: nothing is to be done any more, and thank you."""
    params = {
        "name": ask.person.name,
        "place": shift.help_request.public_place,
        "starts_at": shift.starts_at.isoformat(),
        "ends_at": shift.ends_at.isoformat(),
    }
    tell(reach_person(ask.person_id), f"{FOLDER}/filled", f"{FOLDER}/filled:{ask.id}", params)
