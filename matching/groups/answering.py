"""Many names at once: each row is read, saved in a write turn of its own, and answers for itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from matching.checkin import answers as checkin_answers
from matching.checkin.evidence import name_of
from matching.checkin.rules import FOR_THE_DESK
from matching.checkin.services import record_refusal
from matching.checkin.states import Source
from matching.groups import finding, queries
from matching.groups.forms import TOO_MANY, RowsForm
from matching.groups.naming import Named, Naming, add_name
from matching.groups.rules import LINES_MAX, Line, read_lines
from matching.groups.services import By
from matching.groups.states import Side
from volunteer.core import audit
from volunteer.core.attempts import count_attempt
from volunteer.core.db import run_turn
from volunteer.core.errors import DomainError
from volunteer.core.i18n import _
from volunteer.core.models import Outcome
from volunteer.core.permissions import check_again
from volunteer.people.models import Person

TRIES, TRIES_WINDOW = {Side.LEADER: 12, Side.HOST: 60, Side.STAFF: 200}, timedelta(minutes=10)
"""How often rows are taken; a leader's page is no place to try who is registered."""

ABOUT_THE_PERSON = FOR_THE_DESK | {"not_registered", "walk_in_not_allowed"}
"""Refusals that say something about somebody: a leader is not told which."""


@dataclass(frozen=True)
class Acting:
    """Who adds names to which group, by which act of the trail."""

    visit_id: int
    by: By
    act: str
    link_number: int | None = None


@dataclass
class Answer:
    """What became of one row: named, known (there already), or wrong. `text`: what to put back into the field."""

    text: str
    name: str = ""
    state: str = "wrong"
    words: Any = ""
    person_id: int | None = None

    @property
    def is_named(self) -> bool:
        """Whether the person is of the group now, by this row."""
        return self.state == "named"

    @property
    def is_open(self) -> bool:
        """Whether the row stays in the field."""
        return self.state == "wrong"


def add_all(acting: Acting, form: RowsForm, people: Sequence[Person]) -> list[Answer]:
    """Save what was ticked and what was written; the rows that are not done stay in the field."""
    tries = acting.by.user_id if acting.by.side is not Side.LEADER else None
    who = f"user:{tries}" if tries else f"visit:{acting.visit_id}"
    count_attempt("group_names", who, TRIES[acting.by.side], TRIES_WINDOW)
    visit = queries.visit(acting.visit_id)
    by_id = {one.party_id: one for one in people}
    answers = [
        _add(acting, form, Answer("", by_id[one].name, person_id=one)) for one in form.ticked
    ]
    lines = read_lines(form.rows.data or "")
    now = lines[:LINES_MAX]
    found = finding.find_all(now, acting.by.side, visit.shift_id)
    answers += [_row(acting, form, line, one) for line, one in zip(now, found, strict=True)]
    _keep_open(form, answers, lines[LINES_MAX:])
    if not answers:
        form.problems.append(_("加える人をえらぶか、名前を書いてください。"))
    return answers


def _keep_open(form: RowsForm, answers: list[Answer], later: Sequence[Line]) -> None:
    """What is wrong stays to be mended, and what was too much stays to be sent; nothing that was typed is lost."""
    wrong = [one for one in answers if one.is_open]
    kept = "\n".join([*(one.text for one in wrong if one.text), *(one.text for one in later)])
    form.rows.raw_data, form.rows.data = [kept], kept
    form.tick([one.person_id for one in wrong if one.person_id and not one.text])
    if wrong:
        form.problems.append(_("%(n)s人は 加えられませんでした。下を見てください。", n=len(wrong)))
    if later:
        form.problems.append(TOO_MANY)


def is_done(form: RowsForm, answers: Sequence[Answer]) -> bool:
    """Whether every row was taken and nothing is left to be said but how many."""
    return bool(answers) and not form.has_problems and all(one.is_named for one in answers)


def _row(acting: Acting, form: RowsForm, line: Line, found: finding.Found) -> Answer:
    answer = Answer(line.text, found.name, words=found.words, person_id=found.person_id)
    if found.person_id is None:
        return answer
    answer.name = found.name or name_of(found.person_id)
    return _add(acting, form, answer)


def _add(acting: Acting, form: RowsForm, answer: Answer) -> Answer:
    assert answer.person_id is not None
    row = f"group:{acting.visit_id}:{str(form.form_key.data)[:32]}:{answer.person_id}"
    one = Naming(acting.visit_id, answer.person_id, row, acting.by, acting.link_number)
    try:
        named = run_turn(_named, one, acting.act)
    except DomainError as error:
        if error.status not in (403, 409, 422) or error.code == "not_allowed":
            raise
        run_turn(_note_refusal, one, error.code, acting.act)
        answer.words = words_of(error, acting.by.side)
        return answer
    answer.state = "named" if named.is_new else "known"
    answer.words = _told(named)
    return answer


def _named(naming: Naming, act: str) -> Named:
    """One name, once: the act is kept with it, the same row again leaves neither."""
    check_again()
    named = add_name(naming)
    if named.is_new:
        audit.record(act, f"attendance:{named.attendance_id}")
    return named


def _note_refusal(naming: Naming, code: str, act: str) -> None:
    """The trail has it; and of somebody who was not let in the desk hears, as at the door."""
    visit = queries.visit(naming.visit_id)
    audit.record(act, f"group_visit:{visit.id}", Outcome.REFUSED, code)
    if code in FOR_THE_DESK:
        record_refusal(visit.shift_id, naming.person_id, Source.NAME_LIST, code, naming.by.user_id)


def _told(named: Named) -> Any:
    if not named.is_new:
        return _("もう入っています")
    if named.was_in_before:
        return _("もう自分で受付ずみでした。このグループの人として数えます")
    if named.is_claim:
        return _(
            "加えました。ご自分やご家族なので、主催者かセンターが確かめるとポイントが決まります"
        )
    return _("加えました")


def words_of(error: DomainError, side: Side) -> Any:
    """Why somebody could not be added, for whoever typed it."""
    if error.code == "full":
        return _("この活動の定員がいっぱいです。人数には入っています。センターに相談してください")
    if side is Side.LEADER and error.code in ABOUT_THE_PERSON:
        return _("この人は、いまは加えられません。本人からセンターに電話してください")
    return checkin_answers.for_host(error, by_staff=side is Side.STAFF)
