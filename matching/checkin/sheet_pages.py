"""The grid in which a paper name list is typed back: row by row as one types, or all rows at once without scripts."""

import secrets
from dataclasses import dataclass, field, replace
from typing import Any

from flask import jsonify, redirect, request
from flask.typing import ResponseReturnValue

from matching.checkin import confirming, queries, sheet, striking
from matching.checkin.evidence import name_of
from matching.checkin.forms import RefuseForm, SheetForm
from matching.checkin.host_pages import Place
from matching.checkin.models import Attendance
from matching.checkin.sheet import ReadRow, SheetLine, TypedRow
from matching.checkin.states import SOURCE_LABELS, AttendanceState, Source
from matching.help_requests.models import Shift
from volunteer.core import audit, clock
from volunteer.core.db import run_turn
from volunteer.core.errors import DomainError
from volunteer.core.forms import KEY_SHAPE, act_once, page, refuse
from volunteer.core.i18n import _, show
from volunteer.core.models import Outcome
from volunteer.core.permissions import check_again, viewer
from volunteer.core.ruby import without_readings

TEMPLATE = "matching/checkin/entry.html"
ACT = "checkin_desk.entry"
FIELDS = ("who", "came", "left", "households", "sure")
EMPTY_ROWS = 8
ROWS_MAX = 100
LONGEST = 200
FIELD_OF = {"times": "left", "future": "left", "too_long": "left"}
"""Which field of a row a refusal is about; everything else is about the person."""


@dataclass
class Answer:
    """What became of one row: saved (now or by the same row before), known (recorded otherwise), asked about, wrong."""

    row: TypedRow
    state: str = "empty"
    question: Any = ""
    errors: dict[str, Any] = field(default_factory=dict)
    attendance: Attendance | None = None
    name: str = ""

    @property
    def is_open(self) -> bool:
        """Whether the row stays in the grid."""
        return self.state in ("empty", "wrong", "ask")


def grid(place: Place, shift: Shift) -> ResponseReturnValue:
    """Show the grid, or save what was typed: `Accept: application/json` asks for an answer without a page."""
    form = SheetForm(data={"reason": sheet.last_reason(shift.id, viewer().user_id or 0)})
    if not form.is_submitted():
        return _show(place, shift, form, [])
    sound = form.validate()
    reason = form.reason.data if sound else ""
    answers = [_answer(place, shift, row, reason) for row in _typed_rows()]
    if request.accept_mimetypes.best == "application/json":
        return _as_json(place, shift, form, answers)
    if sound and answers and not any(one.is_open for one in answers):
        return redirect(place.url("entry", shift_id=shift.id, done="saved"), 303)
    if not answers and sound:
        form.problems.append(_("1行も入力されていません。"))
    return _show(place, shift, form, answers)


def _typed_rows() -> list[TypedRow]:
    """The rows of the form in which something stands, each with its own key."""
    columns = [request.form.getlist(name)[:ROWS_MAX] for name in ("key", *FIELDS)]
    length = max(map(len, columns))
    padded = [column + [""] * (length - len(column)) for column in columns]
    rows = [
        TypedRow(*(text.strip()[:LONGEST] for text in texts)) for texts in zip(*padded, strict=True)
    ]
    return [_keyed(row) for row in rows if not row.is_empty]


def _keyed(row: TypedRow) -> TypedRow:
    if KEY_SHAPE.fullmatch(row.key):
        return row
    return replace(row, key=new_key())


def new_key() -> str:
    """The key of a row, made before anything is typed into it."""
    return secrets.token_urlsafe(18)


def _answer(place: Place, shift: Shift, row: TypedRow, reason: str) -> Answer:
    """Save one row in a write turn of its own; what is wrong with it is said at the row."""
    read = sheet.read_row(shift, row)
    answer = Answer(row, name=name_of(read.person_id) if read.person_id else "")
    if not reason:
        return _wrong(answer, "", _("上の「どの名簿か」を入れてください"))
    if not read.is_sound:
        answer.state, answer.errors = "wrong", read.errors
        return answer
    if read.question:
        answer.state, answer.question = "ask", read.question
        answer.row = replace(row, sure=row.left)
        return answer
    try:
        run_turn(_enter, shift.id, row, read, reason)
    except DomainError as error:
        return _refused(place, shift, read, answer, error)
    answer.state = "saved"
    answer.attendance = queries.attendance_at(read.person_id, shift.id)
    return answer


def _wrong(answer: Answer, name: str, words: Any) -> Answer:
    answer.state, answer.errors = "wrong", {name: words}
    return answer


def _enter(shift_id: int, row: TypedRow, read: ReadRow, reason: str) -> None:
    """One row, once: the act is kept with it, the same row again leaves neither."""
    assert read.person_id is not None
    assert read.times is not None
    who = viewer()
    check_again()
    is_new = queries.attendance_of_scan(row.key) is None
    attendance_id = confirming.enter_attendance(
        confirming.Entry(
            shift_id,
            read.person_id,
            read.times,
            reason,
            row.key,
            who.user_id or 0,
            who.own_person_id,
            although_called_off=bool(request.form.get("called_off")),
        )
    )
    if is_new:
        audit.record(ACT, f"attendance:{attendance_id}")


def _refused(
    place: Place, shift: Shift, read: ReadRow, answer: Answer, error: DomainError
) -> Answer:
    """Somebody whose coming is recorded already is no mistake; everything else is said at the row, and kept."""
    if error.status not in (403, 409, 422) or error.code == "not_allowed":
        raise error
    run_turn(audit.record, ACT, f"shift:{shift.id}", Outcome.REFUSED, error.code)
    attendance = queries.attendance_at(read.person_id, shift.id)
    is_known = error.code == "already_in" and attendance is not None
    if is_known and attendance is not None and attendance.state is not AttendanceState.REFUSED:
        answer.state, answer.attendance = "known", attendance
        return answer
    answer.attendance = attendance
    words = error.message
    if is_known:
        words = _("この人の受付は、前にみとめられませんでした。「時間を直す」で記録できます")
    return _wrong(answer, FIELD_OF.get(error.code, "who"), words)


def _as_json(
    place: Place, shift: Shift, form: SheetForm, answers: list[Answer]
) -> ResponseReturnValue:
    lines = sheet.sheet_lines(shift.id)
    body = {
        "rows": [_row_json(place, shift, one) for one in answers],
        "reason": [_spoken(words) for words in form.reason.errors],
        "totals": _spoken(_totals(lines)),
    }
    return jsonify(body), 422 if form.errors else 200


def _row_json(place: Place, shift: Shift, one: Answer) -> dict[str, Any]:
    attendance = one.attendance
    return {
        "key": one.row.key,
        "state": one.state,
        "name": one.name,
        "words": _spoken(told(one)),
        "line": _spoken(line_of(attendance)) if attendance else "",
        "sure": one.row.sure,
        "errors": {name: _spoken(words) for name, words in one.errors.items()},
        "person": attendance.participation.person_id if attendance else None,
        "times": place.url("times", shift_id=shift.id, attendance_id=attendance.id)
        if attendance
        else "",
    }


def _spoken(words: Any) -> str:
    """Words that a script puts into the page, where readings would stand as signs."""
    return without_readings(str(words))


def line_of(attendance: Attendance) -> str:
    """What the list beside the grid says about somebody whose coming is recorded."""
    times = str(show("time_range", attendance.checked_in_at, attendance.checked_out_at))
    how = _("紙") if attendance.source is Source.STAFF_ENTRY else _("受付ずみ")
    return f"{times} {how}"


def told(one: Answer) -> Any:
    """What stands in a row that is done or asked about."""
    if one.question:
        return one.question
    if one.attendance is None or one.state not in ("saved", "known"):
        return ""
    return summary_of(one.attendance, is_saved=one.state == "saved")


def summary_of(attendance: Attendance, *, is_saved: bool = True) -> Any:
    """From when to when, what counts, and how it is known where that is not this sheet."""
    facts = {
        "times": str(show("time_range", attendance.checked_in_at, attendance.checked_out_at)),
        "counted": str(show("minutes", attendance.minutes_counted)),
        "how": str(SOURCE_LABELS[attendance.source]),
    }
    if is_saved:
        return _("保存しました：%(times)s（%(counted)s）", **facts)
    return _("もう受付されています：%(times)s（%(how)s）", **facts)


def _totals(lines: list[SheetLine]) -> Any:
    return _(
        "入力した %(typed)s人 / 名簿 %(all)s人",
        typed=sum(one.is_typed for one in lines),
        all=len(lines),
    )


def _show(
    place: Place, shift: Shift, form: SheetForm, answers: list[Answer]
) -> ResponseReturnValue:
    lines = sheet.sheet_lines(shift.id)
    left = [one for one in answers if one.is_open]
    empty = [Answer(TypedRow(new_key())) for _n in range(max(2, EMPTY_ROWS - len(left)))]
    request_row = shift.help_request
    if left:
        form.problems.append(
            _("%(n)s行が まだ保存されていません。下の行を確かめてください。", n=len(left))
        )
    return page(
        TEMPLATE,
        form,
        place=place,
        shift=shift,
        lines=lines,
        totals=_totals(lines),
        rows=[*left, *empty],
        told=told,
        line_of=line_of,
        with_households=not (request_row.host_party_id and request_row.households_count == 1),
        done=[one for one in answers if not one.is_open],
        still=[one for one in lines if not one.is_known],
        now=clock.now(),
    )


def undo_entry(place: Place, shift: Shift, attendance_id: int) -> ResponseReturnValue:
    """A row was typed for the wrong person: why, and its points go back."""
    attendance = queries.attendance_in(attendance_id, shift.id)
    form = RefuseForm()
    if form.validate_on_submit():
        key, reason = str(form.form_key.data), form.reason.data
        word = confirming.Word(attendance_id, f"word:{key}", viewer().user_id or 0, reason, True)
        try:
            return act_once(
                form,
                lambda: striking.take_back_entry(word),
                lambda _done: place.url("entry", shift_id=shift.id, done="undone"),
                subject=f"attendance:{attendance_id}",
            )
        except DomainError as error:
            if error.status not in (409, 422) or error.code == "already_sent":
                raise
            refuse(form, error)
    template = "matching/checkin/undo_entry.html"
    return page(template, form, shift=shift, attendance=attendance)
