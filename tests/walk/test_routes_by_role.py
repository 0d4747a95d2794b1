"""Who gets what: routes × roles × own, foreign and missing things.

What may be opened by whom stands in tests/golden/guards.txt, so that a change of it is read by a person; here it is
tried out. Nothing that is denied may change a row; nothing foreign may look different from what does not exist.
"""

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.walk.addresses import contents, everything
from tests.walk.world import NONE, OWNERS, A, World
from volunteer.core.db import db
from volunteer.core.permissions import NOBODY, Role, Viewer, guard_of
from volunteer.users.models import UserSession

ROLES = ("coordinator", "approver", "payer", "auditor", "administrator")
ACTORS = ("nobody", "applicant", "hanako", "student", "cook", "helper", "outsider", *ROLES)

CASES = [("sqlite", actor) for actor in ACTORS] + [
    ("postgres", actor) for actor in ("student", "helper", "coordinator", "payer")
]
"""Everybody on SQLite; on PostgreSQL, where every page takes longer, one of each kind."""

SEEN_BY_ALL = {"board.shift", "assignments.apply", "assignments.applied", "assignments.undo"}
"""A published shift belongs to nobody: whoever may open these may open them for set A."""

KIND_ANSWERS = {
    "users.enrol",
    "checkin.scan",
    "checkin.arrive",
    "checkin.check_in",
    "checkin.leave",
    "checkin.check_out",
    "checkin.code",
    "checkin.result",
    "cards.found",
    "paper.poster",
    "phone.found",
}
"""A wrong token or a shift one has no place in is answered by a page that says what to do, not always by 404.

What is printed on a card or shown by a phone leads to the same page for every code: nobody learns which exist.
"""

BY_LINK = {
    "asking.answer", "asking.accept", "asking.decline", "groups.leader", "suggestions.stop",
    "linked_task.task", "linked_task.agree", "linked_task.pay", "linked_task.change_method",
    "linked_task.calling_off", "linked_task.print_paper", "linked_task.paper",
    "paid_work.link_confirmation", "paid_work.link_objection",
    "paid_work.link_words", "paid_work.link_family", "paid_work.link_end_family",
    "paid_work.slip", "paid_work.slip_arrive", "paid_work.slip_end",
}  # fmt: skip
"""A signed link of a mail or a QR is all that is asked for: whoever holds it may, a wrong one is nowhere."""


def _signed_in(client: Client, cast: Cast, actor: str) -> Viewer:
    """Sign the actor in; who they are, told by the test and not by the application."""
    if actor == "nobody":
        return NOBODY
    known = getattr(cast, actor)
    sign_in_as(client, known)
    user_id = db.session.scalar(db.select(UserSession.user_id).order_by(UserSession.id.desc()))
    if actor in ROLES:
        return Viewer(user_id=user_id, roles=frozenset({Role(actor)}))
    if actor in {"cook", "helper", "outsider"}:
        return Viewer(user_id=user_id, organization_id=1, is_approved=True)
    is_registered = actor != "applicant"
    return Viewer(user_id=user_id, person_id=known.party_id, is_registered=is_registered)


def _sessions(cast: Cast, client: Client) -> tuple[int, int]:
    """A session of 花子 on another device and one of the student."""
    ids = []
    for person in (cast.hanako, cast.student):
        sign_in_as(client.application.test_client(), person)
        ids.append(db.session.scalar(db.select(UserSession.id).order_by(UserSession.id.desc())))
    return ids[0] or 0, ids[1] or 0


def _verdict(
    answer: TestResponse, who: Viewer, *, admitted: bool, visible: bool | None, at_desk: bool
) -> str:
    """What is wrong with an answer; empty when nothing is."""
    if answer.status_code >= 500:
        return "broke"
    if not admitted:
        is_door = answer.status_code == 303 and "sign-in" in answer.headers["Location"]
        refused = (
            answer.status_code == 403 if who.is_signed_in else answer.status_code == 401 or is_door
        )
        return "" if refused else "let in"
    nowhere = {404, 403} if at_desk else {404}
    if visible is False and answer.status_code not in nowhere:
        return "shown what is not theirs"
    return ""


@pytest.mark.parametrize(("database_kind", "actor"), CASES)
def test_everybody_gets_their_own_and_nothing_else(
    app: Flask, cast: Cast, world: World, actor: str
) -> None:
    """GETs of everything, and POSTs of all that must be refused. Acts that may be done are in test_acts.py."""
    app.config.update(WTF_CSRF_ENABLED=False, TESTING=False)  # what breaks is counted, not raised
    client = app.test_client()
    assert isinstance(client, Client)
    who = _signed_in(client, cast, actor)
    world.keep("session_id", *_sessions(cast, client))
    before, wrong = contents(), []
    for rule, method, which, address in everything(app, world):
        guard = guard_of(app.view_functions[rule.endpoint])
        assert guard is not None
        asker = who if guard.cookies else NOBODY  # where cookies are not read everybody is nobody
        admitted = guard.admits(who)
        if not admitted and which != A:
            continue  # the guard asks who it is, before anything of the address is looked at
        visible = _is_visible(actor, rule, which)
        if method == "POST" and admitted and visible is not False:
            continue
        answer = client.open(address, method=method, data={} if method == "POST" else None)
        verdict = _verdict(
            answer, asker, admitted=admitted, visible=visible, at_desk=actor in ROLES
        )
        if verdict:
            wrong.append(
                f"{verdict}: {method} {address} ({rule.endpoint}, {which}): {answer.status}"
            )
    changed = [name for name, hashed in contents().items() if before[name] != hashed]
    assert not wrong, "\n".join(wrong)
    assert not changed


def _is_visible(actor: str, rule: Rule, which: str) -> bool | None:
    """Whether the thing named exists for the actor; None where the walk has no opinion."""
    if not rule.arguments - {"act", "section", "step"} or rule.endpoint in KIND_ANSWERS:
        return None
    if which == NONE:
        return False
    if actor in ROLES or rule.endpoint in BY_LINK:
        return None
    if rule.endpoint in SEEN_BY_ALL:
        return which == A or None
    return OWNERS.get(actor) == which


def _reads_cookies(app: Flask, rule: Rule) -> bool:
    """Whether somebody's browser could be made to send it; devices have no cookies."""
    guard = guard_of(app.view_functions[rule.endpoint])
    return guard is not None and guard.cookies


def test_no_post_is_taken_without_the_token_of_the_form(
    app: Flask, cast: Cast, world: World, client: Client
) -> None:
    world.keep("session_id", 1, 1)
    taken = [
        f"{address}: {answer.status}"
        for rule, method, which, address in everything(app, world)
        if method == "POST" and which == A and _reads_cookies(app, rule)
        if (answer := client.post(address)).status_code != 400
    ]
    assert not taken, "\n".join(taken)
